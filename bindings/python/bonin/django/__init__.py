"""Routes, a decorator, a mixin and checks for Django: `pip install bonin[django]`.

    urlpatterns = [path("identity/", include(bonin.django.urls(verifier, on_allowed=sign_up)))]

docs/web.md tells which routes there are, and what the page sends. `bonin.django.rest` has the permission for Django REST
framework, `bonin.django.store` keeps people in the project's own tables. INSTALLED_APPS may have "bonin.django", which adds
checks to `manage.py check`; nothing else needs it.
"""

try:
    import django as _django  # type: ignore[import-untyped]  # noqa: F401
except ImportError as error:
    raise ImportError("bonin.django needs Django; install it with: pip install bonin[django]") from error

from .._refusal import Refusal as Refusal
from ._guard import IdentityRequiredMixin, require_identity
from ._options import DoorOptions, UrlsOptions
from ._session import session_subject
from ._settings import verifier
from ._urls import urls

__all__ = [
    "DoorOptions",
    "IdentityRequiredMixin",
    "Refusal",
    "UrlsOptions",
    "require_identity",
    "session_subject",
    "urls",
    "verifier",
]
