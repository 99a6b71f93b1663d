"""Columns on their way into Policy.evaluate_columns, and the answer. NumPy and pandas are welcome, never required."""

from __future__ import annotations

from array import array
from importlib import import_module
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from ._native import NO_DATE, RuleName
from .types import FindingCode


class RuleCount(NamedTuple):
    """In how many rows a rule failed or could not be told."""

    code: FindingCode
    pointer: str
    failed: int
    unknown: int


class Decisions:
    """The answers to many: arrays of NumPy where it can be imported, else memoryviews.

    `allowed`: bool a row. `failed`, `unknown`: uint64 a row, where bit i is `rules[i]`.
    """

    __slots__ = ("rules", "allowed", "failed", "unknown")

    def __init__(self, rules: List[RuleName], allowed: Any, failed: Any, unknown: Any) -> None:
        self.rules = rules
        self.allowed = allowed
        self.failed = failed
        self.unknown = unknown

    def __len__(self) -> int:
        return len(self.allowed)

    def counts(self) -> List[RuleCount]:
        """For each rule, in how many rows it failed and in how many it could not be told."""
        return [
            RuleCount(rule.code, rule.pointer, _ones(self.failed, bit), _ones(self.unknown, bit))
            for bit, rule in enumerate(self.rules)
        ]

    def __repr__(self) -> str:
        allowed = sum(self.allowed) if isinstance(self.allowed, memoryview) else int(self.allowed.sum())
        return f"Decisions({len(self)} rows, {allowed} allowed)"


def _ones(bits: Any, bit: int) -> int:
    if isinstance(bits, memoryview):
        return sum(word >> bit & 1 for word in bits)
    return int((bits & bits.dtype.type(1 << bit)).astype(bool).sum())


def room(rows: int) -> Tuple[Any, Any, Any]:
    """Where the answers go: allowed, failed, unknown."""
    try:
        numpy = import_module("numpy")
    except ImportError:
        words = [memoryview(bytearray(8 * rows)).cast("Q") for _ in range(2)]
        return memoryview(bytearray(rows)).cast("?"), words[0], words[1]
    return numpy.zeros(rows, "bool"), numpy.zeros(rows, "uint64"), numpy.zeros(rows, "uint64")


def prepare(columns: Any) -> Dict[Any, Any]:
    """Columns that the buffer protocol can carry, or single values, or pairs of codes and names."""
    return {name: _plain(name, columns[name]) for name in columns.keys()}  # noqa: SIM118 (a DataFrame)


def _plain(name: Any, column: Any) -> Any:
    if isinstance(column, tuple) and len(column) == 2:
        codes, names = column
        return _plain(name, codes), list(names) if hasattr(names, "__iter__") and not isinstance(names, str) else names
    column = getattr(column, "cat", column)  # a pandas Series of categories
    if hasattr(column, "codes") and hasattr(column, "categories"):
        return _plain(name, column.codes), list(column.categories)
    if hasattr(column, "to_numpy"):
        in_utc = getattr(column.dtype, "tz", None) is not None
        column = column.to_numpy("datetime64[ns]") if in_utc else column.to_numpy()
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if kind == "M":
        return _days(column) if name == "birth_date" else column.astype("datetime64[ms]").view("int64")
    if kind == "U" or kind == "O" or isinstance(column, list):
        return _coded(column)
    return column


def _days(moments: Any) -> Any:
    """Whole days since 1970; what is no whole day is left as it is, and so refused: a birth date is never rounded."""
    days = moments.astype("datetime64[D]")
    missing = days != days
    if not ((days == moments) | missing).all():
        return moments
    numbers = days.astype("int64")
    numbers[missing] = NO_DATE
    return numbers


def _coded(column: Sequence[Any]) -> Any:
    """A column of texts as codes and names; whole numbers as an array. What is neither is left as it is."""
    if len(column) > 0 and all(type(item) in (int, bool) for item in column):
        return array("q", column)
    missing = [item is None or item != item for item in column]
    if not all(gone or isinstance(item, str) for item, gone in zip(column, missing)):
        return column
    names: Dict[Any, int] = {}
    codes: Iterable[int] = (-1 if gone else names.setdefault(item, len(names)) for item, gone in zip(column, missing))
    return array("i", codes), list(names)
