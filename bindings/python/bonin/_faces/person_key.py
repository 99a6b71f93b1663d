from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

from .look import Html, code, table
from .words import say

if TYPE_CHECKING:
    from .._registry import PersonKey


def rows(keys: Iterable[PersonKey]) -> Html:
    header = [say(word) for word in ("kind", "provider", "pepper", "hash")]
    return table(
        header, [(code(key.kind), key.provider, code(key.pepper_id), code(f"{key.hash[:12]}…")) for key in keys]
    )


def face(key: PersonKey) -> Html:
    return rows([key])
