"""An application that keeps its own table of users answers find and claim itself."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Dict, List, Optional

import pytest
from conftest import Observe, environment, python
from persons import PEPPER, People

import bonin


class Users:
    """A table of users in memory: hash of a key -> account."""

    def __init__(self) -> None:
        self.rows: Dict[str, str] = {}
        self.lock = threading.Lock()
        self.threads: List[str] = []

    def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
        self.threads.append(threading.current_thread().name)
        return next((self.rows[key.hash] for key in keys if key.hash in self.rows), None)

    def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
        with self.lock:
            known = self.find(keys)
            if known is not None:
                return "existing" if known == account_id else bonin.Claim("taken", "other_account")
            self.rows.update((key.hash, account_id) for key in keys)
            return "created"


def test_find_and_claim(people: People) -> None:
    users, kim = Users(), people("kim")
    with bonin.Registry(own_store=users, pepper=PEPPER) as registry:
        assert registry.find(kim) is None
        assert registry.claim(kim, "a-1").outcome == "created"
        assert registry.claim(kim, "a-1").outcome == "existing"
        assert registry.try_claim(kim, "a-2") == ("taken", "other_account", None)
        assert registry.match(kim, "a-1") and registry.find(people("kim", ci=None)) == "a-1"
        assert registry.standing(kim, subject="a-1")["account"] == "same"
        assert asyncio.run(registry.afind(kim)) == "a-1"  # type: ignore[arg-type]
        assert repr(registry).startswith("Registry(own, ")
        with pytest.raises(bonin.InvalidArgument) as raised:
            registry.count()
        assert raised.value.parameter == "own_store"
    assert set(users.threads[:-1]) == {"MainThread"}, "a blocking call asks on its own thread"
    assert users.threads[-1] == "bonin-own-store", "an awaited one must not hold its loop up"


def test_many_at_once_and_from_within(people: People) -> None:
    users, kim = Users(), people("kim")
    with bonin.Registry(own_store=users, pepper=PEPPER) as registry:
        with ThreadPoolExecutor(16) as pool:
            outcomes = [c.outcome for c in pool.map(lambda i: registry.try_claim(kim, f"a-{i}"), range(50))]
        assert outcomes.count("created") == 1

        class Nested(Users):
            def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
                return registry.find(kim)

        with bonin.Registry(own_store=Nested(), pepper=PEPPER) as outer:
            assert outer.find(kim) == registry.find(kim) is not None


def test_what_it_raises_and_what_it_may_not_answer(people: People, caplog: pytest.LogCaptureFixture) -> None:
    kim = people("kim")

    class Broken:
        answer: Any = None

        def find(self, keys: Any) -> Any:
            raise KeyError("the table of 01099998888 is gone")

        def claim(self, keys: Any, account_id: str) -> Any:
            return self.answer

    broken = Broken()
    with bonin.Registry(own_store=broken, pepper=PEPPER) as registry:
        with pytest.raises(bonin.StoreFailed) as raised:
            registry.find(kim)
        assert str(raised.value).startswith("`find` of the application's own store failed: `KeyError`")
        assert "01099998888" not in str(raised.value)
        assert isinstance(raised.value.__cause__, KeyError)
        assert caplog.records[-1].name == "bonin" and caplog.records[-1].exc_info is not None
        for answer in (None, "maybe", 5, bonin.Claim("taken", "because"), ("created", None, "soon")):  # type: ignore[arg-type]
            broken.answer = answer
            with pytest.raises(bonin.StoreFailed) as refused:
                registry.claim(kim, "a-1")
            assert isinstance(refused.value.__cause__, Exception), answer


def test_a_policy_is_told_what_it_says(people: People) -> None:
    kim = people("kim")
    assert kim.verified_at is not None
    policy = bonin.Policy({"name": "members only", "rules": [{"account": "same"}]})
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        registry.claim(kim, "a-1")
        for subject, allowed in (("a-1", True), ("a-2", False)):
            standing = registry.standing(kim, subject=subject)
            assert policy.evaluate(kim, now=kim.verified_at, standing=standing).allowed is allowed
            verifier = bonin.Verifier(people.v2, policy, registry=registry)
            assert verifier.verify(kim.id, subject=subject).allowed is allowed


def test_threads_that_do_not_start_are_not_counted(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    users, kim = Users(), people("kim")

    def no_thread(*_: Any, **__: Any) -> Any:
        raise RuntimeError("can't start new thread")

    with bonin.Registry(own_store=users, pepper=PEPPER) as registry:
        with monkeypatch.context() as patch:
            patch.setattr(threading, "Thread", no_thread)
            for _ in range(20):  # more than there may ever be
                assert registry.find(kim) is None, "a blocking call needs none"
                with pytest.raises(RuntimeError, match="new thread"):
                    awaited(registry.afind(kim))
        assert awaited(registry.afind(kim)) is None


def awaited(call: Any) -> Any:
    async def main() -> Any:
        return await call

    return asyncio.run(main())


class Stuck:
    """Its functions come back when they are told to."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Semaphore(0), threading.Event()
        self.claims: List[str] = []

    def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
        self.asked.release()
        assert self.go.wait(60)
        return None

    def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
        self.claims.append(account_id)
        return "created"


