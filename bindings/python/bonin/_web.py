"""What a browser sent, what it is told. Nothing here knows a framework."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple
from urllib.parse import urlencode

from . import _native
from ._refusal import Refusal, Refused, findings_of, refusal
from .types import Api, RefusalCode

#: Bytes of a body that are worth reading: a longer one is refused by the core.
LIMIT = _native.web_max_body()
FORM = "application/x-www-form-urlencoded"

#: The header in which a client without cookies brings its subject.
TOKEN = _native.web_token_header()

path = _native.web_path
known_subject = _native.web_subject
subject_header = _native.web_subject_header
is_cross_site = _native.web_is_cross_site

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
        raise Refused(refusal(code or "internal", findings=findings_of(findings)))
    return person


def read_code(body: Body) -> Dict[str, str]:
    """A code and what it is for, as `confirm_otp` takes it."""
    id, otp, code = _native.web_read_code(*body)
    if code is not None:
        raise Refused(refusal(code))
    return {"id": id, "otp": otp}


# ---- what it is told ------------------------------------------------------------------------------------------------


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


def answer_sent(sent: Any) -> Answer:
    return answer_json({"id": sent.id, "expiresAt": sent.expires_at.isoformat().replace("+00:00", "Z")})


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
