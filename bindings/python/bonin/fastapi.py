"""A router and a dependency for FastAPI: `pip install bonin[fastapi]`.

    app.include_router(identity_router(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends.
"""

import inspect
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, Optional, Sequence, Union

try:
    from fastapi import APIRouter, HTTPException, Request, Response
    from fastapi.concurrency import run_in_threadpool
    from fastapi.encoders import jsonable_encoder
    from starlette.requests import ClientDisconnect
except ImportError as error:
    raise ImportError("bonin.fastapi needs FastAPI; install it with: pip install bonin[fastapi]") from error

from . import BoninError, Decision, Verifier, _starlette, _web, new_id
from ._web import Refusal as Refusal

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import OtpOptions, RouterFlowOptions

__all__ = ["IdentityRefused", "Refusal", "identity_router", "require_identity"]

_OfRequest = Optional[Callable[[Request], Any]]
_OnAllowed = Union[Callable[[Decision], Any], Callable[[Decision, Request], Any], None]
_OnDenied = Union[Callable[[Refusal], Any], Callable[[Refusal, Request], Any], None]


class IdentityRefused(HTTPException):
    """What `require_identity` raises. FastAPI answers it by `response`, unless the app has a handler for its status."""

    def __init__(self, refusal: Refusal, response: Response) -> None:
        super().__init__(refusal.status, refusal.to_dict(), _web.headers_of(refusal))
        self.refusal = refusal
        self.response = response


def identity_router(
    verifier: Verifier,
    *,
    on_allowed: _OnAllowed = None,
    on_denied: _OnDenied = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    begun: bool = True,
    settle_ms: Optional[int] = None,
    otp: "Union[bool, OtpOptions, Callable[[Request], Any]]" = False,
    prefix: str = "",
    allowed_origins: Sequence[str] = (),
    **flow: "Unpack[RouterFlowOptions]",
) -> APIRouter:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_denied(refusal): answer a response, a dict, or None for the default answer; what is 200
    from `on_denied`, as a dict is, goes out under the refusal's status. With a second parameter they get the Request as well.
    subject(request): who asks, text; by default a random id in a cookie of this router. expect(request): what `verify`
    expects; {} is nothing. All four may be async; those that are not run in FastAPI's threads. begun: only
    verifications begun here, by this subject, count. settle_ms: how long a result that PortOne does not have yet is asked
    for again; 3,000 with begun. otp: True adds the routes `/send`, `/resend` (V2) and `/confirm`; a dict, or a function of
    the request that answers one, says what `send_otp` takes besides what the page says. prefix: of all routes.
    allowed_origins: whose pages may call `begin` besides those of this site, such as `https://app.example`.

    Everything else is an option of `begin`, each static or a function of the request, which may be async: channel_key,
    redirect_url, customer, bypass, ... (`bonin.types.FlowOptions`).
    """
    door = _Door(verifier, on_denied, subject, expect, begun, settle_ms, on_allowed, allowed_origins)
    flows = _web.FlowMaker(verifier, dict(flow))
    codes = _web.OtpMaker(otp, flows)
    api = verifier.portone.api
    allowed = list(allowed_origins)  # not to grow later

    def own_site(request: Request) -> None:
        sites, origins = (request.headers.getlist(name) for name in ("Sec-Fetch-Site", "Origin"))
        _web.expect_own_site(sites, origins, request.headers.get("Host", ""), allowed)

    async def begin(request: Request) -> Response:
        own_site(request)
        who = await door.who(request, keep=True)
        asked = {name: await _ask(function, request) for name, function in flows.functions.items()}
        with _web.refusing():
            return Response(*flows.begin(who, asked, request.scope.get("query_string", b"")))

    async def send(request: Request) -> Response:
        own_site(request)
        person = _web.read_person(await _body(request), request.client.host if request.client else None)
        who = await door.who(request, keep=True)
        asked = await _ask(codes.function, request) if codes.function else None
        with _web.refusing():
            sent = await verifier.asend_otp(_web.checked_subject(who), **codes.arguments(person, asked))
        return Response(*_web.answer_sent(sent))

    async def resend(request: Request) -> Response:
        own_site(request)
        id = _web.read_code(await _body(request))["id"]
        who = await door.who(request, keep=False)
        with _web.refusing():
            await verifier.aresend_otp(_web.checked_subject(who), id)
        return Response(*_web.answer_json({"sent": True}))

    async def pass_on(request: Request, decided: Union[Decision, Refusal]) -> Response:
        if isinstance(decided, Refusal):
            return await door.refuse(request, decided)
        answer = None if on_allowed is None else await _tell(on_allowed, decided, request)
        return _response(answer, _web.answer_json({"allowed": True}))

    async def finish(request: Request) -> Response:
        return await pass_on(request, await door.decide(request))

    async def confirm(request: Request) -> Response:
        return await pass_on(request, await door.confirm(request))

    routes = [("/begin", begin, "POST"), ("", finish, "POST"), ("/redirect", finish, "GET")]
    if codes.wanted:
        routes += [("/send", send, "POST"), ("/confirm", confirm, "POST")]
        routes += [("/resend", resend, "POST")] if api == "v2" else []
    router = APIRouter(prefix=prefix)
    for path, endpoint, method in routes:
        route = _web.path(api) + path
        name = f"bonin_{api}_{path.strip('/') or 'finish'}"
        others = [other for other in _web.METHODS if other != method]
        router.add_api_route(route, door.guarded(endpoint), methods=[method], name=name, response_model=None)
        router.add_api_route(
            route, door.only(method), methods=others, name=f"{name}_only", response_model=None, include_in_schema=False
        )
    return router


def require_identity(
    verifier: Verifier,
    *,
    on_denied: _OnDenied = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    begun: bool = True,
    settle_ms: Optional[int] = None,
) -> Callable[[Request, Response], Awaitable[Decision]]:
    """A dependency for a route of one's own: `identity: Annotated[Decision, Depends(require_identity(verifier))]`.

    The route runs only if the verification that the request names is allowed. A GET names the id in its query, anything
    else in its body, which the route can read again. Options: as those of `identity_router`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun, settle_ms)

    async def identity(request: Request, response: Response) -> Decision:
        decided = await door.decide(request)
        if isinstance(decided, Decision):
            _finished(_remember(request, response))
            return decided
        _starlette.answer_exceptions(request, IdentityRefused, _answer)  # so that nothing has to be registered
        raise IdentityRefused(decided, await door.refuse(request, decided))

    return identity


