"""What a registry knows of a person and of an id."""

from __future__ import annotations

import datetime
from typing import Literal, Optional, TypedDict, Union

from .._registry_words import StandingAccount, StandingPlace, StandingUse


class Standing(TypedDict, total=False):
    """What a registry knows of the person and of the id. What is not there, or None, is unknown, which denies.

    account: does the person hold an account: none, the subject's own, another's. reserved: somebody else is signing the
    person up right now. use: was the id used before, and by whom. place: whether there is a place for a new account.
    banned_until: aware datetime, or True for ever; rejoin_at: aware datetime. The sentences say these two, and nothing
    is judged by them.
    """

    account: Optional[StandingAccount]
    reserved: Optional[bool]
    use: Optional[StandingUse]
    banned: Optional[bool]
    banned_until: Union[datetime.datetime, Literal[True], None]
    rejoin_period_over: Optional[bool]
    rejoin_at: Optional[datetime.datetime]
    place: Optional[StandingPlace]
