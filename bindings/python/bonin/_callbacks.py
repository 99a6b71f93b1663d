"""Functions of the application that bonin calls and nobody awaits."""

from __future__ import annotations

import inspect
from typing import Any

from .errors import InvalidArgument


def expect_sync(function: Any, parameter: str, instead: str = "nobody would await what it answers") -> None:
    """Refuses a coroutine function, and an object whose `__call__` is one: it would be called, and do nothing."""
    called = getattr(function, "__call__", None)  # noqa: B004 - the method itself is asked about
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called):
        raise InvalidArgument(f"`{parameter}` must not be a coroutine function: {instead}", parameter=parameter)
