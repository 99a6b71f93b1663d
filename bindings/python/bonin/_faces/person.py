from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, code, pill, table
from .words import say

if TYPE_CHECKING:
    from .._native import Person

ATTRIBUTES = ("name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di")
_TONES = {"attested": "good", "self_declared_possible": "doubt", "unreadable": "bad", "absent": "plain"}


def face(person: Person) -> Html:
    """Field by field: whether there is a value and who says so, never the value."""
    rows = []
    for name in ATTRIBUTES:
        attribute = getattr(person, name)
        word = attribute.attestation
        rows.append((code(name), str(attribute), pill(say(word), _TONES[word])))
    return table([say("attribute"), say("value"), say("attestation")], rows)
