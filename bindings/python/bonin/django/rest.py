"""A permission for Django REST framework."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional, Type, Union

try:
    from rest_framework.exceptions import APIException  # type: ignore[import-untyped]
    from rest_framework.permissions import BasePermission  # type: ignore[import-untyped]
    from rest_framework.request import Request  # type: ignore[import-untyped]
except ImportError as error:
    raise ImportError("bonin.django.rest needs Django REST framework: pip install djangorestframework") from error
from django.http import QueryDict  # type: ignore[import-untyped]
from django.http.request import RawPostDataException  # type: ignore[import-untyped]

from .. import Decision, InvalidArgument, Verifier, _routes, _web
from .._keywords import expect_keywords
from .._refusal import Refusal
from . import _settings
from ._options import DOOR, make_door
from ._unmade import Unmade
from ._visit import Visit

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import DoorOptions

__all__ = ["IdentityRefused", "identity_permission"]


class IdentityRefused(APIException):  # type: ignore[misc]
    """What the permission raises: the framework answers status, body and Retry-After of the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        self.status_code, self.detail, self.wait = refusal.status, refusal.to_dict(), refusal.retry_after

    def __str__(self) -> str:
        return self.refusal.code


def identity_permission(verifier: Optional[Verifier] = None, **options: Unpack[DoorOptions]) -> Type[BasePermission]:
    """A class for `permission_classes`: `permission_classes = [identity_permission(verifier)]`.

    A view runs only if the verification that the request names is allowed; `request.identity` is the Decision. It asks
    nothing of authentication: who is refused gets the refusal's status, never a 401. A GET names the id in its query,
    anything else in its body, whether the framework has parsed that or not. Without a verifier it is that of
    `settings.BONIN`, and so is every option that is not given. Options: DoorOptions without on_denied, for which the
    framework has EXCEPTION_HANDLER.
    """
    if "on_denied" in options:
        raise InvalidArgument(
            "`on_denied` is of views: EXCEPTION_HANDLER answers an IdentityRefused", parameter="on_denied"
        )
    expect_keywords("identity_permission", options, [name for name in DOOR if name != "on_denied"])
    given: Dict[str, Any] = {**options, "on_denied": None}
    if verifier is None:
        door = _settings.made(make_door, _settings.door_options, given)
    else:
        door = make_door(verifier, given)

    class IdentityPermission(BasePermission):  # type: ignore[misc]
        bonin_door = door

        def has_permission(self, request: Request, view: Any) -> bool:
            visit = _Visit(request)
            decided = _judged(door, visit)
            for name, value in (*_web.ALWAYS.items(), *visit.added):
                view.headers[name] = value
            if isinstance(decided, Refusal):
                raise IdentityRefused(decided)
            request.identity = decided
            return True

    return IdentityPermission


def _judged(door: Union[_routes.Door, Unmade], visit: _Visit) -> Union[Decision, Refusal]:
    """Once a request: the framework asks its permissions again for each form of its browsable pages."""
    judged: Dict[Any, Union[Decision, Refusal]]
    judged = visit.request._request.__dict__.setdefault("bonin_judged", {})
    if door not in judged:
        decided = judged[door] = _routes.run(door.decide(visit), visit)
        if isinstance(decided, Refusal):  # for the log: the answer is the framework's
            _routes.run(door.refuse(visit, decided), visit)
    return judged[door]


class _Visit(Visit):
    """A request of the framework's."""

    def parsed(self) -> _web.Body:
        try:
            data = self.request.data
        except RawPostDataException:  # somebody else has read it
            return super().parsed()
        if isinstance(data, QueryDict):
            return _web.form_body((name, value) for name, values in data.lists() for value in values)
        return _web.Body("application/json", json.dumps(data, default=str).encode())
