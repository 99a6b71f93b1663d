"""People beside the users of a Django project, in its own database and its own transactions.

    # models.py
    class Person(AbstractPerson): ...
    class PersonKey(AbstractPersonKey): ...
    class UsedVerification(AbstractUsedVerification): ...

    registry = bonin.Registry(own_store=Store(PersonKey, UsedVerification), pepper="env:BONIN_PEPPER")

docs/stores-django.md shows a sign-up, the tests, and what each database needs.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import random
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, TypeVar, cast

from asgiref.sync import sync_to_async
from django.conf import settings  # type: ignore[import-untyped]
from django.db import IntegrityError, OperationalError, connections, models, transaction  # type: ignore[import-untyped]
from django.utils import timezone  # type: ignore[import-untyped]

from .. import Claim, Conflict, NotFound, PersonKey, StoreFailed, _aio
from .._callbacks import expect_sync

__all__ = ["AbstractPerson", "AbstractPersonKey", "AbstractUsedVerification", "Store"]

_FOR_EVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.timezone.utc)
_Function = TypeVar("_Function", bound=Callable[..., Any])


class AbstractPerson(models.Model):  # type: ignore[misc]
    """Somebody who was verified here. A user of another model: give `user` anew, a OneToOneField that may be null."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    rejoin_at = models.DateTimeField(null=True, blank=True)
    banned_until = models.DateTimeField(null=True, blank=True)
    ban_reason = models.CharField(max_length=1000, blank=True, default="")
    reservation = models.CharField(max_length=64, null=True, blank=True, unique=True)
    reserved_by = models.CharField(max_length=64, blank=True, default="")
    reserved_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def lives_at(self, now: datetime.datetime) -> bool:
        """Has a user, or a ban, a rejoin period or a reservation that has not ended. Otherwise this is nobody."""
        ends = (self.banned_until, self.rejoin_at, self.reserved_until)
        return self.user_id is not None or any(end is not None and end > now for end in ends)


class AbstractPersonKey(models.Model):  # type: ignore[misc]
    """A hashed key of a person. The unique index on `hash` decides between two sign-ups."""

    hash = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=2)
    pepper_id = models.CharField(max_length=64, db_index=True)
    provider = models.CharField(max_length=64)
    person = models.ForeignKey("Person", models.CASCADE, related_name="keys")

    class Meta:
        abstract = True


class AbstractUsedVerification(models.Model):  # type: ignore[misc]
    """The hash of an id that was used, and of who used it."""

    id_hash = models.CharField(max_length=64, primary_key=True)
    subject_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True


def _in_transaction(work: _Function) -> _Function:
    @functools.wraps(work)
    def run(self: Store, *args: Any) -> Any:
        if _aio.current.get() is None:
            return self.run(functools.partial(work, self, *args))
        # Asked by a call that is awaited: on the thread of Django's sync code, where the connection of the view is.
        return sync_to_async(self.run)(functools.partial(work, self, *args))

    return cast(_Function, run)


