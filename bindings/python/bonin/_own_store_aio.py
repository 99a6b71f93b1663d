"""An own store whose functions are asynchronous.

They run on the loop of whoever awaits the call, where the application's connections belong, and end with the call. Of a
blocking call they run on a loop of bonin's own, one for each process, while that call waits.
"""

from __future__ import annotations

import asyncio
import os
from contextvars import copy_context
from functools import partial
from typing import Any, Awaitable, Dict

from . import _aio, _own_store
from ._green import start_thread, threads_are_of
from .errors import InvalidArgument

# Of each process that this one was forked from too: a loop that is freed in a child would close what the parent uses.
_own_loops: Dict[int, asyncio.AbstractEventLoop] = {}


class _Told:
    """What the function answered. A coroutine that never comes to run is closed: Python would warn of it."""

    __slots__ = ("awaitable",)

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        self.awaitable = awaitable

    def __del__(self) -> None:
        if asyncio.iscoroutine(self.awaitable):
            self.awaitable.close()


def answer_later(question: Any, awaitable: Awaitable[Any]) -> None:
    """Has the question answered with what the function answers. In the context of the call that asks."""
    told = _Told(awaitable)
    caller = _aio.current.get()
    if caller is None:
        loop = _own_loop()
        asyncio.run_coroutine_threadsafe(_in_time(question, told), loop).add_done_callback(partial(_answer, question))
        return
    _aio.current.set(None)  # a blocking call that the function makes must not wait for the loop it runs on
    caller.loop.call_soon_threadsafe(_begin, question, told, caller, context=copy_context())


def _answer(question: Any, future: Any) -> None:
    try:
        question.answer(future.result())
    except BaseException as error:
        if question.ended:  # nobody hears the answer
            question.fail(error)
        else:
            _own_store.fail(question, error)


async def _in_time(question: Any, told: _Told) -> Any:
    if question.ended:  # the loop was busy for longer than the call had time
        raise asyncio.CancelledError
    return await _itself(told)


async def _itself(told: _Told) -> Any:
    try:
        return await told.awaitable
    except (SystemExit, KeyboardInterrupt) as error:  # which would end the loop, and with it every later call
        raise RuntimeError(f"the function raised {type(error).__name__}") from error


def _begin(question: Any, told: _Told, caller: _aio.Caller) -> None:
    """On the caller's loop."""
    if caller.over or question.ended:  # the loop may have been busy for longer than the call had time
        question.fail(asyncio.CancelledError())
        return

    def ended(task: asyncio.Future[Any]) -> None:
        try:
            question.answer(task.result())
        except BaseException as error:
            if caller.over:  # nobody hears the answer: the function was cancelled with its call
                question.fail(error)
            else:
                _own_store.fail(question, error)

    task = asyncio.ensure_future(_itself(told))
    caller.tasks.append(task)
    task.add_done_callback(ended)


def _own_loop() -> asyncio.AbstractEventLoop:
    greenlets = threads_are_of()
    if greenlets:
        raise InvalidArgument(
            f"an asynchronous own store cannot answer a blocking call under {greenlets}: write it without `async`",
            parameter="own_store",
        )
    pid = os.getpid()
    loop = _own_loops.get(pid)
    if loop is None:
        fresh = asyncio.new_event_loop()
        loop = _own_loops.setdefault(pid, fresh)  # of two threads one comes first
        if loop is fresh:
            start_thread(loop.run_forever, name="bonin-own-store-loop")
        else:
            fresh.close()
    return loop
