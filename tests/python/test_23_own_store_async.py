"""An own store whose functions are asynchronous: on the caller's loop, and for blocking calls on one of bonin's own."""

import asyncio
import contextvars
import gc
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest
from conftest import Observe, environment, need_greenlets, python
from persons import PEPPER, People

import bonin

request_id: "contextvars.ContextVar[str]" = contextvars.ContextVar("request_id", default="none")


class Members:
    """A table in memory. Its lock belongs to a loop, as connections of asynchronous drivers do."""

    def __init__(self) -> None:
        self.rows: Dict[str, str] = {}
        self.loops: List[asyncio.AbstractEventLoop] = []
        self.requests: List[str] = []

    async def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
        self.loops.append(asyncio.get_running_loop())
        self.requests.append(request_id.get())
        await asyncio.sleep(0)
        return next((self.rows[key.hash] for key in keys if key.hash in self.rows), None)

    async def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
        known = await self.find(keys)
        if known is not None:
            return "existing" if known == account_id else bonin.Claim("taken", "other_account")
        self.rows.update((key.hash, account_id) for key in keys)
        return "created"


@pytest.fixture(autouse=True)
def nothing_is_left_unawaited() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert not [str(one.message) for one in seen if "never awaited" in str(one.message)]


def asked_in_a_loop(main: Any) -> List[Any]:
    """Runs it to its end: what the loop complained of meanwhile."""
    complaints: List[Any] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
        await main()
        assert len(asyncio.all_tasks()) == 1, "nothing goes on after its call"

    asyncio.run(run())
    return complaints


def test_awaited_calls_ask_on_the_loop_of_the_caller(people: People) -> None:
    members, kim = Members(), people("kim")
    policy = bonin.Policy({"name": "members", "rules": [{"account": "same"}]})
    with bonin.Registry(own_store=members, pepper=PEPPER) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)

        async def main() -> None:
            request_id.set("r-1")
            loop = asyncio.get_running_loop()
            assert await registry.afind(kim) is None
            assert (await registry.aclaim(kim, "a-1")).outcome == "created"
            assert await registry.atry_claim(kim, "a-2") == ("taken", "other_account", None)
            assert (await verifier.averify(kim.id, subject="a-1")).allowed
            assert not (await verifier.averify(kim.id, subject="a-2")).allowed
            assert set(members.loops) == {loop} and set(members.requests) == {"r-1"}
            assert await asyncio.gather(*(registry.afind(kim) for _ in range(100))) == ["a-1"] * 100

        assert asked_in_a_loop(main) == []


def test_the_decision_of_an_awaited_call_commits_on_its_loop(people: People) -> None:
    members = Members()
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}]})
    with bonin.Registry(own_store=members, pepper=PEPPER) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)

        async def main() -> None:
            decision = await verifier.averify(people("kim").id, subject="s-1")
            assert (await decision.acommit("a-1")).outcome == "created"
            assert set(members.loops) == {asyncio.get_running_loop()}

        assert asked_in_a_loop(main) == []


def test_blocking_calls_ask_on_one_loop_of_their_own(people: People) -> None:
    members, kim = Members(), people("kim")
    with bonin.Registry(own_store=members, pepper=PEPPER) as registry:
        assert registry.find(kim) is None
        assert contextvars.copy_context().run(lambda: (request_id.set("r-2"), registry.claim(kim, "a-1")))[1].granted
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(lambda _: registry.find(kim), range(50))) == ["a-1"] * 50
        assert len(set(members.loops)) == 1, "connections stay where they were made"
        assert set(members.requests) == {"none", "r-2"}

        async def main() -> None:
            assert registry.find(kim) == "a-1"  # bad manners in a loop, and no deadlock
            assert asyncio.get_running_loop() not in members.loops

        assert asked_in_a_loop(main) == []


def test_a_blocking_call_within_an_awaited_one(people: People) -> None:
    """The function holds the caller's loop: what it asks for must not wait for that loop."""
    inner_members, kim = Members(), people("kim")
    with bonin.Registry(own_store=inner_members, pepper=PEPPER) as inner:

        class Nested(Members):
            async def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
                return inner.find(kim) or await inner.afind(kim) or "nobody"

        with bonin.Registry(own_store=Nested(), pepper=PEPPER) as outer:

            async def main() -> None:
                assert await outer.afind(kim) == "nobody"

            assert asked_in_a_loop(main) == []
    assert len(set(inner_members.loops)) == 2


