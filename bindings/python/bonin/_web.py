"""What bonin.flask and bonin.fastapi share: what a browser sent, what it is told. Nothing here knows a framework."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlencode

from . import BoninError, Decision, InvalidArgument, Verifier, _native
from .types import Api, RefusalCode

#: Bytes of a body that are worth reading: a longer one is refused by the core.
LIMIT = _native.web_max_body()
#: Methods whose request is in the query.
READING = ("GET", "HEAD")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
FORM = "application/x-www-form-urlencoded"

_REFUSALS = _native.web_refusals()

path = _native.web_path
known_subject = _native.web_subject
subject_cookie = _native.web_subject_cookie


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let through, in words that may be shown.

    status: of HTTP. code: `denied`, `not_finished`, `invalid_id`, `not_found`, `cross_site`, `invalid_body`,
    `unsupported_body`, `body_too_large`, `method_not_allowed`, `unavailable` or `internal`. findings: of a denial, dicts
    of `code`, `reason`, `ko` and `en`. decision: of a denial, unless the flow is not this browser's: then it is about
    somebody else, and left out. error: what kept bonin from deciding. retry_after: seconds, of `unavailable`. allow: the
    method that is allowed, of `method_not_allowed`.
    """

    status: int
    code: RefusalCode
    ko: str
    en: str
    findings: List[Dict[str, Optional[str]]] = field(default_factory=list)
    decision: Optional[Decision] = None
    error: Optional[BoninError] = None
    retry_after: Optional[int] = None
    allow: Optional[str] = None

    def to_dict(self) -> Dict[str, Any]:
        """The body of the default answer."""
        return {"allowed": False, "code": self.code, "ko": self.ko, "en": self.en, "findings": self.findings}

    def parts(self) -> Tuple[RefusalCode, List[Tuple[str, str, str, str]], Optional[int], Optional[str]]:
        """As the core takes it."""
        return self.code, _denials(self.findings), self.retry_after, self.allow


class Refused(Exception):
    """Ends the reading of a request; caught by the adapters."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def refusal(code: RefusalCode, **more: Any) -> Refusal:
    status, ko, en = _REFUSALS[code]
    return Refusal(status, code, ko, en, **more)


def _denials(findings: Iterable[Dict[str, Optional[str]]]) -> List[Tuple[str, str, str, str]]:
    return [tuple(finding[name] or "" for name in ("code", "reason", "ko", "en")) for finding in findings]  # type: ignore[misc]


def check_options(
    verifier: Any, begun: Any, functions: Dict[str, Any], texts: Dict[str, Any], allowed_origins: Any = ()
) -> None:
    """A mistake is found when the application starts."""
    if not isinstance(verifier, Verifier):
        raise _wrong("verifier", "must be a Verifier")
    if not isinstance(begun, bool):  # what looks like no would accept ids from anywhere
        raise _wrong("begun", "must be True or False")
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise _wrong(name, "must be a function")
    for name, text in texts.items():
        if text is not None and (not isinstance(text, str) or not text):
            raise _wrong(name, "must be text that is not empty")
    if not isinstance(allowed_origins, (list, tuple)) or not all(
        isinstance(one, str) and _native.web_is_origin(one) for one in allowed_origins
    ):
        raise _wrong("allowed_origins", "must be a list of origins such as `https://shop.example`")


def _wrong(name: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"`{name}` {what}", parameter=name)


# ---- what the browser sent ------------------------------------------------------------------------------------------


def expect_own_site(sites: List[str], origins: List[str], host: str, allowed: Iterable[str]) -> None:
    """A page of somebody else's must not begin a flow here: it would take the place of the one that is under way.

    sites, origins: the headers Sec-Fetch-Site and Origin; a browser lets no page write them.
    """
    if _native.web_is_cross_site(sites, origins, host, list(allowed)):
        raise Refused(refusal("cross_site"))


def expect_body(content_type: str, content_encoding: str, lengths: List[str], decoded: bool = False) -> None:
    """What the headers tell before a byte is read; lengths: Content-Length. decoded: the application has read the body."""
    code = _native.web_check_body(content_type, content_encoding, lengths, decoded)
    if code is not None:
        raise Refused(refusal(code))


def read_body(api: Api, content_type: str, body: bytes) -> str:
    """The id."""
    return _id(_native.web_read_body(api, content_type, body))


def read_query(api: Api, query: bytes) -> str:
    """The id."""
    return _id(_native.web_read_query(api, query))


def read_form(api: Api, pairs: Iterable[Tuple[str, Any]]) -> str:
    """The id, from what the application's framework has made of a form."""
    return read_body(api, FORM, urlencode([(name, value) for name, value in pairs if isinstance(value, str)]).encode())


def _id(said: Tuple[Optional[str], Optional[RefusalCode]]) -> str:
    id, code = said
    if code is not None:
        raise Refused(refusal(code))
    return id or ""


def checked_subject(subject: Any) -> str:
    if not isinstance(subject, str) or not subject:
        raise _wrong("subject", "must answer text that is not empty")
    return subject


def checked_expect(expect: Any) -> Any:
    """Nothing must not come to mean that anything will do."""
    if expect is None:
        raise _wrong("expect", "must answer a dict")
    return expect


# ---- what it is told ------------------------------------------------------------------------------------------------


def outcome(decision: Decision) -> Union[Decision, Refusal]:
    if decision.allowed:
        return decision
    findings: List[Dict[str, Optional[str]]] = [
        {"code": one.code, "reason": one.reason, "ko": one.ko, "en": one.en} for one in decision.denials
    ]
    # Of a verification that is somebody else's there is no decision: it is about its owner.
    foreign = _native.web_is_foreign(_denials(findings))
    return refusal("denied", findings=findings, decision=None if foreign else decision)


def failure(error: BoninError) -> Refusal:
    code, retry_after = _native.web_of_error(error.kind, error.retry_after_ms)
    if code == "internal":
        logging.getLogger("bonin").error("an identity verification could not be checked: %s", error)
    return refusal(code, error=error, retry_after=retry_after)


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


def answer_refusal(refused: Refusal, method: str, accept: str, languages: str) -> Answer:
    """A page for a person who was sent here by a redirect, JSON for a script."""
    return Answer(*_native.web_answer(*refused.parts(), method, accept, languages))
