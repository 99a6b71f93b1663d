"""The registry from Python: every operation, blocking and awaited, on a file."""

import asyncio
import contextlib
import copy
import datetime
import inspect
import os
import pathlib
import pickle
import signal
import socket
import subprocess
import sys
import time
from typing import Any, Iterator

import pytest
from persons import PEPPER, People

import bonin

UTC = datetime.timezone.utc
CANARIES = ("CI-kim", "DI-kim", "카나리아", PEPPER)


def test_one_person_one_account(registry: bonin.Registry, people: People) -> None:
    kim, lee = people("kim"), people("lee")
    assert registry.find(kim) is None and registry.match(kim, "a-1") is False
    claim = registry.claim(kim, "a-1")
    assert (claim.outcome, claim.reason, claim.until, claim.granted) == ("created", None, None, True)
    assert registry.claim(kim, "a-1").outcome == "existing"
    taken = registry.try_claim(kim, "a-2")
    assert (taken.outcome, taken.reason, taken.granted) == ("taken", "other_account", False)
    assert registry.try_claim(lee, account_id="a-1").reason == "other_person"
    assert registry.find(kim) == "a-1" and registry.match(kim, "a-1") and not registry.match(lee, "a-1")
    assert registry.find(people("kim", di=None)) == registry.find(people("kim", ci=None)) == "a-1"
    assert registry.count() == (1, 1, 2, 0) and registry.count().keys == 2
    with pytest.raises(TypeError, match="granted"):
        bool(taken)


def test_leaving_banning_forgetting(registry: bonin.Registry, people: People) -> None:
    kim = people("kim")
    registry.claim(kim, "a-1")
    assert registry.release("a-1", rejoin_after_ms=86_400_000) is True
    assert registry.release("a-1", rejoin_after_ms=0) is False
    refused = registry.try_claim(kim, "a-2")
    assert refused.reason == "rejoin_period" and refused.until is not None
    assert refused.until - datetime.datetime.now(UTC) < datetime.timedelta(days=1)
    assert registry.standing(kim, subject="s") == {
        "account": "none", "reserved": False, "use": "first", "banned": False, "banned_until": None,
        "rejoin_period_over": False, "rejoin_at": refused.until, "place": "rejoin_period",
    }  # fmt: skip
    lee = people("lee")
    registry.claim(lee, "b-1")
    assert registry.ban(account_id="b-1", until=datetime.datetime(2100, 1, 1, tzinfo=UTC), reason="spam") is None
    until = registry.try_claim(people("lee"), "b-1").until
    assert until is None or until.year == 2100
    assert registry.standing(lee)["banned"] is True
    (_, banned) = registry.export()
    assert (banned.account_id, banned.banned, banned.ban_reason) == ("b-1", True, "spam")
    assert registry.unban(verification=lee) is True and registry.unban(person=banned.person) is False
    registry.ban(verification=people("park"))
    assert registry.try_claim(people("park"), "c-1") == ("refused", "banned", None)
    assert registry.forget("b-1") is True and registry.forget("b-1") is False
    assert registry.find(lee) is None


def test_single_use_and_reservations(registry: bonin.Registry, people: People) -> None:
    assert [registry.consume("iv-1", who) for who in ("s-1", "s-1", "s-2")] == [
        "first",
        "same_subject",
        "other_subject",
    ]
    assert registry.forget_uses(datetime.datetime.now(UTC) + datetime.timedelta(hours=1)) == 1
    kim = people("kim")
    kept = registry.reserve(kim, "s-1")
    assert kept.reservation is not None and kept.reason is None and len(kept.reservation.id) == 32
    assert kept.reservation.id not in repr(kept) and kept.reservation.expires_at > datetime.datetime.now(UTC)
    assert registry.reserve(kim, "s-2") == (None, "reserved")
    assert kept.reservation.cancel() is True and kept.reservation.cancel() is False
    admission = registry.admit(kim, "s-2", consume=True, reserve=True)
    assert admission.standing["use"] == "first" and admission.reservation is not None
    assert admission.reservation.commit("a-1").outcome == "created"
    assert registry.commit(admission.reservation.id, "a-1").outcome == "existing"
    other = registry.reserve(people("lee"), "s-3").reservation
    assert other is not None and registry.cancel(other) is True
    assert registry.try_commit(other, "b-1").reason == "lapsed"