def test_sessions_of_sqlalchemy(people: People, tmp_path: Path) -> None:
    """Their connections belong to the loop that made them."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("aiosqlite")
    from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

    keys_of = sqlalchemy.Table(
        "keys",
        sqlalchemy.MetaData(),
        sqlalchemy.Column("hash", sqlalchemy.String, primary_key=True),
        sqlalchemy.Column("account_id", sqlalchemy.String),
    )

    class Table:
        engine: AsyncEngine

        async def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
            hashes = [key.hash for key in keys]
            async with self.engine.connect() as connection:
                found = sqlalchemy.select(keys_of.c.account_id).where(keys_of.c.hash.in_(hashes))
                account: Optional[str] = await connection.scalar(found)
                return account

        async def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
            rows = [{"hash": key.hash, "account_id": account_id} for key in keys]
            try:
                async with self.engine.begin() as connection:
                    await connection.execute(sqlalchemy.insert(keys_of), rows)
            except sqlalchemy.exc.IntegrityError:
                return "existing" if await self.find(keys) == account_id else bonin.Claim("taken", "other_account")
            return "created"

    table, kim = Table(), people("kim")
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}]})
    with bonin.Registry(own_store=table, pepper=PEPPER) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)

        async def main() -> None:
            table.engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'members.db'}")
            async with table.engine.begin() as connection:
                await connection.run_sync(keys_of.metadata.create_all)
            decisions: List[Any] = [await verifier.averify(kim.id, subject=f"s-{number}") for number in range(8)]
            claims = await asyncio.gather(*(d.reservation.atry_commit(f"a-{n}") for n, d in enumerate(decisions)))
            assert sorted(claim.outcome for claim in claims) == ["created"] + ["taken"] * 7
            assert await registry.afind(kim) in {f"a-{n}" for n in range(8)}
            await table.engine.dispose()

        assert asked_in_a_loop(main) == []


class Stuck:
    """Its function waits until it is cancelled."""

    def __init__(self) -> None:
        self.asked, self.cancelled = threading.Event(), 0

    async def find(self, keys: Any) -> Any:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def claim(self, keys: Any, account_id: str) -> Any:
        return "created"


@pytest.mark.parametrize("how", ["cancelled", "timed out"])
def test_the_function_ends_with_its_call(
    how: str, people: People, caplog: pytest.LogCaptureFixture, observed: Observe
) -> None:
    store, kim = Stuck(), people("kim")
    policy = bonin.Policy({"name": "members", "rules": [{"account": "same"}]})
    with bonin.Registry(own_store=store, pepper=PEPPER, timeout_ms=60_000) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)

        async def main() -> None:
            for number in range(2):
                limits: Any = {"timeout_ms": 500} if how == "timed out" else {}
                call = verifier.averify(kim.id, subject="s", **limits) if number else registry.afind(kim, **limits)
                store.asked.clear()
                task = asyncio.ensure_future(call)
                while not store.asked.is_set():
                    await asyncio.sleep(0.001)
                if how == "cancelled":
                    task.cancel()
                with pytest.raises(asyncio.CancelledError if how == "cancelled" else bonin.TimedOut):
                    await task
            while store.cancelled < 2:
                await asyncio.sleep(0)
            # Far more than there are threads for functions that block.
            many = [asyncio.ensure_future(registry.afind(kim)) for _ in range(50)]
            await asyncio.sleep(0)
            for one in many:
                one.cancel()
            await asyncio.gather(*many, return_exceptions=True)
            while len(asyncio.all_tasks()) > 1:
                await asyncio.sleep(0)

        complaints = asked_in_a_loop(main)
        assert complaints == [] and "own store failed" not in caplog.text
    if how == "cancelled":
        observed(86, "Python: an asynchronous function is cancelled with its call, and with one whose time is over")


def test_a_function_that_is_late_does_not_hold_a_blocking_call(people: People) -> None:
    store, kim = Stuck(), people("kim")
    with bonin.Registry(own_store=store, pepper=PEPPER, timeout_ms=60_000) as registry:
        with pytest.raises(bonin.TimedOut):
            registry.find(kim, timeout_ms=20)
        assert registry.claim(kim, "a-1").granted, "other threads are free"


def test_what_it_raises_and_what_it_may_not_answer(people: People, caplog: pytest.LogCaptureFixture) -> None:
    kim = people("kim")

    class Broken:
        answer: Any = None

        async def find(self, keys: Any) -> Any:
            raise KeyError("the table of 01099998888 is gone")

        async def claim(self, keys: Any, account_id: str) -> Any:
            return self.answer

    broken = Broken()
    with bonin.Registry(own_store=broken, pepper=PEPPER) as registry:

        async def main() -> None:
            with pytest.raises(bonin.StoreFailed) as awaited:
                await registry.afind(kim)
            assert isinstance(awaited.value.__cause__, KeyError)
            assert "KeyError" in str(awaited.value) and "01099998888" not in str(awaited.value)
            for answer in (None, "maybe", 5, broken):
                broken.answer = answer
                with pytest.raises(bonin.StoreFailed):
                    await registry.aclaim(kim, "a-1")

        with pytest.raises(bonin.StoreFailed) as raised:
            registry.find(kim)
        assert isinstance(raised.value.__cause__, KeyError)
        assert asked_in_a_loop(main) == []
        assert all(record.exc_info for record in caplog.records if "own store failed" in record.message)


@pytest.mark.parametrize("later", [False, True])
def test_an_id_may_be_a_number_or_a_uuid_and_nothing_else(later: bool, people: People) -> None:
    import uuid

    given: List[Any] = [7, uuid.UUID(int=7), b"a-1", True, 7.0]

    class Plain(Members):
        def find(self, keys: Any) -> Any:  # type: ignore[override]
            return given[0]

    class Later(Members):
        async def find(self, keys: Any) -> Any:
            return given[0]

    with bonin.Registry(own_store=Later() if later else Plain(), pepper=PEPPER) as registry:
        for text in ("7", "00000000-0000-0000-0000-000000000007"):
            assert registry.find(people("kim")) == text
            given.pop(0)
        for name in ("bytes", "bool", "float"):
            with pytest.raises(bonin.StoreFailed) as raised:
                registry.find(people("kim"))
            assert f"it answered `{name}`; use `str(id)`" in str(raised.value.__cause__)
            given.pop(0)


def test_a_loop_that_is_gone_is_an_error(people: People) -> None:
    """A call that was left behind by its loop ends with an error, and its function does not run."""
    members, kim = Members(), people("kim")
    with bonin.Registry(own_store=members, pepper=PEPPER) as registry:
        for _ in range(20):

            async def main() -> None:
                asyncio.ensure_future(registry.afind(kim))  # noqa: RUF006
                await asyncio.sleep(0)

            asyncio.run(main())
        assert registry.find(kim) is None


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("warm", [False, True])
def test_after_a_fork(warm: bool, people: People) -> None:
    members, kim = Members(), people("kim")
    with bonin.Registry(own_store=members, pepper=PEPPER) as registry:
        registry.claim(kim, "a-1") if warm else members.rows.clear()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                found = registry.find(kim), asyncio.run(registry.afind(kim))  # type: ignore[arg-type]
                status = 0 if found == (("a-1",) * 2 if warm else (None, None)) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert registry.find(kim) == ("a-1" if warm else None)


def test_the_process_ends_while_a_function_is_at_work(people: People, sandbox: bonin.Sandbox) -> None:
    script = f"""
