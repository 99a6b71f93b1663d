"""Routes and a decorator for Flask: `pip install bonin[flask]`.

    app.register_blueprint(identity_blueprint(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Sequence, TypeVar, Union, cast

try:
    from flask import Blueprint, Request, Response, after_this_request, current_app, g, make_response, request
except ImportError as error:
    raise ImportError("bonin.flask needs Flask; install it with: pip install bonin[flask]") from error
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from . import BoninError, Decision, Verifier, _web, new_id
from ._web import Refusal as Refusal

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import OtpOptions, RouterFlowOptions

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
    begun: bool = True,
    settle_ms: Optional[int] = None,
    otp: Union[bool, OtpOptions, Callable[[Request], OtpOptions]] = False,
    blueprint_name: Optional[str] = None,
    url_prefix: Optional[str] = None,
    allowed_origins: Sequence[str] = (),
    **flow: Unpack[RouterFlowOptions],
) -> Blueprint:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_denied(refusal): answer what a view may; None means the default answer, and what is 200 from
    `on_denied`, as a body without a status is, goes out under the refusal's. subject(request): who asks, text; by default a random id in
    a cookie of this router. expect(request): what `verify` expects; {} is nothing. begun: only verifications begun here,
    by this subject, count. settle_ms: how long a result that PortOne does not have yet is asked for again; 3,000 with
    begun. otp: True adds the routes `/send`, `/resend` (V2) and `/confirm`; a dict, or a function of the request that
    answers one, says what `send_otp` takes besides what the page says. blueprint_name: `bonin_v1` or `bonin_v2`.
    allowed_origins: whose pages may call `begin` besides those of this site, such as `https://app.example`.

    Everything else is an option of `begin`, each static or a function of the request: channel_key, redirect_url,
    customer, bypass, ... (`bonin.types.FlowOptions`).
    """
    door = _Door(verifier, on_denied, subject, expect, begun, settle_ms, on_allowed, allowed_origins)
    flows = _web.FlowMaker(verifier, dict(flow))
    codes = _web.OtpMaker(otp, flows)
    api = verifier.portone.api
    allowed = list(allowed_origins)  # not to grow later

    def own_site() -> None:
        sites, origins = (request.headers.getlist(name) for name in ("Sec-Fetch-Site", "Origin"))
        _web.expect_own_site(sites, origins, request.headers.get("Host", ""), allowed)

    def begin() -> Response:
        own_site()
        who = door.who(keep=True)
        asked = {name: _ask(function, request) for name, function in flows.functions.items()}
        with _web.refusing():
            return Response(*flows.begin(who, asked, request.query_string))

    def send() -> Response:
        own_site()
        person = _web.read_person(_body(), request.remote_addr)
        who = door.who(keep=True)
        asked = _ask(codes.function, request) if codes.function else None
        with _web.refusing():
            sent = verifier.send_otp(_web.checked_subject(who), **codes.arguments(person, asked))
        return Response(*_web.answer_sent(sent))

    def resend() -> Response:
        own_site()
        id = _web.read_code(_body())["id"]
        who = door.who(keep=False)
        with _web.refusing():
            verifier.resend_otp(_web.checked_subject(who), id)
        return Response(*_web.answer_json({"sent": True}))

    def pass_on(decided: Union[Decision, Refusal]) -> Response:
        if isinstance(decided, Refusal):
            return door.refuse(decided)
        answer = None if on_allowed is None else _ask(on_allowed, decided)
        if answer is None:
            return Response(*_web.answer_json({"allowed": True}))
        return _finished(make_response(answer))

    def finish() -> Response:
        return pass_on(door.decide())

    def confirm() -> Response:
        return pass_on(door.confirm())

    routes = [("/begin", begin, "POST"), ("", finish, "POST"), ("/redirect", finish, "GET")]
    if codes.wanted:
        routes += [("/send", send, "POST"), ("/confirm", confirm, "POST")]
        routes += [("/resend", resend, "POST")] if api == "v2" else []
    blueprint = Blueprint(blueprint_name or f"bonin_{api}", __name__, url_prefix=url_prefix)
    for path, view, method in routes:
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
    settle_ms: Optional[int] = None,
) -> Callable[[_View], _View]:
    """A decorator for a view of one's own: it runs only if the verification that the request names is allowed.

    The Decision is in `flask.g.identity`. A GET names the id in its query, anything else in its body, which the view
    can read again. Options: as those of `identity_blueprint`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun, settle_ms)

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
        settle_ms: Optional[int],
        on_allowed: Optional[Callable[[Decision], Any]] = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        functions = {"on_denied": on_denied, "subject": subject, "expect": expect, "on_allowed": on_allowed}
        _web.check_options(verifier, begun, settle_ms, functions, allowed_origins)
        self.verifier, self.begun = verifier, begun
        self.settle_ms = _web.settle_of(begun, settle_ms)
        self.on_denied, self.subject, self.expect = on_denied, subject, expect

    def decide(self) -> Union[Decision, Refusal]:
        """Errors of the application's own functions go to Flask."""
        api = self.verifier.portone.api
        try:
            reading = request.method in _web.READING
            named = _web.read_query(api, request.query_string) if reading else _web.read_body(api, _body())
        except _web.Refused as refused:
            return refused.refusal
        who = self.who(keep=not self.begun)  # where nothing need be begun here, a browser may come back first
        return self._judged(self.verifier.verify, {**named, "begun": self.begun, "settle_ms": self.settle_ms}, who)

    def confirm(self) -> Union[Decision, Refusal]:
        """The same of a code."""
        code = _web.read_code(_body())
        return self._judged(self.verifier.confirm_otp, code, self.who(keep=False))

    def _judged(self, judge: Callable[..., Decision], arguments: Dict[str, Any], who: Any) -> Union[Decision, Refusal]:
        expect = _ask(self.expect, request) if self.expect else {}
        try:
            return _web.outcome(
                judge(**arguments, subject=_web.checked_subject(who), expect=_web.checked_expect(expect))
            )
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
                try:
                    return view()
                except _web.Refused as refused:
                    return self.refuse(refused.refusal)
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


def _body() -> _web.Body:
    """The body, which stays readable for the application, and may have been read by it."""
    kind = request.headers.get("Content-Type", "")
    encoding, lengths = request.headers.get("Content-Encoding", ""), request.headers.getlist("Content-Length")
    _web.expect_body(kind, encoding, lengths)
    try:
        if request.content_length is None:  # chunked: werkzeug would read to an end that may never come
            request.stream = io.BytesIO(_at_most(_web.LIMIT + 1))
        body = request.get_data()
        if not body and request.form:  # parsed already, and gone
            return _web.form_body(request.form.items(multi=True))
    except RequestEntityTooLarge:
        raise _web.Refused(_web.refusal("body_too_large")) from None
    except (HTTPException, OSError):
        raise _web.Refused(_web.refusal("invalid_body")) from None
    return _web.Body(kind, body)


def _at_most(size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = request.stream.read(size - len(read))
        if not piece:
            break
        read += piece
    return read
