from __future__ import annotations

from typing import TYPE_CHECKING

from .._tally import phrases
from .look import Html, bar, code, joined, line, pill, quiet, share, table, title
from .words import say

if TYPE_CHECKING:
    from .._compare import Comparison

SHOWN = 10


def face(comparison: Comparison) -> Html:
    """Who changes sides, by which rule, and the first rows of them."""
    rows, gained, lost = len(comparison), comparison.gained, comparison.lost
    before, after = comparison.policies
    head = title(say("Comparison"), code(before.name), "→", code(after.name), quiet(f"{rows:,} {say('rows')}"))
    verdict = line(
        pill(f"{say('gained')} {gained:,}", "new" if gained else "plain"),
        " ",
        pill(f"{say('lost')} {lost:,}", "bad" if lost else "plain"),
        " ",
        pill(f"{say('same')} {comparison.same:,}", "plain"),
    )
    kept = comparison.kept
    sides = table(
        [say("Policy"), say("allowed"), say("share"), ""],
        [
            (code(before.name), kept + lost, share(kept + lost, rows), bar([("plain", kept), ("bad", lost)], rows)),
            (
                code(after.name),
                kept + gained,
                share(kept + gained, rows),
                bar([("plain", kept), ("new", gained)], rows),
            ),
        ],
    )
    return joined(head, verdict, sides, _why(comparison), _first(comparison))


def _why(comparison: Comparison) -> Html:
    changes = comparison.by_rule()
    if not changes:
        return Html("")
    asked = dict(zip(("gained", "lost"), map(phrases, comparison.policies)))
    told = {"gained": say("denied before by"), "lost": say("denied now by")}
    tones = {"gained": "new", "lost": "bad"}
    rows = [
        (
            pill(say(one.change), tones[one.change]),
            one.rows,
            joined(told[one.change], " ", code(one.code)),
            asked[one.change].get(one.pointer, ""),
            quiet(one.policy, " ", one.pointer),
        )
        for one in changes
    ]
    return table([say("result"), say("rows"), say("why"), say("rule"), say("place")], rows)


def _first(comparison: Comparison) -> Html:
    said = [
        f"{name} {', '.join(f'{int(row):,}' for row in rows[:SHOWN])}{' …' if len(rows) > SHOWN else ''}"
        for name, rows in (("rows.gained", comparison.rows.gained), ("rows.lost", comparison.rows.lost))
        if len(rows)
    ]
    return line(quiet(" · ".join(said))) if said else Html("")
