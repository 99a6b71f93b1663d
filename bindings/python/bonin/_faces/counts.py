from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, joined, table, title
from .words import say

if TYPE_CHECKING:
    from .._registry import Counts


def face(counts: Counts) -> Html:
    return joined(title(say("Counts")), table(counts._fields, [counts]))
