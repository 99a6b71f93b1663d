from __future__ import annotations

from typing import Any, Dict

from . import latency
from .look import Html, code, facts, joined, pill, quiet, table, title
from .words import say


def body(metrics: Dict[str, Any]) -> Html:
    rows = [
        (code(operation), pill(say("ok"), "good") if end == "ok" else code(end), count)
        for operation, ends in metrics["calls"].items()
        for end, count in ends.items()
    ]
    calls = (
        table([say("operation"), say("result"), say("calls")], rows) if rows else quiet(say("nothing was asked yet"))
    )
    others = [(name, value) for name, value in metrics.items() if name not in ("calls", "latency_ms") and value != 0]
    return joined(calls, latency.face(metrics["latency_ms"]), facts(others) if others else "")


def face(metrics: Dict[str, Any]) -> Html:
    return joined(title(say("Metrics")), body(metrics))