class Store:
    """An own store (docs/registry-own.md) in tables of the project.

    person_key, used_verification: the project's models. using: the alias of their database. now: the clock.
    Safe to call from several threads. Every function joins the `transaction.atomic` that it is called in. Of a call that is
    awaited it runs as `sync_to_async` does.
    """

    def __init__(
        self,
        person_key: Any,
        used_verification: Any,
        *,
        using: str = "default",
        now: Callable[[], datetime.datetime] = timezone.now,
    ) -> None:
        self._keys = person_key._default_manager.using(using)
        self._persons = person_key._meta.get_field("person").related_model._default_manager.using(using)
        self._uses = used_verification._default_manager.using(using)
        self._user = self._persons.model._meta.get_field("user").target_field
        self._using, self._now = using, now

    def run(self, work: Callable[[], Any]) -> Any:
        """Runs it in `transaction.atomic`, and again when another transaction came first.

        Inside a transaction that is a savepoint; a deadlock there ends the whole, which the outermost `run` repeats.
        """
        expect_sync(work, "work", "`sync_to_async` runs a transaction of Django's in an async view")
        for left in reversed(range(10)):
            try:
                with transaction.atomic(using=self._using):
                    return work()
            except (IntegrityError, OperationalError, StoreFailed) as error:
                cause = error.__cause__ if isinstance(error, StoreFailed) else error
                if isinstance(cause, IntegrityError):
                    last = left < 8
                else:
                    inside = connections[self._using].in_atomic_block
                    last = not isinstance(cause, OperationalError) or left == 0 or inside
                if last:
                    raise
            time.sleep(random.uniform(0, 0.05))

    # ---- accounts --------------------------------------------------------------------------------------------------

    @_in_transaction
    def find(self, keys: Sequence[PersonKey]) -> Optional[str]:
        person = self._one(self._of(keys), keys)
        return None if person is None else _text(person.user_id)

    @_in_transaction
    def standing(self, keys: Sequence[PersonKey]) -> Dict[str, Any]:
        person = self._one(self._of(keys), keys) or self._persons.model()
        return {
            "account": _text(person.user_id),
            "banned_until": True if person.banned_until == _FOR_EVER else person.banned_until,
            "rejoin_at": person.rejoin_at,
            "reservation_id": person.reservation,
        }

    @_in_transaction
    def claim(self, keys: Sequence[PersonKey], account_id: str) -> Claim:
        persons = self._of(keys, lock=True)
        refusal = self._refusal(persons)
        if refusal is not None:
            return refusal
        try:
            person = self._one(persons, keys)
        except Conflict:
            return Claim("taken", "two_persons")
        return self._settle(person, account_id, keys)

    @_in_transaction
    def release(self, account_id: str, rejoin_at: Optional[datetime.datetime]) -> bool:
        person = self._holder(account_id)
        if person is None:
            return False
        person.user_id, person.rejoin_at = None, rejoin_at
        person.reservation, person.reserved_until = None, None
        self._keep_or_erase(person)
        return True

    @_in_transaction
    def forget(self, account_id: str) -> bool:
        person = self._holder(account_id)
        if person is not None:
            person.delete(using=self._using)
        return person is not None

    # ---- bans ------------------------------------------------------------------------------------------------------

    @_in_transaction
    def ban(self, who: Any, until: Optional[datetime.datetime], reason: str) -> None:
        persons, keys = self._whom(who)
        if not persons and not keys:
            raise NotFound("there is no such account")
        known = set(self._keys.filter(person__in=persons).values_list("hash", flat=True))
        strangers = [key for key in keys if key.hash not in known]  # of nobody yet, or of another CI beside a known DI
        new = [self._persons.model()] if strangers else []
        for person in [*persons, *new]:
            person.banned_until, person.ban_reason = until or _FOR_EVER, reason or ""
            person.save(using=self._using)
        for person in new:
            self._learn(person, strangers)

    @_in_transaction
    def unban(self, who: Any) -> bool:
        persons, _ = self._whom(who)
        banned = any(self._to_come(person.banned_until) for person in persons)
        for person in persons:
            person.banned_until, person.ban_reason = None, ""
            self._keep_or_erase(person)
        return banned

    # ---- single use ------------------------------------------------------------------------------------------------

    @_in_transaction
    def consume(self, id_hash: str, subject_hash: str) -> str:
        used = self._uses.filter(id_hash=id_hash).first()
        if used is None:
            self._uses.create(id_hash=id_hash, subject_hash=subject_hash, used_at=self._now())
            return "first"
        return "same_subject" if used.subject_hash == subject_hash else "other_subject"

    # ---- reservations ----------------------------------------------------------------------------------------------

    @_in_transaction
    def reserve(
        self, keys: Sequence[PersonKey], reservation_id: str, subject_hash: str, until: datetime.datetime
    ) -> Optional[str]:
        persons = self._of(keys, lock=True)
        refusal = self._refusal(persons)
        if refusal is not None:
            return refusal.reason
        try:
            person = self._one(persons, keys)
        except Conflict:
            return "two_persons"
        if person is not None and person.user_id is not None:
            return "has_account"
        if person is not None and self._to_come(person.reserved_until) and person.reserved_by != subject_hash:
            return "reserved"
        fresh = person is None
        person = person or self._persons.model()
        person.reservation, person.reserved_by, person.reserved_until = reservation_id, subject_hash, until
        person.save(using=self._using)
        if fresh:
            self._learn(person, keys)
        return None

    @_in_transaction
    def commit(self, reservation_id: str, account_id: str) -> Claim:
        person = self._persons.select_for_update().filter(reservation=reservation_id).first()
        if person is None:
            return Claim("refused", "lapsed")
        refusal = self._refusal([person])
        if refusal is not None:
            return refusal
        if person.user_id is None and not self._to_come(person.reserved_until):
            return Claim("refused", "lapsed")
        return self._settle(person, account_id, reservation=reservation_id)

    @_in_transaction
    def cancel(self, reservation_id: str) -> bool:
        person = self._persons.select_for_update().filter(reservation=reservation_id).first()
        if person is None or not self._to_come(person.reserved_until):
            return False
        person.reservation, person.reserved_until = None, None
        self._keep_or_erase(person)
        return True

    # ---- for operators ---------------------------------------------------------------------------------------------

    def tidy(self, uses_before: Optional[datetime.datetime] = None) -> int:
        """Erases whoever has had nothing left for a day, and uses from before a moment. Answers how many persons."""
        a_day_ago = self._now() - datetime.timedelta(days=1)
        over = self._persons.filter(user=None)
        for end in ("banned_until", "rejoin_at", "reserved_until"):
            over = over.exclude(**{f"{end}__gt": a_day_ago})
        if uses_before is not None:
            self._uses.filter(used_at__lt=uses_before).delete()
        return cast(int, over.delete()[1].get(self._persons.model._meta.label, 0))

    # ---- within a transaction --------------------------------------------------------------------------------------

    def _to_come(self, end: Optional[datetime.datetime]) -> bool:
        return end is not None and end > self._now()

    def _of(self, keys: Sequence[PersonKey], lock: bool = False) -> List[Any]:
        """Whom these keys lead to. lock: in one order. Whoever is nobody any more is locked and erased."""
        ids = list(self._keys.filter(hash__in=[key.hash for key in keys]).values_list("person_id", flat=True))
        if not ids:
            return []
        found = self._persons.filter(pk__in=ids).order_by("pk")
        persons = list(found.select_for_update() if lock else found)
        living = [person for person in persons if person.lives_at(self._now())]
        if not lock and len(living) < len(persons):
            return self._of(keys, lock=True)
        for person in persons:
            if person not in living:
                person.delete(using=self._using)
        return living

    def _one(self, persons: List[Any], keys: Sequence[PersonKey]) -> Any:
        """The one person of these keys, who learns those that are new; or None."""
        if not persons:
            return None
        if len(persons) == 1:
            known = {key.hash: key.kind for key in self._keys.filter(person=persons[0])}
            cis = [key.hash for key in keys if key.kind == "ci"]
            if not cis or "ci" not in known.values() or any(ci in known for ci in cis):  # a person has one CI
                self._learn(persons[0], [key for key in keys if key.hash not in known])
                return persons[0]
        raise Conflict("the keys of this verification lead to two persons")

    def _learn(self, person: Any, keys: Sequence[PersonKey]) -> None:
        for key in sorted(keys, key=lambda key: key.hash):  # in one order: no deadlock
            self._keys.create(
                hash=key.hash, kind=key.kind, pepper_id=key.pepper_id, provider=key.provider, person=person
            )

    def _refusal(self, persons: List[Any]) -> Optional[Claim]:
        for person in persons:
            if self._to_come(person.banned_until):
                return Claim("refused", "banned", None if person.banned_until == _FOR_EVER else person.banned_until)
        for person in persons:
            if self._to_come(person.rejoin_at):
                return Claim("refused", "rejoin_period", person.rejoin_at)
        return None

    def _settle(
        self, person: Any, account_id: str, keys: Sequence[PersonKey] = (), reservation: Optional[str] = None
    ) -> Claim:
        """Gives somebody who may have it the account: a person, or, where there is none, whoever has these keys."""
        holder = self._holder(account_id)
        if holder is not None and holder != person:
            return Claim("taken", "other_person")
        if holder is not None:
            return Claim("existing")
        if person is not None and person.user_id is not None:
            return Claim("taken", "other_account")
        if person is not None and self._to_come(person.reserved_until) and person.reservation != reservation:
            return Claim("taken", "reserved")
        fresh = person is None
        person = person or self._persons.model()
        person.user_id, person.rejoin_at, person.reserved_until = self._user.to_python(account_id), None, None
        person.save(using=self._using)
        if fresh:
            self._learn(person, keys)
        return Claim("created")

    def _holder(self, account_id: str) -> Any:
        return self._persons.select_for_update().filter(user=self._user.to_python(account_id)).first()

    def _whom(self, who: Any) -> Any:
        if who.get("account_id"):
            holder = self._holder(who["account_id"])
            return ([] if holder is None else [holder]), []
        persons = self._of(who["keys"], lock=True)
        with contextlib.suppress(Conflict):  # an order of the operator's holds for all of them
            self._one(persons, who["keys"])
        return persons, who["keys"]

    def _keep_or_erase(self, person: Any) -> None:
        if person.lives_at(self._now()):
            person.save(using=self._using)
        else:
            person.delete(using=self._using)


def _text(pk: Any) -> Optional[str]:
    return None if pk is None else str(pk)
