"""Counting in the answers to many, with NumPy or without."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from .notebook import language

if TYPE_CHECKING:
    from ._decisions import Decisions
    from ._native import Policy, RuleName


def allowed(decisions: Decisions) -> int:
    """How many rows were allowed."""
    return sum(decisions.allowed) if isinstance(decisions.allowed, memoryview) else int(decisions.allowed.sum())


def only(these: Decisions, those: Decisions) -> Any:
    """The numbers of the rows that the first allows and the second does not."""
    if isinstance(these.allowed, memoryview):
        return array("q", (row for row, (a, b) in enumerate(zip(these.allowed, those.allowed)) if a and not b))
    return (these.allowed & ~those.allowed).nonzero()[0]


def ones(bits: Any, bit: int) -> int:
    """In how many words a bit is set."""
    if isinstance(bits, (memoryview, list)):
        return sum(word >> bit & 1 for word in bits)
    return int((bits & bits.dtype.type(1 << bit)).astype(bool).sum())


def alone(decisions: Decisions) -> List[int]:
    """For each rule, how many rows no other rule denied."""
    if isinstance(decisions.failed, memoryview):
        words = [failed | unknown for failed, unknown in zip(decisions.failed, decisions.unknown)]
        return [words.count(1 << bit) for bit in range(len(decisions.rules))]
    denied = decisions.failed | decisions.unknown
    return [int((denied == denied.dtype.type(1 << bit)).sum()) for bit in range(len(decisions.rules))]


def denials(decisions: Decisions, rows: Any) -> List[Tuple[RuleName, int]]:
    """For each rule, in how many of these rows it did not pass."""
    if isinstance(decisions.failed, memoryview):
        words: Any = [decisions.failed[row] | decisions.unknown[row] for row in rows]
    else:
        words = decisions.failed[rows] | decisions.unknown[rows]
    return [(rule, ones(words, bit)) for bit, rule in enumerate(decisions.rules)]


def phrases(policy: Policy) -> Dict[str, str]:
    """What each rule asks for, by its pointer, in the language of the notebook."""
    return {node["pointer"]: node["phrase"] for node in policy.tree(language())}
