"""A router and a dependency for FastAPI: `pip install bonin[fastapi]`.

    app.include_router(identity_router(verifier, on_allowed=sign_up))

docs/web.md tells which routes there are, and what the page sends.
"""

import inspect
import logging
from enum import Enum
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Dict, List, Mapping, Optional, Sequence, Union

try:
    from fastapi import APIRouter, HTTPException, Request, Response, params
    from fastapi.concurrency import run_in_threadpool
    from fastapi.encoders import jsonable_encoder
    from starlette.requests import ClientDisconnect
except ImportError as error:
    raise ImportError("bonin.fastapi needs FastAPI; install it with: pip install bonin[fastapi]") from error

from . import Decision, Verifier, _native, _operations, _refusal, _routes, _starlette, _web
from ._keywords import expect_keywords, own_keywords
from ._models import AllowedAnswer as AllowedAnswer
from ._models import BeginAnswerV1 as BeginAnswerV1
from ._models import BeginAnswerV2 as BeginAnswerV2
from ._models import ConfirmBody as ConfirmBody
from ._models import FinishBodyV1 as FinishBodyV1
from ._models import FinishBodyV2 as FinishBodyV2
from ._models import RefusedAnswer as RefusedAnswer
from ._models import RefusedFinding as RefusedFinding
from ._models import SendAgainBody as SendAgainBody
from ._models import SendBody as SendBody
from ._models import SentAgainAnswer as SentAgainAnswer
from ._models import SentAnswer as SentAnswer
from ._operations import RESPONSES as RESPONSES
from ._refusal import Refusal as Refusal
from ._routes import Route

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import OtpOptions, RouterFlowOptions, SubjectCookie

__all__ = [
    "RESPONSES",
    "AllowedAnswer",
    "BeginAnswerV1",
    "BeginAnswerV2",
    "ConfirmBody",
    "FinishBodyV1",
    "FinishBodyV2",
    "IdentityRefused",
    "Refusal",
    "RefusedAnswer",
    "RefusedFinding",
    "SendAgainBody",
    "SendBody",
    "SentAgainAnswer",
    "SentAnswer",
    "identity_router",
    "require_identity",
]

_OfRequest = Optional[Callable[[Request], Any]]
_OnDecision = Union[Callable[[Decision], Any], Callable[[Decision, Request], Any], None]
_OnDenied = Union[Callable[[Refusal], Any], Callable[[Refusal, Request], Any], None]
_RetryUrl = Union[str, Callable[[Request], Any], None]


class IdentityRefused(HTTPException):
    """What `require_identity` raises. FastAPI answers it by `response`, unless the app has a handler for its status."""

    def __init__(self, refusal: Refusal, response: Response) -> None:
        super().__init__(refusal.status, refusal.to_dict(), _web.headers_of(refusal))
        self.refusal = refusal
        self.response = response


