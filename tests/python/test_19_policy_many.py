"""Many verifications at once: as a list, as columns of NumPy, of the standard library, of pandas."""

import datetime
import signal
import threading
from array import array
from typing import Any, Callable, Dict, List

import numpy
import pytest
from conftest import environment, python

import bonin

pytestmark = pytest.mark.filterwarnings("ignore::bonin.ColumnsWarning")  # odd values are what it is about

UTC = datetime.timezone.utc
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
GOOD: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW, "birth_date": "1990-05-17"}


def decide(policy: bonin.Policy, **columns: Any) -> List[bool]:
    decisions = policy.evaluate_columns({**GOOD, **columns}, now=NOW)
    assert all(bool(a) == (not f and not u) for a, f, u in zip(decisions.allowed, decisions.failed, decisions.unknown))
    return [bool(allowed) for allowed in decisions.allowed]


def rule(**of: Any) -> bonin.Policy:
    return bonin.Policy({"name": "one rule", "rules": [of]})


def test_verifications(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    records = [v2.lookup(sandbox.verify(persona)) for persona in ("adult", "minor", "foreigner", "unfinished")]
    now = datetime.datetime.now(UTC)
    for expect in ({}, {"name": "다른이", "phone": "01012345678"}):
        one_by_one = [policy.evaluate(record, now=now, expect=expect) for record in records]  # type: ignore[arg-type]
        many = policy.evaluate_many(iter(records), now=now, expect=expect)  # type: ignore[arg-type]
        assert len(many) == 4 and list(many.allowed) == [decision.allowed for decision in one_by_one]
        assert many.allowed.dtype == numpy.bool_ and many.failed.dtype == many.unknown.dtype == numpy.uint64
        for i, decision in enumerate(one_by_one):
            for bit, finding in enumerate(decision.findings):
                assert (many.rules[bit].code, many.rules[bit].pointer) == (finding.code, finding.pointer)
                assert bool(int(many.failed[i]) >> bit & 1) == (finding.outcome == "fail")
                assert bool(int(many.unknown[i]) >> bit & 1) == (finding.outcome == "unknown")
    assert len(policy.evaluate_many([], now=now)) == 0


def test_columns_of_every_kind(policy: bonin.Policy) -> None:
    texts = ["1990-05-17", "2020-01-01", None, "1990-02-30", "2007-12-31"]
    days = numpy.array(["1990-05-17", "2020-01-01", "NaT", "1990-05-17", "2007-12-31"], "datetime64[D]")
    numbers = days.astype("int64")
    numbers[2:4] = bonin.NO_DATE, bonin.UNREADABLE_DATE
    days[3] = "NaT"
    wanted = [True, False, False, False, True]
    spread = numpy.zeros(10, "int32")
    spread[::2] = numbers
    columns: List[Any] = [
        texts, numpy.array(texts, object), days, days.astype("datetime64[ns]"), numbers, numbers.astype("int32"),
        spread[::2], numbers[::-1][::-1], array("i", numbers.tolist()), array("q", numbers.tolist()),
        memoryview(array("i", numbers.tolist())), numbers.tolist(), (numpy.arange(5), [t or "" for t in texts]),
    ]  # fmt: skip
    for column in columns:
        assert decide(policy, birth_date=column) == wanted, column
    answer = policy.evaluate_columns({**GOOD, "birth_date": texts}, now=NOW)
    assert [(count.failed, count.unknown) for count in answer.counts()] == [(0, 0)] * 3 + [(1, 2)]
    assert answer.counts()[3].code == "age" and repr(answer) == "Decisions(5 rows, 2 allowed)"
    assert decide(policy, birth_date=datetime.date(1990, 5, 17)) == [True]
    assert decide(policy, birth_date=numpy.array([], "datetime64[D]")) == []


def test_each_column_is_heard() -> None:
    seconds = numpy.array([NOW_MS, NOW_MS - 601_000, NOW_MS + 61_000, bonin.NO_TIME], "int64")
    second = datetime.timedelta(seconds=1)
    cases: List[Any] = [
        (rule(verified=True), "status", [2, 1, 3, 0], ["verified", "ready", "failed", "dancing"]),
        (rule(fresh={"within": "10m"}), "verified_at", seconds, [NOW, NOW - 601 * second, NOW + 61 * second, None]),
        (rule(channel={"type": "live"}), "channel_type", [3, 4, 0, 1], ["live", "test", "missing", "?"]),
        (rule(gender={"in": ["female"]}), "gender", [1, 0, -1, 2], ["female", "male", None, "other"]),
        (rule(carrier={"in": ["KT"]}), "carrier", [1, 0, -1, 2], ["KT", "SKT", None, "LGU"]),
        (rule(foreigner=False), "foreigner", [0, 1, -1, 2], array("b", [0, 1, -1, 2])),
        (rule(mvno=False), "mvno", [0, 1, -1, 2], numpy.array([0, 1, -1, 2], "int8")),
        (rule(has=["ci"]), "present", [128, 127, 0, 256], numpy.array([128, 127, 0, 256], "uint16")),
        (rule(attested=["birth_date"]), "self_declared", [0, 2, 3, 511], numpy.array([0, 2, 3, 511], "uint16")),
        (rule(provider={"in": ["DANAL"]}), "provider", ["DANAL", "KAKAO", None, ""], ([0, 1, -1, 9], ["DANAL", "KAKAO"])),
        (rule(channel={"keys": ["a"]}), "channel_key", ["a", "b", None, "A"], numpy.array(["a", "b", "", "A"])),
        (rule(channel={"pg_merchant_ids": ["m"]}), "pg_merchant_id", ["m", "b", None, "M"], numpy.array(list("mb M"))),
    ]  # fmt: skip
    for policy, name, *columns in cases:
        for column in columns:
            assert decide(policy, **{name: column}) == [True, False, False, False], (name, column)
    assert decide(rule(foreigner=False), foreigner=numpy.array([False, True])) == [True, False]
    assert decide(rule(foreigner=False), foreigner=False, gender=[0, 0, 0]) == [True] * 3


def test_bad_columns(policy: bonin.Policy) -> None:
    def wrong(parameter: str, columns: Any, **options: Any) -> None:
        with pytest.raises(bonin.InvalidArgument) as raised:
            policy.evaluate_columns(columns, **{"now": NOW, **options})
        assert raised.value.parameter == parameter, columns

    for column in (
        5.0,
        None,
        object(),
        numpy.full(3, 0.5),
        numpy.array([numpy.inf]),
        numpy.zeros((2, 2), "int8"),
        [1, "a"],
        numpy.zeros(2, ">i2"),
        300,
    ):
        wrong("gender", {**GOOD, "gender": column})
    wrong("gender", {"gender": numpy.array([0, 1, 300])})
    wrong("present", {"present": [-1]})
    wrong("birth_date", {"birth_date": numpy.array(["1990-05-17T12:00"], "datetime64[s]")})  # no guess which day
    wrong("birth_date", {"birth_date": NOW})
    wrong("verified_at", {"verified_at": datetime.datetime(2026, 1, 1)})
    wrong("provider", {"provider": [1, 2]})
    wrong("provider", {"provider": ([0], 5)})
    wrong("provider", {"provider": ([0], "ab")})
    wrong("mvno", {"gender": [0, 1, 2], "mvno": [0, 1]})
    wrong("mvno", {"gender": [0, 1, 2], "mvno": numpy.array([], "int8")})
    wrong("columns", {"nickname": ["x"]})
    wrong("columns", {})
    for columns in (5, [1], None):
        wrong("columns", columns)
    wrong("progress", GOOD, progress=5)
    wrong("now", GOOD, now=5)
    for records, parameter in ((5, "records"), ([1], "records/0"), (None, "records")):
        with pytest.raises(bonin.InvalidArgument) as raised:
            policy.evaluate_many(records, now=NOW)  # type: ignore[arg-type]
        assert raised.value.parameter == parameter


def test_a_million_rows_can_be_watched_and_stopped(policy: bonin.Policy) -> None:
    rows = 1_000_000
    births = numpy.datetime64("1960-01-01") + numpy.arange(rows) % 24_000
    columns = {**GOOD, "birth_date": births}
    seen: List[int] = []
    threads = set()

    def watch(done: int, of: int) -> None:
        assert of == rows
        seen.append(done)
        threads.add(threading.get_ident())

    answer = policy.evaluate_columns(columns, now=NOW, progress=watch)
    assert seen == sorted(set(seen)) and seen[-1] == rows and len(seen) > 10
    assert threads == {threading.get_ident()}
    wanted = births < numpy.datetime64("2008-01-01")  # 19 in 2026, counted by the year
    assert (answer.allowed == wanted).all()
    assert answer.counts()[3].failed == int((~wanted).sum())

    def stop(done: int, of: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        policy.evaluate_columns(columns, now=NOW, progress=stop)


def test_ctrl_c_ends_it(policy: bonin.Policy) -> None:
    interrupt: Callable[[int, int], None] = lambda done, of: signal.raise_signal(signal.SIGINT)
    births = numpy.zeros(1_000_000, "int32")
    with pytest.raises(KeyboardInterrupt):
        policy.evaluate_columns({"birth_date": births}, now=NOW, progress=interrupt)


def test_without_numpy() -> None:
    """NumPy is neither imported with bonin nor needed by it."""
    script = """
import sys, datetime
import bonin
assert "numpy" not in sys.modules
sys.modules["numpy"] = None  # as if it were not installed
from array import array
policy = bonin.Policy.preset("kr.work")
now = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
columns = {"status": 2, "channel_type": 3, "verified_at": now, "birth_date": array("i", [0, 20000])}
decisions = policy.evaluate_columns(columns, now=now)
assert decisions.allowed.tolist() == [True, False], decisions.allowed
assert decisions.failed.tolist() == [0, 8] and decisions.unknown.tolist() == [0, 0]
assert decisions.counts()[3].failed == 1 and repr(decisions) == "Decisions(2 rows, 1 allowed)"
assert len(policy.evaluate_many([], now=now)) == 0
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_a_combined_rule_of_one_part_has_no_reason_of_its_own() -> None:
    policy = bonin.Policy({"name": "p", "rules": [{"any_of": [{"age": {"at_least": 150, "by": "full"}}]}]})
    columns = {"status": "verified", "channel_type": "live", "verified_at": NOW, "birth_date": ["1990-05-17"]}
    assert [count.reasons for count in policy.evaluate_columns(columns, now=NOW).counts()][3] == {}
