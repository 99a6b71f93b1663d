"""Moving in from Python: the shared cases, files, iterators, other stores, and nothing personal in any text."""

import asyncio
import base64
import itertools
import logging
import os
import pathlib
import signal
import subprocess
import sys
import uuid
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional, Tuple

import pytest
from conftest import ROOT
from persons import PEPPER
from vectors import load

import bonin

CASES = load("import")
VALUES: Dict[str, str] = CASES["values"]
Row = Tuple[str, str, str, str, str]


def value(name: Optional[str]) -> Optional[str]:
    return None if name is None else VALUES.get(name, name)


def row(written: List[str]) -> Row:
    kind, name, *rest = written
    return (kind, VALUES.get(name, name), *rest)  # type: ignore[return-value]


class Who:
    """Verifications of people by their CI and DI, of DANAL and `merchant-1`."""

    def __init__(self, sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
        self.sandbox, self.v2 = sandbox, v2

    def __call__(self, keys: List[Optional[str]]) -> bonin.Verification:
        person = {"name": "김보닌", "birth_date": "1990-05-17", "ci": value(keys[0]), "di": value(keys[1])}
        return self.v2.lookup(self.sandbox.verify(person, provider="DANAL", pg_merchant_id="merchant-1"))


@pytest.fixture
def who(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> Who:
    return Who(sandbox, v2)


def take_step(registry: bonin.Registry, who: Who, what: str, *arguments: Any) -> None:
    if what == "claim":
        registry.claim(who(arguments[0]), arguments[1])
    elif what == "release":
        assert registry.release(arguments[0], rejoin_after_ms=arguments[1])
    elif what == "forget":
        assert registry.forget(arguments[0])
    else:
        assert what == "ban"
        registry.ban(verification=who(arguments[0]))


def expect(report: bonin.ImportReport, case: Dict[str, Any]) -> None:
    for name, count in case["report"].items():
        assert getattr(report, name) == count, name
    listed = case["left_out"][: case.get("listed")]
    assert [list(conflict) for conflict in report.conflicts] == listed
    assert sum(report.left_out.values()) == len(case["left_out"])


@pytest.mark.parametrize("name", ["on_conflict", "on_batch"])
def test_a_function_that_nobody_would_await_is_refused(name: str, registry: bonin.Registry) -> None:
    async def told(news: Any) -> None:
        raise AssertionError("nobody awaits it")

    options: Any = {name: told}
    with pytest.raises(bonin.InvalidArgument, match=f"`{name}` must not be a coroutine function"):
        registry.import_([], **options)
    with pytest.raises(bonin.InvalidArgument, match=f"`{name}` must not be a coroutine function"):
        asyncio.run(registry.aimport_([], **options))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_shared_cases(registry: bonin.Registry, who: Who, case: Dict[str, Any]) -> None:
    for step in case["steps"]:
        take_step(registry, who, *step)
    rows = [row(written) for batch in case["batches"] for written in batch]
    told: List[bonin.ImportConflict] = []
    report = registry.import_(rows, on_conflict=told.append, **case.get("options", {}))
    expect(report, case)
    assert [list(conflict) for conflict in told] == case["left_out"]
    for keys, account in case["found"]:
        assert registry.find(who(keys)) == account
    again = registry.import_(rows, **case.get("options", {}))
    assert again.persons == again.keys == 0 and again.conflicts == report.conflicts


@pytest.mark.parametrize("case", CASES["files"], ids=lambda case: case["name"])
def test_shared_files(registry: bonin.Registry, who: Who, tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(bytes_of(case))
    expect(registry.import_file(path, **case["options"]), case)
    for keys, account in case["found"]:
        assert registry.find(who(keys)) == account


@pytest.mark.parametrize("case", CASES["bad_files"], ids=lambda case: case["name"])
def test_files_that_are_none(registry: bonin.Registry, tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(bytes_of(case))
    with pytest.raises(bonin.InvalidArgument) as caught:
        registry.import_file(path, **case["options"])
    assert caught.value.parameter == "path" and VALUES["ci-kim"] not in str(caught.value)


def bytes_of(case: Dict[str, Any]) -> bytes:
    written = base64.b64decode(case["text_base64"]) if "text_base64" in case else case["text"].encode()
    for name, stands_for in VALUES.items():
        written = written.replace(name.encode(), stands_for.encode())
    return bytes(written)


def ci(n: int) -> str:
    return f"{n}".ljust(86, "A") + "=="


def people(count: int, first: int = 0) -> Iterator[Row]:
    return (("ci", ci(n), "DANAL", "", f"a{n}") for n in range(first, first + count))


def test_whatever_can_be_iterated(registry: bonin.Registry) -> None:
    reports: List[bonin.ImportReport] = []
    report = registry.import_(people(2_500), on_batch=reports.append)
    assert (report.rows, report.persons, report.left_out, report.conflicts) == (2_500, 2_500, {}, [])
    assert [one.rows for one in reports] == [1_000, 2_000, 2_500]
    assert registry.import_([]).rows == 0
    account = uuid.uuid4()
    rows: List[Any] = [
        {"kind": "ci", "value": ci(1), "account": "a1"},
        {"kind": "ci", "value": ci(9_999), "provider": None, "account": account},
        ["ci", ci(9_998), None, None, 42],
        ("ci", ci(9_997), None, None, None),
        ("ci", "\ud800", None, None, "\ud800"),
    ]
    report = registry.import_(rows)
    assert (report.existing, report.persons) == (1, 2)
    assert report.left_out == {"bad_account": 2}


def test_awaited(registry: bonin.Registry, tmp_path: pathlib.Path) -> None:
    async def rows() -> AsyncIterator[Row]:
        for one in people(1_500):
            await asyncio.sleep(0)
            yield one

    path = tmp_path / "rows.csv"
    path.write_text("account,value\n" + "".join(f"f{n},{ci(n + 5_000)}\n" for n in range(10)))

    async def main() -> None:
        assert (await registry.aimport_(rows())).persons == 1_500
        assert (await registry.aimport_(people(1_600))).persons == 100
        assert (await registry.aimport_file(path, kind="ci")).persons == 10
        keys = [(*held.key, one.account_id, held.received_at) async for one in registry.aexport() for held in one.keys]
        async with bonin.Registry("sqlite::memory:", pepper=PEPPER) as other:
            assert (await other.aimport_keys(keys)).persons == 1_610
            async with bonin.Registry("sqlite::memory:", pepper=PEPPER) as third:
                moved = await third.aimport_from(other)
                assert (moved.persons, moved.rows) == (1_610, 1_610)

    asyncio.run(main())


def test_what_a_verification_gives_is_what_a_row_gives(
    registry: bonin.Registry, sandbox: bonin.Sandbox, v1: bonin.PortOneV1, v2: bonin.PortOneV2
) -> None:
    person = {"name": "김보닌", "birth_date": "1990-05-17", "ci": VALUES["ci-kim"], "di": VALUES["di-kim"]}
    of_v1 = v1.lookup(sandbox.verify(person, api="v1", provider="DANAL"))
    of_v2 = v2.lookup(sandbox.verify(person, provider="DANAL", pg_merchant_id="shop"))
    raw = [
        ("ci", of_v1.person.ci.reveal(), of_v1.provider, "", "a"),
        ("di", of_v1.person.di.reveal(), of_v1.provider, "", "a"),
        ("di", of_v2.person.di.reveal(), of_v2.provider, of_v2.channel.pg_merchant_id, "a"),
    ]
    registry.import_(raw)
    stored = {held.key.hash for one in registry.export() for held in one.keys}
    assert stored == {key.hash for v in (of_v1, of_v2) for key in registry.keys(v)} and len(stored) == 3


def test_keys_of_an_application(registry: bonin.Registry, who: Who) -> None:
    kim = who(["ci-kim", "di-kim"])
    report = registry.import_keys((*key, 7) for key in registry.keys(kim))
    assert (report.persons, report.keys) == (1, 2)
    assert registry.find(kim) == "7"
    odd = [("ci", "other", "0" * 64, "DANAL", "8"), {"kind": "ci", "pepper_id": "x", "hash": "0", "account": "9"}]
    assert registry.import_keys(odd).left_out == {"unknown_pepper": 2}


def test_rows_that_are_none(registry: bonin.Registry) -> None:
    canary = "CANARYCI" + "A" * 80
    for rows, parameter in (
        ([canary], "rows/1"), ([("ci", canary)], "rows/1"), ([{"kind": "ci", "value": canary, "canary": canary}], "rows/1"),
        ([("ci", canary.encode(), "", "", "a")], "rows/1/value"), ([("ci", canary, "", "", 1.5)], "rows/1/account"),
        ([*people(1_000), ("ci", 5, "", "", "a")], "rows/1001/value"),
    ):  # fmt: skip
        with pytest.raises(bonin.InvalidArgument) as caught:
            registry.import_(rows)  # type: ignore[arg-type]
        assert caught.value.parameter == parameter and "CANARY" not in str(caught.value)
    for options in ({"conflicts": -1}, {"attests": ["DANAL"]}):
        with pytest.raises(bonin.InvalidArgument):
            registry.import_([], **options)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        registry.import_([], batch=5)  # type: ignore[call-arg]
    with pytest.raises(bonin.InvalidArgument):
        registry.import_from(registry)
    with pytest.raises(bonin.InvalidArgument):
        registry.import_from("sqlite:x")  # type: ignore[arg-type]


def test_nothing_personal_anywhere(
    registry: bonin.Registry, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    canary, broken = "CANARYCI" + "A" * 78 + "==", "CANARYCI"
    caplog.set_level(logging.DEBUG)
    report = registry.import_([("ci", canary, "DANAL", "", "a"), ("ci", broken, "DANAL", "", "b"), (canary,) * 5])
    assert report.left_out == {"bad_value": 1, "bad_kind": 1}
    for text in (repr(report), str(report), repr(registry.metrics()), caplog.text):
        assert "CANARY" not in text
    registry.close()
    for path in tmp_path.iterdir():
        assert b"CANARY" not in path.read_bytes()


def test_interrupted_it_is_begun_again(tmp_path: pathlib.Path) -> None:
    script = f"""
import itertools, bonin
rows = (("ci", f"{{n}}".ljust(86, "A") + "==", "", "", f"a{{n}}") for n in itertools.count())
registry = bonin.Registry("sqlite:{tmp_path}/accounts.db", pepper={PEPPER!r})
registry.import_(rows, on_batch=lambda report: print(report.rows, flush=True))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python")}
    for end in (signal.SIGKILL, signal.SIGINT):
        child = subprocess.Popen(
            [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert child.stdout is not None
        for _ in itertools.repeat(None, 3):
            assert child.stdout.readline()
        child.send_signal(end)
        child.communicate(timeout=60)
        assert child.returncode != 0
    with bonin.Registry(f"sqlite:{tmp_path}/accounts.db", pepper=PEPPER) as registry:
        there = registry.count()
        assert there.persons == there.keys and there.persons % 1_000 == 0 and there.persons >= 3_000
        report = registry.import_(people(there.persons + 1))
        assert (report.existing, report.persons) == (there.persons, 1)


def test_the_schema() -> None:
    sql = bonin.Registry.schema_sql()
    assert sql.startswith("BEGIN;") and "bonin" in sql and '"shop"' in bonin.Registry.schema_sql("shop")
    with pytest.raises(bonin.InvalidArgument):
        bonin.Registry.schema_sql("no schema")
