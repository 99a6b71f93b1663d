"""Verifications as OpenTelemetry spans. No id, nothing personal, no secret and no word of PortOne's is in one."""

from __future__ import annotations

import functools
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional

from opentelemetry.trace import Span, Status, StatusCode, Tracer, use_span

from . import BoninError, Decision, Denied, Judged, Verifier, _log


class _Traced(NamedTuple):
    tracer: Tracer
    attributes: Dict[str, str]


#: The span of the verification that an event is about.
_span: "ContextVar[Optional[Span]]" = ContextVar("bonin.span", default=None)
_traced: "weakref.WeakKeyDictionary[Verifier, _Traced]" = weakref.WeakKeyDictionary()
_METHODS = {"verify": "verify", "require": "verify", "verify_many": "verify_many", "confirm_otp": "confirm_otp"}


def trace_verifications(verifier: Verifier, tracer: Tracer, attributes: Mapping[str, str]) -> None:
    if _hear not in _log.listeners:
        for method, name in _METHODS.items():
            _wrap(method, f"bonin.{name}")
            _wrap(f"a{method}", f"bonin.{name}")
        _log.listeners.append(_hear)
    own = {"bonin.api": verifier.portone.api, "bonin.policy": verifier.policy.name}
    _traced[verifier] = _Traced(tracer, {**own, **attributes})


def _wrap(method: str, name: str) -> None:
    """In place of a method of all verifiers: a native object holds no other function."""
    native: Callable[..., Any] = getattr(Verifier, method)

    @functools.wraps(native)
    def blocking(self: Verifier, *args: Any, **kwargs: Any) -> Any:
        traced = _traced.get(self)
        if traced is None:
            return native(self, *args, **kwargs)
        with _running(traced, name) as span:
            return _told(span, native(self, *args, **kwargs))

    @functools.wraps(native)
    def awaited(self: Verifier, *args: Any, **kwargs: Any) -> Any:
        traced = _traced.get(self)
        call = native(self, *args, **kwargs)
        return call if traced is None else _await(traced, name, call)

    setattr(Verifier, method, awaited if method.startswith("a") else blocking)


async def _await(traced: _Traced, name: str, call: Any) -> Any:
    with _running(traced, name) as span:
        return _told(span, await call)


@contextmanager
def _running(traced: _Traced, name: str) -> Iterator[Span]:
    span = traced.tracer.start_span(name, attributes=traced.attributes)
    # The attempts of many are too many to be events of one span.
    token = _span.set(None if name == "bonin.verify_many" else span)
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield span
    except Denied as denied:
        _told(span, denied.decision)
        raise
    except BaseException as error:
        _fail(span, error)
        raise
    finally:
        _span.reset(token)
        span.end()


def _told(span: Span, answer: Any) -> Any:
    """A verification comes from require(), which answers for the allowed alone."""
    if isinstance(answer, Judged):
        return _told_many(span, answer)
    decision = answer if isinstance(answer, Decision) else None
    verification = answer if decision is None else decision.verification
    span.set_attribute("bonin.outcome", "allowed" if decision is None or decision.allowed else "denied")
    if verification.provider:
        span.set_attribute("bonin.provider", verification.provider)
    reasons = [] if decision is None else [_reason(finding) for finding in decision.denials]
    if reasons:
        span.set_attribute("bonin.reasons", reasons)
    return answer


def _told_many(span: Span, judged: Judged) -> Judged:
    span.set_attribute("bonin.ids", len(judged))
    for name, count in judged.counts._asdict().items():
        span.set_attribute(f"bonin.ids.{name}", count)
    if judged.stopped is not None:
        _fail(span, judged.stopped)
    return judged


def _reason(finding: Any) -> str:
    return f"{finding.code}:{finding.reason}" if finding.reason else str(finding.code)


def _fail(span: Span, error: BaseException) -> None:
    """What else was raised may say anything: its name alone is told. A traceback would show the causes."""
    known = isinstance(error, BoninError)
    kind = error.kind if isinstance(error, BoninError) else "error"
    message = str(error) if known else None
    span.set_attribute("bonin.outcome", kind)
    span.set_attribute("error.type", kind)
    attempts = getattr(error, "attempts", None) if known else None
    if attempts:
        span.set_attribute("bonin.attempts", attempts)
    event = {"exception.type": type(error).__name__}
    span.add_event("exception", event if message is None else {**event, "exception.message": message})
    span.set_status(Status(StatusCode.ERROR, message))


def _hear(area: str, name: str, fields: Mapping[str, Any]) -> None:
    """An attempt of a call, as an event of its verification's span."""
    span = _span.get()
    if span is not None and area == "call":
        span.add_event(f"bonin.call.{name}", dict(fields))