async def _answer(request: Request, refused: IdentityRefused) -> Response:
    return refused.response


class _Door:
    """Asks the verifier about a request."""

    def __init__(
        self,
        verifier: Verifier,
        on_denied: _OnDenied,
        subject: _OfRequest,
        expect: _OfRequest,
        begun: bool,
        settle_ms: Optional[int],
        on_allowed: _OnAllowed = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        functions = {"on_denied": on_denied, "subject": subject, "expect": expect, "on_allowed": on_allowed}
        _web.check_options(verifier, begun, settle_ms, functions, allowed_origins)
        self.verifier, self.begun = verifier, begun
        self.settle_ms = _web.settle_of(begun, settle_ms)
        self.on_denied, self.subject, self.expect = on_denied, subject, expect

    async def decide(self, request: Request) -> Union[Decision, Refusal]:
        """Errors of the application's own functions go to FastAPI."""
        api = self.verifier.portone.api
        try:
            if request.method in _web.READING:
                named = _web.read_query(api, request.scope.get("query_string", b""))
            else:
                named = _web.read_body(api, await _body(request))
        except _web.Refused as refused:
            return refused.refusal
        # Where nothing need be begun here, a browser may come back first.
        who = await self.who(request, keep=not self.begun)
        asked = {**named, "begun": self.begun, "settle_ms": self.settle_ms}
        return await self._judged(request, self.verifier.averify, asked, who)

    async def confirm(self, request: Request) -> Union[Decision, Refusal]:
        """The same of a code."""
        code = _web.read_code(await _body(request))
        return await self._judged(request, self.verifier.aconfirm_otp, code, await self.who(request, keep=False))

    async def _judged(
        self, request: Request, judge: Callable[..., Awaitable[Decision]], arguments: Dict[str, Any], who: Any
    ) -> Union[Decision, Refusal]:
        expect = await _ask(self.expect, request) if self.expect else {}
        try:
            return _web.outcome(
                await judge(**arguments, subject=_web.checked_subject(who), expect=_web.checked_expect(expect))
            )
        except BoninError as error:
            return _web.failure(error)

    async def who(self, request: Request, *, keep: bool) -> Any:
        """Who asks; a browser that has no id gets a new one, which no flow was begun for."""
        if self.subject:
            return await _ask(self.subject, request)
        known = _web.known_subject(request.headers.getlist("cookie"))
        fresh = new_id()
        if not known and keep:
            request.state.bonin_subject = fresh
        return known or fresh

    async def refuse(self, request: Request, refusal: Refusal) -> Response:
        answer = None if self.on_denied is None else await _tell(self.on_denied, refusal, request)
        accept, languages = (request.headers.get(name, "") for name in ("Accept", "Accept-Language"))
        default = _web.answer_refusal(refusal, request.method, accept, languages)
        return _remember(request, _response(answer, default, refusal))

    def guarded(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                return _remember(request, await endpoint(request))
            except _web.Refused as refused:
                return await self.refuse(request, refused.refusal)

        return guarded

    def only(self, method: str) -> Callable[[Request], Awaitable[Response]]:
        async def refuse(request: Request) -> Response:
            return await self.refuse(request, _web.refusal("method_not_allowed", allow=method))

        return refuse


async def _ask(function: Callable[..., Any], *args: Any) -> Any:
    """In a thread unless it is async: it may wait for a database."""
    if inspect.iscoroutinefunction(function):
        return await function(*args)
    answer = await run_in_threadpool(function, *args)
    return await answer if inspect.isawaitable(answer) else answer


async def _tell(function: Callable[..., Any], news: Any, request: Request) -> Any:
    return await (_ask(function, news, request) if _takes_two(function) else _ask(function, news))


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of some built-in functions nothing is known
        return False
    wanted = [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(wanted) == 2


def _remember(request: Request, response: Response) -> Response:
    fresh = getattr(request.state, "bonin_subject", None)
    if fresh is not None:
        request.state.bonin_subject = None  # once
        secure = request.url.scheme == "https"
        response.headers.append("Set-Cookie", _web.subject_cookie(fresh, secure))
    return response


def _response(answer: Any, default: _web.Answer, refusal: Optional[Refusal] = None) -> Response:
    if answer is None:
        return Response(*default)
    if isinstance(answer, Response):
        response = answer
    else:
        response = Response(*_web.answer_json(jsonable_encoder(answer)))
    if refusal is None:
        return _finished(response)
    if response.status_code == 200:  # a function that forgets it must not say yes
        response.status_code = refusal.status
    return _finished(response, _web.headers_of(refusal))


def _finished(response: Response, headers: Dict[str, str] = _web.ALWAYS) -> Response:
    """What goes with every answer, unless the application says otherwise."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


async def _body(request: Request) -> _web.Body:
    """The body, which stays readable for the application, and may have been read by it."""
    kind = request.headers.get("Content-Type", "")
    encoding, lengths = request.headers.get("Content-Encoding", ""), request.headers.getlist("Content-Length")
    _web.expect_body(kind, encoding, lengths)
    stream = request.stream()
    body = b""
    try:
        async for piece in stream:
            body += piece
            if len(body) > _web.LIMIT:
                break
        else:
            _starlette.keep_body(request, body)
    except ClientDisconnect:
        raise _web.Refused(_web.refusal("invalid_body")) from None
    except RuntimeError:  # read already
        return await _form(request)
    finally:
        await stream.aclose()
    return _web.Body(kind, body)


async def _form(request: Request) -> _web.Body:
    """What the application parsed; what it only read is gone."""
    try:
        pairs = (await request.form()).multi_items()
    except (AssertionError, RuntimeError):
        raise _web.Refused(_web.refusal("invalid_body")) from None
    return _web.form_body(pairs)
