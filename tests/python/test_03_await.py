"""Every blocking call has an awaitable twin."""

import asyncio
import collections.abc
import contextvars
import gc
import inspect
import os
import sys
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List

import pytest

import bonin


def test_averify_and_arequire(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    async def main() -> None:
        for api, verifier in verifiers.items():
            adult, minor = sandbox.verify("adult", api=api), sandbox.verify("minor", api=api)
            assert (await verifier.averify(adult)).allowed
            assert not (await verifier.averify(minor)).allowed
            assert (await verifier.arequire(adult)).id == adult
            with pytest.raises(bonin.Denied) as raised:
                await verifier.arequire(minor)
            assert raised.value.decision.denials[0].reason == "too_young"

    asyncio.run(main())


def test_a_twin_is_a_coroutine(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")
    assert asyncio.run(verifier.averify(id)).allowed  # type: ignore[arg-type]

    async def main() -> None:
        assert (await asyncio.create_task(verifier.averify(id))).allowed  # type: ignore[arg-type]
        assert (await asyncio.wait_for(verifier.averify(id), 30)).allowed
        assert (await asyncio.shield(verifier.averify(id))).allowed
        call: Any = verifier.averify(id)
        assert asyncio.iscoroutine(call) and isinstance(call, collections.abc.Coroutine) and inspect.isawaitable(call)
        assert not asyncio.isfuture(call)
        assert call.__name__ == call.__qualname__ == "averify" and "averify" in repr(call) and not call.cr_running
        task = asyncio.create_task(call)
        assert "averify" in repr(task)
        assert (await task).allowed

    asyncio.run(main(), debug=True)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the task group is Python 3.11's")
def test_in_a_task_group(sandbox: bonin.Sandbox, verifier: bonin.Verifier, v2: bonin.PortOneV2) -> None:
    id = sandbox.verify("adult")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined, unused-ignore]
            tasks = [group.create_task(verifier.averify(id)) for _ in range(8)]
        assert all(task.result().allowed for task in tasks)
        sandbox.fault("delay", delay_ms=60_000, match={"path": f"/identity-verifications/{id}"})
        with pytest.raises(BaseExceptionGroup):  # type: ignore[name-defined, unused-ignore]  # noqa: F821
            async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined, unused-ignore]
                slow = group.create_task(v2.alookup(id))
                group.create_task(v2.alookup(".."))
        assert slow.cancelled()

    asyncio.run(main())


def test_under_anyio(sandbox: bonin.Sandbox, verifier: bonin.Verifier, v2: bonin.PortOneV2) -> None:
    anyio = pytest.importorskip("anyio")
    id = sandbox.verify("adult")
    answers: List[bool] = []

    async def one() -> None:
        answers.append((await verifier.averify(id)).allowed)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(one)
        sandbox.fault("delay", delay_ms=60_000)
        with anyio.move_on_after(0.01) as scope:
            await v2.alookup(id)
        assert scope.cancelled_caught

    anyio.run(main)
    assert answers == [True] * 8


