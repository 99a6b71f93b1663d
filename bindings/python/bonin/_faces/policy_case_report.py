from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, joined, pill, quiet, table, title
from .words import say

if TYPE_CHECKING:
    from .._native import PolicyCaseReport


def face(report: PolicyCaseReport) -> Html:
    """Those that failed first, with what was expected and what was found."""
    passed = len(report.cases) - report.failures
    verdict = pill(say("passed"), "good") if report.passed else pill(say("failed"), "bad")
    head = title(say("Cases"), verdict, quiet(f"{passed:,} / {len(report.cases):,}"))
    rows = []
    for case in sorted(report.cases, key=lambda case: case.passed):
        lines = (case.difference or "").splitlines()
        difference = Html("<br>".join(joined(one.strip()) for one in lines))
        rows.append((pill(say("passed"), "good") if case.passed else pill(say("failed"), "bad"), case.name, difference))
    return joined(head, table([say("result"), say("case"), say("difference")], rows))
