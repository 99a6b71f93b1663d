"""What bonin.flask and bonin.fastapi share: what a browser sent, what it is told. Nothing here knows a framework."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, NamedTuple, NoReturn, Optional, Tuple, Union
from urllib.parse import parse_qsl

from . import BoninError, Decision, InvalidArgument, InvalidId, NotFound, Verifier

#: Bytes of a body; what PortOne's scripts hand over has a few hundred.
LIMIT = 16 * 1024
COOKIE = "bonin_subject"
#: Methods whose request is in the query.
READING = ("GET", "HEAD")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ROUTES = {"v1": "/certifications", "v2": "/identity-verifications"}

_COOKIES = re.compile(rf"(?:^|;)[ \t]*{COOKIE}=([^;]*)")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#@\s,*]+)")
_IDS = {"v1": "imp_uid", "v2": "identityVerificationId"}
_MESSAGES: Dict[str, Tuple[int, str, str]] = {
    "denied": (403, "본인인증 결과로는 이용하실 수 없습니다.", "This identity verification does not permit it."),
    "not_finished": (
        403,
        "본인인증이 완료되지 않았습니다. 다시 시도해 주세요.",
        "The identity verification was not finished. Please try again.",
    ),
    "invalid_id": (
        400,
        "본인인증 요청이 올바르지 않습니다. 처음부터 다시 시도해 주세요.",
        "The id of the identity verification is not valid. Please start again.",
    ),
    "not_found": (
        400,
        "본인인증 내역을 찾을 수 없습니다. 처음부터 다시 시도해 주세요.",
        "There is no such identity verification. Please start again.",
    ),
    "cross_site": (
        403,
        "다른 사이트에서 보낸 요청은 처리하지 않습니다.",
        "Requests from another site are not accepted.",
    ),
    "invalid_body": (400, "요청 내용을 읽을 수 없습니다.", "The request could not be read."),
    "unsupported_body": (415, "요청 형식이 올바르지 않습니다.", "The request is neither JSON nor a form."),
    "body_too_large": (413, "요청이 너무 큽니다.", "The request is too large."),
    "method_not_allowed": (405, "허용되지 않는 요청입니다.", "This method is not allowed here."),
    "unavailable": (
        503,
        "지금은 본인인증을 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
        "Identity verifications cannot be checked right now. Please try again in a moment.",
    ),
    "internal": (
        500,
        "본인인증을 확인하지 못했습니다. 고객센터에 문의해 주세요.",
        "The identity verification could not be checked. Please contact customer support.",
    ),
}

Fields = Dict[str, List[Any]]


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
    code: str
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


class Refused(Exception):
    """Ends the reading of a request; caught by the adapters."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def refusal(code: str, **more: Any) -> Refusal:
    status, ko, en = _MESSAGES[code]
    return Refusal(status, code, ko, en, **more)


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
        isinstance(one, str) and _ORIGIN.fullmatch(one.lower()) for one in allowed_origins
    ):
        raise _wrong("allowed_origins", "must be a list of origins such as `https://shop.example`")


def _wrong(name: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"`{name}` {what}; correct the parameter", parameter=name)


# ---- what the browser sent ------------------------------------------------------------------------------------------


def expect_own_site(sites: List[str], origins: List[str], host: str, allowed: Iterable[str]) -> None:
    """A page of somebody else's must not begin a flow here: it would take the place of the one that is under way.

    sites, origins: the headers Sec-Fetch-Site and Origin; a browser lets no page write them.
    """
    if len(origins) == 1 and origins[0].lower() in (one.lower() for one in allowed):
        return
    if sites:
        ours = sites in (["same-origin"], ["same-site"], ["none"])
    elif origins:
        origin = _ORIGIN.fullmatch(origins[0].lower()) if len(origins) == 1 else None
        ours = origin is not None and origin[1] == host.lower()
    else:
        ours = True  # no browser of today's
    if not ours:
        raise Refused(refusal("cross_site"))


def expect_body(content_type: str, lengths: List[str]) -> None:
    """What the headers tell before a byte is read; lengths: Content-Length."""
    known = _kind(content_type) in ("application/json", "application/x-www-form-urlencoded")
    parameters = (part.strip() for part in content_type.lower().split(";")[1:])
    charset = next((part for part in parameters if part.startswith("charset=")), "charset=utf-8")
    if not known or not re.fullmatch('charset="?utf-8"?', charset):
        raise Refused(refusal("unsupported_body"))
    if not lengths:
        return
    if len(lengths) != 1 or re.fullmatch("[0-9]+", lengths[0]) is None:
        raise Refused(refusal("invalid_body"))
    digits = lengths[0].lstrip("0") or "0"
    if len(digits) > 9 or int(digits) > LIMIT:  # Python refuses to read thousands of digits
        raise Refused(refusal("body_too_large"))


def read_body(content_type: str, body: bytes) -> Fields:
    if len(body) > LIMIT:
        raise Refused(refusal("body_too_large"))
    try:
        text = body.decode("utf-8")
        if _kind(content_type) != "application/json":
            return _collect(parse_qsl(text, keep_blank_values=True))
        # No number matters here, and to read a whole one takes the square of its digits.
        fields = json.loads(text, object_pairs_hook=_collect, parse_constant=_no_constant, parse_int=float)
    except (ValueError, RecursionError):
        raise Refused(refusal("invalid_body")) from None
    if not isinstance(fields, dict):
        raise Refused(refusal("invalid_body"))
    return fields


