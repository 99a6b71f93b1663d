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

from . import PortOne, Registry, Verifier, __version__, _spans

_Metrics = Mapping[str, Any]
_Attributes = Dict[str, str]
_Values = Iterable[Tuple[float, _Attributes]]
_Watched = List[Tuple["weakref.ref[Any]", _Attributes]]

_STATES = ("closed", "open", "half_open")


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


def _record(key: str) -> Callable[[_Metrics], _Values]:
    return lambda metrics: [(metrics["records"][key], {})]


def _circuit(metrics: _Metrics) -> _Values:
    return [(int(metrics["circuit"] == state), {"state": state}) for state in _STATES]


def _buckets(metrics: _Metrics) -> Iterator[Tuple[float, _Attributes]]:
    latency = metrics["latency_ms"]
    below = 0
    for bound, count in zip([*latency["bounds"], None], latency["counts"]):
        below += count
        yield below, {"le": "+Inf" if bound is None else f"{bound / 1000:g}"}


def _just(key: str) -> Callable[[_Metrics], _Values]:
    return lambda metrics: [(metrics[key], {})]


#: What makes the instrument, its name behind its kind's, its unit, what it is, and its values.
_Instruments = List[Tuple[str, str, str, str, Callable[[_Metrics], _Values]]]

_DURATIONS: _Instruments = [
    ("counter", "call.duration.count", "{call}", "Calls that were timed.", lambda m: [(m["latency_ms"]["count"], {})]),
    ("counter", "call.duration.sum", "s", "Their time together.", lambda m: [(m["latency_ms"]["sum"] / 1000, {})]),
    ("counter", "call.duration.bucket", "{call}", "Those that took at most `le` seconds.", _buckets),
]
_OF_CLIENTS: _Instruments = [
    ("counter", "calls", "{call}", "Calls that ended, by outcome: ok, or the kind of the error.", _calls),
    ("up_down_counter", "active_calls", "{call}", "Calls under way.", _just("calls_under_way")),
    ("counter", "fail_fast", "{call}", "Calls that the open circuit refused.", _just("fail_fast")),
    ("counter", "attempts", "{request}", "Requests sent for calls.", _just("attempts")),
    ("counter", "retries", "{request}", "Attempts after the first.", _just("retries")),
    ("gauge", "retry_budget", "{point}", "What is left of the retry budget of 500.", _just("retry_budget")),
    ("counter", "connections", "{connection}", "Connections opened.", _just("connections")),
    ("counter", "token.renewals", "{renewal}", "Access tokens received.", _just("token_renewals")),
    ("counter", "token.failures", "{renewal}", "Token requests that failed.", _just("token_failures")),
    ("gauge", "circuit.state", "{state}", "1 for the state that the circuit is in, 0 for the others.", _circuit),
    ("counter", "circuit.openings", "{opening}", "How often the circuit opened.", _just("circuit_openings")),
    ("counter", "log.dropped", "{event}", "Log events for which there was no room.", _just("log_events_dropped")),
    ("gauge", "clock.skew", "s", "PortOne's clock minus this machine's.", lambda m: [(m["clock_skew_ms"] / 1000, {})]),
    *_DURATIONS,
]
_OF_REGISTRIES: _Instruments = [
    ("counter", "calls", "{call}", "Calls that ended, by operation and outcome.", _calls_of_registry),
    ("up_down_counter", "active_calls", "{call}", "Calls under way.", _just("calls_under_way")),
    ("up_down_counter", "waiting", "{call}", "Calls that wait for a transaction to begin.", _just("waiting")),
    ("counter", "transactions", "{transaction}", "Transactions that ended.", _just("transactions")),
    ("counter", "transaction_calls", "{call}", "Calls in them.", _just("transaction_calls")),
    ("counter", "retries", "{transaction}", "Transactions that were tried again.", _just("retries")),
    ("counter", "connections", "{connection}", "Connections opened.", _just("connections")),
    *_DURATIONS,
]

_OF_VERIFIERS: _Instruments = [
    (
        "counter",
        "verifications",
        "{verification}",
        "Verifications that ended, by outcome: allowed, denied, or the kind of the error; and by provider.",
        _verifications,
    ),
    ("counter", "denials", "{denial}", "Rules that did not pass in denied decisions, by rule and reason.", _denials),
    ("counter", "records.written", "{record}", "Records of decisions that were written.", _record("written")),
    ("up_down_counter", "records.waiting", "{record}", "Those that wait to be written.", _record("waiting")),
    ("counter", "records.lost", "{record}", "Those that could not be written.", _record("lost")),
]
_KINDS: Dict[str, _Instruments] = {"client": _OF_CLIENTS, "registry": _OF_REGISTRIES, "verifier": _OF_VERIFIERS}

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
    for type, name, unit, description, values in _KINDS[kind]:
        _create(meter, type)(f"bonin.{kind}.{name}", [_callback(watched, values)], unit, description)


def _kind_of(thing: Any) -> Tuple[str, _Attributes]:
    """The kind of its instruments, and the attributes that it brings."""
    if isinstance(thing, Verifier):
        return "verifier", {"bonin.api": thing.portone.api, "bonin.policy": thing.policy.name}
    api = getattr(thing, "api", None)  # of a client alone
    return ("registry", {}) if api is None else ("client", {"bonin.api": api})


def _create(meter: Meter, kind: str) -> Callable[..., Any]:
    create: Callable[..., Any] = getattr(meter, f"create_observable_{kind}")
    return create


def _callback(
    watched: _Watched, values: Callable[[_Metrics], _Values]
) -> Callable[[CallbackOptions], Iterator[Observation]]:
    def observe(_: CallbackOptions) -> Iterator[Observation]:
        for reference, attributes in list(watched):
            thing = reference()
            if thing is None:
                continue
            for value, more in values(thing.metrics()):
                yield Observation(value, {**attributes, **more})

    return observe
