from __future__ import annotations

from typing import TYPE_CHECKING, List

from .look import Html, Shown, code, joined, pill, quiet, table
from .words import say, sentence

if TYPE_CHECKING:
    from .._native import Finding

_TONES = {"pass": "good", "fail": "bad"}


def outcome(word: str) -> Html:
    return pill(say(word), _TONES.get(word, "doubt"))


def rows(findings: List[Finding]) -> Html:
    header = [say(word) for word in ("result", "rule", "reason", "sentence", "place")]
    return table(header, [_row(finding) for finding in findings])


def _row(finding: Finding) -> List[Shown]:
    until = quiet(f" {say('until')} {finding.until:%Y-%m-%d %H:%M} UTC") if finding.until else Html("")
    reason = joined(code(finding.reason), until) if finding.reason else Html("")
    return [outcome(finding.outcome), code(finding.code), reason, sentence(finding), quiet(finding.pointer)]


def face(finding: Finding) -> Html:
    return joined(rows([finding]))
