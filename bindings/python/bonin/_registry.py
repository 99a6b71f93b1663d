"""What a registry answers, and the Python half of asking it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, AsyncIterator, Iterator, List, NamedTuple, NoReturn, Optional

from ._registry_words import ClaimOutcome, ClaimReason, KeyKind, ReservedReason

if TYPE_CHECKING:
    from ._native import Registry, Reservation
    from .types import Standing


class Claim(NamedTuple):
    """The answer to a claim: `granted`, or the reason why not. No boolean: ask `.granted`.

    outcome: `created`, `existing` (the account was this person's already), `taken` or `refused`. until: when a refusal
    ends, if it does. docs/registry.md lists the reasons.
    """

    outcome: ClaimOutcome
    reason: Optional[ClaimReason] = None
    until: Optional[datetime.datetime] = None

    @property
    def granted(self) -> bool:
        """The account is this person's."""
        return self.outcome in ("created", "existing")

    def __bool__(self) -> NoReturn:
        raise TypeError("a Claim is neither true nor false: use .granted")

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


class Reserved(NamedTuple):
    """A reservation, or the reason why there is none."""

    reservation: Optional[Reservation]
    reason: Optional[ReservedReason]


class Admission(NamedTuple):
    """What admit() found, as Policy.evaluate takes it, and the reservation it made, if any."""

    standing: Standing
    reservation: Optional[Reservation]


class Counts(NamedTuple):
    """How many."""

    persons: int
    accounts: int
    keys: int
    uses: int

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


class PepperCount(NamedTuple):
    """How many keys are left under a pepper. writing: the one new rows get. given: this registry holds it."""

    pepper_id: str
    keys: int
    writing: bool
    given: bool


class PersonKey(NamedTuple):
    """A key of a person as it is stored. kind: `ci` or `di`. hash: 64 hex characters. provider: who verified."""

    kind: KeyKind
    pepper_id: str
    hash: str
    provider: str

    @property
    def hash_bytes(self) -> bytes:
        """The 32 bytes of the hash."""
        return bytes.fromhex(self.hash)

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


class StoredKey(NamedTuple):
    """A key of a person and when it was received."""

    key: PersonKey
    received_at: datetime.datetime


class PersonRecord(NamedTuple):
    """One person, for an operator. No personal data but the hashes. banned without banned_until: for ever."""

    person: int
    account_id: Optional[str]
    rejoin_at: Optional[datetime.datetime]
    banned: bool
    banned_until: Optional[datetime.datetime]
    ban_reason: Optional[str]
    reserved_until: Optional[datetime.datetime]
    keys: List[StoredKey]

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


class PersonPage(NamedTuple):
    """Persons in the order of their numbers; `next` is `after` of the next page, 0 on the last."""

    items: List[PersonRecord]
    next: int

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


def export(
    registry: Registry, *, after: int = 0, limit: int = 1000, timeout_ms: Optional[int] = None
) -> Iterator[PersonRecord]:
    while True:
        page = registry.export_page(after, limit, timeout_ms=timeout_ms)
        yield from page.items
        after = page.next
        if after == 0:
            return


async def aexport(
    registry: Registry, *, after: int = 0, limit: int = 1000, timeout_ms: Optional[int] = None
) -> AsyncIterator[PersonRecord]:
    while True:
        page = await registry.aexport_page(after, limit, timeout_ms=timeout_ms)
        for person in page.items:
            yield person
        after = page.next
        if after == 0:
            return


async def close(registry: Registry) -> None:
    """Closing waits for the transaction under way, which is no work for the loop's own thread."""
    import asyncio

    await asyncio.get_running_loop().run_in_executor(None, registry.close)
