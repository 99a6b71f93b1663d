"""The answers to many. NumPy, pandas, polars and pyarrow are imported where they are asked for, and never required."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Tuple

from ._tally import allowed, ones
from .types import FindingCode, Reason

if TYPE_CHECKING:
    # What a checker does not find it takes for Any.
    import numpy  # type: ignore[import-not-found, unused-ignore]
    import pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]
    import polars  # type: ignore[import-not-found, unused-ignore]
    import pyarrow  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]
    from numpy.typing import NDArray  # type: ignore[import-not-found, unused-ignore]

    from ._native import Policy, RuleName

_OUTCOMES = ("pass", "fail", "unknown")


class RuleCount(NamedTuple):
    """In how many rows a rule failed or could not be told.

    `reasons`: in how many rows for which reason (`missing`, `unreadable`, `unattested`, `too_young`, ...). A combined
    rule has no reason of its own.
    """

    code: FindingCode
    pointer: str
    failed: int
    unknown: int
    reasons: Dict[Reason, int]


class Decisions:
    """The answers to many: arrays of NumPy where it can be imported, else memoryviews.

    `allowed`: bool a row. `failed`, `unknown`: uint64 a row, where bit i is `rules[i]`. `policy`: the one that decided.
    `index`: that of the pandas columns, or None.
    """

    __slots__ = ("policy", "rules", "allowed", "failed", "unknown", "index", "_reasons")

    def __init__(
        self,
        policy: Policy,
        rules: List[RuleName],
        allowed: Any,
        failed: Any,
        unknown: Any,
        reasons: List[Dict[Reason, int]],
        index: Any = None,
    ) -> None:
        self.policy = policy
        self.rules = rules
        self.allowed: NDArray[numpy.bool_] = allowed
        self.failed: NDArray[numpy.uint64] = failed
        self.unknown: NDArray[numpy.uint64] = unknown
        self.index = index if index is not None and len(index) == len(allowed) else None
        self._reasons = reasons

    def __len__(self) -> int:
        return len(self.allowed)

    def counts(self) -> List[RuleCount]:
        """For each rule, in how many rows it failed and in how many it could not be told, and for which reasons."""
        return [
            RuleCount(rule.code, rule.pointer, ones(self.failed, bit), ones(self.unknown, bit), self._reasons[bit])
            for bit, rule in enumerate(self.rules)
        ]

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame: `allowed`, and for each rule a column of the categories `pass`, `fail` and `unknown`.

        The index is that of the columns. A rule's column has its code for a name; where a code comes twice, the pointer
        stands behind it. Raises ImportError without pandas.
        """
        library = _library("pandas", "to_pandas")
        dtype = library.CategoricalDtype(_OUTCOMES)
        columns = {"allowed": self.allowed}
        for name, codes in self._outcomes():
            columns[name] = library.Categorical.from_codes(codes, dtype=dtype)
        made: pandas.DataFrame = library.DataFrame(columns, index=self.index)
        return made

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame: as to_pandas(), with an Enum a rule. Raises ImportError without polars."""
        library = _library("polars", "to_polars")
        outcomes = library.Series(_OUTCOMES, dtype=library.Enum(_OUTCOMES))
        columns = [library.Series("allowed", list(self.allowed) if _plain(self.allowed) else self.allowed)]
        for name, codes in self._outcomes():
            columns.append(outcomes.gather(codes).alias(name))
        made: polars.DataFrame = library.DataFrame(columns)
        return made

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow Table: as to_pandas(), with a dictionary a rule. Raises ImportError without pyarrow."""
        library = _library("pyarrow", "to_arrow")
        columns = {
            "allowed": library.array(list(self.allowed) if _plain(self.allowed) else self.allowed, library.bool_())
        }
        for name, codes in self._outcomes():
            columns[name] = library.DictionaryArray.from_arrays(library.array(codes, library.int8()), list(_OUTCOMES))
        made: pyarrow.Table = library.table(columns)
        return made

    def _outcomes(self) -> List[Tuple[str, Any]]:
        """For each rule its name and, a row, the place in _OUTCOMES."""
        codes = [rule.code for rule in self.rules]
        names = [rule.code if codes.count(rule.code) == 1 else f"{rule.code} {rule.pointer}" for rule in self.rules]
        return [(name, self._outcome(bit)) for bit, name in enumerate(names)]

    def _outcome(self, bit: int) -> Any:
        if _plain(self.failed):
            return [(f >> bit & 1) + 2 * (u >> bit & 1) for f, u in zip(self.failed, self.unknown)]
        word = self.failed.dtype.type
        failed, unknown = self.failed >> word(bit) & word(1), self.unknown >> word(bit) & word(1)
        return (failed + word(2) * unknown).astype("int8")

    def plot(self, ax: Optional[Axes] = None) -> Axes:
        """Draws with matplotlib a bar for each rule by which somebody fell, and answers the Axes.

        ax: the Axes to draw on, a new one by default. Raises ImportError without matplotlib (`pip install bonin[plot]`).
        """
        from ._plots.decisions import plot

        drawn: Axes = plot(self, ax)
        return drawn

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)

    def __repr__(self) -> str:
        return f"Decisions({len(self)} rows, {allowed(self)} allowed)"


def room(rows: int) -> Tuple[Any, Any, Any]:
    """Where the answers go: allowed, failed, unknown."""
    try:
        numpy = import_module("numpy")
    except ImportError:
        words = [memoryview(bytearray(8 * rows)).cast("Q") for _ in range(2)]
        return memoryview(bytearray(rows)).cast("?"), words[0], words[1]
    return numpy.zeros(rows, "bool"), numpy.zeros(rows, "uint64"), numpy.zeros(rows, "uint64")


def _plain(array: Any) -> bool:
    return isinstance(array, memoryview)


def _library(name: str, method: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        raise ImportError(f"{method}() needs {name}: pip install {name}", name=name) from missing
