"""What the core has to tell, as records of `logging`: under `bonin.` and the area, such as `bonin.call`."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Dict, Iterable, Tuple

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}

#: Only calls have something to say at that level.
wants_debug = partial(logging.getLogger("bonin.call").isEnabledFor, logging.DEBUG)


def emit(events: Iterable[Tuple[str, str, str, float, Dict[str, Any]]]) -> None:
    """`record.bonin` is the event as a dict: name, at (seconds since 1970) and fields."""
    for level, area, name, at, fields in events:
        logger = logging.getLogger(f"bonin.{area}")
        if logger.isEnabledFor(_LEVELS[level]):
            text = "".join(f" {key}={value}" for key, value in fields.items())
            extra = {"bonin": {"name": f"{area}.{name}", "at": at, "fields": fields}}
            logger.log(_LEVELS[level], "%s%s", name, text, extra=extra)
