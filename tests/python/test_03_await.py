"""Every blocking call has an awaitable twin."""

import asyncio
import gc
import os
from typing import Any, Dict

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

    asyncio.run(main())


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
