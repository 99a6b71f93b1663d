"""The numbers of a client as OpenTelemetry metrics."""

import gc
from typing import Any, Dict, Iterator, Tuple

import pytest
from conftest import environment, python
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

import bonin
from bonin.opentelemetry import instrument

Points = Dict[Tuple[str, Tuple[Tuple[str, Any], ...]], Any]


@pytest.fixture
def reader() -> InMemoryMetricReader:
    return InMemoryMetricReader()


@pytest.fixture
def provider(reader: InMemoryMetricReader) -> Iterator[MeterProvider]:
    made = MeterProvider(metric_readers=[reader])
    yield made
    made.shutdown()


def points(reader: InMemoryMetricReader) -> Points:
    data: Any = reader.get_metrics_data()
    found: Points = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics if data else []:
        for point in metric.data.data_points:
            found[metric.name, tuple(sorted(point.attributes.items()))] = point.value
    return found


def test_all_the_numbers(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, provider: MeterProvider, reader: InMemoryMetricReader
) -> None:
    instrument(v2, provider)
    v2.lookup(sandbox.verify("adult"))
    with pytest.raises(bonin.NotFound):
        v2.lookup("iv-nobody")
    found = points(reader)
    api = ("bonin.api", "v2")
    assert found["bonin.client.calls", (api, ("outcome", "ok"))] == 1
    assert found["bonin.client.calls", (api, ("outcome", "not_found"))] == 1
    assert found["bonin.client.attempts", (api,)] == 2
    assert found["bonin.client.retry_budget", (api,)] == 500
    assert found["bonin.client.circuit.state", (api, ("state", "closed"))] == 1
    assert found["bonin.client.circuit.state", (api, ("state", "open"))] == 0
    assert found["bonin.client.call.duration.count", (api,)] == 2
    assert found["bonin.client.call.duration.sum", (api,)] == pytest.approx(v2.metrics()["latency_ms"]["sum"] / 1000)
    buckets = {dict(key)["le"]: value for (name, key), value in found.items() if name.endswith("duration.bucket")}
    assert list(buckets) == ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
    assert list(buckets.values()) == sorted(buckets.values()) and buckets["+Inf"] == 2
    names = {name for name, _ in found}
    assert names == {
        f"bonin.client.{name}"
        for name in (
            "calls", "active_calls", "fail_fast", "attempts", "retries", "retry_budget", "connections",
            "token.renewals", "token.failures", "circuit.state", "circuit.openings", "log.dropped", "clock.skew",
            "call.duration.count", "call.duration.sum", "call.duration.bucket",
        )
    }  # fmt: skip


def test_several_clients(
    sandbox: bonin.Sandbox, v1: bonin.PortOneV1, v2: bonin.PortOneV2, provider: MeterProvider,
    reader: InMemoryMetricReader, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    instrument(v1, provider)
    instrument(v2, provider, attributes={"store": "a"})
    v2.lookup(sandbox.verify("adult"))
    found = points(reader)
    assert found["bonin.client.attempts", (("bonin.api", "v1"),)] == 0
    assert found["bonin.client.attempts", (("bonin.api", "v2"), ("store", "a"))] == 1
    assert not caplog.records, "OpenTelemetry warns of instruments made twice"


def test_a_client_is_not_kept_alive(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, provider: MeterProvider, reader: InMemoryMetricReader
) -> None:
    instrument(bonin.PortOneV2(api_secret="secret", base_url=sandbox.v2_url), provider, attributes={"store": "gone"})
    instrument(v2, provider)
    gc.collect()
    assert {dict(key).get("store") for _, key in points(reader)} == {None}


def test_the_package_does_not_need_it() -> None:
    script = """
import sys
sys.modules["opentelemetry"] = None
import bonin
try:
    import bonin.opentelemetry
except ImportError as error:
    print(error.name)
"""
    done = python(["-c", script], environment())
    assert (done.stdout.strip(), done.returncode) == ("opentelemetry.metrics", 0), done.stderr
