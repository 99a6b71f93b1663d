"""Who changes sides when one policy takes another's place: counted, told, drawn."""

import builtins
import datetime
from typing import Any, Dict, Iterator, List

import numpy
import pytest
from conftest import environment, python
from faces import face_of

import bonin
from bonin import notebook

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")

UTC = datetime.timezone.utc
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}
# By year 19 until 2007-12-31, by full age until 2007-03-01; the last two rows are unknown and not verified.
BIRTHS = ["1990-05-17", "2007-03-01", "2007-03-02", "2007-12-31", "2008-01-01", None, "1990-05-17"]
COLUMNS: Dict[str, Any] = {**GOOD, "birth_date": BIRTHS, "status": ["verified"] * 6 + ["ready"]}
FULL, YEAR = bonin.Policy.preset("kr.civil_adult"), bonin.Policy.preset("kr.youth_protection")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    notebook.language("en")
    yield
    notebook._chosen = None
    from matplotlib import pyplot

    pyplot.close("all")


def test_who_changes_sides() -> None:
    change = FULL.compare(YEAR, COLUMNS, now=NOW)
    assert (len(change), change.gained, change.lost, change.same, change.kept) == (7, 2, 0, 5, 2)
    assert list(change.rows.gained) == [2, 3] and list(change.rows.lost) == []
    assert list(change.before.allowed) == list(FULL.evaluate_columns(COLUMNS, now=NOW).allowed)
    assert list(change.after.allowed) == list(YEAR.evaluate_columns(COLUMNS, now=NOW).allowed)
    assert change.policies == (FULL, YEAR)
    assert change.by_rule() == [("gained", "kr.civil_adult", "age", "/extends/rules/0", 2)]
    assert repr(change) == "Comparison(kr.civil_adult -> kr.youth_protection: 7 rows, 2 gained, 0 lost, 5 same)"

    back = YEAR.compare(FULL, COLUMNS, now=NOW)
    assert (back.gained, back.lost, back.kept) == (0, 2, 2) and list(back.rows.lost) == [2, 3]
    assert back.by_rule() == [("lost", "kr.civil_adult", "age", "/extends/rules/0", 2)]
    assert YEAR.compare(YEAR, COLUMNS, now=NOW).same == 7


def test_one_row_may_be_of_several_rules() -> None:
    rules: List[Any] = [
        {"age": {"at_least": 40, "by": "full"}},
        {"gender": {"in": ["female"]}},
        {"provider": {"in": ["KCP_V2"]}},
    ]
    strict = bonin.Policy({"name": "strict", "rules": rules})
    columns = {**COLUMNS, "gender": ["male", "female"] + [None] * 5, "provider": "KCP_V2"}
    change = YEAR.compare(strict, columns, now=NOW)
    assert change.lost == 4 and change.kept == change.gained == 0
    assert [(one.change, one.pointer, one.rows) for one in change.by_rule()] == [
        ("lost", "/rules/0", 4), ("lost", "/rules/1", 3),
    ]  # fmt: skip


def test_what_compare_does_not_take() -> None:
    def refused(parameter: str, *args: Any, **options: Any) -> None:
        with pytest.raises(bonin.InvalidArgument) as raised:
            FULL.compare(*args, **{"now": NOW, **options})
        assert raised.value.parameter == parameter

    refused("other", "kr.youth_protection", COLUMNS)
    refused("columns", YEAR, 5)
    refused("now", YEAR, COLUMNS, now=5)
    refused("progress", YEAR, COLUMNS, progress=5)
    with pytest.raises(TypeError):
        FULL.compare(YEAR, COLUMNS, NOW)  # type: ignore[misc]
    with pytest.raises(TypeError):
        FULL.compare(YEAR, COLUMNS)  # type: ignore[call-arg]


def test_tables_are_taken_as_evaluate_columns_takes_them() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"birth_date": BIRTHS, "member_no": range(7)})
    assert FULL.compare(YEAR, frame, now=NOW, assume=GOOD).gained == 2
    naive = {**GOOD, "verified_at": datetime.datetime(2026, 3, 1, 21)}
    assert FULL.compare(YEAR, frame, now=NOW, assume=naive, time_zone="Asia/Seoul").gained == 2
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"birth_date": BIRTHS})
    assert FULL.compare(YEAR, table, now=NOW, assume=GOOD).gained == 2
    with pytest.raises(Exception, match=r".") as raised:  # pyarrow's own error, or that it is empty now
        FULL.compare(YEAR, table.to_reader(), now=NOW, assume=GOOD)
    assert isinstance(raised.value, (bonin.InvalidArgument, arrow.ArrowException, ValueError))


