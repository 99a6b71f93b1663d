from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, code, joined, pill, table, title
from .words import say

if TYPE_CHECKING:
    from .._check import CheckReport


def _verdict(ok: bool) -> Html:
    return pill(say("ok"), "good") if ok else pill(say("not ok"), "bad")


def face(report: CheckReport) -> Html:
    header = [say(word) for word in ("result", "checked", "reason", "detail", "took")]
    rows = [
        (
            _verdict(check.ok),
            code(check.name),
            code(check.reason) if check.reason else Html(""),
            check.detail,
            f"{check.duration_ms:,} ms",
        )
        for check in report.checks
    ]
    return joined(title(say("Check"), _verdict(report.ok)), table(header, rows))
