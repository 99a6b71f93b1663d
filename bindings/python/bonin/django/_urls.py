"""The routes, as what Django's `include` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Tuple, Union

from django.conf import settings  # type: ignore[import-untyped]
from django.http import HttpRequest  # type: ignore[import-untyped]
from django.urls import re_path  # type: ignore[import-untyped]

from .. import Verifier, _native, _routes
from .._keywords import expect_keywords
from . import _settings
from ._options import DOOR, ROUTER, VIEWS, checked_views, make_router
from ._unmade import Unmade
from ._visit import AsyncVisit, Visit

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import UrlsOptions


def urls(verifier: Optional[Verifier] = None, **options: Unpack[UrlsOptions]) -> Tuple[List[Any], str]:
    """The routes for the API of a verifier, for `include`: `identity-verifications` (V2) or `certifications` (V1).

    `path("identity/", include(urls(verifier, on_allowed=sign_up)))`. Without a verifier it is that of `settings.BONIN`,
    and so is every option that is not given. The routes are called `begin`, `finish`, `redirect`, `send`, `confirm` and
    `resend`, in the namespace `bonin_v1` or `bonin_v2`: `reverse("bonin_v2:begin")`. Two for one API need a namespace
    each: `include(urls(...), namespace="recover")`. A slash at the end may be there or not. Options: UrlsOptions.
    """
    expect_keywords("urls", options, (*DOOR, *ROUTER, *VIEWS, *_native.web_flow_options()))
    if verifier is not None:
        return _made(verifier, options)
    made = _settings.made(_made, _settings.route_options, options)
    return _patterns(made, made.views(options)) if isinstance(made, Unmade) else made


def _made(verifier: Verifier, given: Mapping[str, Any]) -> Tuple[List[Any], str]:
    return _patterns(make_router(verifier, given), checked_views(given))


def _patterns(router: Union[_routes.Router, Unmade], views: Mapping[str, Any]) -> Tuple[List[Any], str]:
    asynchronous = _is_async() if views["asynchronous"] is None else views["asynchronous"]
    patterns = []
    for route in router.routes:
        view = _view(router, route, asynchronous)
        for decorator in views["decorators"]:
            view = decorator(view)
        # The slash belongs to the route: APPEND_SLASH would lose the body of a POST.
        patterns.append(re_path(rf"^{route.path[1:]}/?\Z", view, name=route.name))
    api = router.api if isinstance(router, Unmade) else router.verifier.portone.api
    return patterns, views["app_name"] or f"bonin_{api}"


def _is_async() -> bool:
    """Django runs no async view under ATOMIC_REQUESTS."""
    atomic = any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values())
    return bool(getattr(settings, "ASGI_APPLICATION", None)) and not atomic


def _view(router: Union[_routes.Router, Unmade], route: _routes.Route, asynchronous: bool) -> Callable[..., Any]:
    def sync_view(request: HttpRequest, *_: Any, **__: Any) -> Any:
        visit = Visit(_private(request))
        return visit.response(_routes.run(router.answer(visit, route), visit))

    async def async_view(request: HttpRequest, *_: Any, **__: Any) -> Any:
        visit = AsyncVisit(_private(request))
        return visit.response(await _routes.arun(router.answer(visit, route), visit))

    view: Any = async_view if asynchronous else sync_view
    if router.begun:  # a flow is tied to its browser then, and `begin` refuses other sites
        view.csrf_exempt = True
    view.bonin_door = router  # for the checks
    return view  # type: ignore[no-any-return]


def _private(request: HttpRequest) -> HttpRequest:
    """Keeps what was posted, which may be a person's name and phone, out of the report of an application's error."""
    request.sensitive_post_parameters = "__ALL__"
    return request
