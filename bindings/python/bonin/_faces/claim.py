from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, code, pill, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._registry import Claim


def face(claim: Claim) -> Html:
    until = f"{say('until')} {claim.until:%Y-%m-%d %H:%M:%S} UTC" if claim.until else ""
    verdict = pill(say(claim.outcome), "good" if claim.granted else "bad")
    return title(say("Claim"), verdict, code(claim.reason) if claim.reason else Html(""), quiet(until))
