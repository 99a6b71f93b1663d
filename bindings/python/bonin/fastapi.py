"""A router and a dependency for FastAPI: `pip install bonin[fastapi]`.

    app.include_router(identity_router(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends.
"""

import inspect
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence, Union

try:
    from fastapi import APIRouter, HTTPException, Request, Response
    from fastapi.concurrency import run_in_threadpool
    from fastapi.encoders import jsonable_encoder
    from starlette.requests import ClientDisconnect
except ImportError as error:
    raise ImportError("bonin.fastapi needs FastAPI; install it with: pip install bonin[fastapi]") from error

from . import BoninError, Decision, Verifier, _starlette, _web, new_id
from ._web import Refusal as Refusal
from .types import Api

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
    channel_key: Optional[str] = None,
    redirect_url: Optional[str] = None,
    begun: bool = True,
    prefix: str = "",
    allowed_origins: Sequence[str] = (),
) -> APIRouter:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_denied(refusal): answer a response, a dict, or None for the default answer; what is 200
    from `on_denied`, as a dict is, goes out under the refusal's status. With a second parameter they get the Request as well.
    subject(request): who asks, text; by default a random id in a cookie of this router. expect(request): what `verify`
    expects; {} is nothing. All four may be async; those that are not run in FastAPI's threads. channel_key,
    redirect_url: for `begin`. begun: only verifications begun here, by this subject, count. prefix: of all routes.
    allowed_origins: whose pages may call `begin` besides those of this site, such as `https://app.example`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun, on_allowed, allowed_origins, channel_key, redirect_url)
    api = verifier.portone.api
    allowed = list(allowed_origins)  # not to grow later

    async def begin(request: Request) -> Response:
        sites, origins = (request.headers.getlist(name) for name in ("Sec-Fetch-Site", "Origin"))
        try:
            _web.expect_own_site(sites, origins, request.headers.get("Host", ""), allowed)
        except _web.Refused as refused:
            return await door.refuse(request, refused.refusal)
        who = await door.who(request, keep=True)
        try:
            flow = verifier.begin(_web.checked_subject(who), channel_key=channel_key, redirect_url=redirect_url)
        except BoninError as error:
            return await door.refuse(request, _web.failure(error))
        return _remember(request, Response(*_web.answer_json(flow.request)))

    async def finish(request: Request) -> Response:
        decided = await door.decide(request)
        if isinstance(decided, Refusal):
            return await door.refuse(request, decided)
        answer = None if on_allowed is None else await _tell(on_allowed, decided, request)
        return _remember(request, _response(answer, _web.answer_json({"allowed": True})))

    router = APIRouter(prefix=prefix)
    for path, endpoint, method in (("/begin", begin, "POST"), ("", finish, "POST"), ("/redirect", finish, "GET")):
        route = _web.path(api) + path
        name = f"bonin_{api}_{path.strip('/') or 'finish'}"
        others = [other for other in _web.METHODS if other != method]
        router.add_api_route(route, endpoint, methods=[method], name=name, response_model=None)
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
) -> Callable[[Request, Response], Awaitable[Decision]]:
    """A dependency for a route of one's own: `identity: Annotated[Decision, Depends(require_identity(verifier))]`.

    The route runs only if the verification that the request names is allowed. A GET names the id in its query, anything
    else in its body, which the route can read again. Options: as those of `identity_router`.
    """
    door = _Door(verifier, on_denied, subject, expect, begun)

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
        on_allowed: _OnAllowed = None,
        allowed_origins: Sequence[str] = (),
        *texts: Optional[str],
    ) -> None:
        functions = {"on_denied": on_denied, "subject": subject, "expect": expect, "on_allowed": on_allowed}
        named = dict(zip(("channel_key", "redirect_url"), texts))
        _web.check_options(verifier, begun, functions, named, allowed_origins)
        self.verifier, self.begun = verifier, begun
        self.on_denied, self.subject, self.expect = on_denied, subject, expect

    async def decide(self, request: Request) -> Union[Decision, Refusal]:
        """Errors of the application's own functions go to FastAPI."""
        try:
            reading = request.method in _web.READING
            api = self.verifier.portone.api
            id = _web.read_query(api, request.scope.get("query_string", b"")) if reading else await _body(api, request)
        except _web.Refused as refused:
            return refused.refusal
        # Where nothing need be begun here, a browser may come back first.
        who = await self.who(request, keep=not self.begun)
        expect = await _ask(self.expect, request) if self.expect else {}
        try:
            who, expect = _web.checked_subject(who), _web.checked_expect(expect)
            return _web.outcome(await self.verifier.averify(id, subject=who, expect=expect, begun=self.begun))
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


async def _body(api: Api, request: Request) -> str:
    """The id in the body, which stays readable for the application, and may have been read by it."""
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
        return await _form(api, request)
    finally:
        await stream.aclose()
    return _web.read_body(api, kind, body)


async def _form(api: Api, request: Request) -> str:
    """The id in what the application parsed; what it only read is gone."""
    try:
        pairs = (await request.form()).multi_items()
    except (AssertionError, RuntimeError):
        raise _web.Refused(_web.refusal("invalid_body")) from None
    return _web.read_form(api, pairs)
