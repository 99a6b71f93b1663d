"""The numbers of a client as OpenTelemetry metrics."""

import gc
import re
from typing import Any, Dict, Iterator, Tuple

import pytest
from conftest import ROOT, environment, python
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

import bonin
from bonin.opentelemetry import _providers, instrument

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


def test_clients_that_are_gone_are_forgotten(provider: MeterProvider) -> None:
    for _ in range(20):
        instrument(bonin.PortOneV2(api_secret="secret"), provider)
        gc.collect()
    assert len(_providers[provider]) == 1, "the last one, until the next comes"


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


def test_the_numbers_of_a_registry(
    registry: bonin.Registry, provider: MeterProvider, reader: InMemoryMetricReader
) -> None:
    instrument(registry, provider, attributes={"store": "a"})
    registry.count()
    with pytest.raises(bonin.NotFound):
        registry.ban(account_id="nobody")
    found = points(reader)
    store = ("store", "a")
    assert found["bonin.registry.calls", (("operation", "count"), ("outcome", "ok"), store)] == 1
    assert found["bonin.registry.calls", (("operation", "ban"), ("outcome", "not_found"), store)] == 1
    for name, value in (
        ("active_calls", 0), ("waiting", 0), ("transactions", 2), ("transaction_calls", 2), ("retries", 0),
        ("connections", 2), ("call.duration.count", 2),
    ):  # fmt: skip
        assert found[f"bonin.registry.{name}", (store,)] == value
    assert found["bonin.registry.call.duration.bucket", (("le", "+Inf"), store)] == 2
    with pytest.raises(TypeError):
        instrument(object())  # type: ignore[arg-type]


def test_the_decisions_of_a_verifier(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, provider: MeterProvider, reader: InMemoryMetricReader
) -> None:
    policy = bonin.Policy({"name": "p", "rules": [{"age": {"at_least": 19, "by": "year"}}]})
    verifier = bonin.Verifier(v2, policy, records=lambda line: None)
    instrument(verifier, provider, attributes={"store": "a"})
    verifier.verify(sandbox.verify("adult"))
    with pytest.raises(bonin.Denied):
        verifier.require(sandbox.verify("minor"))
    with pytest.raises(bonin.NotFound):
        verifier.verify("iv-nobody")
    found = points(reader)
    own = (("bonin.api", "v2"), ("bonin.policy", "p"))
    for outcome, named in (("allowed", "DANAL"), ("denied", "DANAL"), ("not_found", "none")):
        key = (*own, ("outcome", outcome), ("provider", named), ("store", "a"))
        assert found["bonin.verifier.verifications", key] == 1
    denial = (*own, ("reason", "too_young"), ("rule", "age"), ("store", "a"))
    assert found["bonin.verifier.denials", denial] == 1
    for name, value in (("written", 2), ("waiting", 0), ("lost", 0)):
        assert found[f"bonin.verifier.records.{name}", (*own, ("store", "a"))] == value


def test_the_recipe_for_prometheus(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, registry: bonin.Registry) -> None:
    from prometheus_client import generate_latest
    from prometheus_client.core import REGISTRY

    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(from prometheus_client[^`]*)```", guide)
    assert code
    v2.lookup(sandbox.verify("adult"))
    registry.count()
    before = set(REGISTRY._collector_to_names)
    try:
        exec(code[1], {"portone": v2, "registry": registry})
        text = generate_latest(REGISTRY).decode()
    finally:
        for collector in set(REGISTRY._collector_to_names) - before:
            REGISTRY.unregister(collector)
    assert 'bonin_client_calls_total{outcome="ok"} 1.0' in text
    assert 'bonin_client_call_seconds_bucket{le="+Inf"} 1.0' in text
    assert "bonin_registry_call_seconds_count 1.0" in text
