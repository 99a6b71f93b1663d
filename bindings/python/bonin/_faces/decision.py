from __future__ import annotations

from typing import TYPE_CHECKING

from . import finding, verification
from .look import Html, code, fold, joined, line, pill, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._native import Decision


def face(d: Decision) -> Html:
    verdict = pill(say("allowed"), "good") if d.allowed else pill(say("denied"), "bad")
    head = title(say("Decision"), verdict, code(d.policy_name), quiet(f"{d.at:%Y-%m-%d %H:%M:%S} UTC"))
    guardian = line(quiet(say("a guardian's consent alone is missing"))) if d.needs_guardian else Html("")
    of = joined(say("Verification"), " ", verification.line_of(d.verification))
    return joined(head, guardian, finding.rows(d.findings), fold(of, verification.body(d.verification), shut=True))
