"""Routes and a decorator for Flask: `pip install bonin[flask]`.

    app.register_blueprint(identity_blueprint(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends.
"""

from __future__ import annotations

import functools
import io
from typing import Any, Callable, Dict, Optional, Sequence, TypeVar, Union, cast

try:
    from flask import Blueprint, Request, Response, after_this_request, current_app, g, make_response, request
except ImportError as error:
    raise ImportError("bonin.flask needs Flask; install it with: pip install bonin[flask]") from error
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from . import BoninError, Decision, Verifier, _web, new_id
from ._web import Refusal as Refusal
from .types import Api

__all__ = ["Refusal", "identity_blueprint", "require_identity"]

_View = TypeVar("_View", bound=Callable[..., Any])
_OfRequest = Optional[Callable[[Request], Any]]


def identity_blueprint(
    verifier: Verifier,
    *,
    on_allowed: Optional[Callable[[Decision], Any]] = None,
    on_denied: Optional[Callable[[Refusal], Any]] = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    channel_key: Optional[str] = None,
    redirect_url: Optional[str] = None,
    begun: bool = True,
    name: Optional[str] = None,
    url_prefix: Optional[str] = None,
    allowed_origins: Sequence[str] = (),
) -> Blueprint:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_denied(refusal): answer what a view may; None means the default answer, and what is 200 from
    `on_denied`, as a body without a status is, goes out under the refusal's. subject(request): who asks, text; by default a random id in
    a cookie of this router. expect(request): what `verify` expects; {} is nothing. channel_key, redirect_url: for
    `begin`. begun: only verifications begun here, by this subject, count. name: of the blueprint, `bonin_v1` or
    `bonin_v2`. allowed_origins: whose pages may call `begin` besides those of this site, such as `https://app.example`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun, on_allowed, allowed_origins, channel_key, redirect_url)
    api = verifier.portone.api
    allowed = list(allowed_origins)  # not to grow later

    def begin() -> Response:
        sites, origins = (request.headers.getlist(name) for name in ("Sec-Fetch-Site", "Origin"))
        try:
            _web.expect_own_site(sites, origins, request.headers.get("Host", ""), allowed)
        except _web.Refused as refused:
            return door.refuse(refused.refusal)
        who = door.who(keep=True)
        try:
            flow = verifier.begin(_web.checked_subject(who), channel_key=channel_key, redirect_url=redirect_url)
        except BoninError as error:
            return door.refuse(_web.failure(error))
        return Response(*_web.answer_json(flow.request))

    def finish() -> Response:
        decided = door.decide()
        if isinstance(decided, Refusal):
            return door.refuse(decided)
        answer = None if on_allowed is None else _ask(on_allowed, decided)
        if answer is None:
            return Response(*_web.answer_json({"allowed": True}))
        return _finished(make_response(answer))

    blueprint = Blueprint(name or f"bonin_{api}", __name__, url_prefix=url_prefix)
    for path, view, method in (("/begin", begin, "POST"), ("", finish, "POST"), ("/redirect", finish, "GET")):
        blueprint.add_url_rule(
            _web.path(api) + path,
            path.strip("/") or "finish",
            door.only(method, view),
            methods=_web.METHODS,
            provide_automatic_options=False,
        )
    return blueprint


