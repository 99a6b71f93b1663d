from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from . import person_key
from .look import Html, Shown, code, joined, pill, quiet, table
from .words import say

if TYPE_CHECKING:
    import datetime

    from .._registry import PersonRecord


def _state(word: str, tone: str, until: Optional[datetime.datetime]) -> Html:
    end = quiet(f" {say('until')} {until:%Y-%m-%d %H:%M} UTC") if until else Html("")
    return joined(pill(say(word), tone), end, " ")


def state(one: PersonRecord) -> Html:
    """In words: what keeps the person from an account, and what they hold."""
    said: List[Html] = []
    if one.banned:
        said.append(_state("banned", "bad", one.banned_until))
    if one.account_id is not None:
        said.append(_state("holds an account", "good", None))
    if one.rejoin_at is not None:
        said.append(_state("may not rejoin yet", "doubt", one.rejoin_at))
    if one.reserved_until is not None:
        said.append(_state("reserved", "new", one.reserved_until))
    return joined(*said) if said else pill(say("no account"), "plain")


def rows(records: List[PersonRecord]) -> Html:
    header = [say(word) for word in ("number", "account", "state", "keys")]
    body: List[List[Shown]] = [
        [one.person, code(one.account_id) if one.account_id else None, state(one), len(one.keys)] for one in records
    ]
    return table(header, body)


def face(one: PersonRecord) -> Html:
    return joined(rows([one]), person_key.rows(stored.key for stored in one.keys))