import asyncio, bonin, os, threading
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
kim = v2.lookup("{people.id("kim")}")
asked = threading.Event()
class Members:
    async def find(self, keys):
        asked.set()
        await asyncio.sleep(600)
    async def claim(self, keys, account_id): return "created"
registry = bonin.Registry(own_store=Members(), pepper="{PEPPER}")
assert registry.claim(kim, "a-1").granted
threading.Thread(target=registry.find, args=(kim,), daemon=True).start()
asked.wait()
"""
    done = python(["-c", script], environment(sandbox))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("kind", ["gevent", "eventlet"])
def test_under_greenlets_a_blocking_call_is_refused(kind: str, people: People, sandbox: bonin.Sandbox) -> None:
    need_greenlets(kind)
    patch = {
        "gevent": "from gevent import monkey; monkey.patch_all()",
        "eventlet": "import eventlet; eventlet.monkey_patch()",
    }
    script = f"""
{patch[kind]}
import bonin, os
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
class Members:
    async def find(self, keys): return None
    async def claim(self, keys, account_id): return "created"
registry = bonin.Registry(own_store=Members(), pepper="{PEPPER}")
try:
    registry.find(v2.lookup("{people.id("kim")}"))
except bonin.StoreFailed as error:
    print(error.__cause__)
"""
    done = python(["-W", "ignore::DeprecationWarning", "-c", script], environment(sandbox))
    assert done.returncode == 0 and "write it without `async`" in done.stdout, done.stderr
    assert "never awaited" not in done.stderr
