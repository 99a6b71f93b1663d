"""Verifications as OpenTelemetry spans, with the real SDK in memory."""

import asyncio
import contextvars
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest
from conftest import environment, python
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from persons import PEPPER

import bonin
from bonin.opentelemetry import instrument

Spans = Tuple[TracerProvider, InMemorySpanExporter]


@pytest.fixture
def spans() -> Iterator[Spans]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider, exporter
    provider.shutdown()


def text(found: Any) -> str:
    return json.dumps([json.loads(span.to_json()) for span in found], ensure_ascii=False)


def names(span: Any) -> List[str]:
    return [event.name for event in span.events]


def test_a_span_tells_how_a_verification_ended_and_of_nobody(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, spans: Spans
) -> None:
    provider, exporter = spans
    verifier = bonin.Verifier(v2, policy)
    instrument(verifier, tracer_provider=provider, attributes={"shop": "a"})
    adult, minor = sandbox.verify("adult"), sandbox.verify("minor")

    async def awaited() -> None:
        assert (await verifier.averify(adult, subject="canary-subject")).allowed
        with pytest.raises(bonin.Denied):
            await verifier.arequire(minor)
        with pytest.raises(bonin.NotFound):
            await verifier.averify("canary-nobody")

    assert verifier.verify(adult, subject="canary-subject").allowed
    with pytest.raises(bonin.Denied):
        verifier.require(minor)
    with pytest.raises(bonin.NotFound):
        verifier.verify("canary-nobody")
    asyncio.run(awaited())
    assert not verifier.verify(minor).allowed
    assert verifier.require(adult).status == "verified"
    sandbox.fault("status", status=503)
    verifier.verify(adult)
    with pytest.raises(bonin.InvalidId):
        verifier.verify("..")

    found: Any = exporter.get_finished_spans()
    assert {span.name for span in found} == {"bonin.verify"}
    common: Dict[str, Any] = {"bonin.api": "v2", "bonin.policy": "kr.youth_protection", "shop": "a"}
    allowed = {**common, "bonin.outcome": "allowed", "bonin.provider": "DANAL"}
    denied = {**allowed, "bonin.outcome": "denied", "bonin.reasons": ("age:too_young",)}
    unknown = {**common, "bonin.outcome": "not_found", "error.type": "not_found", "bonin.attempts": 1}
    wrong = {**common, "bonin.outcome": "invalid_id", "error.type": "invalid_id"}
    expected = [allowed, denied, unknown, allowed, denied, unknown, denied, allowed, allowed, wrong]
    assert [dict(span.attributes) for span in found] == expected
    assert [not span.status.is_ok for span in found] == [
        e["bonin.outcome"] in ("not_found", "invalid_id") for e in expected
    ]
    assert names(found[0]) == ["bonin.call.succeeded"]
    assert names(found[2]) == ["bonin.call.failed", "exception"]
    assert names(found[8]) == ["bonin.call.retry", "bonin.call.succeeded"]
    for canary in ("canary", adult, minor, sandbox.api_secret):
        assert canary not in text(found)


def test_a_span_stands_below_that_of_the_caller(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, spans: Spans) -> None:
    provider, exporter = spans
    tracer = provider.get_tracer("shop")

    class Users:
        def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
            tracer.start_span("SELECT").end()
            return None

        def claim(self, keys: List[bonin.PersonKey], account_id: str) -> str:
            return "created"

    policy = bonin.Policy({"name": "new", "rules": [{"account": "new"}]})
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        verifier = bonin.Verifier(v2, policy, registry=registry)
        instrument(verifier, tracer_provider=provider)
        for awaited in (False, True):
            exporter.clear()
            with tracer.start_as_current_span("POST /identity"):
                if awaited:
                    asyncio.run(verifier.averify(sandbox.verify("adult"), subject="s"))  # type: ignore[arg-type]
                else:
                    verifier.verify(sandbox.verify("adult"), subject="s")
            found: Any = exporter.get_finished_spans()
            assert [span.name for span in found] == ["SELECT", "bonin.verify", "POST /identity"]
            assert found[0].parent.span_id == found[1].context.span_id
            assert found[1].parent.span_id == found[2].context.span_id


def test_what_a_function_of_the_application_raises_is_not_told(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, spans: Spans
) -> None:
    provider, exporter = spans

    class Users:
        def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
            raise ValueError("카나리아")

        def claim(self, keys: List[bonin.PersonKey], account_id: str) -> str:
            return "created"

    policy = bonin.Policy({"name": "new", "rules": [{"account": "new"}]})
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        verifier = bonin.Verifier(v2, policy, registry=registry)
        instrument(verifier, tracer_provider=provider)
        with pytest.raises(bonin.StoreFailed) as raised:
            verifier.verify(sandbox.verify("adult"), subject="s")
    assert "카나리아" in str(raised.value.__cause__)
    found: Any = exporter.get_finished_spans()
    assert found[0].attributes["bonin.outcome"] == "store_failed"
    assert "카나리아" not in text(found)


def test_many_at_once_have_the_events_of_their_own_calls(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, spans: Spans
) -> None:
    provider, exporter = spans
    verifier, other = bonin.Verifier(v2, policy), bonin.Verifier(v2, policy)
    instrument(verifier, tracer_provider=provider)
    id = sandbox.verify("adult")

    async def main() -> None:
        await asyncio.gather(*(verifier.averify(id) for _ in range(20)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: contextvars.copy_context().run(verifier.verify, id), range(40)))
    asyncio.run(main())
    other.verify(id)
    found: Any = exporter.get_finished_spans()
    assert len(found) == 60, "the other verifier has none"
    assert all(names(span) == ["bonin.call.succeeded"] for span in found)


def test_nothing_is_imported_that_is_not_used(sandbox: bonin.Sandbox) -> None:
    code = "import bonin, sys; bonin.Verifier; assert not any('opentelemetry' in name or name == 'bonin._spans' for name in sys.modules)"
    assert python(["-c", code], environment(sandbox)).returncode == 0


def test_many_ids_have_one_span(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, spans: Spans
) -> None:
    provider, exporter = spans
    verifier = bonin.Verifier(v2, policy)
    instrument(verifier, tracer_provider=provider)
    ids = [sandbox.verify("adult"), sandbox.verify("minor"), "canary-nobody"]
    verifier.verify_many(ids)
    asyncio.run(_many(verifier, ids))
    verifier.verify_many([ids[0]] * 1000, at_once=2, progress=lambda done, total: False)
    found = exporter.get_finished_spans()
    assert [span.name for span in found] == ["bonin.verify_many"] * 3
    counts = {f"bonin.ids.{name}": 1 for name in ("allowed", "denied", "failed")}
    common = {"bonin.api": "v2", "bonin.policy": policy.name}
    for span in found[:2]:
        assert dict(span.attributes or {}) == {**common, "bonin.ids": 3, **counts, "bonin.ids.left": 0}
        assert span.events == () and span.status.is_unset
    stopped = dict(found[2].attributes or {})
    assert stopped["bonin.outcome"] == "cancelled" and not found[2].status.is_ok
    assert "canary" not in text(found)


async def _many(verifier: bonin.Verifier, ids: List[str]) -> bonin.Judged:
    return await verifier.averify_many(ids)
