"""What `manage.py check` says of settings that cannot work."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Union

from django.conf import settings  # type: ignore[import-untyped]
from django.contrib.sessions.middleware import SessionMiddleware  # type: ignore[import-untyped]
from django.core import checks  # type: ignore[import-untyped]
from django.middleware.security import SecurityMiddleware  # type: ignore[import-untyped]
from django.urls import get_resolver  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]

from .. import _routes
from . import _settings
from ._options import checked_views, make_router
from ._session import session_subject
from ._unmade import Unmade, Unusable


def register() -> None:
    checks.register(check_settings, "bonin")
    checks.register(check_begin, "bonin")
    checks.register(check_popup, "bonin")
    checks.register(check_sessions, "bonin")
    checks.register(check_https, "bonin", deploy=True)


def check_settings(app_configs: Any, **_: Any) -> List[Any]:
    mistakes = [*_alone(), *(door for door in _doors() if isinstance(door, Unmade))]
    told = {mistake.text: mistake.kind for mistake in mistakes}
    return [
        checks.Error(text, id="bonin.E002" if issubclass(kind, Unusable) else "bonin.E001")
        for text, kind in told.items()
    ]


def _alone() -> Iterator[Unmade]:
    """What is wrong with BONIN whatever `urls` is given besides."""
    if getattr(settings, "BONIN", None) is None:
        return  # everything is given by hand
    made = _settings.made(lambda *given: (checked_views(given[1]), make_router(*given)), _settings.route_options, {})
    if isinstance(made, Unmade) and (made.key is None or made.said.get(made.key) is not None):
        yield made


def check_begin(app_configs: Any, **_: Any) -> List[Any]:
    lacks = (door.flows.lack() for door in _made() if isinstance(door, _routes.Router) and door.begun)
    told: Dict[str, None] = dict.fromkeys(str(lack) for lack in lacks if lack is not None)
    return [
        checks.Warning(
            f"Every `begin` of the routes fails: {lack}",
            hint="Add it to BONIN, or give it to what makes the routes.",
            id="bonin.W003",
        )
        for lack in told
    ]


def check_popup(app_configs: Any, **_: Any) -> List[Any]:
    if not _has(SecurityMiddleware) or settings.SECURE_CROSS_ORIGIN_OPENER_POLICY != "same-origin":
        return []
    return [
        checks.Warning(
            "Cross-Origin-Opener-Policy is `same-origin`, Django's default: a popup of PortOne's is cut off from the page, "
            "which takes it for closed.",
            hint='Set SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups".',
            id="bonin.W001",
        )
    ]


def check_sessions(app_configs: Any, **_: Any) -> List[Any]:
    if _has(SessionMiddleware) or not any(door.subject is session_subject for door in _made()):
        return []
    return [
        checks.Error(
            "The subject is bonin.django.session_subject, and there are no sessions.",
            hint="Add `django.contrib.sessions.middleware.SessionMiddleware` to MIDDLEWARE.",
            id="bonin.E003",
        )
    ]


def check_https(app_configs: Any, **_: Any) -> List[Any]:
    if settings.SECURE_PROXY_SSL_HEADER or not any(door.subject is None for door in _made()):
        return []
    return [
        checks.Warning(
            "SECURE_PROXY_SSL_HEADER is not set. Behind a proxy that ends https, bonin's cookie is then not Secure, and is "
            "not called `__Host-bonin_subject`.",
            hint="Set it, or silence this where no proxy stands before Django.",
            id="bonin.W002",
        )
    ]


def _has(middleware: type) -> bool:
    found = [import_string(path) for path in settings.MIDDLEWARE]
    return any(isinstance(one, type) and issubclass(one, middleware) for one in found)


def _made() -> Iterator[_routes.Door]:
    yield from (door for door in _doors() if isinstance(door, _routes.Door))


def _doors() -> Iterator[Union[_routes.Door, Unmade]]:
    """Of every view that bonin made or guards."""
    if getattr(settings, "ROOT_URLCONF", None):
        yield from _doors_of(get_resolver())


def _doors_of(resolver: Any) -> Iterator[Union[_routes.Door, Unmade]]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _doors_of(pattern)
        else:
            permissions = getattr(getattr(pattern.callback, "cls", None), "permission_classes", ())
            guards = (pattern.callback, *permissions)  # permissions are those of Django REST framework
            yield from (guard.bonin_door for guard in guards if hasattr(guard, "bonin_door"))
