from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._native import Reservation


def face(reservation: Reservation) -> Html:
    """Not its id: whoever knows that may commit it."""
    return title(say("Reservation"), quiet(f"{say('until')} {reservation.expires_at:%Y-%m-%d %H:%M:%S} UTC"))