def test_its_progress_is_of_both() -> None:
    births = numpy.zeros(20_000, "int32")
    seen: List[Any] = []
    FULL.compare(YEAR, {**GOOD, "birth_date": births}, now=NOW, progress=lambda done, rows: seen.append((done, rows)))
    assert seen == sorted(set(seen)) and seen[-1] == (40_000, 40_000)
    assert (20_000, 40_000) in seen


def test_the_face_of_a_comparison() -> None:
    face = face_of(FULL.compare(YEAR, COLUMNS, now=NOW))
    assert face.pills[:3] == [("gained 2", "new"), ("lost 0", "plain"), ("same 5", "plain")]
    assert face.rows[1][:3] == ["kr.civil_adult", "2", "28.6%"] and face.rows[2][:3] == [
        "kr.youth_protection",
        "4",
        "57.1%",
    ]
    assert face.column("rows") == ["2"] and "19" in face.column("rule")[0] and "rows.gained 2, 3" in face.text
    assert face.widths == [28.57, 28.57, 28.57]
    assert face_of(YEAR.compare(YEAR, COLUMNS, now=NOW)).pills[2] == ("same 7", "plain")
    assert face_of(YEAR.compare(FULL, {**GOOD, "birth_date": []}, now=NOW)).pills[0] == ("gained 0", "plain")
    notebook.language("ko")
    face = face_of(YEAR.compare(FULL, COLUMNS, now=NOW))
    assert ("✗ 새로 거절 2", "bad") in face.pills and "만 19세 이상" in face.text


def test_the_face_of_decisions() -> None:
    decisions = YEAR.evaluate_columns(COLUMNS, now=NOW)
    face = face_of(decisions)
    assert face.pills[:2] == [("✓ allowed 4 · 57.1%", "good"), ("✗ denied 3 · 42.9%", "bad")]
    assert face.column("place") == ["/baseline/verified", "/baseline/fresh", "/baseline/channel", "/extends/rules/0"]
    assert face.column("fail") == ["1", "0", "0", "1"] and face.column("unknown") == ["0", "0", "0", "1"]
    assert face.column("by this rule alone") == ["1", "0", "0", "2"]
    assert face.widths == [14.29, 14.29, 14.29]
    assert "too_young 1" in face.column("reason")[3] and "missing 1" in face.column("reason")[3]
    assert face_of(YEAR.evaluate_columns({**GOOD, "birth_date": []}, now=NOW)).rows == []


def bars(ax: Any) -> Dict[str, List[float]]:
    """The lengths of the bars, by the words of the legend."""
    sizes = {}
    for group in ax.containers:
        tall = group.orientation == "vertical"
        sizes[group.get_label()] = [bar.get_height() if tall else bar.get_width() for bar in group]
    return sizes


