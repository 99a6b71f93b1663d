"""The keywords of the functions that take those of `begin` besides their own."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Iterable, List

from . import _native


def own_keywords(function: Callable[..., Any]) -> List[str]:
    """Those that are written in its signature."""
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.kind == one.KEYWORD_ONLY]


def expect_keywords(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuses what the function does not take, as Python refuses it, and names the nearest that it takes."""
    taken = list(known)
    for name in given:
        if name not in taken:
            hint = _native.did_you_mean(name, taken)
            raise TypeError(f"{function}() got an unexpected keyword argument `{name}`{hint}")
