from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Callable, Sequence

from ..errors import InvalidArgument
from .canvas import COLOURS, axes, finish, voice

if TYPE_CHECKING:
    from .._compare import Comparison

MOST = 60
NONE = "—"  # of rows without a value


def _named(value: Any) -> Any:
    """NaN, NaT and NA are not equal to themselves, or do not say: each would be a group of its own."""
    return value if value is not None and str(value != value) == "False" else NONE


def _order(group: Any) -> Any:
    """Numbers before texts before what has no value."""
    kind = 2 if group == NONE else 1 if isinstance(group, str) else 0
    return kind, group


def _title(comparison: Comparison, say: Callable[[str], str]) -> str:
    return f"{say('gained')} {comparison.gained:,} · {say('lost')} {comparison.lost:,} / {len(comparison):,}"


def plot(comparison: Comparison, ax: Any) -> Any:
    """A bar for each policy: whom both let in, and whom it lets in alone."""
    ax = axes(ax, bars=3)
    say, fonts = voice()
    before, after = (policy.name for policy in comparison.policies)
    names = [f"{say('after')}\n{after}", f"{say('before')}\n{before}"]
    ax.barh(names, [comparison.kept] * 2, color=COLOURS["kept"], label=say("allowed by both"))
    for change, row, rows in (("gained", 0, comparison.gained), ("lost", 1, comparison.lost)):
        ends = ax.barh(names[row], rows, left=comparison.kept, color=COLOURS[change], label=say(change))
        ax.bar_label(ends, [f"{comparison.kept + rows:,}"], padding=4)
    ax.set_xlim(0, max(1, comparison.kept + max(comparison.gained, comparison.lost)) * 1.15)
    ax.set_title(_title(comparison, say), loc="left")
    ax.set_xlabel(say("rows allowed"))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    finish(ax, fonts, numbers=ax.xaxis)
    return ax


def plot_by(comparison: Comparison, ax: Any, by: Any) -> Any:
    """A bar for each value of `by`. Where some gain and some lose, gained goes upwards and lost downwards."""
    if getattr(getattr(by, "dtype", None), "kind", "") == "M" and not hasattr(by, "iloc"):
        by = by.astype("datetime64[us]")  # of nanoseconds tolist() makes numbers
    if not hasattr(by, "tolist") and not hasattr(by, "__iter__"):
        raise InvalidArgument("`by` must be a column of values, one a row", parameter="by")
    values: Sequence[Any] = list(map(_named, by.tolist() if hasattr(by, "tolist") else by))
    if len(values) != len(comparison):
        raise InvalidArgument(f"`by` must hold {len(comparison)} values, one a row", parameter="by")
    gained = Counter(values[int(row)] for row in comparison.rows.gained)
    lost = Counter(values[int(row)] for row in comparison.rows.lost)
    groups = sorted({*gained, *lost}, key=_order)
    if len(groups) > MOST:
        raise InvalidArgument(f"`by` has {len(groups)} values among those who change; at most {MOST}", parameter="by")
    ax = axes(ax, bars=6)
    say, fonts = voice()
    names = [str(group) for group in groups]
    if gained or not lost:
        ax.bar(names, [gained[group] for group in groups], color=COLOURS["gained"], label=say("gained"))
    if lost:
        way = -1 if gained else 1
        ax.bar(names, [way * lost[group] for group in groups], color=COLOURS["lost"], label=say("lost"))
    ax.axhline(0, color=COLOURS["kept"], linewidth=0.8)
    ax.set_title(_title(comparison, say), loc="left")
    ax.set_ylabel(say("rows"), rotation="horizontal", ha="right")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    finish(ax, fonts, numbers=ax.yaxis)
    if len(names) > 8:
        ax.tick_params(axis="x", rotation=60)
    return ax
