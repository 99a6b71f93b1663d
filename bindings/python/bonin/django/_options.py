"""The options of the routes and of the guards: names, types, defaults."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Sequence, TypedDict, Union

from django.http import HttpRequest  # type: ignore[import-untyped]

from .. import Decision, InvalidArgument, Verifier, _routes
from .._refusal import Refusal
from ..types import OtpOptions, RouterFlowOptions, SubjectCookie

_OnDecision = Optional[Callable[[HttpRequest, Decision], Any]]


class DoorOptions(TypedDict, total=False):
    """What `require_identity` and the routes take. Every function may be asynchronous.

    on_denied(request, refusal): an HttpResponse, a dict, or None for the default answer; what is 200, as a dict is, goes
    out under the refusal's status. subject(request): who asks, an id; by default a random id in a cookie of bonin's,
    which `cookie` is about (`bonin.types.SubjectCookie`). expect(request): what `verify` expects; {} is nothing. begun:
    only verifications begun here, by this subject, count. settle_ms: how long a result that PortOne does not have yet is
    asked for again; 3,000 with begun. retry_url: where the button of a refused redirect's page leads, a text or a
    function of the request.
    """

    on_denied: Optional[Callable[[HttpRequest, Refusal], Any]]
    subject: Optional[Callable[[HttpRequest], Any]]
    expect: Optional[Callable[[HttpRequest], Any]]
    begun: bool
    settle_ms: Optional[int]
    cookie: Optional[SubjectCookie]
    retry_url: Union[str, Callable[[HttpRequest], Any], None]


class UrlsOptions(DoorOptions, RouterFlowOptions, total=False):
    """What `urls` takes: DoorOptions, the options of `begin`, each static or a function of the request, and these.

    on_allowed(request, decision), on_again(request, decision): answer as on_denied does. on_again: for whoever has
    signed up with this very verification already, as one who reloads the address of a redirect; the decision denies.
    otp: True adds the routes `send`, `resend` (V2) and `confirm`; a dict, or a function of the request that answers one,
    says what `send_otp` takes besides what the page says. allowed_origins: whose pages may call `begin` besides those of
    this site. asynchronous: the views are; by default where the settings have an ASGI_APPLICATION and no database has
    ATOMIC_REQUESTS. app_name: `bonin_v1` or `bonin_v2`. decorators: of every view, such as login_not_required.
    """

    on_allowed: _OnDecision
    on_again: _OnDecision
    otp: Union[bool, OtpOptions, Callable[[HttpRequest], Any]]
    allowed_origins: Sequence[str]
    asynchronous: Optional[bool]
    app_name: Optional[str]
    decorators: Sequence[Callable[[Any], Any]]


DOOR: Dict[str, Any] = {
    "on_denied": None,
    "subject": None,
    "expect": None,
    "begun": True,
    "settle_ms": None,
    "cookie": None,
    "retry_url": None,
}
ROUTER: Dict[str, Any] = {"on_allowed": None, "on_again": None, "otp": False, "allowed_origins": ()}
VIEWS: Dict[str, Any] = {"asynchronous": None, "app_name": None, "decorators": ()}


def make_door(verifier: Verifier, given: Mapping[str, Any]) -> _routes.Door:
    return _routes.Door(verifier, **{**DOOR, **given})


def make_router(verifier: Verifier, given: Mapping[str, Any]) -> _routes.Router:
    known = {**DOOR, **ROUTER, **some(given, (*DOOR, *ROUTER))}
    flow = {name: value for name, value in given.items() if name not in known and name not in VIEWS}
    return _routes.Router(verifier, flow=flow, **known)


def checked_views(given: Mapping[str, Any]) -> Dict[str, Any]:
    """The options of views, each with its default."""
    views = {**VIEWS, **some(given, VIEWS)}
    if not (views["asynchronous"] is None or isinstance(views["asynchronous"], bool)):
        raise InvalidArgument("`asynchronous` must be True or False", parameter="asynchronous")
    if not (views["app_name"] is None or isinstance(views["app_name"], str)):
        raise InvalidArgument("`app_name` must be text", parameter="app_name")
    decorators = views["decorators"]
    if not isinstance(decorators, (list, tuple)) or not all(callable(one) for one in decorators):
        raise InvalidArgument("`decorators` must be a list of functions", parameter="decorators")
    return views


def some(given: Mapping[str, Any], names: Iterable[str]) -> Dict[str, Any]:
    return {name: given[name] for name in names if name in given}
