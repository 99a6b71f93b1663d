from __future__ import annotations

from typing import Any, Dict, List

from .look import Html, code, table
from .words import say, sentence_of


def face(personas: List[Dict[str, Any]]) -> Html:
    """Not who they are: that is personal data wherever a real person was added."""
    header = [say(word) for word in ("persona", "what it is", "provider", "status")]
    rows = [(code(one["name"]), sentence_of(one), code(one["provider"]), code(one["status"])) for one in personas]
    return table(header, rows)
