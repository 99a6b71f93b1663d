"""What the core has to tell, as records of `logging`: under `bonin.` and the area, such as `bonin.call`."""

from __future__ import annotations

import logging
from contextvars import Context
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}

#: Asked before each call, unless there is a listener: only calls have something to say at that level.
calls_logged = partial(logging.getLogger("bonin.call").isEnabledFor, logging.DEBUG)

#: Who else is told, in the context of the caller: `listener(area, name, fields)`.
listeners: List[Callable[[str, str, Dict[str, Any]], None]] = []


def _logger(area: str) -> logging.Logger:
    """Of events. What they tell of a call its caller learns from the error, so where logging was never set up nothing
    goes to stderr. What no caller learns, such as a failure of a route, has loggers without such a handler.
    """
    logger = logging.getLogger(f"bonin.{area}")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def emit(events: Iterable[Tuple[str, str, str, float, Dict[str, Any], Optional[Context]]]) -> None:
    """`record.bonin` is the event as a dict: name, at (seconds since 1970) and fields.

    A record about a call is made with the contextvars of its caller.
    """
    for level, area, name, at, fields, context in events:
        if context is not None:
            for listener in listeners:
                context.run(listener, area, name, fields)
        logger = _logger(area)
        if logger.isEnabledFor(_LEVELS[level]):
            text = "".join(f" {key}={value}" for key, value in fields.items())
            extra = {"bonin": {"name": f"{area}.{name}", "at": at, "fields": fields}}
            record = partial(logger.log, _LEVELS[level], "%s%s", name, text, extra=extra)
            if context is None:
                record()
            else:
                context.run(record)
