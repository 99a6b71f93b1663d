"""Django's side of the tests: settings for the whole process, and applications that differ by their URLs."""

from typing import Any, Dict, List

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.utils.decorators import sync_and_async_middleware

NAME = "bonin.tests.app"
urlpatterns: List[Any] = []  # of an application that no request names

SETTINGS: Dict[str, Any] = {
    "SECRET_KEY": "secret",
    "ROOT_URLCONF": "djangos",
    "ALLOWED_HOSTS": ["shop.example", "testserver", "127.0.0.1"],
    "INSTALLED_APPS": [
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "bonin.django",
        "members",
    ],
    "MIDDLEWARE": [
        "djangos.which_app",
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin-allow-popups",
    "LOGGING_CONFIG": None,
    "USE_TZ": True,
}
if not settings.configured:
    settings.configure(**SETTINGS)
    django.setup()


def database(server: Any, name: str) -> Dict[str, Any]:
    """A database of one of databases.py's servers."""
    at = {"HOST": "127.0.0.1", "PORT": str(server.port), "NAME": name}
    if server.name == "postgresql":
        return {"ENGINE": "django.db.backends.postgresql", "USER": "shop", **at}
    if server.name == "mariadb":
        try:
            import MySQLdb  # noqa: F401
        except ImportError:
            import pymysql

            pymysql.install_as_MySQLdb()
        return {"ENGINE": "django.db.backends.mysql", "USER": "root", "OPTIONS": {"charset": "utf8mb4"}, **at}
    immediate = {"transaction_mode": "IMMEDIATE"} if django.VERSION >= (5, 1) else {}
    options = {"timeout": 30, **immediate}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(server.place / f"{name}.db"), "OPTIONS": options}


@sync_and_async_middleware
def which_app(get_response: Any) -> Any:
    """One process serves every test's application: the request says whose URLs it is for."""

    def find(request: Any) -> Any:
        request.urlconf = (getattr(request, "scope", None) or request.META)[NAME]
        return request

    if not iscoroutinefunction(get_response):
        return lambda request: get_response(find(request))

    async def awaited(request: Any) -> Any:
        return await get_response(find(request))

    return awaited


class App:
    """An application by its URLs: `wsgi` is the one, and it is itself the other, of ASGI. overrides: of the settings."""

    def __init__(self, urlpatterns: List[Any], **overrides: Any) -> None:
        self.urlpatterns = urlpatterns
        with override_settings(**overrides):  # middlewares are made now
            self._wsgi, self._asgi = WSGIHandler(), ASGIHandler()

    def wsgi(self, environ: Dict[str, Any], start_response: Any) -> Any:
        return self._wsgi({**environ, NAME: self}, start_response)

    async def __call__(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        await self._asgi({**scope, NAME: self}, receive, send)