def identity_router(
    verifier: Verifier,
    *,
    on_allowed: _OnDecision = None,
    on_again: _OnDecision = None,
    on_denied: _OnDenied = None,
    subject: _OfRequest = None,
    expect: _OfRequest = None,
    begun: bool = True,
    settle_ms: Optional[int] = None,
    otp: "Union[bool, OtpOptions, Callable[[Request], Any]]" = False,
    cookie: "Optional[SubjectCookie]" = None,
    retry_url: _RetryUrl = None,
    prefix: str = "",
    allowed_origins: Sequence[str] = (),
    tags: Sequence[Union[str, Enum]] = ("identity",),
    dependencies: Optional[Sequence[params.Depends]] = None,
    responses: Optional[Dict[Union[int, str], Dict[str, Any]]] = None,
    include_in_schema: bool = True,
    **flow: "Unpack[RouterFlowOptions]",
) -> APIRouter:
    """The routes for the API of a verifier: `/identity-verifications` (V2) or `/certifications` (V1).

    on_allowed(decision), on_again(decision), on_denied(refusal): answer a response, a dict, or None for the default
    answer; what is 200 from `on_denied`, as a dict is, goes out under the refusal's status. With a second parameter they
    get the Request as well. on_again: for whoever has signed up with this very verification already, as one who reloads
    the address of a redirect; the decision denies. subject(request): who asks, an id; by default a random id in a cookie
    of this router, which `cookie` is about (`bonin.types.SubjectCookie`). expect(request): what `verify` expects; {} is
    nothing. All functions may be async; those that are not run in FastAPI's threads. begun: only verifications begun
    here, by this subject, count. settle_ms: how long a result that PortOne does not have yet is asked for again; 3,000
    with begun. otp: True adds the routes `/send`, `/resend` (V2) and `/confirm`; a dict, or a function of the request that
    answers one, says what `send_otp` takes besides what the page says. retry_url: where the button of a refused
    redirect's page leads, a text or a function of the request. prefix: of all routes. allowed_origins: whose pages may
    call `begin` besides those of this site, such as `https://app.example`. tags, dependencies, responses,
    include_in_schema: as those of APIRouter. In OpenAPI the answer to whoever is allowed is the annotation of what
    `on_allowed` returns.

    Everything else is an option of `begin`, each static or a function of the request, which may be async: channel_key,
    redirect_url, customer, bypass, ... (`bonin.types.FlowOptions`).
    """
    known = [*own_keywords(identity_router), *_native.web_flow_options()]
    expect_keywords("identity_router", flow, known)
    door = _routes.Router(
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
    router = APIRouter(prefix=prefix, tags=list(tags), dependencies=dependencies, include_in_schema=include_in_schema)
    answers = [_operations.answer_of(on_allowed)]
    if verifier.registry is not None:
        answers.append(_operations.answer_of(on_again))
    answer = _operations.one_of(answers)
    for route in door.routes:
        endpoint = _endpoint(door, route)
        name = f"bonin_{verifier.portone.api}_{route.name}"
        others = [method for method in _routes.METHODS if method != route.method]
        told = _operations.described(verifier, route.name, answer, subject is None, responses)
        router.add_api_route(route.path, endpoint, methods=[route.method], name=name, response_model=None, **told)
        router.add_api_route(
            route.path, endpoint, methods=others, name=f"{name}_only", response_model=None, include_in_schema=False
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
    cookie: "Optional[SubjectCookie]" = None,
    retry_url: _RetryUrl = None,
) -> Callable[[Request, Response], Awaitable[Decision]]:
    """A dependency for a route of one's own: `identity: Annotated[Decision, Depends(require_identity(verifier))]`.

    The route runs only if the verification that the request names is allowed. A GET names the id in its query, anything
    else in its body, which the route can read again. Options: as those of `identity_router`. What is made with the same
    arguments is equal: `app.dependency_overrides[require_identity(verifier)] = lambda: decision`. For OpenAPI give the
    route `responses=RESPONSES`, and let the model of its body inherit from FinishBodyV2 (or FinishBodyV1).
    """
    return _RequireIdentity(
        verifier,
        on_denied=on_denied,
        subject=subject,
        expect=expect,
        begun=begun,
        settle_ms=settle_ms,
        cookie=cookie,
        retry_url=retry_url,
    )


class _RequireIdentity:
    """Equal to one that is made with the same arguments: FastAPI calls it once for a request, and a test overrides both."""

    def __init__(self, verifier: Verifier, *, cookie: Any, **options: Any) -> None:
        self._door = _routes.Door(verifier, cookie=cookie, **options)
        self._made_of = (verifier, *options.values(), *sorted((cookie or {}).items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _RequireIdentity) and self._made_of == other._made_of

    def __hash__(self) -> int:
        return hash(self._made_of)

    async def __call__(self, request: Request, response: Response) -> Decision:
        visit = _Visit(request)
        decided = await _routes.arun(self._door.decide(visit), visit)
        if isinstance(decided, Decision):
            _finished(response, _web.ALWAYS, visit)
            return decided
        _starlette.answer_exceptions(request, IdentityRefused, _answer)  # so that nothing has to be registered
        reply = await _routes.arun(self._door.refuse(visit, decided), visit)
        raise IdentityRefused(decided, _response(reply, visit))


async def _answer(request: Request, refused: IdentityRefused) -> Response:
    return refused.response


class _Visit(_routes.Visit):
    """A request. Functions that are not async run in a thread, for they may wait for a database."""

    prefix = "a"

    def __init__(self, request: Request) -> None:
        query = request.scope.get("query_string", b"")
        address = request.client.host if request.client else None
        super().__init__(request, request.method, query, request.url.scheme == "https", address)
        self.logger = _logger()

    def header(self, name: str) -> List[str]:
        return self.request.headers.getlist(name)  # type: ignore[no-any-return]

    def body(self) -> Awaitable[_web.Body]:
        return _body(self.request)

    def ask(self, function: Callable[[Any], Any]) -> Awaitable[Any]:
        return _awaited(function, self.request)

    def tell(self, function: Callable[..., Any], news: Any) -> Awaitable[Any]:
        return _awaited(function, news, self.request) if _takes_two(function) else _awaited(function, news)


def _logger() -> logging.Logger:
    """uvicorn's, where it serves: it is the log that is read."""
    uvicorn = logging.getLogger("uvicorn.error")
    return (
        uvicorn if uvicorn.hasHandlers() and logging.getLogger("uvicorn").handlers else logging.getLogger("bonin.web")
    )


def _endpoint(door: _routes.Router, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        visit = _Visit(request)
        return _response(await _routes.arun(door.answer(visit, route), visit), visit)

    return endpoint


async def _awaited(function: Callable[..., Any], *args: Any) -> Any:
    if inspect.iscoroutinefunction(function):
        return await function(*args)
    answer = await run_in_threadpool(function, *args)
    return await answer if inspect.isawaitable(answer) else answer


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of some built-in functions nothing is known
        return False
    wanted = [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(wanted) == 2


def _response(reply: _routes.Reply, visit: _Visit) -> Response:
    if reply.given is None:
        return _finished(Response(*reply.default), {}, visit)
    response = reply.given
    if not isinstance(response, Response):
        response = Response(*_web.answer_json(jsonable_encoder(response)))
    response.status_code = reply.status(response.status_code)
    return _finished(response, reply.headers, visit)


def _finished(response: Response, headers: Mapping[str, str], visit: _Visit) -> Response:
    """headers: go with the answer unless the application says otherwise."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    for name, value in visit.added:
        response.headers.append(name, value)
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
        raise _refusal.Refused(_refusal.refusal("invalid_body")) from None
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
        raise _refusal.Refused(_refusal.refusal("invalid_body")) from None
    return _web.form_body(pairs)
