"""In production: is it well, how does it end, whose log is it, what has the registry counted."""

import asyncio
import contextvars
import gc
import json
import logging
import os
import signal
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
from conftest import environment, python
from persons import PEPPER, People

import bonin

Report = bonin.CheckReport
request_id: "contextvars.ContextVar[str]" = contextvars.ContextVar("request_id", default="none")


def told(report: Report) -> str:
    return " ".join(f"{check.name}:{'ok' if check.ok else check.reason}" for check in report.checks)


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never came true")


@pytest.fixture
def stalled(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> Iterator[Callable[[int], None]]:
    """PortOne holds its answers back; waits until so many calls have reached it."""
    sandbox.fault("delay", delay_ms=60_000, times=100)
    sandbox.clear_requests()
    yield lambda number: wait_until(lambda: sandbox.requests["total"] >= number)
    sandbox.clear_faults()


# ---- check


def test_all_is_well(verifiers: Dict[str, bonin.Verifier], registry: bonin.Registry) -> None:
    for verifier in verifiers.values():
        whole = bonin.Verifier(verifier.portone, verifier.policy, registry=registry)
        for report in (whole.check(), asyncio.run(whole.acheck())):  # type: ignore[arg-type]
            assert report.ok
            assert told(report) == "calls:ok certificates:ok credentials:ok clock:ok store:ok"
            assert all(check.detail and check.duration_ms >= 0 and check.reason is None for check in report.checks)
            assert json.loads(json.dumps(report.to_dict()))["checks"][4]["name"] == "store"
            with pytest.raises(TypeError, match=r"use \.ok"):
                bool(report)


def test_what_is_wrong_is_told_and_nothing_is_raised(sandbox: bonin.Sandbox, policy: bonin.Policy) -> None:
    def of(registry: Optional[bonin.Registry] = None, **options: Any) -> Report:
        known = {"api_secret": sandbox.api_secret, "base_url": sandbox.v2_url, "max_attempts": 1, **options}
        return bonin.Verifier(bonin.PortOneV2(**known), policy, registry=registry).check(timeout_ms=5_000)

    wrong = of(api_secret="canary-secret")
    assert told(wrong) == "calls:ok certificates:ok credentials:unauthorized clock:ok"
    assert "canary" not in repr(wrong) and "copy the API secret" in wrong.checks[2].detail
    assert told(of(store_id="store-other")) == "calls:ok certificates:ok credentials:forbidden clock:ok"
    nobody = of(base_url="http://127.0.0.1:1")
    assert told(nobody) == "calls:ok certificates:ok credentials:connection_failed clock:unknown"
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        pass
    assert told(of(registry)) == "calls:ok certificates:ok credentials:ok clock:ok store:closed"


def test_a_file_of_certificates_that_is_gone(sandbox: bonin.Sandbox, policy: bonin.Policy, tmp_path: Any) -> None:
    client = bonin.PortOneV2(api_secret="s", base_url="https://localhost:1", ca_file=str(tmp_path / "canary.pem"))
    report = bonin.Verifier(client, policy).check()
    assert told(report).startswith("calls:ok certificates:tls_failed credentials:")
    assert "canary" not in repr(report)


def test_a_check_is_refused_for_its_arguments(verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.InvalidTimeout):
        verifier.check(timeout_ms=0)
    with pytest.raises(TypeError):
        verifier.check(timeout=1)  # type: ignore[call-arg]


# ---- drain


def test_what_is_under_way_ends_and_nothing_new_begins(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, verifier: bonin.Verifier
) -> None:
    id = sandbox.verify("adult")
    sandbox.fault("delay", delay_ms=300, times=2)
    sandbox.clear_requests()
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(verifier.verify, id), pool.submit(v2.lookup, id)]
        wait_until(lambda: sandbox.requests["total"] == 2)
        drained = pool.submit(v2.drain, timeout_ms=60_000)
        wait_until(lambda: told(verifier.check()).startswith("calls:draining"))
        for call in (lambda: v2.lookup(id), lambda: verifier.verify(id), lambda: asyncio.run(v2.alookup(id))):  # type: ignore[arg-type]
            with pytest.raises(bonin.Draining) as raised:
                call()
            assert raised.value.kind == "draining" and not raised.value.retryable
        assert drained.result() == 0
        assert calls[0].result().allowed and calls[1].result().id == id
    assert v2.drain() == 0 and v2.metrics()["calls_under_way"] == 0
    assert verifier.begin("session-1", channel_key=sandbox.channel_key).id
    v2.close()
    with pytest.raises(bonin.Closed):
        v2.lookup(id)


