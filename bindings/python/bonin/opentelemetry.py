"""Numbers as OpenTelemetry metrics, and verifications as spans. Needs `opentelemetry-api`; `import bonin` does not load this.

    from bonin.opentelemetry import instrument

    instrument(portone)  # metrics of the client
    instrument(registry)  # metrics of the registry
    instrument(verifier)  # its decisions as metrics, and a span for each verification

Numbers are read when the meter's reader collects; nothing is done for a call.
"""

from __future__ import annotations

import weakref
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Union

from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation, get_meter_provider
from opentelemetry.trace import TracerProvider, get_tracer_provider

from . import PortOne, Registry, Verifier, __version__, _native, _spans

_Metrics = Mapping[str, Any]
_Attributes = Dict[str, str]
_Values = Iterable[Tuple[float, _Attributes]]
_Read = Callable[[_Metrics], _Values]
_Watched = List[Tuple["weakref.ref[Any]", _Attributes]]

_STATES = _native.word_lists()["circuit_state"]


def _calls(metrics: _Metrics) -> _Values:
    return [(number, {"outcome": outcome}) for outcome, number in metrics["calls"].items()]


def _calls_of_registry(metrics: _Metrics) -> _Values:
    for operation, ends in metrics["calls"].items():
        for outcome, number in ends.items():
            yield number, {"operation": operation, "outcome": outcome}


def _verifications(metrics: _Metrics) -> _Values:
    for provider, ends in metrics["decisions"].items():
        for outcome, number in ends.items():
            yield number, {"outcome": outcome, "provider": provider}
    for kind, number in metrics["errors"].items():
        yield number, {"outcome": kind, "provider": "none"}


def _denials(metrics: _Metrics) -> _Values:
    for rule, reasons in metrics["denials"].items():
        for reason, number in reasons.items():
            yield number, {"rule": rule, "reason": reason}


def _record(key: str) -> _Read:
    return lambda metrics: [(metrics["records"][key], {})]


def _circuit(metrics: _Metrics) -> _Values:
    return [(int(metrics["circuit"] == state), {"state": state}) for state in _STATES]


def _buckets(metrics: _Metrics) -> Iterator[Tuple[float, _Attributes]]:
    latency = metrics["latency_ms"]
    below = 0
    for bound, count in zip([*latency["bounds"], None], latency["counts"]):
        below += count
        yield below, {"le": "+Inf" if bound is None else f"{bound / 1000:g}"}


def _just(key: str) -> _Read:
    return lambda metrics: [(metrics[key], {})]


_DURATIONS: Dict[str, _Read] = {
    "call.duration.count": lambda metrics: [(metrics["latency_ms"]["count"], {})],
    "call.duration.sum": lambda metrics: [(metrics["latency_ms"]["sum"] / 1000, {})],
    "call.duration.bucket": _buckets,
}
#: What is counted of each kind, by the names of its instruments.
_READ: Dict[str, Dict[str, _Read]] = {
    "client": {
        "calls": _calls,
        "active_calls": _just("calls_under_way"),
        "fail_fast": _just("fail_fast"),
        "attempts": _just("attempts"),
        "retries": _just("retries"),
        "retry_budget": _just("retry_budget"),
        "connections": _just("connections"),
        "token.renewals": _just("token_renewals"),
        "token.failures": _just("token_failures"),
        "circuit.state": _circuit,
        "circuit.openings": _just("circuit_openings"),
        "log.dropped": _just("log_events_dropped"),
        "clock.skew": lambda metrics: [(metrics["clock_skew_ms"] / 1000, {})],
        **_DURATIONS,
    },
    "registry": {
        "calls": _calls_of_registry,
        "active_calls": _just("calls_under_way"),
        "waiting": _just("waiting"),
        "transactions": _just("transactions"),
        "transaction_calls": _just("transaction_calls"),
        "retries": _just("retries"),
        "connections": _just("connections"),
        **_DURATIONS,
    },
    "verifier": {
        "verifications": _verifications,
        "denials": _denials,
        "records.written": _record("written"),
        "records.waiting": _record("waiting"),
        "records.lost": _record("lost"),
    },
}

# Instruments are made once a provider and kind, and read all that were given to it.
_providers: "weakref.WeakKeyDictionary[MeterProvider, Dict[str, _Watched]]" = weakref.WeakKeyDictionary()


def instrument(
    thing: Union[PortOne, Registry, Verifier],
    meter_provider: Optional[MeterProvider] = None,
    *,
    tracer_provider: Optional[TracerProvider] = None,
    attributes: Optional[Mapping[str, str]] = None,
) -> None:
    """Adds the numbers of a client, a registry or a verifier to the metrics of a meter provider, the global one unless given.

    A verifier: a span for each verification as well, by a tracer provider, the global one unless given.

    attributes: added to each value or span. Two clients of one API, two registries, or two verifiers of one policy's
    name, in one process need different ones. The thing is not kept alive by this; one that is gone reports nothing.
    """
    if isinstance(thing, Verifier):
        tracers = get_tracer_provider() if tracer_provider is None else tracer_provider
        _spans.trace_verifications(thing, tracers.get_tracer("bonin", __version__), attributes or {})
    elif not isinstance(thing, (PortOne, Registry)):
        raise TypeError("expected a PortOneV1, a PortOneV2, a Registry or a Verifier")
    provider = get_meter_provider() if meter_provider is None else meter_provider
    kind, own = _kind_of(thing)
    entry = (weakref.ref(thing), {**own, **(attributes or {})})
    kinds = _providers.setdefault(provider, {})
    watched = kinds.get(kind)
    if watched is not None:
        watched[:] = [one for one in watched if one[0]() is not None] + [entry]  # without those that are gone
        return
    kinds[kind] = watched = [entry]
    meter = provider.get_meter("bonin", __version__)
    for of, type, name, unit, description in _native.instruments():
        if of == kind:
            _create(meter, type)(f"bonin.{kind}.{name}", [_callback(watched, _READ[kind][name])], unit, description)


def _kind_of(thing: Any) -> Tuple[str, _Attributes]:
    """The kind of its instruments, and the attributes that it brings."""
    if isinstance(thing, Verifier):
        return "verifier", {"bonin.api": thing.portone.api, "bonin.policy": thing.policy.name}
    api = getattr(thing, "api", None)  # of a client alone
    return ("registry", {}) if api is None else ("client", {"bonin.api": api})


def _create(meter: Meter, kind: str) -> Callable[..., Any]:
    create: Callable[..., Any] = getattr(meter, f"create_observable_{kind}")
    return create


def _callback(watched: _Watched, values: _Read) -> Callable[[CallbackOptions], Iterator[Observation]]:
    def observe(_: CallbackOptions) -> Iterator[Observation]:
        for reference, attributes in list(watched):
            thing = reference()
            if thing is None:
                continue
            for value, more in values(thing.metrics()):
                yield Observation(value, {**attributes, **more})

    return observe
