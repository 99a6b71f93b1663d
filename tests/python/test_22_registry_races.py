"""Many sign-ups of one person at once: threads, processes, forks. Exactly one wins."""

import multiprocessing
import os
import pathlib
import threading
from typing import Any, List

import pytest
from persons import PEPPER, People

import bonin

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@pytest.fixture
def store(tmp_path: pathlib.Path) -> str:
    return f"sqlite:{tmp_path / 'accounts.db'}"


def all_at_once(count: int, work: Any) -> List[Any]:
    answers: List[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(i: int) -> None:
        barrier.wait()
        answers[i] = work(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_threads_claim_one_person(store: str, people: People) -> None:
    kim = people("kim")
    with bonin.Registry(store, pepper=PEPPER, timeout_ms=60_000) as registry:
        claims = all_at_once(50, lambda i: registry.try_claim(kim, f"a-{i}"))
        assert [claim.outcome for claim in claims].count("created") == 1
        assert [claim.reason for claim in claims].count("other_account") == 49
        assert registry.count() == (1, 1, 2, 0)
        winner = next(i for i, claim in enumerate(claims) if claim.granted)
        assert registry.find(kim) == f"a-{winner}"


def test_fifty_sign_ups_of_one_person(store: str, people: People) -> None:
    ids = [people.id("kim") for _ in range(50)]
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}]})
    with bonin.Registry(store, pepper=PEPPER, timeout_ms=60_000) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)
        decisions = all_at_once(50, lambda i: verifier.verify(ids[i], subject=f"session-{i}"))
        (won,) = [decision for decision in decisions if decision.allowed]
        assert won.reservation is not None
        for lost in decisions:
            assert lost.allowed or [finding.reason for finding in lost.denials] == ["being_signed_up"]
            assert lost.allowed or lost.reservation is None
        assert won.reservation.commit("a-1").outcome == "created"
        assert registry.find(people("kim")) == "a-1"


def claim_in_a_process(arguments: Any) -> List[str]:
    url, secret, store, id, first = arguments
    with bonin.PortOneV2(api_secret=secret, base_url=url) as v2:
        kim = v2.lookup(id)
    with bonin.Registry(store, pepper=PEPPER, timeout_ms=60_000) as registry:
        return [claim.outcome for claim in all_at_once(8, lambda i: registry.try_claim(kim, f"a-{first + i}"))]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_claim_one_person(method: str, store: str, people: People, sandbox: bonin.Sandbox) -> None:
    kim = people("kim")
    jobs = [(sandbox.url, sandbox.api_secret, store, people.id("kim"), 100 * n) for n in range(4)]
    with multiprocessing.get_context(method).Pool(4) as pool:
        outcomes = [outcome for answer in pool.map(claim_in_a_process, jobs, chunksize=1) for outcome in answer]
    assert outcomes.count("created") == 1 and outcomes.count("taken") == 31
    with bonin.Registry(store, pepper=PEPPER) as registry:
        assert registry.count() == (1, 1, 2, 0) and registry.find(kim) is not None


def test_a_forked_child_uses_its_parents_registry(store: str, people: People) -> None:
    kim, lee = people("kim"), people("lee")
    with bonin.Registry(store, pepper=PEPPER, timeout_ms=60_000) as registry:
        assert registry.claim(kim, "a-1").granted
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                right = registry.find(kim) == "a-1" and registry.claim(lee, "b-1").outcome == "created"
                status = 0 if right else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert registry.find(lee) == "b-1" and registry.find(kim) == "a-1"