def test_every_operation_can_be_awaited(registry: bonin.Registry, people: People) -> None:
    kim, lee = people("kim"), people("lee")

    async def main() -> None:
        assert (await registry.aclaim(kim, "a-1")).granted
        assert await registry.afind(kim) == "a-1" and await registry.amatch(kim, "a-1")
        assert await registry.aconsume("iv", "s") == "first"
        assert (await registry.astanding(kim, subject="a-1"))["account"] == "same"
        reserved = (await registry.areserve(lee, "s")).reservation
        assert reserved is not None and await reserved.acancel()
        admitted = (await registry.aadmit(lee, "s", reserve=True)).reservation
        assert admitted is not None and (await admitted.acommit("b-1")).outcome == "created"
        assert (await registry.acommit(admitted, "b-1")).outcome == "existing" and not await registry.acancel("x")
        await registry.aban(account_id="b-1")
        assert await registry.aunban(account_id="b-1")
        assert [person.account_id async for person in registry.aexport(limit=1)] == ["a-1", "b-1"]
        assert len((await registry.aexport_page(0, 10)).items) == (await registry.acount()).persons == 2
        assert await registry.arelease("a-1", rejoin_after_ms=0) and await registry.aforget("b-1")
        assert [row.writing for row in await registry.arotate()] == [True]
        assert await registry.aforget_uses(datetime.datetime.now(UTC) + datetime.timedelta(hours=1)) == 1
        results = await asyncio.gather(*(registry.atry_claim(people("one"), f"c-{i}") for i in range(20)))
        assert [claim.outcome for claim in results].count("created") == 1
        async with registry as same:
            assert same is registry
        with pytest.raises(bonin.Closed):
            await registry.afind(kim)

    asyncio.run(main())
    blocking = {name for name, _ in inspect.getmembers(bonin.Registry, callable) if not name.startswith("_")}
    twins = {name[1:] for name in blocking if name[0] == "a" and name[1:] in blocking}
    assert blocking - twins - {"a" + name for name in twins} == {"keys", "metrics", "schema_sql"}


