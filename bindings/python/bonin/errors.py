"""Everything that can go wrong, one class a kind.

A denial is not an error: a Decision says "no". An error says that the question could not be answered. The classes and
the core's table of kinds are held equal by the tests.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own takes longer to import than all of bonin
if TYPE_CHECKING:
    import datetime
    from typing import Any, ClassVar, Dict, Literal, Optional, Tuple, Type

    from ._native import Decision
    from .types import ClaimReason, ErrorKind


class _Words:
    """What PortOne and the provider said, which may name the person: not printed, not pickled."""

    __slots__ = ("pg", "portone")

    def __init__(self, portone: Optional[str], pg: Optional[str]) -> None:
        self.portone = portone
        self.pg = pg

    def __reduce__(self) -> Tuple[Any, ...]:
        return _Words, (None, None)


class BoninError(Exception):
    """The base of all errors. `str()` holds neither personal data nor secrets.

    parameter: the parameter or JSON pointer at fault. http_status: of the last answer. portone_code, portone_message:
    PortOne's own words; pg_code, pg_message: the identity provider's. attempts: requests sent for the call. request:
    what was asked, without id or secret. cause: what ended the attempt before. retry_after_ms: what the server asked
    for, or what is left of the circuit's pause. hint: what to do next. What there is not is None. A pickled error leaves
    portone_message and pg_message behind, for they may name the person.
    """

    kind: ClassVar[ErrorKind] = ""  # type: ignore[assignment]  # of no error that is raised
    #: The same call may well succeed a little later.
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        parameter: Optional[str] = None,
        http_status: Optional[int] = None,
        portone_code: Optional[str] = None,
        portone_message: Optional[str] = None,
        pg_code: Optional[str] = None,
        pg_message: Optional[str] = None,
        attempts: int = 0,
        request: Optional[str] = None,
        cause: Optional[str] = None,
        retry_after_ms: Optional[int] = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.http_status = http_status
        self.portone_code = portone_code
        self.pg_code = pg_code
        said = portone_message is not None or pg_message is not None
        self._words = _Words(portone_message, pg_message) if said else None
        self.attempts = attempts
        self.request = request
        self.cause = cause
        self.retry_after_ms = retry_after_ms
        self.hint = hint

    @property
    def portone_message(self) -> Optional[str]:
        """PortOne's own words, or None: they may hold anything."""
        return self._words.portone if self._words else None

    @property
    def pg_message(self) -> Optional[str]:
        """The identity provider's own words, or None: they may hold anything."""
        return self._words.pg if self._words else None

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), self.args, {**self.__dict__, "_words": None}


class InvalidArgument(BoninError, ValueError):
    """A parameter has the wrong shape. Nothing was sent."""

    kind: ClassVar[ErrorKind] = "invalid_argument"


class InvalidId(InvalidArgument):
    """Not an imp_uid or identity verification id. Nothing was sent."""

    kind = "invalid_id"


class InsecureUrl(InvalidArgument):
    """http to a host that is not loopback, or no URL at all."""

    kind = "insecure_url"


class MissingCredentials(InvalidArgument):
    """An empty key or secret."""

    kind = "missing_credentials"


class InvalidTimeout(InvalidArgument):
    """A time limit that is negative, zero or absurd."""

    kind = "invalid_timeout"


class InvalidPolicy(InvalidArgument):
    """A policy document that cannot be understood; `parameter` is a JSON pointer."""

    kind = "invalid_policy"


class Closed(BoninError):
    """The client was closed, or the process is ending."""

    kind = "closed"


class Draining(BoninError):
    """The client, or the verifier, finishes what is under way and takes nothing new: another instance does."""

    kind = "draining"


class ConnectionFailed(BoninError):
    """DNS, refused, reset: nothing is known to have arrived."""

    kind = "connection_failed"
    retryable = True


class TimedOut(BoninError, TimeoutError):
    """The time limit of the call passed."""

    kind = "timed_out"
    retryable = True


