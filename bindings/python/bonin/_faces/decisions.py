from __future__ import annotations

from typing import TYPE_CHECKING

from .._tally import allowed, alone, phrases
from .look import Html, bar, code, joined, line, portion, quiet, table, title
from .words import say

if TYPE_CHECKING:
    from .._decisions import Decisions, RuleCount


def face(decisions: Decisions) -> Html:
    """Counts, and a bar for each rule: who fell why."""
    rows, let_in = len(decisions), allowed(decisions)
    head = title(say("Decisions"), code(decisions.policy.name), quiet(f"{rows:,} {say('rows')}"))
    if not rows:
        return head
    verdict = line(
        portion(say("allowed"), let_in, rows, "good"),
        " ",
        portion(say("denied"), rows - let_in, rows, "bad"),
    )
    phrase = phrases(decisions.policy)
    header = [say(word) for word in ("rule", "place", "fail", "unknown", "who fell", "by this rule alone", "reason")]
    body = [
        (
            joined(phrase.get(count.pointer, ""), " ", code(count.code)),
            quiet(count.pointer),
            count.failed,
            count.unknown,
            bar([("bad", count.failed), ("doubt", count.unknown)], rows),
            only,
            _reasons(count),
        )
        for count, only in zip(decisions.counts(), alone(decisions))
    ]
    return joined(head, verdict, table(header, body), line(quiet(say("one row may fall by several rules"))))


def _reasons(count: RuleCount) -> Html:
    most = sorted(count.reasons.items(), key=lambda item: -item[1])
    return Html("<br>".join(joined(code(reason), f" {rows:,}") for reason, rows in most))
