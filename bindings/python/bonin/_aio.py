"""The Python half of awaiting. The coroutines of calls are native."""

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


#: Of the call that begins in this context, where there are own stores: their questions have a copy of it.
current: ContextVar[Optional[Caller]] = ContextVar("bonin_caller", default=None)


async def itself(value: Any) -> Any:
    return value


async def close(client: Any) -> None:
    client.close()
