"""Who asks, by Django's session."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
from django.http import HttpRequest  # type: ignore[import-untyped]

from .. import new_id

_NAME = "bonin_subject"


def session_subject(request: HttpRequest) -> str:
    """The session, for `subject`: a random id that is kept in it.

    A session that is not saved yet is saved with it. The id stays when somebody signs in, as `login()` keeps what is in
    the session, and is gone when they sign out. It works with every session engine.
    """
    session = getattr(request, "session", None)
    if session is None:
        raise ImproperlyConfigured(
            "bonin.django.session_subject needs sessions: MIDDLEWARE must have "
            "`django.contrib.sessions.middleware.SessionMiddleware`"
        )
    if not isinstance(session.get(_NAME), str):
        session[_NAME] = new_id()
    return str(session[_NAME])