def test_peppers_rotate(tmp_path: pathlib.Path, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    store = f"sqlite:{tmp_path / 'accounts.db'}"
    monkeypatch.setenv("BONIN_TEST_PEPPER", "x" * 40)
    key = tmp_path / "pepper"
    key.write_text(PEPPER + "\n")
    with bonin.Registry(store, pepper=("old", f"file:{key}")) as old:
        old.claim(people("kim"), "a-1")
        assert repr(old) == "Registry(sqlite, peppers=[old])"
    peppers = [("new", "env:BONIN_TEST_PEPPER"), ("old", PEPPER)]
    with bonin.Registry(store, peppers=peppers) as both:
        assert both.rotate() == [("new", 0, True, True), ("old", 2, False, True)]
        assert both.claim(people("kim"), "a-1").outcome == "existing"
        assert [(row.pepper_id, row.keys) for row in both.rotate()] == [("new", 2), ("old", 0)]
        (person,) = both.export()
        assert {stored.key.pepper_id for stored in person.keys} == {"new"}
        assert {stored.key.kind for stored in person.keys} == {"ci", "di"}
        assert all(len(stored.key.hash) == 64 and stored.received_at.tzinfo for stored in person.keys)
    with bonin.Registry(store, pepper=("old", PEPPER)) as wrong, pytest.raises(bonin.InvalidPepper):
        wrong.find(people("kim"))


def test_bad_input(tmp_path: pathlib.Path, registry: bonin.Registry, people: People) -> None:
    good = {"store": "sqlite::memory:", "pepper": PEPPER}
    for kind, parameter, wrong in [
        ("invalid_pepper", "peppers", {"pepper": None}),
        ("invalid_pepper", "pepper", {"pepper": "short"}),
        ("invalid_pepper", "pepper", {"pepper": 5}),
        ("invalid_pepper", "pepper", {"pepper": "env:BONIN_NO_SUCH_VARIABLE"}),
        ("invalid_pepper", "peppers/1", {"pepper": None, "peppers": [PEPPER, 5]}),
        ("invalid_pepper", "peppers/0/key", {"pepper": None, "peppers": [("id", 5)]}),
        ("invalid_pepper", "peppers", {"pepper": None, "peppers": PEPPER}),
        ("invalid_argument", "peppers", {"peppers": [PEPPER]}),
        ("invalid_argument", "store", {"store": "oracle://x"}),
        ("invalid_argument", "store", {"store": None}),
        ("invalid_argument", "store", {"store": 5}),
        ("invalid_argument", "keys", {"keys": ["ssn"]}),
        ("invalid_argument", "keys", {"keys": []}),
        ("invalid_argument", "own_store.find", {"store": None, "own_store": object()}),
    ]:
        with pytest.raises(bonin.InvalidArgument) as raised:
            bonin.Registry(**{**good, **wrong})  # type: ignore[arg-type]
        assert (raised.value.kind, raised.value.parameter) == (kind, parameter), wrong
        assert PEPPER not in str(raised.value)
    for kind, options in (("invalid_timeout", {"timeout_ms": 0}), ("invalid_argument", {"reservation_life_ms": 1})):
        with pytest.raises(bonin.InvalidArgument) as raised:
            bonin.Registry(**good, **options)  # type: ignore[arg-type]
        assert raised.value.kind == kind
    kim = people("kim")
    calls: Any = [
        ("verification", lambda: registry.find("imp_1")),  # type: ignore[arg-type]
        ("verification", lambda: registry.find(people("nobody", ci=None, di=None))),
        ("account_id", lambda: registry.claim(kim, "")),
        ("account_id", lambda: registry.claim(kim, 5.5)),  # type: ignore[arg-type]
        ("subject", lambda: registry.consume("iv", "")),
        ("rejoin_after_ms", lambda: registry.release("a", rejoin_after_ms="1h")),  # type: ignore[arg-type]
        ("who", lambda: registry.ban()),
        ("who", lambda: registry.unban(account_id="a", person=1)),
        ("until", lambda: registry.ban(account_id="a", until=datetime.datetime(2026, 1, 1))),
        ("limit", lambda: registry.export_page(0, 0)),
        ("reservation", lambda: registry.commit(5, "a")),  # type: ignore[arg-type]
        ("before", lambda: registry.forget_uses(5)),  # type: ignore[arg-type]
    ]
    for parameter, call in calls:
        with pytest.raises(bonin.InvalidArgument) as raised:
            call()
        assert raised.value.parameter == parameter
    with pytest.raises(bonin.NotFound):
        registry.ban(account_id="nobody")
    with pytest.raises(TypeError):
        registry.release("a")  # type: ignore[call-arg]
    assert list(tmp_path.glob("*")) or registry.count().persons == 0


@contextlib.contextmanager
def locked(path: pathlib.Path) -> Iterator[None]:
    """Another process holds the file: this one must not open it with a second SQLite (docs/registry.md)."""
    script = (
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as locker:
        assert locker.stdout is not None and locker.stdin is not None
        locker.stdout.readline()
        try:
            yield
        finally:
            locker.stdin.close()


def test_the_errors_of_a_store_keep_their_kinds(tmp_path: pathlib.Path, people: People) -> None:
    kim, path = people("kim"), tmp_path / "accounts.db"
    with bonin.Registry(f"sqlite:{path}", pepper=PEPPER, timeout_ms=1_000) as registry:
        registry.claim(kim, "a-1")
        with locked(path), pytest.raises(bonin.StoreBusy) as busy:
            registry.claim(people("lee"), "b-1")
        assert busy.value.retryable
        assert registry.claim(people("lee"), "b-1").outcome == "created"
    (tmp_path / "noise.db").write_bytes(b"no database at all" * 100)
    for store, error in (("noise.db", bonin.StoreCorrupt), ("", bonin.StoreUnavailable)):
        with bonin.Registry(f"sqlite:{tmp_path / store}", pepper=PEPPER) as registry, pytest.raises(error) as raised:
            registry.claim(kim, "a-1")
        assert (str(tmp_path) in str(raised.value)) == (error is bonin.StoreUnavailable)
    with pytest.raises(bonin.InvalidArgument, match=r"there is no folder `.*/no/such`"):
        bonin.Registry(f"sqlite:{tmp_path}/no/such/accounts.db", pepper=PEPPER)


def test_ctrl_c_ends_the_wait(tmp_path: pathlib.Path, people: People) -> None:
    kim, lee, path = people("kim"), people("lee"), tmp_path / "accounts.db"
    with bonin.Registry(f"sqlite:{path}", pepper=PEPPER, timeout_ms=600_000) as registry:
        registry.claim(kim, "a-1")
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
        try:
            with locked(path), pytest.raises(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, 0.05)
                registry.claim(lee, "b-1")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        # What was interrupted may have taken effect: saying it again settles it.
        assert registry.claim(lee, "b-1").granted


def test_nothing_personal_is_shown_or_stored(
    tmp_path: pathlib.Path, registry: bonin.Registry, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    kim = people("kim", name="카나리아")
    shown = [registry.claim(kim, "a-1"), registry.find(kim), registry.standing(kim), list(registry.export())]
    with pytest.raises(bonin.ClaimRefused) as taken:
        registry.claim(kim, "카나리아-2")
    shown += [
        taken.value,
        taken.value.__dict__,
        registry,
        registry.count(),
        registry.rotate(),
        registry.reserve(people("lee"), "s"),
    ]
    for thing in shown:
        for canary in CANARIES:
            assert canary not in repr(thing) + str(thing)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        for secret in (registry, registry.reserve(people("lee"), "s").reservation):
            with pytest.raises(TypeError) as raised:
                way(secret)
            assert PEPPER not in str(raised.value)
    with pytest.raises(bonin.InvalidArgument) as refused:
        registry.claim(kim, "")
    assert not any(canary in str(refused.value) + caplog.text for canary in CANARIES)
    for file in tmp_path.iterdir():
        stored = file.read_bytes()
        assert not any(canary.encode() in stored for canary in CANARIES), file


def test_closing(registry: bonin.Registry, people: People) -> None:
    registry.claim(people("kim"), "a-1")
    registry.close()
    registry.close()
    with pytest.raises(bonin.Closed):
        registry.find(people("kim"))
    assert repr(registry).endswith(", closed)")


def test_exit_with_calls_under_way(sandbox: bonin.Sandbox, tmp_path: pathlib.Path, people: People) -> None:
    """The interpreter ends while threads and loops wait for a store that is locked: no hang, no crash."""
    from conftest import environment, python

    script = f"""
import asyncio, bonin, sqlite3, subprocess, sys, threading, os
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
kim = v2.lookup("{people.id("kim")}")
registry = bonin.Registry("sqlite:{tmp_path / "exit.db"}", pepper="{PEPPER}", timeout_ms=600000)
registry.claim(kim, "a-1")
lock = 'import sqlite3,time; c=sqlite3.connect("{tmp_path / "exit.db"}"); c.execute("BEGIN EXCLUSIVE"); print(flush=True); input()'
locker = subprocess.Popen([sys.executable, "-c", lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
locker.stdout.readline()
def wait():
    try: registry.claim(kim, "a-2")
    except bonin.BoninError: pass
for _ in range(5): threading.Thread(target=wait, daemon=True).start()
async def main():
    asyncio.ensure_future(registry.aclaim(kim, "a-3")).add_done_callback(lambda f: f.cancelled() or f.exception())
    await asyncio.sleep(0.05)
asyncio.run(main())
locker.kill()
"""
    started = time.monotonic()
    done = python(["-X", "dev", "-W", "ignore::ResourceWarning", "-c", script], environment(sandbox))
    assert done.returncode == 0 and "Fatal" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert time.monotonic() - started < 60


@pytest.fixture
def silent() -> Iterator[str]:
    """A PostgreSQL that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"postgresql://bonin@127.0.0.1:{listener.getsockname()[1]}/none?sslmode=disable&connect_timeout=600"


def test_every_call_has_a_limit_of_its_own(silent: str, people: People) -> None:
    kim, now = people("kim"), datetime.datetime.now(UTC)
    registry = bonin.Registry(silent, pepper=PEPPER, timeout_ms=600_000)
    calls = {
        "find": (kim,), "claim": (kim, "a"), "match": (kim, "a"), "forget": ("a",), "consume": ("id", "s"),
        "standing": (kim,), "admit": (kim, "s"), "reserve": (kim, "s"), "commit": ("r", "a"), "cancel": ("r",),
        "count": (), "export_page": (0, 10), "rotate": (), "forget_uses": (now,),
    }  # fmt: skip
    for name, places in calls.items():
        with pytest.raises(bonin.TimedOut):
            getattr(registry, name)(*places, timeout_ms=20)
    for call in (
        lambda: registry.release("a", rejoin_after_ms=0, timeout_ms=20),
        lambda: registry.ban(account_id="a", timeout_ms=20),
        lambda: registry.unban(account_id="a", timeout_ms=20),
        lambda: list(registry.export(timeout_ms=20)),
    ):
        with pytest.raises(bonin.TimedOut):
            call()
    with pytest.raises(bonin.InvalidTimeout):
        registry.find(kim, timeout_ms=0)
    with pytest.raises(bonin.StoreBusy):
        bonin.Registry(silent, pepper=PEPPER, timeout_ms=20).find(kim)
    registry.close()


def test_awaited_calls_end_in_time_and_are_cancelled(silent: str, people: People) -> None:
    kim = people("kim")

    async def main() -> None:
        async with bonin.Registry(silent, pepper=PEPPER, timeout_ms=600_000) as registry:
            with pytest.raises(bonin.TimedOut):
                await registry.afind(kim, timeout_ms=20)
            tasks = [asyncio.ensure_future(registry.aclaim(kim, "a")) for _ in range(3)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
        for task in tasks[1:]:
            with pytest.raises(bonin.Closed):
                await task

    asyncio.run(main())


def test_who_was_cancelled_keeps_no_place(registry: bonin.Registry, people: People, tmp_path: pathlib.Path) -> None:
    kim = people("kim")
    registry.rotate()  # the file is there from now on

    async def main() -> None:
        task = asyncio.ensure_future(registry.areserve(kim, "session-1"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with locked(tmp_path / "accounts.db"):
        asyncio.run(main())
        # Cancelling does not wait. This call comes after it, and ends after it.
        with pytest.raises(bonin.TimedOut):
            registry.reserve(kim, "session-1", timeout_ms=20)
    assert registry.reserve(kim, "session-2").reservation is not None


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_does_not_wait_for_a_silent_store(silent: str, people: People) -> None:
    registry = bonin.Registry(silent, pepper=PEPPER, timeout_ms=600_000)
    with pytest.raises(bonin.TimedOut):
        registry.find(people("kim"), timeout_ms=20)
    pid = os.fork()  # while a thread of the registry's waits for the server
    if pid == 0:
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    registry.close()


def test_warnings_and_addresses(tmp_path: pathlib.Path) -> None:
    remote = "postgresql://u:hunter2@db.example.com/x"
    (warning,) = bonin.Registry(f"{remote}?sslmode=disable", pepper=PEPPER, schema="shop").warnings
    assert "sslmode=verify-full" in warning and "hunter2" not in warning
    assert bonin.Registry(f"sqlite:{tmp_path / 'x.db'}", pepper=PEPPER).warnings == []
    for pepper in ("file:/tmp/a\0b", "env:A\0B"):
        with pytest.raises(bonin.InvalidPepper, match="NUL"):
            bonin.Registry("sqlite::memory:", pepper=pepper)
    for address in ("postgresql://u:hunter2@host/x?schema=y", remote, f"{remote}?sslmode=prefer"):
        with pytest.raises(bonin.InvalidArgument) as refused:
            bonin.Registry(address, pepper=PEPPER)
        assert refused.value.parameter == "store" and "hunter2" not in str(refused.value)
    for address, schema in ((f"{remote}?sslmode=require", "Shop"), ("sqlite::memory:", "shop")):
        with pytest.raises(bonin.InvalidArgument) as refused:
            bonin.Registry(address, pepper=PEPPER, schema=schema)
        assert refused.value.parameter == "schema"
    bonin.Registry(f"{remote}?sslmode=require", pepper=PEPPER, connections=8)
    for address, connections in ((f"{remote}?sslmode=require", 0), ("sqlite::memory:", 2)):
        with pytest.raises(bonin.InvalidArgument) as refused:
            bonin.Registry(address, pepper=PEPPER, connections=connections)
        assert refused.value.parameter == "connections"
