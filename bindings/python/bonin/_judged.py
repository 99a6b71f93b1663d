"""The Python half of what became of many ids."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Union

if TYPE_CHECKING:
    from ._native import Decision, Judged
    from .errors import BoninError


class JudgedCounts(NamedTuple):
    """How many ids were allowed, denied, failed (nothing could be decided), and left (not begun, or cut off)."""

    allowed: int
    denied: int
    failed: int
    left: int


def answers(judged: Judged) -> Iterator[Union[Decision, BoninError, None]]:
    for i in range(len(judged)):
        yield judged[i]


def column(flags: bytes) -> Any:
    try:
        numpy = import_module("numpy")
    except ImportError:
        return memoryview(flags).cast("?")
    return numpy.frombuffer(flags, "bool")
