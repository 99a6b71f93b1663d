"""Ctrl-C, cancellation and closing, while a call waits for an answer that does not come."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from conftest import Observe, environment

import bonin

STALL = 60_000  # far longer than any of these tests may take


def stall(sandbox: bonin.Sandbox) -> None:
    sandbox.fault("delay", delay_ms=STALL, times=100)


def wait_for_a_request(sandbox: bonin.Sandbox, count: int = 1) -> None:
    until = time.monotonic() + 30
    while sandbox.requests["total"] < count:
        assert time.monotonic() < until, "no request arrived"
        time.sleep(0.005)


def test_ctrl_c_ends_a_blocking_call(sandbox: bonin.Sandbox, observed: Observe) -> None:
    stall(sandbox)
    script = """
import bonin, os
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"], timeout_ms=50000)
try:
    v2.lookup("iv-1")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(sandbox), stdout=subprocess.PIPE, text=True
    )
    try:
        wait_for_a_request(sandbox)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=30)
    finally:
        child.kill()
    assert out == "interrupted\n"
    assert child.returncode == 0
    observed(45, "Python: KeyboardInterrupt in the middle of the call")


def test_a_handler_that_returns_does_not_end_the_call(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    heard = threading.Event()
    id = sandbox.verify("adult")
    sandbox.fault("delay", delay_ms=300)
    before = signal.signal(signal.SIGALRM, lambda *_: heard.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert v2.lookup(id).id == id
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert heard.is_set()


def test_cancelling_the_task_cancels_the_call(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    stall(sandbox)

    async def main() -> None:
        task: Any = asyncio.ensure_future(v2.alookup("iv-1"))
        await asyncio.get_running_loop().run_in_executor(None, wait_for_a_request, sandbox)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(v2.alookup("iv-2"), 0.01)
        sandbox.clear_faults()
        assert (await v2.alookup(sandbox.verify("adult"))).status == "verified"

    asyncio.run(main())


def test_a_coroutine_that_is_dropped_sends_nothing(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    v2.alookup("iv-1").close()
    assert sandbox.requests["total"] == 0


def test_a_loop_that_is_closed_under_a_call(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    import gc

    stall(sandbox)
    loop = asyncio.new_event_loop()
    task = loop.create_task(v2.alookup("iv-1"))  # type: ignore[arg-type]
    loop.run_until_complete(loop.run_in_executor(None, lambda: None))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    del task, loop
    gc.collect()
    v2.close()
    asyncio.run(asyncio.sleep(0))


@pytest.mark.parametrize("ends", ["before", "after"])
def test_a_loop_that_is_closed_under_a_call_leaves_nothing_behind(
    ends: str, sandbox: bonin.Sandbox, v2: bonin.PortOneV2
) -> None:
    import gc
    import weakref

    stall(sandbox)
    loop = asyncio.new_event_loop()
    task = loop.create_task(v2.alookup("iv-1"))  # type: ignore[arg-type]
    loop.run_until_complete(loop.run_in_executor(None, wait_for_a_request, sandbox))
    if ends == "before":
        v2.close()
    loop.close()
    if ends == "after":
        v2.close()
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    gone = weakref.ref(task)
    del task, loop
    until = time.monotonic() + 30
    while gone() is not None:
        assert time.monotonic() < until, "the task is kept for ever"
        gc.collect()
        with pytest.raises(bonin.Closed):
            asyncio.run(v2.alookup("iv-1"))  # type: ignore[arg-type]


def test_close_settles_what_waits(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    stall(sandbox)
    ended = []

    def wait() -> None:
        try:
            v2.lookup("iv-1")
        except bonin.BoninError as error:
            ended.append(error.kind)

    thread = threading.Thread(target=wait)
    thread.start()
    wait_for_a_request(sandbox)
    v2.close()
    thread.join(30)
    assert ended == ["closed"]
    v2.close()
    with pytest.raises(bonin.Closed):
        v2.lookup("iv-1")


def test_the_time_limit_of_a_call(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    stall(sandbox)
    with pytest.raises(bonin.TimedOut) as raised:
        v2.lookup("iv-1", timeout_ms=30)
    assert raised.value.retryable
    with pytest.raises(TimeoutError):
        asyncio.run(v2.alookup("iv-1", timeout_ms=30))  # type: ignore[arg-type]


def test_other_threads_run_while_one_waits(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    stall(sandbox)
    thread = threading.Thread(target=lambda: pytest.raises(bonin.Closed, v2.lookup, "iv-1"))
    thread.start()
    wait_for_a_request(sandbox)  # needs the GIL many times over
    assert thread.is_alive()
    v2.close()
    thread.join(30)
    assert not thread.is_alive()
