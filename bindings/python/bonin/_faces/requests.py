from __future__ import annotations

import datetime
from typing import Any, Dict

from .look import Html, code, joined, pill, quiet, table, title
from .words import say

SHOWN = 10


def _status(status: int) -> Html:
    return pill(str(status or "—"), "good" if 200 <= status < 300 else "doubt" if 0 < status < 500 else "bad")


def body(requests: Dict[str, Any]) -> Html:
    """Routes, not paths: an id is nobody else's business."""
    latest = requests["requests"][-SHOWN:][::-1]
    if not latest:
        return quiet(say("nothing was asked yet"))
    rows = [
        (
            f"{datetime.datetime.fromtimestamp(one['at_ms'] / 1000, datetime.timezone.utc):%H:%M:%S} UTC",
            code(one["route"]),
            _status(one["status"]),
        )
        for one in latest
    ]
    return table([say("time"), say("request"), say("status")], rows)


def face(requests: Dict[str, Any]) -> Html:
    return joined(title(say("Requests"), quiet(f"{requests['total']:,}")), body(requests))