def require_identity(
    verifier: Verifier,
    *,
    on_denied: Optional[Callable[[Refusal], Any]] = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    begun: bool = True,
) -> Callable[[_View], _View]:
    """A decorator for a view of one's own: it runs only if the verification that the request names is allowed.

    The Decision is in `flask.g.identity`. A GET names the id in its query, anything else in its body, which the view
    can read again. Options: as those of `identity_blueprint`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun)

    def decorate(view: _View) -> _View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            decided = door.decide()
            if isinstance(decided, Refusal):
                return door.refuse(decided)
            g.identity = decided
            after_this_request(_finished)
            return current_app.ensure_sync(view)(*args, **kwargs)

        return cast(_View, guarded)

    return decorate


class _Door:
    """Asks the verifier about the request of the moment."""

    def __init__(
        self,
        verifier: Verifier,
        on_denied: Optional[Callable[[Refusal], Any]],
        subject: _OfRequest,
        expect: _OfRequest,
        begun: bool,
        on_allowed: Optional[Callable[[Decision], Any]] = None,
        allowed_origins: Sequence[str] = (),
        *texts: Optional[str],
    ) -> None:
        functions = {"on_denied": on_denied, "subject": subject, "expect": expect, "on_allowed": on_allowed}
        named = dict(zip(("channel_key", "redirect_url"), texts))
        _web.check_options(verifier, begun, functions, named, allowed_origins)
        self.verifier, self.begun = verifier, begun
        self.on_denied, self.subject, self.expect = on_denied, subject, expect

    def decide(self) -> Union[Decision, Refusal]:
        """Errors of the application's own functions go to Flask."""
        try:
            api = self.verifier.portone.api
            id = _web.read_query(api, request.query_string) if request.method in _web.READING else _body(api)
        except _web.Refused as refused:
            return refused.refusal
        who = self.who(keep=not self.begun)  # where nothing need be begun here, a browser may come back first
        expect = _ask(self.expect, request) if self.expect else {}
        try:
            who, expect = _web.checked_subject(who), _web.checked_expect(expect)
            return _web.outcome(self.verifier.verify(id, subject=who, expect=expect, begun=self.begun))
        except BoninError as error:
            return _web.failure(error)

    def who(self, *, keep: bool) -> Any:
        """Who asks; a browser that has no id gets a new one, which no flow was begun for."""
        if self.subject:
            return _ask(self.subject, request)
        known = _web.known_subject(request.headers.getlist("Cookie"))
        fresh = new_id()
        if not known and keep:
            secure = request.is_secure

            @after_this_request
            def remember(response: Response) -> Response:
                response.headers.add("Set-Cookie", _web.subject_cookie(fresh, secure))
                return response

        return known or fresh

    def refuse(self, refusal: Refusal) -> Response:
        answer = None if self.on_denied is None else _ask(self.on_denied, refusal)
        if answer is None:
            accept, languages = (request.headers.get(name, "") for name in ("Accept", "Accept-Language"))
            return Response(*_web.answer_refusal(refusal, request.method, accept, languages))
        response = make_response(answer)
        if response.status_code == 200:  # a function that forgets it must not say yes
            response.status_code = refusal.status
        return _finished(response, _web.headers_of(refusal))

    def only(self, method: str, view: Callable[[], Response]) -> Callable[[], Response]:
        """Flask's own 405 is out of a blueprint's reach."""

        def guarded() -> Response:
            if request.method == method:
                return view()
            if request.method == "OPTIONS":
                return Response(status=204, headers={"Allow": f"{method}, OPTIONS"})
            return self.refuse(_web.refusal("method_not_allowed", allow=method))

        return guarded


def _ask(function: Callable[..., Any], *args: Any) -> Any:
    return current_app.ensure_sync(function)(*args)


def _finished(response: Response, headers: Dict[str, str] = _web.ALWAYS) -> Response:
    """What goes with every answer, unless the application says otherwise."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


def _body(api: Api) -> str:
    """The id in the body, which stays readable for the application, and may have been read by it."""
    kind = request.headers.get("Content-Type", "")
    encoding, lengths = request.headers.get("Content-Encoding", ""), request.headers.getlist("Content-Length")
    _web.expect_body(kind, encoding, lengths)
    try:
        if request.content_length is None:  # chunked: werkzeug would read to an end that may never come
            request.stream = io.BytesIO(_at_most(_web.LIMIT + 1))
        body = request.get_data()
        if not body and request.form:  # parsed already, and gone
            return _web.read_form(api, request.form.items(multi=True))
    except RequestEntityTooLarge:
        raise _web.Refused(_web.refusal("body_too_large")) from None
    except (HTTPException, OSError):
        raise _web.Refused(_web.refusal("invalid_body")) from None
    return _web.read_body(api, kind, body)


def _at_most(size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = request.stream.read(size - len(read))
        if not piece:
            break
        read += piece
    return read
