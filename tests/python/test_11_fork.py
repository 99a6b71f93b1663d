"""A child process works after the parent has used its client, and shares nothing with it."""

import asyncio
import multiprocessing
import os
import threading
from typing import Any, Set

import pytest
from conftest import Observe, no_sanitizer

import bonin


def child_of_fork(work: Any) -> int:
    """Runs work() in a forked child; its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if work() else 2
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_after_use(sandbox: bonin.Sandbox, verifier: bonin.Verifier, observed: Observe) -> None:
    id = sandbox.verify("adult")
    assert verifier.verify(id).allowed
    assert child_of_fork(lambda: verifier.verify(id).allowed) == 0
    assert verifier.verify(id).allowed
    observed(41, "Python: the child of a used client verifies, on connections of its own")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_after_awaiting(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")

    async def main() -> bool:
        return all(d.allowed for d in await asyncio.gather(*(verifier.averify(id) for _ in range(8))))

    assert asyncio.run(main())
    assert child_of_fork(lambda: asyncio.run(main())) == 0
    assert asyncio.run(main())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_v1_token_is_not_shared(sandbox: bonin.Sandbox, v1: bonin.PortOneV1) -> None:
    imp_uid = sandbox.verify("adult", api="v1")
    assert v1.lookup(imp_uid).id == imp_uid
    assert child_of_fork(lambda: v1.lookup(imp_uid).id == imp_uid) == 0


def work(arguments: Any) -> bool:
    url, secret, id = arguments
    with bonin.PortOneV2(api_secret=secret, base_url=url) as client:
        return client.lookup(id).status == "verified"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_multiprocessing(method: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")
    assert verifier.verify(id).allowed
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(work, [(sandbox.url, sandbox.api_secret, id)] * 4, chunksize=1) == [True] * 4


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_lets_go_of_its_parents_sandbox(sandbox: bonin.Sandbox) -> None:
    assert child_of_fork(lambda: sandbox.close() is None) == 0
    assert sandbox.requests["total"] == 0  # still serving


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_cannot_move_its_parents_sandbox(sandbox: bonin.Sandbox) -> None:
    def refused() -> bool:
        try:
            sandbox.personas()
        except bonin.Closed:
            return True
        return False

    assert child_of_fork(refused) == 0
    assert sandbox.personas()


def connections_of(sandbox: bonin.Sandbox, id: str) -> Set[int]:
    """The numbers of the connections on which an id was asked for."""
    return {r["connection"] for r in sandbox.requests["requests"] if r["path"].endswith(id)}


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_shares_no_socket_with_its_parent(sandbox: bonin.Sandbox, verifiers: Any) -> None:
    for api, verifier in verifiers.items():
        mine, its = sandbox.verify("adult", api=api), sandbox.verify("adult", api=api)
        assert verifier.verify(mine).allowed
        assert child_of_fork(lambda: verifier.verify(its).allowed) == 0
        assert child_of_fork(lambda: asyncio.run(verifier.averify(its)).allowed) == 0
        assert verifier.verify(mine).allowed
        assert len(connections_of(sandbox, mine)) == 1  # kept all the while
        assert len(connections_of(sandbox, its)) == 2
        assert not connections_of(sandbox, mine) & connections_of(sandbox, its)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_in_the_middle_of_calls(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Whatever lock a thread of the parent holds at that moment, the child does not wait for it."""
    no_sanitizer("a sanitizer's own allocator does not survive a fork in the middle of other threads' calls")
    mine, its = sandbox.verify("adult"), sandbox.verify("adult")
    stop = threading.Event()
    answers = []

    def ask() -> None:
        while not stop.is_set():
            answers.append(verifier.verify(mine).allowed)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            assert child_of_fork(lambda: verifier.verify(its).allowed) == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert answers and all(answers)
    assert not connections_of(sandbox, mine) & connections_of(sandbox, its)
