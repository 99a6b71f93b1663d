from __future__ import annotations

from typing import TYPE_CHECKING, List

from .finding import rows
from .look import Html, quiet
from .words import say

if TYPE_CHECKING:
    from .._native import Finding


def face(findings: List[Finding]) -> Html:
    return rows(findings) if findings else quiet(say("Findings"), ": 0")
