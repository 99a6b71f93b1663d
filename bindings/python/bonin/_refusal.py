"""Why a request is not let through. Nothing here knows a framework."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple, Union

from . import BoninError, Decision, InvalidArgument, _native
from .types import RefusalCode

_REFUSALS = _native.web_refusals()

#: Of a finding: code, reason, ko, en, until or "".
_Told = Tuple[str, str, str, str, str]
_TOLD = ("code", "reason", "ko", "en", "until")


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let through, in words that may be shown.

    status: of HTTP. code: `denied`, `needs_guardian`, `not_finished`, `invalid_id`, `not_found`, `cross_site`, `invalid_body`,
    `unsupported_body`, `body_too_large`, `method_not_allowed`, `invalid_person`, `provider_refused`, `too_often`,
    `unavailable` or `internal`. findings: of a denial, or of fields that cannot be used, dicts of `code`, `reason`, `ko`
    and `en`, and `until` where a ban or a rejoin period has an end. decision: of a denial, unless the flow is not this browser's: then it is about somebody else, and left out.
    error: what kept bonin from deciding. retry_after: seconds, of `unavailable` and `too_often`. allow: the method that
    is allowed, of `method_not_allowed`.
    """

    status: int
    code: RefusalCode
    ko: str
    en: str
    findings: List[Dict[str, str]] = field(default_factory=list)
    decision: Optional[Decision] = None
    error: Optional[BoninError] = None
    retry_after: Optional[int] = None
    allow: Optional[str] = None

    def to_dict(self) -> Dict[str, Any]:
        """The body of the default answer."""
        return {"allowed": False, "code": self.code, "ko": self.ko, "en": self.en, "findings": self.findings}

    def parts(self) -> Tuple[RefusalCode, List[_Told], Optional[int], Optional[str]]:
        """As the core takes it."""
        return self.code, _denials(self.findings), self.retry_after, self.allow


class Refused(Exception):
    """Ends the reading of a request; caught by the adapters."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """What bonin raises within is a refusal. No function of the application's own is called within."""
    try:
        yield
    except BoninError as error:
        raise Refused(failure(error)) from None


def refusal(code: RefusalCode, **more: Any) -> Refusal:
    status, ko, en = _REFUSALS[code]
    return Refusal(status, code, ko, en, **more)


def _denials(findings: Iterable[Dict[str, str]]) -> List[_Told]:
    return [tuple(finding.get(name) or "" for name in _TOLD) for finding in findings]  # type: ignore[misc]


def findings_of(told: Iterable[_Told]) -> List[Dict[str, str]]:
    return [{name: text for name, text in zip(_TOLD, one) if text or name != "until"} for one in told]


def no_cookie() -> Refusal:
    """Of a request that names no subject, where a flow must have begun here."""
    return refusal("denied", findings=findings_of(_native.web_no_cookie()))


def is_again(refused: Refusal) -> bool:
    """Did this subject sign this person up with this verification already?"""
    return refused.code == "denied" and _native.web_is_again(_denials(refused.findings))


def hint_of(refused: Refusal) -> str:
    """What an operator should look at; empty when that is nothing."""
    if refused.error is not None:
        return ""
    if refused.decision is not None:
        return _native.web_of_decision(refused.decision)[3]
    return _native.web_hint(_denials(refused.findings)) if refused.code == "denied" else ""


def outcome(decision: Decision) -> Union[Decision, Refusal]:
    if decision.allowed:
        return decision
    code, told, foreign, hint = _native.web_of_decision(decision)
    # Of a verification that is somebody else's there is no decision: it is about its owner.
    known = None if foreign else decision
    error = InvalidArgument(hint, parameter="policy") if code == "internal" else None
    return refusal(code, findings=findings_of(told), decision=known, error=error)


def failure(error: BoninError) -> Refusal:
    code, retry_after, findings = _native.web_of_error(
        error.kind, error.retry_after_ms, error.http_status, error.pg_code, error.parameter, error.request
    )
    return refusal(code, error=error, retry_after=retry_after, findings=findings_of(findings))
