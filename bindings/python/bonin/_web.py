"""What a browser sent, what it is told. Nothing here knows a framework."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlencode

from . import BoninError, Decision, InvalidArgument, Verifier, _native
from .types import Api, OtpOptions, RefusalCode

#: Bytes of a body that are worth reading: a longer one is refused by the core.
LIMIT = _native.web_max_body()
FORM = "application/x-www-form-urlencoded"

_REFUSALS = _native.web_refusals()

#: The header in which a client without cookies brings its subject.
TOKEN = _native.web_token_header()

path = _native.web_path
known_subject = _native.web_subject
subject_header = _native.web_subject_header
is_cross_site = _native.web_is_cross_site


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


#: Of a finding: code, reason, ko, en, until or "".
_Told = Tuple[str, str, str, str, str]
_TOLD = ("code", "reason", "ko", "en", "until")


def _denials(findings: Iterable[Dict[str, str]]) -> List[_Told]:
    return [tuple(finding.get(name) or "" for name in _TOLD) for finding in findings]  # type: ignore[misc]


def _findings(told: Iterable[_Told]) -> List[Dict[str, str]]:
    return [{name: text for name, text in zip(_TOLD, one) if text or name != "until"} for one in told]


def no_cookie() -> Refusal:
    """Of a request that names no subject, where a flow must have begun here."""
    return refusal("denied", findings=_findings(_native.web_no_cookie()))


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


def check_options(verifier: Any, begun: Any, settle_ms: Any, functions: Dict[str, Any]) -> None:
    """A mistake is found when the application starts."""
    if not isinstance(verifier, Verifier):
        raise _wrong("verifier", "must be a Verifier")
    if not isinstance(begun, bool):  # what looks like no would accept ids from anywhere
        raise _wrong("begun", "must be True or False")
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise _wrong(name, "must be a function")
    if settle_ms is not None and (type(settle_ms) is not int or not 0 <= settle_ms <= 60_000):
        raise _wrong("settle_ms", "must be a whole number from 0 to 60000")


def checked_origins(origins: Any) -> List[str]:
    """A copy, which does not grow later."""
    if not isinstance(origins, (list, tuple)) or not all(
        isinstance(one, str) and _native.web_is_origin(one) for one in origins
    ):
        raise _wrong("allowed_origins", "must be a list of origins such as `https://shop.example`")
    return list(origins)


def checked_cookie(cookie: Any) -> Dict[str, Any]:
    if cookie is None:
        return {}
    if not isinstance(cookie, dict):
        raise _wrong("cookie", "must be a dict of `same_site`, `secure`, `partitioned`, `domain`")
    _native.web_check_cookie(cookie)
    return dict(cookie)


def checked_retry_url(url: Any) -> str:
    if url is None:
        return ""
    if not isinstance(url, str) or not _native.web_is_retry_url(url):
        raise _wrong("retry_url", "must be a path such as `/sign-up`, or a whole address")
    return url


def _wrong(name: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"`{name}` {what}", parameter=name)


def settle_of(begun: bool, settle_ms: Optional[int]) -> int:
    if not begun:
        return 0
    return _native.web_settle_ms() if settle_ms is None else settle_ms


class FlowMaker:
    """The options of `begin` that a router was given, each static or a function of the request."""

    def __init__(self, verifier: Verifier, given: Dict[str, Any]) -> None:
        known = _native.web_flow_options()
        for name, value in given.items():
            if name not in known:
                raise TypeError(f"got an unexpected keyword argument `{name}`{_native.did_you_mean(name, known)}")
            if value == "":
                raise _wrong(name, "must be text that is not empty")
        self.verifier = verifier
        self.fixed = {name: value for name, value in given.items() if value is not None and not callable(value)}
        self.functions: Dict[str, Callable[[Any], Any]] = {name: f for name, f in given.items() if callable(f)}
        self._warned: List[str] = []
        if self.fixed and not self.functions:
            self._begin("bonin", {})

    def warn_of_channel(self) -> None:
        """Says once that `begin` cannot answer: an application that issues its ids elsewhere goes without it."""
        if any(name in self.fixed or name in self.functions for name in ("channel_key", "pg")):
            return
        try:
            self.verifier.begin("bonin", **self.fixed)
        except InvalidArgument as error:
            if error.parameter == "channel_key":
                logging.getLogger("bonin").warning("%s", error)

    def begin(self, who: Any, asked: Dict[str, Any], query: bytes) -> Answer:
        """The answer to the page; asked: what the functions answered."""
        ward = _native.web_read_begin(query)
        if ward is None:
            raise Refused(refusal("invalid_id"))
        try:
            flow = self._begin(checked_subject(who), {**asked, "guardian_of": ward} if ward else asked)
        except InvalidArgument as error:
            if error.parameter == "guardian_of":  # the page's, not the application's
                raise Refused(refusal("invalid_id", error=error)) from None
            raise
        return answer_json(flow.request)

    def _begin(self, who: str, asked: Dict[str, Any]) -> Any:
        flow = self.verifier.begin(who, **{**self.fixed, **asked})
        for warning in flow.warnings:
            if warning not in self._warned:
                self._warned.append(warning)
                logging.getLogger("bonin").warning("%s", warning)
        return flow


class OtpMaker:
    """What the routes of an OTP were given: False, True, a dict, or a function of the request that answers a dict."""

    def __init__(self, otp: Any, flow: FlowMaker) -> None:
        if not (isinstance(otp, (bool, dict)) or callable(otp)):
            raise _wrong("otp", "must be True or False, a dict, or a function")
        self.function: Optional[Callable[[Any], Any]] = otp if callable(otp) else None
        self.fixed: Dict[str, Any] = dict(otp) if isinstance(otp, dict) else {}
        for name in self.fixed:
            if name not in OtpOptions.__annotations__:
                known = list(OtpOptions.__annotations__)
                raise _wrong("otp", f"has no option `{name}`{_native.did_you_mean(name, known)}")
        if "channel_key" not in self.fixed and "channel_key" in flow.fixed:
            self.fixed["channel_key"] = flow.fixed["channel_key"]
        self.wanted = otp is not False
        if self.wanted and self.function is None and "channel_key" not in self.fixed:
            raise _wrong("channel_key", "is missing: an OTP is sent by a channel")

    def arguments(self, person: Dict[str, str], asked: Any) -> Dict[str, Any]:
        """What `send_otp` takes besides the subject."""
        return {**person, **self.fixed, **(asked or {})}


def answer_sent(sent: Any) -> Answer:
    return answer_json({"id": sent.id, "expiresAt": sent.expires_at.isoformat().replace("+00:00", "Z")})


# ---- what the browser sent ------------------------------------------------------------------------------------------


def expect_body(content_type: str, content_encoding: str, lengths: List[str], decoded: bool = False) -> None:
    """What the headers tell before a byte is read; lengths: Content-Length. decoded: the application has read the body."""
    code = _native.web_check_body(content_type, content_encoding, lengths, decoded)
    if code is not None:
        raise Refused(refusal(code))


class Body(NamedTuple):
    content_type: str
    content: bytes


def form_body(pairs: Iterable[Tuple[str, Any]]) -> Body:
    """What the application's framework has made of a form, as the form that it was."""
    return Body(FORM, urlencode([(name, value) for name, value in pairs if isinstance(value, str)]).encode())


