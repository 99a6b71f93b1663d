"""A view of the application's own, behind a verification."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest  # type: ignore[import-untyped]
from django.views import View  # type: ignore[import-untyped]

from .. import Verifier, _routes, _web
from .._keywords import expect_keywords
from .._refusal import Refusal
from . import _settings
from ._options import DOOR, make_door
from ._visit import AsyncVisit, Visit

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import DoorOptions

_View = TypeVar("_View", bound=Callable[..., Any])


def require_identity(verifier: Optional[Verifier] = None, **options: Unpack[DoorOptions]) -> Callable[[_View], _View]:
    """A decorator for a view, sync or async: it runs only if the verification that the request names is allowed.

    `request.identity` is the Decision. A GET names the id in its query, anything else in its body, which the view can read
    again. For a class: `method_decorator(require_identity(verifier), name="dispatch")`, or IdentityRequiredMixin. The
    view's own protection against CSRF stays. Without a verifier it is that of `settings.BONIN`, and so is every option
    that is not given. Options: DoorOptions.
    """
    expect_keywords("require_identity", options, DOOR)
    if verifier is None:
        door = _settings.made(make_door, _settings.door_options, options)
    else:
        door = make_door(verifier, options)

    def decorate(view: _View) -> _View:
        @functools.wraps(view)
        async def awaited(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            visit = AsyncVisit(request)
            decided = await _routes.arun(door.decide(visit), visit)
            if isinstance(decided, Refusal):
                return visit.response(await _routes.arun(door.refuse(visit, decided), visit))
            request.identity = decided
            response = view(request, *args, **kwargs)
            return visit.finished(await response if inspect.isawaitable(response) else response, _web.ALWAYS)

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            visit = Visit(request)
            decided = _routes.run(door.decide(visit), visit)
            if isinstance(decided, Refusal):
                return visit.response(_routes.run(door.refuse(visit, decided), visit))
            request.identity = decided
            return visit.finished(view(request, *args, **kwargs), _web.ALWAYS)

        chosen: Any = awaited if _is_async(view) else guarded
        chosen.bonin_door = door  # for the checks
        return cast(_View, chosen)

    made: Any = decorate
    made.bonin_door = door
    return made  # type: ignore[no-any-return]


class IdentityRequiredMixin:
    """For a class-based view, sync or async: `dispatch` runs only if the verification that the request names is allowed.

    class Liquor(IdentityRequiredMixin, View):
        verifier = verifier
        identity_options = {"subject": bonin.django.session_subject}

    Mixins that stand before it judge before it, such as LoginRequiredMixin. `self.request.identity` is the Decision.
    verifier: None takes that of `settings.BONIN`. identity_options: those of `require_identity`.
    """

    verifier: Optional[Verifier] = None
    identity_options: DoorOptions = {}
    identity_guard: Any = None  # made by as_view, for this view alone

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        order = cls.__mro__
        if View in order and order.index(View) < order.index(IdentityRequiredMixin):
            raise TypeError(f"{cls.__name__}: IdentityRequiredMixin must stand before View, or it guards nothing")

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        given = {"verifier": cls.verifier, "identity_options": cls.identity_options, **initkwargs}
        guard = require_identity(given["verifier"], **given["identity_options"])
        view = super().as_view(**{**initkwargs, "identity_guard": guard})  # type: ignore[misc]
        view.bonin_door = guard.bonin_door  # type: ignore[attr-defined]
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.identity_guard(super().dispatch)(request, *args, **kwargs)  # type: ignore[misc]


def _is_async(view: Any) -> bool:
    """`dispatch` of a class whose handlers are async is a function that answers a coroutine."""
    bound = view.func if isinstance(view, functools.partial) else view  # as method_decorator has it
    return iscoroutinefunction(view) or bool(getattr(getattr(bound, "__self__", None), "view_is_async", False))
