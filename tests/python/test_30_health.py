"""The circuit, the metrics and the log of a client."""

import asyncio
import logging
import os
import threading
from typing import Any, Iterator, List

import pytest
from conftest import environment, python

import bonin

NUMBERS = [
    "calls_under_way", "fail_fast", "attempts", "retries", "retry_budget", "connections", "token_renewals",
    "token_failures", "circuit_openings", "log_events_dropped",
]  # fmt: skip


@pytest.fixture
def v2(sandbox: bonin.Sandbox) -> Iterator[bonin.PortOneV2]:
    """One attempt a call, so that a test waits for no retry."""
    with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url, max_attempts=1) as client:
        yield client


def outage(sandbox: bonin.Sandbox, client: bonin.PortOneV2) -> None:
    sandbox.fault("status", status=503, times=10)
    for i in range(10):  # of one id alone nobody can tell whether PortOne is down
        with pytest.raises(bonin.Unavailable):
            client.lookup(f"iv-{i}")


def events(caplog: pytest.LogCaptureFixture) -> List[Any]:
    return [record.__dict__["bonin"] for record in caplog.records if record.name.startswith("bonin.")]


def names(caplog: pytest.LogCaptureFixture) -> List[str]:
    return [event["name"] for event in events(caplog)]


def test_a_new_client(v2: bonin.PortOneV2) -> None:
    metrics: Any = v2.metrics()
    assert list(metrics) == [
        "calls", "calls_under_way", "fail_fast", "attempts", "retries", "retry_budget", "connections",
        "token_renewals", "token_failures", "circuit", "circuit_openings", "log_events_dropped", "clock_skew_ms",
        "latency_ms",
    ]  # fmt: skip
    assert metrics["calls"] == {"ok": 0} and metrics["circuit"] == v2.circuit == "closed"
    assert [name for name in NUMBERS if metrics[name]] == ["retry_budget"]
    assert metrics["latency_ms"]["bounds"] == [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]
    assert metrics["latency_ms"]["counts"] == [0] * 12


def test_what_calls_count(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, v1: bonin.PortOneV1) -> None:
    id = sandbox.verify("adult")
    for _ in range(3):
        v2.lookup(id)
    asyncio.run(v2.alookup(id))  # type: ignore[arg-type]
    with pytest.raises(bonin.NotFound):
        v2.lookup("iv-nobody")
    with pytest.raises(bonin.InvalidId):
        v2.lookup("..")
    metrics = v2.metrics()
    assert metrics["calls"] == {"ok": 4, "not_found": 1}
    assert metrics["attempts"] == 5 and metrics["calls_under_way"] == 0
    assert sum(metrics["latency_ms"]["counts"]) == metrics["latency_ms"]["count"] == 5
    assert metrics["latency_ms"]["sum"] > 0
    v1.lookup(sandbox.verify("adult", api="v1"))
    assert v1.metrics()["token_renewals"] == 1