def test_under_tasks_that_are_written_in_python(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """As nest_asyncio and debuggers use them."""
    id = sandbox.verify("adult")
    tasks: Any = asyncio.tasks

    async def main() -> None:
        asyncio.get_running_loop().set_task_factory(lambda loop, call, **given: tasks._PyTask(call, loop=loop, **given))
        assert (await asyncio.create_task(verifier.averify(id))).allowed  # type: ignore[arg-type]
        cut_off = asyncio.create_task(verifier.averify(id))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        cut_off.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut_off

    asyncio.run(main())


def test_a_coroutine_runs_once(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")

    async def main() -> None:
        call: Any = verifier.averify(id)
        assert (await call).allowed
        with pytest.raises(RuntimeError, match="already awaited"):
            await call
        with pytest.raises(RuntimeError, match="already awaited"):
            call.throw(ValueError)
        call.close()
        call = verifier.averify(id)
        task = asyncio.create_task(call)
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="being awaited already"):
            await call
        assert (await task).allowed
        call = verifier.averify(id)
        with pytest.raises(TypeError, match="non-None"):
            call.send(1)
        call.close()
        with pytest.raises(RuntimeError, match="already awaited"):
            await call

    asyncio.run(main())


def test_a_coroutine_that_is_driven_by_hand(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")
    with pytest.raises(RuntimeError, match="no running event loop"):
        verifier.averify(id).send(None)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        call: Any = verifier.averify(id)
        waited: Any = call.send(None)
        assert asyncio.isfuture(waited) and waited._asyncio_future_blocking
        assert waited.get_loop() is loop and not waited.done() and not waited.cancelled()
        with pytest.raises(asyncio.InvalidStateError):
            waited.result()
        told = loop.create_future()
        heard: List[Any] = []
        variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)
        context = contextvars.copy_context()
        context.run(variable.set, 1)
        waited.add_done_callback(lambda _: heard.append(variable.get()), context=context)
        waited.add_done_callback(told.set_result)
        unheard = heard.clear
        waited.add_done_callback(unheard)
        assert waited.remove_done_callback(unheard) == 1
        for wrong in ({}, {"context": context, "other": 1}, {"other": 1}):
            with pytest.raises(TypeError, match="add_done_callback"):
                waited.add_done_callback(*([] if not wrong else [unheard]), **wrong)
        assert await told is waited
        assert heard == [1] and waited.done() and waited.result() is None and waited.exception() is None
        assert not waited.cancel()
        waited.add_done_callback(heard.append)
        await asyncio.sleep(0)
        assert heard == [1, waited]
        with pytest.raises(StopIteration) as stopped:
            call.send(None)
        assert stopped.value.value.allowed

        call = verifier.averify(id)
        waited = call.send(None)
        with pytest.raises(RuntimeError, match="wasn't used with future"):
            call.send(None)
        call = verifier.averify(id)
        waited = call.send(None)
        assert waited.cancel("why") and waited.cancelled() and not waited.cancel()
        with pytest.raises(asyncio.CancelledError, match="why"):
            waited.result()
        with pytest.raises(asyncio.CancelledError):
            call.send(None)
        for thrown in (ValueError("mine"), ValueError):
            call = verifier.averify(id)
            call.send(None)
            with pytest.raises(ValueError):
                call.throw(thrown)
        call = verifier.averify(id)
        with pytest.raises(TypeError, match="exceptions must be"):
            call.throw(1)
        call.close()

    asyncio.run(main())


def test_a_coroutine_that_is_never_awaited_is_told_of(verifier: bonin.Verifier) -> None:
    with pytest.warns(RuntimeWarning, match="coroutine 'averify' was never awaited"):
        verifier.averify("iv-1")
        gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call = verifier.averify("iv-1")
        gone = weakref.ref(call)
        call.close()
        del call
        gc.collect()
        assert gone() is None


def test_each_task_goes_on_in_its_own_context(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")
    variable: "contextvars.ContextVar[int]" = contextvars.ContextVar("variable")

    async def one(number: int) -> None:
        variable.set(number)
        for _ in range(3):
            await verifier.averify(id)
            assert variable.get() == number
            assert asyncio.current_task() is tasks[number]

    tasks: List[Any] = []

    async def main() -> None:
        tasks.extend(asyncio.create_task(one(number)) for number in range(64))
        await asyncio.gather(*tasks)

    asyncio.run(main())


def test_whoever_comes_first_cancels_the_others(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Their answers may lie beside its own."""
    id = sandbox.verify("adult")
    tasks: List[Any] = []

    async def one() -> bool:
        allowed = (await verifier.averify(id)).allowed
        for task in tasks:
            if task is not asyncio.current_task():
                task.cancel()
        return allowed

    async def main() -> None:
        for _ in range(20):
            tasks[:] = [asyncio.create_task(one()) for _ in range(32)]
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert True in answers
            assert all(answer is True or isinstance(answer, asyncio.CancelledError) for answer in answers)
        assert (await verifier.averify(id)).allowed

    asyncio.run(main())


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_exception_that_ends_the_loop_leaves_the_others_their_answers(
    kind: Any, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    id = sandbox.verify("adult")

    async def one(ends: bool) -> bool:
        decision = await verifier.averify(id)
        if ends:
            raise kind
        return decision.allowed

    loop = asyncio.new_event_loop()
    try:
        others = [loop.create_task(one(False)) for _ in range(16)]
        ending = loop.create_task(one(True))
        others += [loop.create_task(one(False)) for _ in range(16)]
        with pytest.raises(kind):
            loop.run_until_complete(asyncio.gather(*others, ending))
        assert loop.run_until_complete(asyncio.gather(*others)) == [True] * 32
    finally:
        loop.close()


def test_a_task_may_run_the_loop_again(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """As nest_asyncio does in a notebook, in the middle of a batch of answers."""
    id = sandbox.verify("adult")
    loop: Any = asyncio.SelectorEventLoop()
    tasks: List[Any] = []

    async def one() -> bool:
        return (await verifier.averify(id)).allowed

    async def nests() -> bool:
        decision = await verifier.averify(id)
        me = asyncio.current_task()
        assert me is not None
        asyncio.tasks._leave_task(loop, me)
        for _ in range(10_000):
            if all(task.done() for task in tasks):
                break
            loop._run_once()
        asyncio.tasks._enter_task(loop, me)
        return decision.allowed

    async def main() -> None:
        for _ in range(10):
            nesting = asyncio.create_task(nests())
            tasks[:] = [asyncio.create_task(one()) for _ in range(32)]
            assert await nesting
            assert [task.result() for task in tasks] == [True] * 32

    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


def test_a_task_whose_context_the_loop_runs_in(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """A context cannot be entered twice, so such a task is stepped in a later turn of the loop."""
    id = sandbox.verify("adult")
    context = contextvars.copy_context()

    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
            super().add_reader(fd, context.run, contextvars.copy_context().run, callback, *args)

    loop = Loop()
    try:
        future = loop.create_future()

        async def one() -> None:
            future.set_result((await verifier.averify(id)).allowed)

        kept: List[Any] = []
        context.run(lambda: kept.append(loop.create_task(one())))
        if sys.version_info >= (3, 11):
            kept.append(loop.create_task(verifier.averify(id), context=context))  # type: ignore[arg-type]
        assert loop.run_until_complete(future)
        loop.run_until_complete(asyncio.gather(*kept))
    finally:
        loop.close()


def test_a_task_is_stepped_at_once_only_on_the_thread_that_ends_the_process(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    """Elsewhere it may still run then, and no frame of bonin's may lie beneath it."""
    id = sandbox.verify("adult")
    asyncio.run(verifier.averify(id))  # type: ignore[arg-type]

    def turns() -> int:
        scheduled: List[Any] = []

        class Loop(asyncio.SelectorEventLoop):
            def call_soon(self, callback: Any, *args: Any, **context: Any) -> Any:
                scheduled.extend(arg for arg in args if type(arg).__module__.startswith("bonin"))
                return super().call_soon(callback, *args, **context)

        loop = Loop()
        try:
            assert loop.run_until_complete(verifier.averify(id)).allowed  # type: ignore[arg-type]
        finally:
            loop.close()
        return len(scheduled)

    assert turns() == 0
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(turns).result() == 1


def test_many_at_once(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    ids = [sandbox.verify(persona) for persona in ("adult", "minor")]

    async def main() -> None:
        decisions = await asyncio.gather(*(verifier.averify(ids[i % 2]) for i in range(512)))
        assert [decision.allowed for decision in decisions] == [True, False] * 256

    asyncio.run(main())


def test_an_error_arrives_where_it_is_awaited(v2: bonin.PortOneV2) -> None:
    async def main() -> None:
        with pytest.raises(bonin.NotFound):
            await v2.alookup(bonin.new_id())
        with pytest.raises(bonin.InvalidId):
            await v2.alookup("..")

    asyncio.run(main())


def test_one_client_serves_many_loops_one_after_another(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")

    async def main() -> bool:
        return (await verifier.averify(id)).allowed

    assert asyncio.run(main())
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert asyncio.run(main())
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before, "a closed loop leaks its descriptor"


def test_loops_in_several_threads(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    import concurrent.futures

    id = sandbox.verify("adult")

    def one(_: int) -> int:
        async def main() -> int:
            decisions = await asyncio.gather(*(verifier.averify(id) for _ in range(20)))
            return sum(decision.allowed for decision in decisions)

        return asyncio.run(main())

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(8))) == 160


def test_a_loop_that_cannot_watch_descriptors_is_refused_clearly(v2: bonin.PortOneV2) -> None:
    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
            raise NotImplementedError

    loop = Loop()
    # The loop's own waker wants a reader as well, and has it by now.
    try:
        with pytest.raises(RuntimeError, match="add_reader"):
            loop.run_until_complete(v2.alookup(bonin.new_id()))
    finally:
        loop.close()


def test_async_with_closes(sandbox: bonin.Sandbox) -> None:
    async def main() -> None:
        async with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.url) as portone:
            assert (await portone.alookup(sandbox.verify("adult"))).status == "verified"
        with pytest.raises(bonin.Closed):
            await portone.alookup(bonin.new_id())
        await portone.aclose()

    asyncio.run(main())
