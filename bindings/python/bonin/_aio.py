"""The Python half of awaiting: coroutines around native calls."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any, List, Optional


class Caller:
    """Who awaits a call: its loop, and what runs there for the call."""

    __slots__ = ("loop", "over", "tasks")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.over = False
        self.tasks: List[asyncio.Future[Any]] = []

    def end(self) -> None:
        self.over = True
        for task in self.tasks:
            task.cancel()


#: Of the call that begins in this context: an own store's question has a copy of it.
current: ContextVar[Optional[Caller]] = ContextVar("bonin_caller", default=None)


async def run(deferred: Any) -> Any:
    """Begins a native call and waits for it; whatever ends the wait early cancels the call."""
    caller = Caller(asyncio.get_running_loop())
    token = current.set(caller)
    try:
        future = deferred.start()
    except BaseException:
        deferred.cancel()
        raise
    finally:
        current.reset(token)
    try:
        return await future
    except BaseException:
        deferred.cancel()
        caller.end()
        raise


async def itself(value: Any) -> Any:
    return value


async def close(client: Any) -> None:
    client.close()