def test_an_outage_opens_the_circuit_and_calls_fail_at_once(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    outage(sandbox, v2)
    assert v2.circuit == "open"
    sandbox.clear_requests()
    for call in (
        lambda: v2.lookup("iv-1"),
        lambda: asyncio.run(v2.alookup("iv-1")),  # type: ignore[arg-type]
        lambda: v2.resend("iv-1"),
        lambda: list(v2.list()),
    ):
        with pytest.raises(bonin.Unavailable) as raised:
            call()
        error = raised.value
        assert error.attempts == 0 and error.retryable and error.cause == "PortOne is not available"
        assert error.retry_after_ms is not None and 0 < error.retry_after_ms <= 5000
        assert "pausing" in str(error)
    assert sandbox.requests["total"] == 0
    metrics = v2.metrics()
    assert metrics["fail_fast"] == 4 and metrics["circuit_openings"] == 1 and metrics["circuit"] == "open"
    assert metrics["calls"] == {"ok": 0, "unavailable": 14} and metrics["latency_ms"]["count"] == 10


def test_clients_have_circuits_of_their_own(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    outage(sandbox, v2)
    with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url) as other:
        other.lookup(sandbox.verify("adult"))


def test_a_forked_child_begins_with_a_closed_circuit(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    outage(sandbox, v2)
    id = sandbox.verify("adult")
    child = os.fork()
    if child == 0:
        try:
            fresh = v2.circuit == "closed" and v2.metrics()["calls"] == {"ok": 0}
            v2.lookup(id)
            os._exit(0 if fresh and v2.metrics()["calls"] == {"ok": 1} else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert v2.circuit == "open"


def test_logged_before_a_blocking_call_returns(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bonin")
    v2.lookup(sandbox.verify("adult"))
    assert names(caplog) == []
    with pytest.raises(bonin.NotFound):
        v2.lookup("iv-nobody")
    assert names(caplog) == ["call.failed"]
    (event,) = events(caplog)
    assert event["fields"].pop("ms") >= 0
    assert event["fields"] == {
        "request": "GET /identity-verifications/{id}", "kind": "not_found", "http_status": 404, "attempts": 1,
    }  # fmt: skip
    assert event["at"] > 1_700_000_000
    (record,) = caplog.records
    assert record.name == "bonin.call" and record.levelno == logging.INFO
    assert record.getMessage().startswith(
        "failed request=GET /identity-verifications/{id} kind=not_found http_status=404"
    )
    caplog.clear()
    outage(sandbox, v2)
    assert [r.levelname for r in caplog.records if r.name == "bonin.circuit"] == ["WARNING"]
    assert names(caplog).count("circuit.opened") == 1


def test_logged_before_an_awaited_call_returns(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bonin")

    async def main() -> None:
        with pytest.raises(bonin.NotFound):
            await v2.alookup("iv-nobody")
        assert names(caplog) == ["call.failed"]
        assert caplog.records[0].thread == threading.get_ident()

    asyncio.run(main())


def test_a_clock_that_is_behind_is_told_once(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bonin")
    verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.civil_adult"))
    sandbox.advance(120)
    for _ in range(2):
        decision = verifier.verify(sandbox.verify("adult"))
        assert [finding.reason for finding in decision.denials] == ["in_future"], "nothing is judged by PortOne's clock"
    assert names(caplog) == ["clock.skew"]
    assert events(caplog)[0]["fields"]["seconds"] in range(115, 126)
    assert caplog.records[0].name == "bonin.clock" and caplog.records[0].levelno == logging.WARNING
    assert 115_000 < v2.metrics()["clock_skew_ms"] < 126_000


def test_retries_and_tokens_are_told(sandbox: bonin.Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bonin")
    with bonin.PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.v1_url) as v1:
        id = sandbox.verify("adult", api="v1")
        sandbox.fault("status", status=503, match={"path": "/certifications/*"})
        v1.lookup(id)
        assert names(caplog) == ["token.renewed", "call.retry"]
        retry = events(caplog)[1]["fields"]
        assert retry["reason"] == "unavailable" and retry["attempts"] == 1 and 0 <= retry["delay_ms"] <= 50
        assert v1.metrics()["retries"] == 1


def test_debug_tells_of_every_call_from_the_moment_it_is_wanted(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture
) -> None:
    id = sandbox.verify("adult")
    v2.lookup(id)
    caplog.set_level(logging.DEBUG, "bonin")
    v2.lookup(id)
    asyncio.run(v2.alookup(id))  # type: ignore[arg-type]
    assert len(list(v2.list())) == 1
    assert names(caplog) == ["call.succeeded"] * 3
    caplog.set_level(logging.INFO, "bonin")
    v2.lookup(id)
    assert len(caplog.records) == 3


def test_through_a_verifier(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bonin")
    verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.youth_protection"))
    assert verifier.verify(sandbox.verify("adult")).allowed
    assert asyncio.run(verifier.averify(sandbox.verify("adult"))).allowed  # type: ignore[arg-type]
    assert names(caplog) == ["call.succeeded"] * 2


def test_a_handler_that_raises_breaks_no_call(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: List[Any] = []
    monkeypatch.setattr("sys.unraisablehook", raised.append)

    class Broken(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            raise ValueError("a broken filter")

    logger = logging.getLogger("bonin.call")
    broken = Broken()
    logger.addFilter(broken)
    logger.setLevel(logging.DEBUG)
    try:
        v2.lookup(sandbox.verify("adult"))
        asyncio.run(v2.alookup(sandbox.verify("adult")))  # type: ignore[arg-type]
    finally:
        logger.removeFilter(broken)
        logger.setLevel(logging.NOTSET)
    assert [str(one.exc_value) for one in raised] == ["a broken filter"] * 2


def test_a_handler_may_call_again(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    seen: List[int] = []

    class Calling(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if len(seen) < 3:
                seen.append(record.levelno)
                v2.lookup(sandbox.verify("adult"))

    logger, handler = logging.getLogger("bonin"), Calling()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        v2.lookup(sandbox.verify("adult"))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert seen == [logging.DEBUG] * 3


def test_silent_where_logging_was_never_set_up(sandbox: bonin.Sandbox) -> None:
    script = """
import os, bonin
client = bonin.PortOneV2(api_secret="wrong", base_url=os.environ["BONIN_BASE_URL"])
try:
    client.lookup("iv-1")
except bonin.Unauthorized:
    print("unauthorized")
"""
    done = python(["-c", script], environment(sandbox))
    assert (done.stdout, done.stderr, done.returncode) == ("unauthorized\n", "", 0)