def test_functions_that_do_not_come_back(people: People, observed: Observe) -> None:
    """Eight threads are all there are; when all are stuck, whoever comes is told at once, and a late answer harms nobody."""
    store, kim, ended = Stuck(), people("kim"), []  # type: ignore[var-annotated]

    def call(ask: Any) -> None:
        try:
            ended.append(ask())
        except bonin.BoninError as error:
            ended.append(error)

    def start(ask: Any) -> threading.Thread:
        thread = threading.Thread(target=call, args=(ask,))
        thread.start()
        return thread

    with bonin.Registry(own_store=store, pepper=PEPPER, timeout_ms=200) as registry:

        def claim(account_id: str) -> Any:
            return awaited(registry.aclaim(kim, account_id))

        threads = [start(lambda: awaited(registry.afind(kim))) for _ in range(8)]
        for _ in range(8):
            assert store.asked.acquire(timeout=30)
        since = time.monotonic()
        while time.monotonic() < since + 0.6 or not any("8 threads" in str(one) for one in ended):
            assert time.monotonic() < since + 30, "nobody was told"
            threads.append(start(partial(claim, f"late-{len(threads)}")))
            threads[-1].join(0.002)
        serving = [one for one in threading.enumerate() if one.name == "bonin-own-store"]
        assert len(serving) <= 8 * 2, "those of this registry, and of one that was closed a moment ago"
        busy = next(one for one in ended if "8 threads" in str(one))
        assert isinstance(busy, bonin.StoreBusy) and busy.retryable
        waited = [one for one in ended if "in time" in str(one)]
        assert len(waited) > 8, "besides the eight, a claim was let in and waited"
        store.go.set()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
        while True:  # and it goes on
            try:
                assert awaited(registry.afind(kim)) is None
                break
            except (bonin.StoreBusy, bonin.TimedOut):
                pass
        assert "late-8" not in store.claims, "a claim that waited for longer than its caller is not made"
    observed(
        85,
        "Python, awaited calls: at most 8 threads; `StoreBusy` at once when all are stuck; a claim that came too late is not made",
    )


def test_a_claim_whose_time_was_over_before_a_thread_came_free_is_not_made(people: People) -> None:
    store, kim = Stuck(), people("kim")

    async def main(registry: bonin.Registry) -> None:
        finds = [asyncio.ensure_future(registry.afind(kim)) for _ in range(8)]
        for _ in range(8):
            await asyncio.get_running_loop().run_in_executor(None, store.asked.acquire)
        with pytest.raises(bonin.TimedOut):
            await registry.aclaim(kim, "late", timeout_ms=20)
        in_time = asyncio.ensure_future(registry.aclaim(kim, "in time"))
        store.go.set()
        assert await asyncio.gather(*finds) == [None] * 8
        assert (await in_time).granted

    with bonin.Registry(own_store=store, pepper=PEPPER, timeout_ms=600_000) as registry:
        asyncio.run(main(registry))
    assert store.claims == ["in time"]


