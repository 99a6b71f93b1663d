"""The functions of an application's own store: docs/registry-own.md. Each may be asynchronous."""

from __future__ import annotations

import datetime
from typing import Any, Awaitable, List, Literal, Optional, Protocol, TypedDict, TypeVar, Union
from uuid import UUID

from .._registry import Claim, PersonKey
from .._registry_words import ClaimOutcome, OwnStoreRefusal, OwnStoreUse

_T = TypeVar("_T")
_Told = Union[_T, Awaitable[_T]]
_Id = Union[str, int, UUID]


class _OwnStanding(TypedDict):
    account: Optional[_Id]
    banned_until: Union[datetime.datetime, Literal[True], None]
    rejoin_at: Optional[datetime.datetime]


class OwnStanding(_OwnStanding, total=False):
    """What an application's tables say of a person. An object with these attributes, or a row, says the same.

    account: None for nobody. banned_until: None for no ban, an aware datetime, or True for ever. rejoin_at: None, or an
    aware datetime. These three must be told. reservation_id: of the reservation that the account came of.
    """

    reservation_id: Optional[str]


class OwnWho(TypedDict, total=False):
    """Whom an order of the operator is about: an account, or a person by the keys."""

    account_id: str
    keys: List[PersonKey]


class OwnStore(Protocol):
    """What every own store has. The functions must be safe to call from several threads at once."""

    def find(self, keys: List[PersonKey], /) -> _Told[Optional[_Id]]:
        """The account of a person with one of these keys, or None. Raises Conflict when the keys lead to two persons."""

    def claim(self, keys: List[PersonKey], account_id: str, /) -> _Told[Union[Claim, ClaimOutcome]]:
        """Finds and inserts in one step of the application's own, so that of two at once one wins."""


class StandingStore(Protocol):
    """For the rules `not_banned` and `rejoin_period_over`."""

    def standing(self, keys: List[PersonKey], /) -> _Told[Union[OwnStanding, Any]]:
        """Asked in place of `find` where a standing is wanted, and before `claim`. Raises Conflict for two persons."""


class UseStore(Protocol):
    """For the rule `single_use`."""

    def consume(self, id_hash: str, subject_hash: str, /) -> _Told[OwnStoreUse]:
        """Inserts and compares in one step of the application's own. Both are 64 hex characters."""


class ReservationStore(Protocol):
    """Reservations in the application's tables. Without it they carry themselves."""

    def reserve(
        self, keys: List[PersonKey], reservation_id: str, subject_hash: str, until: datetime.datetime, /
    ) -> _Told[Optional[OwnStoreRefusal]]:
        """None: the place is kept. The same subject again takes the place of its own reservation."""

    def commit(self, reservation_id: str, account_id: str, /) -> _Told[Union[Claim, ClaimOutcome]]:
        """As `claim`. Of a reservation that is not there any more: Claim("refused", "lapsed")."""

    def cancel(self, reservation_id: str, /) -> _Told[bool]:
        """False: it was not there any more."""


class BanStore(Protocol):
    """Bans. A store of these is a StandingStore."""

    def ban(self, who: OwnWho, until: Optional[datetime.datetime], reason: str, /) -> _Told[None]:
        """until: None for ever. Raises NotFound for an account that there is not."""

    def unban(self, who: OwnWho, /) -> _Told[bool]:
        """False: there was no ban."""


class ReleaseStore(Protocol):
    """People who leave."""

    def release(self, account_id: str, rejoin_at: Optional[datetime.datetime], /) -> _Told[bool]:
        """The account is given up, and its person may have no new one before the moment. False: there was no such account."""


class ForgetStore(Protocol):
    """People who are erased."""

    def forget(self, account_id: str, /) -> _Told[bool]:
        """Erases the person of the account. False: there was no such account."""
