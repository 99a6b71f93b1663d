"""Two policies over the same columns: who changes sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Literal, NamedTuple, Optional, Tuple, Union

from . import _native
from ._callbacks import expect_sync
from ._tally import allowed, denials, only
from .errors import InvalidArgument

if TYPE_CHECKING:
    import datetime

    # What a checker does not find it takes for Any.
    import numpy  # type: ignore[import-not-found, unused-ignore]
    from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]
    from numpy.typing import NDArray  # type: ignore[import-not-found, unused-ignore]

    from ._decisions import Decisions
    from ._native import Policy
    from .types import FindingCode

Progress = Union[Callable[[int, int], object], bool, None]


class ChangedRows(NamedTuple):
    """Numbers of rows, from 0: who is let in now and was not, who was and is not. Arrays of NumPy where it is there."""

    gained: NDArray[numpy.intp]
    lost: NDArray[numpy.intp]


class RuleChange(NamedTuple):
    """How many of the rows that change sides a rule keeps apart.

    change: `gained`, and the rule is one of the first policy that had denied them; or `lost`, and it is one of the
    second that denies them now. One row may be of several rules.
    """

    change: Literal["gained", "lost"]
    policy: str
    code: FindingCode
    pointer: str
    rows: int


class Comparison:
    """Who changes sides when one policy takes another's place; `Policy.compare` makes it.

    policies: both, the present one first. before, after: the Decisions of each. rows: numbers of the rows that change.
    """

    __slots__ = ("policies", "before", "after", "rows")

    def __init__(self, policies: Tuple[Policy, Policy], before: Decisions, after: Decisions) -> None:
        self.policies = policies
        self.before = before
        self.after = after
        self.rows = ChangedRows(only(after, before), only(before, after))

    def __len__(self) -> int:
        return len(self.before)

    @property
    def gained(self) -> int:
        """How many are let in now and were not."""
        return len(self.rows.gained)

    @property
    def lost(self) -> int:
        """How many were let in and are not now."""
        return len(self.rows.lost)

    @property
    def same(self) -> int:
        """How many stay on their side."""
        return len(self) - self.gained - self.lost

    @property
    def kept(self) -> int:
        """How many both let in."""
        return allowed(self.after) - self.gained

    def by_rule(self) -> List[RuleChange]:
        """Which rules keep apart those who change sides, the most rows first."""
        sides: Tuple[Tuple[Literal["gained", "lost"], Policy, Decisions, Any], ...] = (
            ("gained", self.policies[0], self.before, self.rows.gained),
            ("lost", self.policies[1], self.after, self.rows.lost),
        )
        changes = [
            RuleChange(change, policy.name, rule.code, rule.pointer, rows)
            for change, policy, denied, those in sides
            for rule, rows in denials(denied, those)
            if rows
        ]
        return sorted(changes, key=lambda change: -change.rows)

    def plot(self, ax: Optional[Axes] = None, *, by: Any = None) -> Axes:
        """Draws it with matplotlib (`pip install bonin[plot]`), and answers the Axes.

        by: a value a row, such as the year of birth: then a bar of gained and lost for each value. ax: the Axes to draw
        on, a new one by default. Raises ImportError without matplotlib, InvalidArgument for a `by` of another length.
        """
        from ._plots.comparison import plot, plot_by

        drawn: Axes = plot(self, ax) if by is None else plot_by(self, ax, by)
        return drawn

    def __repr__(self) -> str:
        before, after = self.policies
        return (
            f"Comparison({before.name} -> {after.name}: {len(self)} rows, {self.gained} gained, {self.lost} lost, "
            f"{self.same} same)"
        )

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


def compare(
    policy: Policy,
    other: Policy,
    columns: Any,
    *,
    now: datetime.datetime,
    assume: Any = None,
    time_zone: Any = None,
    progress: Progress = None,
) -> Comparison:
    """Arguments as of evaluate_columns()."""
    options = {"assume": assume, "time_zone": time_zone}
    if not isinstance(other, _native.Policy):
        raise InvalidArgument("`other` must be a Policy", parameter="other")
    expect_sync(progress, "progress")
    before = policy.evaluate_columns(columns, now=now, **options, **_half(progress, 0))
    after = other.evaluate_columns(columns, now=now, **options, **_half(progress, 1))
    if len(before) != len(after):
        raise InvalidArgument("`columns` must be there twice: a stream is read once only", parameter="columns")
    return Comparison((policy, other), before, after)


def _half(progress: Progress, which: int) -> Dict[str, Any]:
    """What one of the two evaluations tells of both."""
    if progress is None or not callable(progress):
        return {} if progress is None else {"progress": progress}
    return {"progress": lambda done, rows: progress(which * rows + done, 2 * rows)}
