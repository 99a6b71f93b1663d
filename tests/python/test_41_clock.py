"""One clock: what a sandbox's moves, and what follows it."""

import asyncio
import datetime
import os
import pickle
import threading
from typing import Any, Callable, Iterator, Union

import pytest

import bonin

KEY = "k" * 32


@pytest.fixture
def moved() -> Iterator[bonin.Sandbox]:
    with bonin.Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["v1", "v2"])
def portone(moved: bonin.Sandbox, request: pytest.FixtureRequest) -> Iterator[Union[bonin.PortOneV1, bonin.PortOneV2]]:
    with moved.connect(request.param) as client:
        yield client


def reasons(decision: bonin.Decision) -> "list[str | None]":
    return [finding.reason for finding in decision.denials]


def test_a_connected_client_is_of_this_sandbox(moved: bonin.Sandbox) -> None:
    v2 = moved.connect(timeout_ms=1234, auth="login")
    assert type(v2) is bonin.PortOneV2 and v2.lookup(moved.verify()).status == "verified"
    assert type(moved.connect("v1")) is bonin.PortOneV1
    assert moved.connect(auth="api_key").lookup(moved.verify()).status == "verified"
    assert moved.connect("v1", v2=moved.connect()).lookup(moved.verify(api="v1")).channel.type == "live"
    with pytest.raises(bonin.InvalidArgument) as wrong:
        moved.connect("v3")  # type: ignore[call-overload]
    assert wrong.value.parameter == "api"
    with pytest.raises(TypeError):
        moved.connect(timeout=1)  # type: ignore[call-overload]


def test_a_verifier_follows_its_client(moved: bonin.Sandbox, portone: bonin.PortOneV2) -> None:
    verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.not_child"))
    id = moved.verify(api=portone.api)
    assert verifier.verify(id).allowed
    moved.advance(minutes=11)
    assert reasons(verifier.verify(id)) == ["stale"]
    assert reasons(asyncio.run(verifier.averify(id))) == ["stale"]
    moved.reset()
    assert verifier.verify(moved.verify(api=portone.api)).allowed


def test_clocks_by_name(moved: bonin.Sandbox) -> None:
    portone = bonin.PortOneV2(api_secret=moved.api_secret, base_url=moved.v2_url)
    policy = bonin.Policy.preset("kr.not_child")
    verifier = bonin.Verifier(portone, policy, clock=moved)
    id = moved.verify()
    decision = verifier.verify(id)
    proofs = bonin.Proofs(key=KEY, clock=moved)
    proof = proofs.issue(decision, subject="user-1", days=365)
    moved.advance(days=365)
    assert reasons(verifier.verify(id)) == ["stale"]
    assert bonin.Verifier(portone, policy).verify(id).allowed, "this one follows the machine's"
    assert proofs.check(proof, subject="user-1", policy=policy).state == "expired"
    assert bonin.Proofs(key=KEY).check(proof, subject="user-1", policy=policy).valid


def test_two_clocks_are_refused(moved: bonin.Sandbox) -> None:
    policy = bonin.Policy.preset("kr.not_child")
    registry = bonin.Registry("sqlite::memory:", pepper=KEY)
    with pytest.raises(bonin.InvalidArgument, match="another clock") as wrong:
        bonin.Verifier(moved.connect(), policy, registry=registry)
    assert wrong.value.parameter == "registry"
    bonin.Verifier(moved.connect(), policy, registry=bonin.Registry("sqlite::memory:", pepper=KEY, clock=moved))


@pytest.mark.parametrize(
    "make",
    [
        lambda clock: bonin.PortOneV1(imp_key="k", imp_secret="s", clock=clock),
        lambda clock: bonin.PortOneV2(api_secret="s", clock=clock),
        lambda clock: bonin.Registry("sqlite::memory:", pepper=KEY, clock=clock),
        lambda clock: bonin.Proofs(key=KEY, clock=clock),
        lambda clock: bonin.Verifier(bonin.PortOneV2(api_secret="s"), bonin.Policy.preset("kr.not_child"), clock=clock),
    ],
)
def test_a_clock_is_a_sandbox(make: Callable[[Any], object]) -> None:
    make(None)
    for wrong in (1, "now", datetime.datetime.now, object(), type("C", (), {"_clock": 1})()):
        with pytest.raises(bonin.InvalidArgument) as error:
            make(wrong)
        assert error.value.parameter == "clock"


def now(sandbox: bonin.Sandbox) -> int:
    return int(sandbox.control("info")["now_ms"])


@pytest.mark.parametrize(
    "move, ms",
    [
        (lambda s: s.advance(90), 90_000),
        (lambda s: s.advance(0.5), 500),
        (lambda s: s.advance(0), 0),
        (lambda s: s.advance(-60), -60_000),
        (lambda s: s.advance(minutes=11), 660_000),
        (lambda s: s.advance(days=1, hours=-2, ms=7), 79_200_007),
        (lambda s: s.advance(datetime.timedelta(days=2)), 172_800_000),
        (lambda s: s.advance(datetime.timedelta(hours=1), minutes=30), 5_400_000),
    ],
)
def test_units(moved: bonin.Sandbox, move: Callable[[bonin.Sandbox], None], ms: int) -> None:
    before = now(moved)
    move(moved)
    assert ms <= now(moved) - before < ms + 60_000


def test_spans_that_cannot_be_meant(moved: bonin.Sandbox) -> None:
    for wrong in ({}, {"seconds": float("nan")}, {"hours": float("inf")}, {"days": 40_000}):
        with pytest.raises(bonin.InvalidArgument):
            moved.advance(**wrong)
    with pytest.raises(TypeError):
        moved.advance(weeks=1)  # type: ignore[call-arg]


def test_the_clock_outlives_its_sandbox() -> None:
    sandbox = bonin.Sandbox()
    registry = bonin.Registry("sqlite::memory:", pepper=KEY, clock=sandbox)
    verification = sandbox.connect().lookup(sandbox.verify())
    registry.ban(
        verification=verification, until=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    )
    assert registry.standing(verification, subject="session-1")["banned"]
    sandbox.advance(hours=2)
    sandbox.close()
    del sandbox
    assert not registry.standing(verification, subject="session-1")["banned"]


def test_a_forked_child_follows(moved: bonin.Sandbox) -> None:
    proofs = bonin.Proofs(key=KEY, clock=moved)
    policy = bonin.Policy.preset("kr.not_child")
    decision = bonin.Verifier(moved.connect(), policy).verify(moved.verify())
    proof = proofs.issue(decision, subject="user-1", days=1)
    go, told = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.read(go[0], 1)
        os.write(told[1], proofs.check(proof, subject="user-1", policy=policy).state.encode())
        os._exit(0)
    moved.advance(days=2)
    os.write(go[1], b"x")
    assert os.read(told[0], 100) == b"expired"
    os.waitpid(child, 0)
    for fd in (*go, *told):
        os.close(fd)


def test_moved_by_several_threads(moved: bonin.Sandbox) -> None:
    before = now(moved)
    threads = [threading.Thread(target=lambda: [moved.advance(1) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert now(moved) - before >= 400_000


def test_the_clock_is_not_pickled(moved: bonin.Sandbox) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(moved._clock)