def test_what_is_left_goes_on_until_close(v2: bonin.PortOneV2, stalled: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(v2.lookup, "iv-1", timeout_ms=60_000)
        stalled(1)
        assert v2.drain(timeout_ms=20) == 1
        waiting = pool.submit(v2.drain, timeout_ms=60_000)
        v2.close()
        assert isinstance(call.exception(), bonin.Closed)
        assert waiting.result() == 0


def test_awaited_and_cancelled(v2: bonin.PortOneV2, stalled: Callable[[int], None]) -> None:
    async def main() -> None:
        call = asyncio.ensure_future(v2.alookup("iv-1", timeout_ms=60_000))
        await asyncio.get_running_loop().run_in_executor(None, stalled, 1)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(v2.adrain(timeout_ms=60_000), 0.02)
        assert await v2.adrain(timeout_ms=20) == 1
        call.cancel()
        assert await v2.adrain(timeout_ms=60_000) == 0

    asyncio.run(main())


def test_a_verifier_drains_and_its_client_serves_others(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, v2: bonin.PortOneV2, policy: bonin.Policy
) -> None:
    id = sandbox.verify("adult")
    assert verifier.drain() == 0
    with pytest.raises(bonin.Draining):
        verifier.require(id)
    assert bonin.Verifier(v2, policy).verify(id).allowed
    assert asyncio.run(verifier.adrain()) == 0  # type: ignore[arg-type]


def test_under_load_every_call_ends_once(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    id = sandbox.verify("adult")
    ends: List[str] = []
    begun = threading.Barrier(9)
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        verifier = bonin.Verifier(v2, bonin.Policy({"name": "n", "rules": [{"account": "new"}]}), registry=registry)

        def work() -> None:
            begun.wait()
            for _ in range(20):
                try:
                    verifier.verify(id, subject="s")
                    ends.append("ok")
                except bonin.Draining:
                    ends.append("draining")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        begun.wait()
        wait_until(lambda: bool(ends))
        assert v2.drain(timeout_ms=60_000) == 0
        assert v2.metrics()["calls_under_way"] == 0
        for thread in threads:
            thread.join()
    assert len(ends) == 160 and set(ends) <= {"ok", "draining"} and ends.count("ok") > 0


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_in_the_middle_of_a_drain(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, stalled: Callable[[int], None]
) -> None:
    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(v2.lookup, "iv-1", timeout_ms=60_000)
        stalled(1)
        drained = pool.submit(v2.drain, timeout_ms=60_000)
        wait_until(lambda: drained.running())
        pid = os.fork()
        if pid == 0:
            status = 1
            try:  # the parent's call is not the child's, and a client that drains does so here as well
                signal.alarm(20)
                refused = False
                try:
                    wait_until(lambda: v2.drain() == 0)
                    v2.lookup("iv-1")
                except bonin.Draining:
                    refused = True
                status = 0 if refused else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        v2.close()
        assert drained.result() == 0 and isinstance(call.exception(), bonin.Closed)


END = """
import asyncio, bonin, os, sys, threading, time
v2 = bonin.PortOneV2(api_secret="s", base_url=os.environ["BONIN_BASE_URL"], timeout_ms=50_000)
def quiet(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except bonin.BoninError:
        pass
threading.Thread(target=quiet, args=(v2.lookup, "iv-1"), daemon=True).start()
while v2.metrics()["calls_under_way"] == 0: time.sleep(0.001)
"""
ENDINGS = {
    "a daemon thread drains": "threading.Thread(target=quiet, args=(v2.drain,), daemon=True).start(); time.sleep(0.05)",
    "a loop is left in the middle of a drain": """
async def main():
    asyncio.ensure_future(v2.adrain()).add_done_callback(lambda f: f.cancelled() or f.exception())
    await asyncio.sleep(0.05)
asyncio.run(main())
""",
    "it drains for a moment and ends": "assert v2.drain(timeout_ms=10) == 1; sys.exit(0)",
}


@pytest.mark.parametrize("how", ENDINGS)
def test_the_interpreter_ends_in_the_middle_of_a_drain(
    sandbox: bonin.Sandbox, how: str, stalled: Callable[[int], None]
) -> None:
    done = python(["-c", END + ENDINGS[how]], environment(sandbox))
    assert (done.returncode, done.stderr) == (0, "")


# ---- whose context


class Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: List[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append((record.__dict__["bonin"]["name"], request_id.get()))


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    logger = logging.getLogger("bonin")
    handler, before = Keeper(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


def named(name: str, function: Callable[..., Any], *args: Any) -> Any:
    def work() -> Any:
        request_id.set(name)
        return function(*args)

    return contextvars.copy_context().run(work)


def test_records_of_a_call_have_its_contextvars(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, keeper: Keeper) -> None:
    id = sandbox.verify("adult")

    async def one(name: str) -> None:
        request_id.set(name)
        await v2.alookup(id)

    async def main() -> None:
        await asyncio.gather(*(one(f"task-{i}") for i in range(8)))

    asyncio.run(main())
    assert sorted(keeper.seen) == [("call.succeeded", f"task-{i}") for i in range(8)]
    keeper.seen.clear()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: named(f"thread-{i}", v2.lookup, id), range(40)))
    assert sorted(keeper.seen) == sorted(("call.succeeded", f"thread-{i}") for i in range(40))


def test_records_of_a_verification_and_its_retry(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, keeper: Keeper
) -> None:
    id = sandbox.verify("adult")
    sandbox.fault("status", status=503)
    named("a", verifier.verify, id)
    assert keeper.seen == [("call.retry", "a"), ("call.succeeded", "a")]
    assert request_id.get() == "none"


@pytest.mark.parametrize("awaited", [False, True])
def test_the_contextvars_of_a_call_go_with_it(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, awaited: bool) -> None:
    id = sandbox.verify("adult")
    held: "contextvars.ContextVar[Any]" = contextvars.ContextVar("held")

    class Thing:
        pass

    def work() -> "weakref.ref[Thing]":
        thing = Thing()
        held.set(thing)
        if awaited:
            asyncio.run(v2.alookup(id))  # type: ignore[arg-type]
        else:
            v2.lookup(id)
        return weakref.ref(thing)

    gone = contextvars.copy_context().run(work)
    gc.collect()
    assert gone() is None


def test_own_stores_are_asked_with_the_contextvars_of_the_call(people: People) -> None:
    seen: List[Any] = []

    class Users:
        def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
            seen.append(("find", request_id.get()))
            return None

        def claim(self, keys: List[bonin.PersonKey], account_id: str) -> str:
            seen.append(("claim", request_id.get()))
            return "created"

    kim = people("kim")
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        named("a", registry.find, kim)
        named("b", registry.claim, kim, "account-1")
        place = named("c", lambda: registry.admit(kim, "s", reserve=True)).reservation
        named("d", place.commit, "account-1")

        async def main() -> None:
            request_id.set("e")
            await registry.afind(kim)

        asyncio.run(main())
    assert seen == [("find", "a"), ("claim", "b"), ("find", "c"), ("claim", "d"), ("find", "e")]


# ---- the registry's numbers


def test_a_registry_counts_its_calls(people: People) -> None:
    kim = people("kim")
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        assert registry.metrics()["calls"] == {}
        registry.claim(kim, "a-1")
        assert not registry.try_claim(kim, "a-2").granted
        assert asyncio.run(registry.afind(kim)) == "a-1"  # type: ignore[arg-type]
        with pytest.raises(bonin.NotFound):
            registry.ban(account_id="nobody")
        with pytest.raises(bonin.InvalidArgument):
            registry.claim(kim, "")
        metrics = registry.metrics()
    assert metrics["calls"] == {"claim": {"ok": 2}, "find": {"ok": 1}, "ban": {"not_found": 1}}
    assert list(metrics) == [
        "calls", "calls_under_way", "waiting", "transactions", "transaction_calls", "retries", "connections",
        "latency_ms",
    ]  # fmt: skip
    assert metrics["transactions"] == metrics["transaction_calls"] == metrics["latency_ms"]["count"] == 4
    assert metrics["calls_under_way"] == metrics["waiting"] == metrics["retries"] == 0
    assert metrics["connections"] == 1
