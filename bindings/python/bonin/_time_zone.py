"""The zone of times that were written without one."""

from __future__ import annotations

import datetime
from importlib import import_module
from typing import Any, Callable, Optional

from .errors import InvalidArgument

_EPOCH = datetime.datetime(1970, 1, 1)
_MS = datetime.timedelta(milliseconds=1)


def offset(zone: Any) -> Callable[[int], Optional[int]]:
    """From milliseconds on a clock of that zone to those it is ahead of UTC; None: it showed them twice, or never.

    `zone`: a name such as `Asia/Seoul`, or a datetime.tzinfo.
    """
    if isinstance(zone, str):
        try:
            zone = import_module("zoneinfo").ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as unknown:
            raise InvalidArgument(
                f"`time_zone` must be the name of a time zone that this machine knows, such as `Asia/Seoul`, not `{zone}`",
                parameter="time_zone",
            ) from unknown
    if not isinstance(zone, datetime.tzinfo):
        raise InvalidArgument("`time_zone` must be a name such as `Asia/Seoul`, or a tzinfo", parameter="time_zone")

    def ahead(wall_ms: int) -> Optional[int]:
        try:
            wall = _EPOCH + _MS * wall_ms
        except OverflowError:
            return None
        # The two answers differ where clocks are put back, and where they are put forward.
        first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        return first // _MS if first is not None and first == second else None

    return ahead
