from __future__ import annotations

from typing import Any, Dict, Iterable, Tuple

from . import latency
from .look import Html, code, facts, joined, pill, table, title
from .words import say

_CIRCUIT = {"closed": "good", "open": "bad"}
_APART = ("calls", "circuit", "latency_ms")


def circuit(word: str) -> Html:
    return pill(f"{say('circuit')}: {say(word)}", _CIRCUIT.get(word, "doubt"))


def ends(calls: Iterable[Tuple[str, int]]) -> Html:
    """How calls ended: well, or with which error."""
    rows = [(pill(say("ok"), "good") if name == "ok" else code(name), count) for name, count in calls]
    return table([say("result"), say("calls")], rows) if rows else Html("")


def body(metrics: Dict[str, Any]) -> Html:
    others = [(name, value) for name, value in metrics.items() if name not in _APART and value != 0]
    return joined(ends(metrics["calls"].items()), latency.face(metrics["latency_ms"]), facts(others) if others else "")


def face(metrics: Dict[str, Any]) -> Html:
    return joined(title(say("Metrics"), circuit(metrics["circuit"])), body(metrics))