def read_query(query: bytes) -> Fields:
    return _collect(parse_qsl(query.decode("utf-8", "replace"), keep_blank_values=True))


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _collect(pairs: List[Tuple[str, Any]]) -> Fields:
    """Every value of a name: what comes twice is seen twice, in JSON too."""
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError("not JSON")


def read_id(api: str, fields: Fields) -> str:
    """The id, unless the browser itself says that nothing came of it."""
    # jQuery sends a field without a value as an empty one; 0 is equal to False, and is no word of the script's.
    if api == "v2":
        failed = any(value not in (None, "") for value in _each(fields, "code"))
    else:
        failed = any(value is False or value == "false" for value in _each(fields, "success"))
    if failed:
        raise Refused(refusal("not_finished"))
    values = fields.get(_IDS[api], [])
    if len(values) != 1 or not isinstance(values[0], str):
        raise Refused(refusal("invalid_id"))
    return values[0]


def _each(fields: Fields, name: str) -> List[Any]:
    """All that was said under a name, one by one or as an array."""
    return [one for value in fields.get(name, []) for one in (value if isinstance(value, list) else [value])]


def known_subject(cookies: Iterable[str]) -> Optional[str]:
    """Who the cookie says is asking, read from the headers themselves; None if it is none of ours.

    A second, other one was put there by a neighbour of the domain; which of the two is ours, nothing tells.
    """
    said = {value.strip(" \t") for header in cookies for value in _COOKIES.findall(header)}
    return said.pop() if len(said) == 1 and all(re.fullmatch("[0-9a-f]{32}", value) for value in said) else None


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
    # Of a verification that is somebody else's, that alone is told: the rest is about its owner.
    foreign = [f for f in decision.denials if f.code == "begun"]
    told = foreign or decision.denials
    findings: List[Dict[str, Optional[str]]] = [
        {"code": f.code, "reason": f.reason, "ko": f.ko, "en": f.en} for f in told
    ]
    return refusal("denied", findings=findings, decision=None if foreign else decision)


def failure(error: BoninError) -> Refusal:
    if isinstance(error, InvalidId):
        return refusal("invalid_id", error=error)
    if isinstance(error, NotFound):
        return refusal("not_found", error=error)
    if error.retryable:
        seconds = -(-(error.retry_after_ms or 0) // 1000)
        return refusal("unavailable", error=error, retry_after=max(1, seconds))
    logging.getLogger("bonin").error("an identity verification could not be checked: %s", error)
    return refusal("internal", error=error)


class Answer(NamedTuple):
    body: str
    status: int
    headers: Dict[str, str]


#: An answer is about one person, now.
ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), status, {**ALWAYS, "Content-Type": "application/json"})


def headers_of(refused: Refusal) -> Dict[str, str]:
    """What goes with the status, whatever the body."""
    headers = dict(ALWAYS)
    if refused.retry_after is not None:
        headers["Retry-After"] = str(refused.retry_after)
    if refused.allow is not None:
        headers["Allow"] = refused.allow
    return headers


def answer_refusal(refused: Refusal, method: str, accept: str, languages: str) -> Answer:
    """A page for a person who was sent here by a redirect, JSON for a script."""
    if method in READING and _quality(accept, "text/html") > _quality(accept, "application/json"):
        language = "en" if _quality(languages, "en") > _quality(languages, "ko") else "ko"
        return Answer(_page(refused, language), refused.status, {**headers_of(refused), **_PAGE_HEADERS})
    answer = answer_json(refused.to_dict(), refused.status)
    return answer._replace(headers={**answer.headers, **headers_of(refused)})


def _quality(header: str, wanted: str) -> float:
    """How much an Accept or Accept-Language header wants something; the closest of its entries counts."""
    found = (-1, 0.0)
    for entry in header.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        close = [("*", "*/*"), (wanted.partition("/")[0] + "/*",), (wanted,)]
        rank = next((i for i, names in enumerate(close) if name in names), -1)
        if rank < 0 and "/" not in wanted and name.startswith(wanted + "-"):
            rank = 1
        if rank < 0:
            continue
        quality = 1.0
        for parameter in parameters:
            if re.fullmatch(r"q=[01](\.[0-9]{0,3})?", parameter):
                quality = float(parameter[2:])
        found = max(found, (rank, quality))
    return found[1]


_STYLE = (
    ":root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.6;word-break:keep-all}"
    "body{margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:32rem;padding:1.5rem}"
    "h1{font-size:1.375rem;margin:0 0 .5rem}ul{margin:0;padding-left:1.25rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds the id
}


def _page(refused: Refusal, language: str) -> str:
    title = html.escape(refused.ko if language == "ko" else refused.en)
    findings = "".join(f"<li>{html.escape(finding[language] or '')}</li>" for finding in refused.findings)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{f'<ul>{findings}</ul>' if findings else ''}</main>\n</body>\n</html>\n"
    )
