"""The numbers of a client as OpenTelemetry metrics. Needs `opentelemetry-api`; `import bonin` does not load this.

    from bonin.opentelemetry import instrument

    instrument(portone)

They are read when the meter's reader collects; nothing is done for a call.
"""

from __future__ import annotations

import weakref
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation, get_meter_provider

from . import PortOne, __version__

_Metrics = Mapping[str, Any]
_Attributes = Dict[str, str]
_Values = Iterable[Tuple[float, _Attributes]]
_Watched = List[Tuple["weakref.ref[PortOne]", _Attributes]]

_STATES = ("closed", "open", "half_open")


def _calls(metrics: _Metrics) -> _Values:
    return [(number, {"outcome": outcome}) for outcome, number in metrics["calls"].items()]


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


#: What makes the instrument, its name behind `bonin.client.`, its unit, what it is, and its values.
_INSTRUMENTS: List[Tuple[str, str, str, str, Callable[[_Metrics], _Values]]] = [
    ("counter", "calls", "{call}", "Calls that ended, by outcome: ok, or the kind of the error.", _calls),
    ("up_down_counter", "active_calls", "{call}", "Calls under way.", _just("calls_under_way")),
    ("counter", "fail_fast", "{call}", "Calls that the open circuit refused.", _just("fail_fast")),
    ("counter", "attempts", "{request}", "Requests sent for calls.", _just("attempts")),
    ("counter", "retries", "{request}", "Attempts after the first.", _just("retries")),
    ("gauge", "retry_budget", "1", "What is left of the retry budget of 500.", _just("retry_budget")),
    ("counter", "connections", "{connection}", "Connections opened.", _just("connections")),
    ("counter", "token.renewals", "{renewal}", "Access tokens received.", _just("token_renewals")),
    ("counter", "token.failures", "{renewal}", "Token requests that failed.", _just("token_failures")),
    ("gauge", "circuit.state", "1", "1 for the state that the circuit is in, 0 for the others.", _circuit),
    ("counter", "circuit.openings", "{opening}", "How often the circuit opened.", _just("circuit_openings")),
    ("counter", "log.dropped", "{event}", "Log events for which there was no room.", _just("log_events_dropped")),
    ("gauge", "clock.skew", "s", "PortOne's clock minus this machine's.", lambda m: [(m["clock_skew_ms"] / 1000, {})]),
    ("counter", "call.duration.count", "{call}", "Calls that were timed.", lambda m: [(m["latency_ms"]["count"], {})]),
    ("counter", "call.duration.sum", "s", "Their time together.", lambda m: [(m["latency_ms"]["sum"] / 1000, {})]),
    ("counter", "call.duration.bucket", "{call}", "Those that took at most `le` seconds.", _buckets),
]

# Instruments are made once a provider, and read all clients that were given to it.
_providers: "weakref.WeakKeyDictionary[MeterProvider, _Watched]" = weakref.WeakKeyDictionary()


def instrument(
    portone: PortOne, meter_provider: Optional[MeterProvider] = None, *, attributes: Optional[Mapping[str, str]] = None
) -> None:
    """Adds a client to the metrics of a meter provider, the global one unless given.

    attributes: added to each value, besides `bonin.api`. Two clients of one API in one process need different ones.
    The client is not kept alive by this; a client that is gone reports nothing.
    """
    provider = get_meter_provider() if meter_provider is None else meter_provider
    api: Any = portone
    entry = (weakref.ref(portone), {"bonin.api": api.api, **(attributes or {})})
    watched = _providers.get(provider)
    if watched is not None:
        watched.append(entry)
        return
    _providers[provider] = watched = [entry]
    meter = provider.get_meter("bonin", __version__)
    for kind, name, unit, description, values in _INSTRUMENTS:
        _create(meter, kind)(f"bonin.client.{name}", [_callback(watched, values)], unit, description)


def _create(meter: Meter, kind: str) -> Callable[..., Any]:
    create: Callable[..., Any] = getattr(meter, f"create_observable_{kind}")
    return create


def _callback(
    watched: _Watched, values: Callable[[_Metrics], _Values]
) -> Callable[[CallbackOptions], Iterator[Observation]]:
    def observe(_: CallbackOptions) -> Iterator[Observation]:
        for reference, attributes in list(watched):
            portone = reference()
            if portone is None:
                continue
            for value, more in values(portone.metrics()):
                yield Observation(value, {**attributes, **more})

    return observe
