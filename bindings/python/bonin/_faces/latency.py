"""The histogram of `metrics()`."""

from __future__ import annotations

from typing import Any, Dict

from .look import Html, bar, fold, joined, quiet, table
from .words import say


def face(latency: Dict[str, Any]) -> Html:
    count = latency["count"]
    if not count:
        return Html("")
    names = [f"≤ {bound:,} ms" for bound in latency["bounds"]] + [f"> {latency['bounds'][-1]:,} ms"]
    rows = [(name, some, bar([("new", some)], count)) for name, some in zip(names, latency["counts"]) if some]
    mean = quiet(f" ⌀ {latency['sum'] / count:,.0f} ms")
    return fold(joined(say("latency"), mean), table([say("took"), say("calls"), say("share")], rows), shut=True)
