"""The Python half of awaiting: coroutines around native calls."""

from __future__ import annotations

from typing import Any


async def run(deferred: Any) -> Any:
    """Begins a native call and waits for it; whatever ends the wait early cancels the call."""
    try:
        return await deferred.start()
    except BaseException:
        deferred.cancel()
        raise


async def itself(value: Any) -> Any:
    return value


async def close(client: Any) -> None:
    client.close()
