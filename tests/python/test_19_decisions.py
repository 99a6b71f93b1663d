"""The answers to many as tables, and the bar on the way to them."""

import datetime
import sys
from typing import Any, Dict

import numpy
import pandas
import polars
import pyarrow
import pytest
from conftest import environment, python

import bonin

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
GOOD: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}
POLICY = bonin.Policy({
    "name": "two ages",
    "rules": [{"age": {"at_least": 19, "by": "year"}}, {"gender": {"in": ["female"]}}, {"age": {"below": 60, "by": "full"}}],
})  # fmt: skip
NAMES = ["allowed", "verified", "fresh", "channel", "age /rules/0", "gender", "age /rules/2"]
WANTED = {
    "allowed": [True, False, False],
    "verified": ["pass"] * 3,
    "age /rules/0": ["pass", "fail", "unknown"],
    "gender": ["pass", "unknown", "fail"],
    "age /rules/2": ["pass", "pass", "unknown"],
}


def answer() -> bonin.Decisions:
    frame = pandas.DataFrame(
        {"birth_date": ["1990-05-17", "2020-01-01", None], "gender": ["female", None, "male"]},
        index=["kim", "lee", "park"],
    )
    return POLICY.evaluate_columns(frame, now=NOW, assume=GOOD)


def test_pandas() -> None:
    table = answer().to_pandas()
    assert list(table.columns) == NAMES and list(table.index) == ["kim", "lee", "park"]
    assert table["allowed"].dtype == bool
    for name, wanted in WANTED.items():
        assert list(table[name]) == wanted
    assert list(table["gender"].cat.categories) == ["pass", "fail", "unknown"]
    single = pandas.Series(["female"])  # one value for both rows, whose index is not theirs
    two = POLICY.evaluate_columns({**GOOD, "gender": single, "birth_date": ["1990-05-17"] * 2}, now=NOW)
    assert two.index is None and len(two.to_pandas()) == 2
    series = pandas.Series(["1990-05-17"] * 2, index=[5, 6])
    assert list(
        POLICY.evaluate_columns({**GOOD, "gender": ["female"] * 2, "birth_date": series}, now=NOW).to_pandas().index
    ) == [5, 6]


def test_polars_and_arrow() -> None:
    table = answer().to_polars()
    assert table.columns == NAMES and table["allowed"].dtype == polars.Boolean
    assert table["gender"].dtype == polars.Enum(["pass", "fail", "unknown"])
    arrow = answer().to_arrow()
    assert arrow.column_names == NAMES and arrow["gender"].type == pyarrow.dictionary(pyarrow.int8(), pyarrow.string())
    for name, wanted in WANTED.items():
        assert table[name].to_list() == wanted and arrow[name].to_pylist() == wanted


def test_of_verifications(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    records = [v2.lookup(sandbox.verify(persona)) for persona in ("adult", "minor", "unfinished", "kakao_without_ci")]
    now = datetime.datetime.now(datetime.timezone.utc)
    many = policy.evaluate_many(records, now=now, expect={"name": "아무개"})
    assert many.policy is policy and many.index is None
    table = many.to_pandas()
    assert list(table["allowed"]) == list(many.allowed) and "expect" in table.columns
    reasons: Dict[int, Dict[str, int]] = {}
    for record in records:
        for bit, finding in enumerate(policy.evaluate(record, now=now, expect={"name": "아무개"}).findings):
            if finding.outcome != "pass":
                of = reasons.setdefault(bit, {})
                of[str(finding.reason)] = of.get(str(finding.reason), 0) + 1
    assert {bit: count.reasons for bit, count in enumerate(many.counts()) if count.reasons} == reasons


def test_libraries_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    decisions = answer()
    for name, method in (("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ImportError, match=f"pip install {name}"):
            getattr(decisions, method)()


def test_tables_without_numpy() -> None:
    script = """
import sys, datetime
sys.modules["numpy"] = None  # as if it were not installed
import bonin
now = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
births = [datetime.date(1990, 5, 17), None, datetime.date(2020, 1, 1)]
columns = {"status": "verified", "channel_type": "live", "verified_at": now, "birth_date": births}
decisions = bonin.Policy.preset("kr.work").evaluate_columns(columns, now=now)
assert isinstance(decisions.failed, memoryview)
wanted = ["pass", "unknown", "fail"]
assert decisions.to_polars()["age"].to_list() == wanted
assert decisions.counts()[3].reasons == {"missing": 1, "too_young": 1}
assert bonin.age(births, "2026-03-01") == [35, None, 6]
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    births = numpy.zeros(100_000, "int32")
    bars = []

    class Tqdm:
        def __init__(self, total: int, **options: Any) -> None:
            self.total, self.n, self.closed = total, 0, False
            bars.append(self)

        def update(self, rows: int) -> None:
            self.n += rows

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("tqdm.auto.tqdm", Tqdm)
    policy = bonin.Policy.preset("kr.work")
    policy.evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=True)
    assert [(bar.total, bar.n, bar.closed) for bar in bars] == [(100_000, 100_000, True)]
    policy.evaluate_many([], now=NOW, progress=True)
    policy.evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=False)
    assert len(bars) == 1

    def broken(self: Any, rows: int) -> None:
        raise KeyError("enough")

    monkeypatch.setattr(Tqdm, "update", broken)
    with pytest.raises(KeyError, match="enough"):
        policy.evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=True)
    assert bars[-1].closed
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    policy.evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=True)
    assert capsys.readouterr().err == ""  # no terminal: nothing
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    policy.evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=True)
    assert capsys.readouterr().err.endswith("\rbonin: 100,000 of 100,000 rows\n")


def test_the_real_bar(capsys: pytest.CaptureFixture[str]) -> None:
    births = numpy.zeros(100_000, "int32")
    bonin.Policy.preset("kr.work").evaluate_columns({**GOOD, "birth_date": births}, now=NOW, progress=True)
    assert "100k" in capsys.readouterr().err