@pytest.mark.parametrize("how", ["Ctrl-C", "cancel"])
def test_who_stops_waiting_is_free_at_once(how: str, people: People, sandbox: bonin.Sandbox, observed: Observe) -> None:
    """In the middle of a verify whose store does not answer; then the process ends with the function still at work."""
    people("kim")
    script = f"""
import asyncio, bonin, os, signal, threading, time
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
asked = threading.Event()
class Users:
    def find(self, keys):
        asked.set()
        for _ in range(6_000): time.sleep(0.01)
    def claim(self, keys, account_id): return "created"
registry = bonin.Registry(own_store=Users(), pepper="{PEPPER}", timeout_ms=50_000)
policy = bonin.Policy({{"name": "members", "rules": [{{"account": "same"}}]}})
verifier = bonin.Verifier(v2, policy, registry=registry)
def interrupt():
    asked.wait()
    os.kill(os.getpid(), signal.SIGINT)
async def main():
    task = asyncio.ensure_future(verifier.averify("{people.id("kim")}", subject="a-1", timeout_ms=50_000))
    await asyncio.get_running_loop().run_in_executor(None, asked.wait)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("free")
if {how == "cancel"}:
    asyncio.run(main())
else:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=interrupt).start()
    try:
        verifier.verify("{people.id("kim")}", subject="a-1", timeout_ms=50_000)
    except KeyboardInterrupt:
        print("free")
"""
    done = python(["-c", script], environment(sandbox))
    assert (done.returncode, done.stdout, done.stderr) == (0, "free\n", "")
    observed(
        86,
        f"Python: {how} in the middle of the store's function ends the call; the process ends without waiting for it",
    )


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork_in_the_middle_of_a_question(people: People) -> None:
    store, kim = Stuck(), people("kim")
    with bonin.Registry(own_store=store, pepper=PEPPER, timeout_ms=50_000) as registry:
        thread = threading.Thread(target=registry.find, args=(kim,))
        thread.start()
        assert store.asked.acquire(timeout=30)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = 0 if registry.claim(kim, "a-1").granted else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        store.go.set()
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork(people: People) -> None:
    users, kim = Users(), people("kim")
    with bonin.Registry(own_store=users, pepper=PEPPER) as registry:
        registry.claim(kim, "a-1")
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = 0 if registry.find(kim) == "a-1" else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert registry.find(kim) == "a-1"


@pytest.mark.parametrize(
    "ending", ["pass", "threading.Thread(target=registry.find, args=(kim,), daemon=True).start(); asked.wait()"]
)
def test_exit(ending: str, people: People, sandbox: bonin.Sandbox) -> None:
    """The interpreter ends while the application's function is at work: no hang, no crash."""
    script = f"""
import bonin, os, threading, time
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
kim = v2.lookup("{people.id("kim")}")
asked = threading.Event()
class Users:
    slow = False
    def find(self, keys):
        asked.set()
        if self.slow: time.sleep(60)
    def claim(self, keys, account_id): return "created"
users = Users()
registry = bonin.Registry(own_store=users, pepper="{PEPPER}")
registry.claim(kim, "a-1")
registry.find(kim)
asked.clear()
users.slow = True
{ending}
"""
    done = python(["-c", script], environment(sandbox))
    assert done.returncode == 0 and "Fatal" not in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_a_store_that_is_late_is_not_waited_for(people: People) -> None:
    kim, asked, go = people("kim"), threading.Event(), threading.Event()

    class Slow(Users):
        def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
            asked.set()
            go.wait()
            return None

    policy = bonin.Policy({"name": "members only", "rules": [{"account": "same"}]})
    with bonin.Registry(own_store=Slow(), pepper=PEPPER, timeout_ms=600_000) as registry:
        try:
            with pytest.raises(bonin.TimedOut):
                awaited(registry.afind(kim, timeout_ms=20))
            verifier = bonin.Verifier(people.v2, policy, registry=registry)
            with pytest.raises(bonin.TimedOut):
                awaited(verifier.averify(kim.id, subject="s", timeout_ms=1_000))

            async def main() -> None:
                asked.clear()
                task = asyncio.ensure_future(verifier.averify(kim.id, subject="s"))
                await asyncio.get_running_loop().run_in_executor(None, asked.wait)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

            asyncio.run(main())
        finally:
            go.set()