class TlsFailed(BoninError):
    """Certificate or host name. Never retried."""

    kind = "tls_failed"


class RedirectRefused(BoninError):
    """PortOne's API never redirects."""

    kind = "redirect_refused"


class Cancelled(BoninError):
    """Cancelled by the caller."""

    kind = "cancelled"


class Overloaded(BoninError):
    """The client has as many calls under way as it may (`max_calls`)."""

    kind = "overloaded"
    retryable = True


class OutcomeUnknown(BoninError):
    """A request that may have taken effect was cut off: look the id up."""

    kind = "outcome_unknown"


class Unauthorized(BoninError):
    """401, after one renewal of the token."""

    kind = "unauthorized"


class Forbidden(BoninError):
    """403."""

    kind = "forbidden"


class NotFound(BoninError):
    """No such verification or channel."""

    kind = "not_found"


class Conflict(BoninError):
    """Already sent, already verified."""

    kind = "conflict"


class Rejected(BoninError):
    """Any other refusal of the request as it was."""

    kind = "rejected"


class ProviderFailed(BoninError):
    """The identity provider's own refusal. Never retried."""

    kind = "provider_failed"


class Throttled(BoninError):
    """429."""

    kind = "throttled"
    retryable = True


class Unavailable(BoninError):
    """5xx, or the circuit is open: then nothing was sent."""

    kind = "unavailable"
    retryable = True


class UnreadableAnswer(BoninError):
    """Not the JSON that was promised."""

    kind = "unreadable_answer"


class MismatchedAnswer(BoninError):
    """The answer is about another id."""

    kind = "mismatched_answer"


class InvalidPepper(InvalidArgument):
    """The key of the registry is missing or too short."""

    kind = "invalid_pepper"


class StoreBusy(BoninError):
    """Locked for longer than the time limit."""

    kind = "store_busy"
    retryable = True


class StoreFull(BoninError):
    """No space left."""

    kind = "store_full"


class StoreReadOnly(BoninError):
    """The store cannot be written."""

    kind = "store_read_only"


class StoreCorrupt(BoninError):
    """The store is damaged."""

    kind = "store_corrupt"


class StoreUnavailable(BoninError):
    """The store cannot be opened or reached."""

    kind = "store_unavailable"
    retryable = True


class StoreFailed(BoninError):
    """Any other failure of the store."""

    kind = "store_failed"


class ClaimRefused(BoninError):
    """A claim or a commit that granted nothing.

    outcome: `taken` or `refused`. reason: as Claim has it. until: when a refusal ends, if it does.
    """

    kind = "claim_refused"

    def __init__(
        self,
        message: str = "",
        *,
        outcome: Literal["taken", "refused"] = "refused",
        reason: Optional[ClaimReason] = None,
        until: Optional[datetime.datetime] = None,
        **fields: Any,
    ) -> None:
        super().__init__(message, **fields)
        self.outcome = outcome
        self.reason = reason
        self.until = until


class Denied(BoninError):
    """Raised by `require` alone. `decision` says why; a pickled Denied leaves it behind, for it holds personal data."""

    kind = "denied"

    def __init__(self, message: str = "", *, decision: Any = None, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.decision: Decision = decision

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), self.args, {**self.__dict__, "_words": None, "decision": None}


class InternalError(BoninError):
    """A bug in bonin."""

    kind = "internal"


def _family(cls: Type[BoninError]) -> Dict[str, Type[BoninError]]:
    found: Dict[str, Type[BoninError]] = {cls.kind: cls} if cls.kind else {}
    for child in cls.__subclasses__():
        if child.__module__ == __name__:
            found.update(_family(child))
    return found


_CLASSES = _family(BoninError)


def _from_native(kind: str, message: str, hint: str, **fields: Any) -> BoninError:
    """The door through which every native error comes."""
    return _CLASSES[kind](message, hint=hint, **fields)
