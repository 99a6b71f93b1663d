"""What stands where BONIN is mistaken."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NoReturn, Optional

from django.conf import settings  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]

from .. import InvalidArgument, _routes
from ..types import Api
from ._options import VIEWS, checked_views, some


class Unusable(ImproperlyConfigured):  # type: ignore[misc]
    """A key of BONIN says what bonin refuses."""


class Unmade:
    """In place of a door that BONIN does not let be made: a request to it raises what is wrong, and so does no import.

    An import that raised would be a traceback through urls.py, and `manage.py check` could not say what is wrong.
    key: of BONIN, as far as it is known; it may be missing there.
    """

    begun = True

    def __init__(self, error: ImproperlyConfigured, key: Optional[str] = None) -> None:
        self.kind, self.text, self.key = type(error), str(error), key  # its traceback holds frames
        said = getattr(settings, "BONIN", None)
        self.said: Mapping[str, Any] = said if isinstance(said, Mapping) else {}

    @property
    def api(self) -> Api:
        return "v2" if self.said.get("imp_key") is None else "v1"

    @property
    def routes(self) -> List[_routes.Route]:
        return [_routes.Route(*place, self.decide) for place in _routes.places(self.api, otp=True)]

    def views(self, options: Mapping[str, Any]) -> Dict[str, Any]:
        try:
            return checked_views({**some(self.said, VIEWS), **options})
        except InvalidArgument:
            return dict(VIEWS)

    def decide(self, visit: Any) -> NoReturn:
        raise self.kind(self.text)

    def answer(self, visit: Any, route: Any) -> NoReturn:
        self.decide(visit)

    def refuse(self, visit: Any, refusal: Any) -> NoReturn:
        self.decide(visit)
