from __future__ import annotations

from typing import TYPE_CHECKING

from . import person
from .look import Html, code, fold, joined, pill, quiet, table, title
from .words import say

if TYPE_CHECKING:
    from .._native import Verification

_TONES = {"verified": "good", "failed": "bad"}


def line_of(v: Verification) -> Html:
    return joined(pill(say(v.status), _TONES.get(v.status, "doubt")), " ", code(v.id))


def body(v: Verification) -> Html:
    failure = (v.failure.pg_code or "—") if v.failure else None
    row = [
        v.api,
        v.provider,
        v.channel.type,
        f"{v.verified_at:%Y-%m-%d %H:%M:%S} UTC" if v.verified_at else None,
    ]
    header = ["api", say("provider"), "channel.type", "verified_at"]
    if failure is not None:
        header.append("failure.pg_code")
        row.append(failure)
    return joined(table(header, [row]), fold(joined(say("Person"), " ", quiet(say("masked"))), person.face(v.person)))


def face(v: Verification) -> Html:
    return joined(title(say("Verification"), line_of(v)), body(v))