def names(axis: Any) -> List[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_plot_of_decisions() -> None:
    ax = YEAR.evaluate_columns(COLUMNS, now=NOW).plot()
    assert bars(ax) == {"fail": [1, 1], "unknown": [0, 1]}
    assert names(ax.yaxis) == ["verified\n/baseline/verified", "age\n/extends/rules/0"]
    assert ax.get_title(loc="left") == "kr.youth_protection: allowed 4 / 7 (57.1%)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["fail", "unknown"]
    nobody = YEAR.evaluate_columns({**GOOD, "birth_date": []}, now=NOW).plot()
    assert bars(nobody) == {"fail": [], "unknown": []}


def test_the_plot_of_a_comparison() -> None:
    change = FULL.compare(YEAR, COLUMNS, now=NOW)
    ax = change.plot()
    assert bars(ax) == {"allowed by both": [2, 2], "gained": [2], "lost": [0]}
    assert names(ax.yaxis) == ["after\nkr.youth_protection", "before\nkr.civil_adult"]
    assert ax.get_title(loc="left") == "gained 2 · lost 0 / 7"
    assert change.plot(ax=ax) is ax


def test_the_plot_by_a_column() -> None:
    years = [1990, 2007, 2007, 2007, 2008, 0, 1990]
    ax = YEAR.compare(FULL, COLUMNS, now=NOW).plot(by=years)
    assert bars(ax) == {"lost": [2]} and names(ax.xaxis) == ["2007"]
    ax = FULL.compare(YEAR, COLUMNS, now=NOW).plot(by=numpy.array(list("abcdefg")))
    assert bars(ax) == {"gained": [1, 1]} and names(ax.xaxis) == ["c", "d"]
    both = bonin.Policy({"name": "below 19", "rules": [{"age": {"below": 19, "by": "full"}}]})
    ax = YEAR.compare(both, COLUMNS, now=NOW).plot(by=years)
    assert names(ax.xaxis) == ["1990", "2007", "2008"] and bars(ax) == {"gained": [0, 0, 1], "lost": [-1, -1, 0]}
    assert next(label.get_text() for label in ax.yaxis.get_ticklabels()).strip("0123456789,") == "", "no minus"
    for wrong in (years[1:], [], numpy.zeros(8)):
        with pytest.raises(bonin.InvalidArgument) as raised:
            FULL.compare(YEAR, COLUMNS, now=NOW).plot(by=wrong)
        assert raised.value.parameter == "by"
    births = numpy.datetime64("2007-03-02") + numpy.arange(100)
    with pytest.raises(bonin.InvalidArgument, match="100 values"):
        FULL.compare(YEAR, {**GOOD, "birth_date": births}, now=NOW).plot(by=births)


def test_korean_is_written_where_a_font_has_it(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    from bonin._plots import canvas

    notebook.language("ko")
    change = FULL.compare(YEAR, COLUMNS, now=NOW)
    if canvas.korean_font() is not None:
        ax = change.plot()
        assert set(bars(ax)) == {"둘 다 허용", "새로 허용", "새로 거절"}
        ax.figure.canvas.draw()
        assert [str(one.message) for one in recwarn if "Glyph" in str(one.message)] == [], "no boxes"
    monkeypatch.setattr(canvas, "korean_font", lambda: None)
    with pytest.warns(UserWarning, match="no font with Korean letters is installed") as warned:
        ax = change.plot()
    assert set(bars(ax)) == {"allowed by both", "gained", "lost"}
    assert warned[0].filename == __file__, "the warning is about the caller's line"


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__
    decisions = YEAR.evaluate_columns(COLUMNS, now=NOW)
    import importlib

    def without(name: str, package: Any = None) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return plain(name) if package is None else importlib.__import__(name)

    monkeypatch.setattr("bonin._plots.canvas.import_module", without)
    with pytest.raises(ImportError, match=r"pip install 'bonin\[plot\]'"):
        decisions.plot()


def test_without_numpy() -> None:
    script = """
import sys, datetime
sys.modules["numpy"] = None
import bonin
now = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
births = ["1990-05-17", "2007-03-01", "2007-03-02", "2007-12-31", "2008-01-01", None]
columns = {"status": "verified", "channel_type": "live", "verified_at": now, "birth_date": births}
full, year = bonin.Policy.preset("kr.civil_adult"), bonin.Policy.preset("kr.youth_protection")
change = full.compare(year, columns, now=now)
assert (change.gained, change.lost, change.same, change.kept) == (2, 0, 4, 2), change
assert change.rows.gained.tolist() == [2, 3]
assert change.by_rule() == [("gained", "kr.civil_adult", "age", "/extends/rules/0", 2)]
assert "92,600" not in change._repr_html_() and "gained" in change._repr_html_()
from bonin._tally import alone
assert alone(change.after) == [0, 0, 0, 2]
assert "too_young" in change.after._repr_html_()
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_values_that_are_missing_are_one_bar() -> None:
    births = ["2007-06-01"] * 6
    changes = FULL.compare(YEAR, {**GOOD, "birth_date": births}, now=NOW)
    assert changes.gained == 6
    ax = changes.plot(by=[1.0, float("nan"), float("nan"), None, 3.0, "x"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1.0", "3.0", "x", "—"]
    assert [bar.get_height() for bar in ax.patches] == [1, 1, 1, 3]
    ax = changes.plot(by=numpy.array(["2026-01-01"] * 6, "datetime64[ns]"))
    assert "2026" in ax.get_xticklabels()[0].get_text()
    with pytest.raises(bonin.InvalidArgument, match="`by` must be a column"):
        changes.plot(by=5)


def test_a_dollar_is_no_mathematics() -> None:
    one = bonin.Policy({"name": "a$b^$c_{", "extends": "kr.work"})
    columns = {**GOOD, "birth_date": BIRTHS}
    for ax in (
        one.evaluate_columns(columns, now=NOW).plot(),
        one.compare(YEAR, columns, now=NOW).plot(by=["$x^$"] * 7),
    ):
        ax.figure.canvas.draw()
