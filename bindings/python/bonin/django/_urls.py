"""The routes, as what Django's `include` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple

from django.conf import settings  # type: ignore[import-untyped]
from django.http import HttpRequest  # type: ignore[import-untyped]
from django.urls import re_path  # type: ignore[import-untyped]

from .. import InvalidArgument, Verifier, _routes
from . import _settings
from ._options import VIEWS, make_router
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
    given = {**(_settings.route_options() if verifier is None else {}), **options}
    router = make_router(_settings.verifier() if verifier is None else verifier, given)
    views = {**VIEWS, **{name: given[name] for name in VIEWS if name in given}}
    asynchronous = _is_async() if views["asynchronous"] is None else views["asynchronous"]
    if not isinstance(asynchronous, bool):
        raise InvalidArgument("`asynchronous` must be True or False", parameter="asynchronous")
    patterns = []
    for route in router.routes:
        view = _view(router, route, asynchronous)
        for decorator in views["decorators"]:
            view = decorator(view)
        # The slash belongs to the route: APPEND_SLASH would lose the body of a POST.
        patterns.append(re_path(rf"^{route.path[1:]}/?\Z", view, name=route.name))
    return patterns, views["app_name"] or f"bonin_{router.verifier.portone.api}"


def _is_async() -> bool:
    """Django runs no async view under ATOMIC_REQUESTS."""
    atomic = any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values())
    return bool(getattr(settings, "ASGI_APPLICATION", None)) and not atomic


def _view(router: _routes.Router, route: _routes.Route, asynchronous: bool) -> Callable[..., Any]:
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
