"""bonin beside hand-written Python and NumPy: the same eight rules on the same persons, nanoseconds a decision and the
ratio to bonin. First all must agree on every person."""

import datetime
import platform
import random
import time
from typing import Any, Callable, Dict, List

import numpy

import bonin

RULES = {
    "name": "eight",
    "rules": [
        {"verified": True}, {"fresh": {"within": "10m"}}, {"channel": {"type": "live"}},
        {"age": {"at_least": 19, "by": "year"}}, {"has": ["ci"]}, {"foreigner": False},
        {"gender": {"in": ["male", "female"]}}, {"provider": {"in": ["DANAL", "KCP_V2"]}},
    ],
}  # fmt: skip
PERSONS, ROWS = 1_000, 1_000_000


def verifications() -> List[bonin.Verification]:
    """Mostly people who pass, and some ways not to."""
    pick = random.Random(1)
    with bonin.Sandbox() as sandbox:

        def person() -> str:
            born = datetime.date(1950, 1, 1) + datetime.timedelta(days=pick.randrange(24_500))
            return sandbox.verify({
                "name": "홍길동", "birth_date": born.isoformat(), "gender": pick.choice(["male", "female"]),
                "foreigner": pick.randrange(20) == 0, "ci": pick.choice(["c" * 88, None, "c" * 88, "c" * 88]),
            })  # fmt: skip

        with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url) as portone:
            return [portone.lookup(person()) for _ in range(PERSONS)]


def as_dict(v: bonin.Verification) -> Dict[str, Any]:
    facts = {"status": v.status, "verified_at": v.verified_at, "channel_type": v.channel.type, "provider": v.provider}
    return {**facts, **v.person.to_dict()}


def by_hand(person: Dict[str, Any], now: datetime.datetime, year_in_korea: int) -> bool:
    if person["status"] != "verified" or person["verified_at"] is None:
        return False
    age = (now - person["verified_at"]).total_seconds()
    if age > 600 or age < -60:
        return False
    if person["channel_type"] != "live" or person["birth_date"] is None:
        return False
    if year_in_korea - person["birth_date"].year < 19:
        return False
    if not person["ci"] or person["foreigner"] is not False:
        return False
    return person["gender"] in ("male", "female") and person["provider"] in ("DANAL", "KCP_V2")


def by_numpy(c: Dict[str, Any], now_ms: int, year_in_korea: int) -> Any:
    age = now_ms - c["verified_at"]
    year = c["birth_date"].astype("datetime64[D]").astype("datetime64[Y]").astype("int64") + 1970
    codes, names = c["provider"]
    listed = numpy.isin(codes, [i for i, name in enumerate(names) if name in ("DANAL", "KCP_V2")])
    return (
        (c["status"] == 2) & (age <= 600_000) & (age >= -60_000) & (c["channel_type"] == 3)
        & (year_in_korea - year >= 19) & ((c["present"] & 128) != 0) & (c["foreigner"] == 0)
        & ((c["gender"] == 0) | (c["gender"] == 1)) & listed
    )  # fmt: skip


def columns_of(persons: List[Dict[str, Any]]) -> Dict[str, Any]:
    def column(kind: str, of: Callable[[Dict[str, Any]], int]) -> Any:
        return numpy.resize(numpy.array([of(person) for person in persons], kind), ROWS)

    return {
        "status": column("uint8", lambda p: ["unknown", "ready", "verified", "failed"].index(p["status"])),
        "verified_at": column("int64", lambda p: round(p["verified_at"].timestamp() * 1000)),
        "channel_type": column("uint8", lambda p: 3 if p["channel_type"] == "live" else 4),
        "birth_date": column("int32", lambda p: p["birth_date"].toordinal() - datetime.date(1970, 1, 1).toordinal()),
        "gender": column("int8", lambda p: ["male", "female"].index(p["gender"])),
        "foreigner": column("int8", lambda p: p["foreigner"]),
        "present": column("uint16", lambda p: 128 if p["ci"] else 0),
        "provider": (column("int32", lambda p: 0), [persons[0]["provider"]]),
    }


def measure(run: Callable[[], Any], count: int) -> float:
    """Nanoseconds a decision: the best of some rounds of at least 100 ms."""
    best = float("inf")
    for _ in range(5):
        done, start = 0, time.perf_counter_ns()
        while (took := time.perf_counter_ns() - start) < 1e8:
            run()
            done += count
        best = min(best, took / done)
    return best


def main() -> None:
    policy = bonin.Policy(RULES)
    records = verifications()
    persons = [as_dict(v) for v in records]
    columns = columns_of(persons)
    now = datetime.datetime.now(datetime.timezone.utc)
    now_ms = round(now.timestamp() * 1000)
    year = (now + datetime.timedelta(hours=9)).year
    contenders: Dict[str, Callable[[], Any]] = {
        "bonin: evaluate, one at a time": lambda: [policy.evaluate(v, now=now).allowed for v in records],
        "bonin: evaluate_many": lambda: policy.evaluate_many(records, now=now).allowed,
        "hand-written Python": lambda: [by_hand(person, now, year) for person in persons],
        "bonin: evaluate_columns, 1,000,000 rows": lambda: policy.evaluate_columns(columns, now=now).allowed,
        "hand-written NumPy, 1,000,000 rows": lambda: by_numpy(columns, now_ms, year),
    }
    wanted = [by_hand(person, now, year) for person in persons]
    assert True in wanted and False in wanted
    for name, run in contenders.items():
        assert list(run()[:PERSONS]) == wanted, name
    print(f"eight rules, Python {platform.python_version()}: {PERSONS} persons, {sum(wanted)} allowed")
    print(f"{'':44}ns a decision   to bonin, one at a time")
    base = None
    for name, run in contenders.items():
        ns = measure(run, ROWS if "rows" in name else PERSONS)
        base = base or ns
        print(f"{name:44}{ns:13.1f}{ns / base:10.2f}", flush=True)


if __name__ == "__main__":
    main()
