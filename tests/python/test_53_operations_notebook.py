"""The operator's notebook: every cell runs, and its charts show what its text says."""

import json
from collections import Counter
from typing import Any, Dict

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def ran() -> Dict[str, Any]:
    pytest.importorskip("pandas")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    notebook = json.loads((ROOT / "examples" / "notebook" / "operations.ipynb").read_text(encoding="utf-8"))
    names: Dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            code = compile("".join(cell["source"]), f"operations.ipynb, {cell['id']}", "exec")
            exec(code, names)
            names[f"code of {cell['id']}"] = code
            if "plt" in names:
                pyplot = names["plt"]
                names[f"figure of {cell['id']}"] = [pyplot.figure(number) for number in pyplot.get_fignums()]
                pyplot.close("all")
    return names


def test_the_month_is_the_same_each_time(ran: Dict[str, Any]) -> None:
    text = ran["path"].read_text()
    assert len(text.splitlines()) == len(ran["log"]) > 10_000 and "홍길동" not in text
    again: Dict[str, Any] = {}
    exec(ran["code of make"], again)
    assert again["path"].read_text() == text


def test_each_cell_with_a_chart_draws_one(ran: Dict[str, Any]) -> None:
    for cell in ("day", "reason", "provider", "hour", "incident"):
        (figure,) = ran[f"figure of {cell}"]
        (ax,) = figure.axes
        assert ax.get_title(loc="left") and (ax.patches or ax.lines or ax.collections), cell


def test_the_17th_was_kcps(ran: Dict[str, Any]) -> None:
    assert ran["worst"] == 17 and ran["share"][17] > 1.4 * ran["share"].median()
    assert ran["by_provider"]["KCP_V2"].idxmin() == 17 and ran["by_provider"]["DANAL"].idxmin() != 17
    window = ran["window"]["at"]
    assert window.min().hour == 12 and window.max().hour == 19
    (figure,) = ran["figure of day"]
    bars = figure.axes[0].patches
    assert [bar.get_height() for bar in bars] == ran["share"].tolist() and len(bars) == 30
    assert len({bar.get_facecolor() for bar in bars}) == 2 and bars[16].get_facecolor() != bars[0].get_facecolor()


def test_the_bars_are_the_counts(ran: Dict[str, Any]) -> None:
    by_reason = ran["by_reason"]
    assert by_reason["denials"].sum() == len(ran["denials"])
    assert by_reason.index[0] == "age: too_young" and (by_reason["alone"] <= by_reason["denials"]).all()
    decisions = [json.loads(line) for line in ran["path"].read_text().splitlines()]
    assert len({one["id_sha256"] for one in decisions}) < len(decisions), "some ids are judged twice"
    alone = Counter(
        f"{one['denials'][0]['code']}: {one['denials'][0]['reason']}" for one in decisions if len(one["denials"]) == 1
    )
    assert by_reason["alone"][by_reason["alone"] > 0].to_dict() == alone, "an id that is judged twice is two decisions"
    (figure,) = ran["figure of reason"]
    assert sorted(bar.get_width() for bar in figure.axes[0].containers[0]) == sorted(by_reason["denials"])


def test_the_young_come_in_the_evening(ran: Dict[str, Any]) -> None:
    by_hour = ran["by_hour"]
    assert by_hour.loc[21:23].min() > 2 * by_hour.loc[8:20].mean()


def test_nobody_got_in_by_a_test_channel(ran: Dict[str, Any]) -> None:
    assert len(ran["probes"]) > 0 and not ran["log"].loc[ran["log"]["channel"] == "test", "allowed"].any()
