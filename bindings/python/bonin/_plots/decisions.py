from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._tally import allowed
from .canvas import COLOURS, axes, finish, voice

if TYPE_CHECKING:
    from .._decisions import Decisions


def plot(decisions: Decisions, ax: Any) -> Any:
    """A bar for each rule by which somebody fell, the most rows on top."""
    counts = [count for count in decisions.counts() if count.failed or count.unknown]
    counts.sort(key=lambda count: count.failed + count.unknown)
    ax = axes(ax, bars=len(counts))
    say, fonts = voice()
    names = [f"{count.code}\n{count.pointer}" for count in counts]
    failed, unknown = [count.failed for count in counts], [count.unknown for count in counts]
    ax.barh(names, failed, color=COLOURS["failed"], label=say("fail"))
    ends = ax.barh(names, unknown, left=failed, color=COLOURS["unknown"], hatch="//", label=say("unknown"))
    ax.bar_label(ends, [f"{a + b:,}" for a, b in zip(failed, unknown)], padding=4)
    rows, let_in = len(decisions), allowed(decisions)
    share = f" ({let_in / rows:.1%})" if rows else ""
    ax.set_title(f"{decisions.policy.name}: {say('allowed')} {let_in:,} / {rows:,}{share}", loc="left")
    ax.set_xlabel(say("rows denied"))
    ax.set_xlim(0, max([1, *map(sum, zip(failed, unknown))]) * 1.12)
    ax.legend(loc="lower right", frameon=False)
    finish(ax, fonts, numbers=ax.xaxis)
    return ax
