from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, joined, quiet, title
from .person_record import rows
from .words import say

if TYPE_CHECKING:
    from .._registry import PersonPage

SHOWN = 20


def face(page: PersonPage) -> Html:
    more = len(page.items) - SHOWN
    rest = quiet(f"+ {more:,} {say('more')}") if more > 0 else Html("")
    return joined(title(say("Persons"), quiet(f"{len(page.items):,}")), rows(page.items[:SHOWN]), rest)
