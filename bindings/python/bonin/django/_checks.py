"""What `manage.py check` says of settings that cannot work."""

from __future__ import annotations

from typing import Any, Iterator, List

from django.conf import settings  # type: ignore[import-untyped]
from django.contrib.sessions.middleware import SessionMiddleware  # type: ignore[import-untyped]
from django.core import checks  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
from django.middleware.security import SecurityMiddleware  # type: ignore[import-untyped]
from django.urls import get_resolver  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]

from .. import BoninError, _routes
from . import _settings
from ._options import make_router
from ._session import session_subject


def register() -> None:
    checks.register(check_settings, "bonin")
    checks.register(check_popup, "bonin")
    checks.register(check_sessions, "bonin")
    checks.register(check_https, "bonin", deploy=True)


def check_settings(app_configs: Any, **_: Any) -> List[Any]:
    if getattr(settings, "BONIN", None) is None:
        return []  # everything is given by hand
    try:
        make_router(_settings.make_verifier(_settings.given()), _settings.route_options())
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="bonin.E001")]
    except (BoninError, ImportError, OSError, TypeError) as error:
        return [checks.Error(f"BONIN cannot be used: {error}", id="bonin.E002")]
    return []


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
    if _has(SessionMiddleware) or not any(door.subject is session_subject for door in _doors()):
        return []
    return [
        checks.Error(
            "The subject is bonin.django.session_subject, and there are no sessions.",
            hint="Add `django.contrib.sessions.middleware.SessionMiddleware` to MIDDLEWARE.",
            id="bonin.E003",
        )
    ]


def check_https(app_configs: Any, **_: Any) -> List[Any]:
    if settings.SECURE_PROXY_SSL_HEADER or not any(door.subject is None for door in _doors()):
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


def _doors() -> Iterator[_routes.Door]:
    """Of every view that bonin made or guards."""
    if getattr(settings, "ROOT_URLCONF", None):
        yield from _doors_of(get_resolver())


def _doors_of(resolver: Any) -> Iterator[_routes.Door]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _doors_of(pattern)
        elif hasattr(pattern.callback, "bonin_door"):
            yield pattern.callback.bonin_door