def read_body(api: Api, body: Body) -> Dict[str, Any]:
    """What a finish names, as `verify` takes it."""
    return _named(*_native.web_read_body(api, *body))


def read_query(api: Api, query: bytes) -> Dict[str, Any]:
    """What a finish names, as `verify` takes it."""
    return _named(*_native.web_read_query(api, query))


def _named(id: str, flow_id: str, guardian_of: str, code: Optional[RefusalCode]) -> Dict[str, Any]:
    if code is not None:
        raise Refused(refusal(code))
    if guardian_of:  # the id is the guardian's, and the child is judged
        return {"id": guardian_of, "guardian": id}
    return {"id": id, "flow_id": flow_id} if flow_id else {"id": id}


def read_person(body: Body, address: Optional[str]) -> Dict[str, str]:
    """Who is to get a code, as `send_otp` takes it. address: the end user's."""
    person, code, findings = _native.web_read_person(*body, address or "")
    if code is not None or person is None:
        raise Refused(refusal(code or "internal", findings=_findings(findings)))
    return person


def read_code(body: Body) -> Dict[str, str]:
    """A code and what it is for, as `confirm_otp` takes it."""
    id, otp, code = _native.web_read_code(*body)
    if code is not None:
        raise Refused(refusal(code))
    return {"id": id, "otp": otp}


def checked_subject(subject: Any) -> str:
    text: Optional[str] = _native.web_own_id(subject)
    if text is None:
        raise _wrong("subject", "must answer an id that is not empty: text, a whole number or a uuid.UUID")
    return text


def checked_expect(expect: Any) -> Any:
    """Nothing must not come to mean that anything will do."""
    if expect is None:
        raise _wrong("expect", "must answer a dict")
    return expect


# ---- what it is told ------------------------------------------------------------------------------------------------


def outcome(decision: Decision) -> Union[Decision, Refusal]:
    if decision.allowed:
        return decision
    code, told, foreign, hint = _native.web_of_decision(decision)
    # Of a verification that is somebody else's there is no decision: it is about its owner.
    known = None if foreign else decision
    error = InvalidArgument(hint, parameter="policy") if code == "internal" else None
    return refusal(code, findings=_findings(told), decision=known, error=error)


def failure(error: BoninError) -> Refusal:
    code, retry_after, findings = _native.web_of_error(
        error.kind, error.retry_after_ms, error.http_status, error.pg_code, error.parameter, error.request
    )
    return refusal(code, error=error, retry_after=retry_after, findings=_findings(findings))


class Answer(NamedTuple):
    body: str
    status: int
    headers: Dict[str, str]


#: What goes with every answer: it is about one person, now.
ALWAYS = _native.web_headers_of_all()


def answer_json(value: Any, status: int = 200) -> Answer:
    return Answer(
        json.dumps(value, ensure_ascii=False), status, {**ALWAYS, "Content-Type": "application/json; charset=utf-8"}
    )


def headers_of(refused: Refusal) -> Dict[str, str]:
    """What goes with the status, whatever the body."""
    return _native.web_headers_of(*refused.parts())


def answer_refusal(refused: Refusal, asked: Tuple[str, str, str, str]) -> Answer:
    """A page for a person who was sent here by a redirect, JSON for a script.

    asked: method, Accept, Accept-Language, and where the page's button leads.
    """
    return Answer(*_native.web_answer(*refused.parts(), *asked))


def answer_again(asked: Tuple[str, str, str, str]) -> Answer:
    return Answer(*_native.web_answer_again(*asked))
