"""Routes and a decorator for Flask: `pip install bonin[flask]`.

    app.register_blueprint(identity_blueprint(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends; docs/web-flask.md has the options.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence, TypeVar, Union, cast

try:
    from flask import Blueprint, Request, Response, after_this_request, current_app, g, make_response, request
except ImportError as error:
    raise ImportError("bonin.flask needs Flask; install it with: pip install bonin[flask]") from error
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from . import Decision, Verifier, _native, _refusal, _routes, _web
from ._keywords import expect_keywords, own_keywords
from ._refusal import Refusal as Refusal
from ._routes import Route

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import OtpOptions, RouterFlowOptions, SubjectCookie

__all__ = ["Refusal", "identity_blueprint", "require_identity"]

_View = TypeVar("_View", bound=Callable[..., Any])
_OfRequest = Optional[Callable[[Request], Any]]
_RetryUrl = Union[str, Callable[[Request], str], None]


def identity_blueprint(
    verifier: Verifier,
    *,
    on_allowed: Optional[Callable[[Decision], Any]] = None,
    on_again: Optional[Callable[[Decision], Any]] = None,
    on_denied: Optional[Callable[[Refusal], Any]] = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    begun: bool = True,
    settle_ms: Optional[int] = None,
    otp: Union[bool, OtpOptions, Callable[[Request], OtpOptions]] = False,
    cookie: Optional[SubjectCookie] = None,
    retry_url: _RetryUrl = None,
    blueprint_name: Optional[str] = None,
    url_prefix: Optional[str] = None,
    allowed_origins: Sequence[str] = (),
    **flow: Unpack[RouterFlowOptions],
) -> Blueprint:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_again(decision), on_denied(refusal): answer what a view may; None means the default answer, and
    what is 200 from `on_denied`, as a body without a status is, goes out under the refusal's. on_again: for whoever has
    signed up with this very verification already, as one who reloads the address of a redirect; the decision denies.
    subject(request): who asks, an id; by default a random id in a cookie of this router, which `cookie` is about
    (`bonin.types.SubjectCookie`). expect(request): what `verify` expects; {} is nothing. begun: only verifications begun
    here, by this subject, count. settle_ms: how long a result that PortOne does not have yet is asked for again; 3,000
    with begun. otp: True adds the routes `/send`, `/resend` (V2) and `/confirm`; a dict, or a function of the request that
    answers one, says what `send_otp` takes besides what the page says. retry_url: where the button of a refused
    redirect's page leads, a text or a function of the request. blueprint_name: `bonin_v1` or `bonin_v2`.
    allowed_origins: whose pages may call `begin` besides those of this site, such as `https://app.example`.

    Everything else is an option of `begin`, each static or a function of the request: channel_key, redirect_url,
    customer, bypass, ... (`bonin.types.FlowOptions`).
    """
    known = [*own_keywords(identity_blueprint), *_native.web_flow_options()]
    expect_keywords("identity_blueprint", flow, known)
    router = _routes.Router(
        verifier,
        on_allowed=on_allowed,
        on_again=on_again,
        on_denied=on_denied,
        subject=subject,
        expect=expect,
        begun=begun,
        settle_ms=settle_ms,
        cookie=cookie,
        retry_url=retry_url,
        allowed_origins=allowed_origins,
        otp=otp,
        flow=dict(flow),
    )
    name = blueprint_name or f"bonin_{verifier.portone.api}"
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix)
    for route in router.routes:
        blueprint.add_url_rule(
            route.path, route.name, _view(router, route), methods=_routes.METHODS, provide_automatic_options=False
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
    cookie: Optional[SubjectCookie] = None,
    retry_url: _RetryUrl = None,
) -> Callable[[_View], _View]:
    """A decorator for a view of one's own: it runs only if the verification that the request names is allowed.

    The Decision is in `flask.g.identity`. A GET names the id in its query, anything else in its body, which the view
    can read again. Options: as those of `identity_blueprint`.
    """
    door = _routes.Door(
        verifier,
        on_denied=on_denied,
        subject=subject,
        expect=expect,
        begun=begun,
        settle_ms=settle_ms,
        cookie=cookie,
        retry_url=retry_url,
    )

    def decorate(view: _View) -> _View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            visit = _Visit()
            decided = _routes.run(door.decide(visit), visit)
            if isinstance(decided, Refusal):
                return _response(_routes.run(door.refuse(visit, decided), visit), visit)
            g.identity = decided
            after_this_request(lambda response: _finished(response, _web.ALWAYS, visit))
            return current_app.ensure_sync(view)(*args, **kwargs)

        return cast(_View, guarded)

    return decorate


class _Visit(_routes.Visit):
    """The request of the moment."""

    def __init__(self) -> None:
        super().__init__(request, request.method, request.query_string, request.is_secure, request.remote_addr)
        self.logger = current_app.logger

    def header(self, name: str) -> List[str]:
        return request.headers.getlist(name)

    def body(self) -> _web.Body:
        return _body()

    def ask(self, function: Callable[[Any], Any]) -> Any:
        return current_app.ensure_sync(function)(self.request)

    def tell(self, function: Callable[..., Any], news: Any) -> Any:
        return current_app.ensure_sync(function)(news)


def _view(router: _routes.Router, route: Route) -> Callable[[], Response]:
    """Flask's own 405 is out of a blueprint's reach."""

    def view() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": f"{route.method}, OPTIONS"})
        visit = _Visit()
        return _response(_routes.run(router.answer(visit, route), visit), visit)

    return view


def _response(reply: _routes.Reply, visit: _Visit) -> Response:
    if reply.given is None:
        return _finished(Response(*reply.default), {}, visit)
    response = make_response(reply.given)
    response.status_code = reply.status(response.status_code)
    return _finished(response, reply.headers, visit)


def _finished(response: Response, headers: Any, visit: _Visit) -> Response:
    """headers: go with the answer unless the application says otherwise."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    for name, value in visit.added:
        response.headers.add(name, value)
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
        raise _refusal.Refused(_refusal.refusal("body_too_large")) from None
    except (HTTPException, OSError):
        raise _refusal.Refused(_refusal.refusal("invalid_body")) from None
    return _web.Body(kind, body)


def _at_most(size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = request.stream.read(size - len(read))
        if not piece:
            break
        read += piece
    return read
