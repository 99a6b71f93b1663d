from __future__ import annotations

from typing import Any, Dict

from .look import Html, facts, joined, title
from .words import say


def face(standing: Dict[str, Any]) -> Html:
    known = [(name, value if value is not None else say("unknown")) for name, value in standing.items()]
    return joined(title(say("Standing")), facts(known))
