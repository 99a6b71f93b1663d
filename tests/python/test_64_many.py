"""Many ids in one call: what is answered, what stops it, what is told meanwhile."""

import asyncio
import contextvars
import datetime
import functools
import itertools
import json
import logging
import os
import pathlib
import pickle
import re
import signal
import subprocess
import sys
import threading
from typing import Any, Dict, List, Tuple

import pytest
from conftest import ROOT, environment, need_greenlets, python
from faces import face_of
from persons import PEPPER

import bonin
from bonin import notebook


def many(sandbox: bonin.Sandbox, n: int) -> List[str]:
    return [sandbox.verify("adult")] * n


def verify(verifier: bonin.Verifier, how: str, ids: Any, **options: Any) -> bonin.Judged:
    if how == "blocking":
        return verifier.verify_many(ids, **options)
    return asyncio.run(awaited(verifier, ids, **options))


async def awaited(verifier: bonin.Verifier, ids: Any, **options: Any) -> bonin.Judged:
    return await verifier.averify_many(ids, **options)


BOTH = pytest.mark.parametrize("how", ["blocking", "awaited"])


@BOTH
def test_each_id_has_its_answer_in_the_order_of_the_ids(
    how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    ids = [sandbox.verify("adult"), "iv-nobody", sandbox.verify("minor"), "no id\n"]
    judged = verify(verifier, how, ids)
    assert len(judged) == 4 and list(judged.allowed) == [True, False, False, False]
    assert judged.counts == (1, 1, 2, 0) and judged.counts.failed == 2
    assert (judged.next, judged.stopped) == (4, None)
    first, nobody, minor, malformed = judged
    assert isinstance(first, bonin.Decision) and first.allowed and first.verification.id == ids[0]
    assert isinstance(nobody, bonin.NotFound) and isinstance(malformed, bonin.InvalidId)
    assert isinstance(minor, bonin.Decision) and minor.denials[0].reason == "too_young"
    assert isinstance(judged[-1], bonin.InvalidId)
    for outside in (4, -5, 2**70, -(2**70)):
        with pytest.raises(IndexError):
            judged[outside]
    with pytest.raises(TypeError):
        judged[0:2]  # type: ignore[index]
    assert repr(judged) == "Judged(4 ids, 1 allowed, 1 denied, 2 failed)"
    with pytest.raises(TypeError):
        pickle.dumps(judged)


def test_v1(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    ids = [sandbox.verify("adult", api="v1"), sandbox.verify("minor", api="v1"), "imp_999999999999", "iv-of-v2"]
    judged = verifiers["v1"].verify_many(ids)
    assert judged.counts == (1, 1, 2, 0)
    assert isinstance(judged[2], bonin.NotFound) and isinstance(judged[3], bonin.InvalidId)
    assert judged.allowed is judged.allowed, "it is built once"


def test_whatever_is_iterable_and_nothing(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult")
    assert verifier.verify_many(one for one in [id, id]).counts.allowed == 2
    assert verifier.verify_many((id,)).counts.allowed == 1
    none = verifier.verify_many([])
    assert len(none) == 0 and none.next == 0 and list(none) == [] and list(none.allowed) == []


@pytest.mark.parametrize(
    "ids, options, parameter",
    [
        ("iv-1", {}, "ids"),
        (b"iv-1", {}, "ids"),
        (None, {}, "ids"),
        (5, {}, "ids"),
        (["iv-1", 1234567], {}, "ids/1"),
        (["iv-1", None], {}, "ids/1"),
        (["iv-1"] * 100_001, {}, "ids"),
        (["iv-1"], {"at_once": 0}, "at_once"),
        (["iv-1"], {"at_once": -1}, "at_once"),
        (["iv-1"], {"at_once": 1.5}, "at_once"),
        (["iv-1"], {"at_once": 1001}, "at_once"),
        (["iv-1"], {"per_second": 0}, "per_second"),
        (["iv-1"], {"per_second": float("nan")}, "per_second"),
        (["iv-1"], {"per_second": "5"}, "per_second"),
        (["iv-1"], {"per_second": True}, "per_second"),
        (["iv-1"], {"per_second": 10**400}, "per_second"),
        (["iv-1"], {"progress": 5}, "progress"),
        (["iv-1"], {"expect": None}, "expect"),
        (["iv-1"], {"timeout_ms": 0}, "timeout_ms"),
    ],
)
@BOTH
def test_what_is_no_list_of_ids_and_options_out_of_range_are_refused(
    how: str, ids: Any, options: Dict[str, Any], parameter: str, verifier: bonin.Verifier
) -> None:
    with pytest.raises(bonin.InvalidArgument) as refused:
        verify(verifier, how, ids, **options)
    assert refused.value.parameter == parameter
    assert "1234567" not in str(refused.value)


class Awaits:
    async def __call__(self, *told: Any) -> None:
        raise AssertionError("nobody awaits it")


async def awaits(*told: Any) -> None:
    raise AssertionError("nobody awaits it")


@BOTH
@pytest.mark.parametrize(
    "watcher", [awaits, Awaits(), functools.partial(awaits, 1)], ids=["function", "object", "partial"]
)
def test_a_watcher_that_nobody_would_await_is_refused(
    watcher: Any, how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    with pytest.raises(bonin.InvalidArgument, match="`progress` must not be a coroutine function") as refused:
        verify(verifier, how, many(sandbox, 2), progress=watcher)
    assert refused.value.parameter == "progress"
    now, columns = datetime.datetime.now(datetime.timezone.utc), {"birth_date": ["1990-01-01"]}
    for judge in (
        lambda: verifier.policy.evaluate_many([], now=now, progress=watcher),
        lambda: verifier.policy.evaluate_columns(columns, now=now, progress=watcher),
        lambda: verifier.policy.compare(verifier.policy, columns, now=now, progress=watcher),
    ):
        with pytest.raises(bonin.InvalidArgument, match="`progress` must not be a coroutine function"):
            judge()
    with pytest.raises(bonin.InvalidArgument, match="`records` must not be a coroutine function"):
        bonin.Verifier(verifier.portone, verifier.policy, records=watcher)


def test_what_raises_among_the_ids_is_raised(verifier: bonin.Verifier) -> None:
    def broken() -> Any:
        yield "iv-1"
        raise KeyError("no more")

    with pytest.raises(KeyError, match="no more"):
        verifier.verify_many(broken())
    with pytest.raises(TypeError):
        verifier.verify_many(["iv-1"], begun=True)  # type: ignore[call-arg]


def test_an_option_that_no_id_can_be_judged_with_refuses_the_call(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    registry = bonin.Registry("sqlite::memory:", pepper=PEPPER)
    policy = bonin.Policy({"name": "p", "rules": [{"not_banned": True}]})
    verifier = bonin.Verifier(v2, policy, registry=registry)
    with pytest.raises(bonin.InvalidArgument) as refused:
        verifier.verify_many(many(sandbox, 3))
    assert refused.value.parameter == "subject"
    judged = verifier.verify_many(many(sandbox, 3), subject="job", expect={"merchant_uid": "other"})
    assert judged.counts.denied == 3
    registry.close()


@BOTH
def test_a_watcher_is_told_in_order_on_the_callers_thread_and_can_stop_it(
    how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    told: List[Tuple[int, int, bool]] = []
    here = threading.get_ident()

    def watch(done: int, total: int) -> None:
        told.append((done, total, threading.get_ident() == here))

    assert verify(verifier, how, many(sandbox, 300), progress=watch).counts.allowed == 300
    assert told[-1] == (300, 300, True) and all(one[2] for one in told)
    assert [one[0] for one in told] == sorted({one[0] for one in told}) and len(told) <= 101
    judged = verify(verifier, how, many(sandbox, 3000), at_once=2, progress=lambda done, total: False)
    assert isinstance(judged.stopped, bonin.Cancelled) and judged.counts.left > 0 and judged.counts.failed == 0
    assert judged.next < 3000 and judged[2999] is None and not judged.allowed[2999]
    assert repr(judged).endswith("left, stopped: cancelled)")


@BOTH
def test_what_a_watcher_raises_is_told_and_changes_no_answer(
    how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: List[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: raised.append(one.exc_value))

    def watch(done: int, total: int) -> None:
        raise ValueError("no room")

    assert verify(verifier, how, many(sandbox, 100), progress=watch).counts.allowed == 100
    assert raised and {str(error) for error in raised} == {"no room"}


@BOTH
def test_an_interrupt_in_a_watcher_ends_the_call(how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    if how == "awaited":
        pytest.skip("a loop's own matter")

    def watch(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(verifier, how, many(sandbox, 3000), at_once=2, progress=watch)


@BOTH
def test_a_bar(how: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: List[Any] = []

    class Bar:
        def __init__(self, unit: str) -> None:
            seen.append(unit)

        def __call__(self, done: int, total: int) -> None:
            seen.append(done)

        def close(self) -> None:
            seen.append("closed")

    monkeypatch.setattr("bonin._progress.Bar", Bar)
    verify(verifier, how, many(sandbox, 50), progress=True)
    assert seen[0] == "id" and seen[-2:] == [50, "closed"]


@BOTH
def test_a_function_of_records_takes_the_line_of_each_decision_before_the_answer(
    how: str, sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy
) -> None:
    taken: List[str] = []
    verifier = bonin.Verifier(v2, policy, records=taken.append)
    judged = verify(verifier, how, [*many(sandbox, 200), "iv-nobody", sandbox.verify("minor")])
    assert sorted(taken) == sorted(one.record() for one in judged if isinstance(one, bonin.Decision))
    assert len(taken) == 201
    assert verifier.metrics()["records"] == {"written": 201, "waiting": 0, "lost": 0}


def test_a_file_of_records_gets_every_line(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "records.jsonl"
    bonin.Verifier(v2, policy, records=path).verify_many(many(sandbox, 50))
    assert len(path.read_text(encoding="utf-8").splitlines()) == 50


def test_an_own_store_is_asked_for_each_on_the_thread_that_waits(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    threads = set()

    class Users:
        def find(self, keys: Any) -> None:
            threads.add(threading.get_ident())

        def claim(self, keys: Any, account: str) -> str:
            raise AssertionError("nothing is claimed")

    registry = bonin.Registry(own_store=Users(), pepper=PEPPER)
    policy = bonin.Policy({"name": "p", "rules": [{"account": "same"}]})
    verifier = bonin.Verifier(v2, policy, registry=registry)
    assert verifier.verify_many(many(sandbox, 20), subject="job").counts.denied == 20
    assert threads == {threading.get_ident()}
    assert asyncio.run(awaited(verifier, many(sandbox, 20), subject="job")).counts.denied == 20
    registry.close()


def test_refused_credentials_a_drained_verifier_and_a_closed_client_stop_it(
    sandbox: bonin.Sandbox, policy: bonin.Policy
) -> None:
    wrong = bonin.PortOneV2(api_secret="wrong", base_url=sandbox.v2_url)
    judged = bonin.Verifier(wrong, policy).verify_many(many(sandbox, 500), at_once=2)
    assert isinstance(judged.stopped, bonin.Unauthorized) and judged.next == 0 and judged.counts.left >= 498
    wrong.close()
    closed = bonin.Verifier(wrong, policy).verify_many(many(sandbox, 2))
    assert isinstance(closed.stopped, bonin.Closed) and closed.counts == (0, 0, 0, 2)
    with sandbox.connect() as portone:
        verifier = bonin.Verifier(portone, policy)
        verifier.drain()
        assert isinstance(verifier.verify_many(many(sandbox, 2)).stopped, bonin.Draining)


def test_several_at_once(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    results: List[int] = []
    ids = many(sandbox, 300)
    threads = [threading.Thread(target=lambda: results.append(verifier.verify_many(ids).counts.allowed)) for _ in "123"]
    for thread in threads:
        thread.start()

    async def both() -> List[bonin.Judged]:
        return await asyncio.gather(verifier.averify_many(ids), verifier.averify_many(ids, at_once=1000))

    assert [one.counts.allowed for one in asyncio.run(both())] == [300, 300]
    for thread in threads:
        thread.join()
    assert results == [300, 300, 300]


def test_a_cancelled_task_cancels_the_call(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    async def main() -> None:
        begun = asyncio.Event()
        call = verifier.averify_many(many(sandbox, 5000), at_once=2, progress=lambda done, total: begun.set())
        task = asyncio.ensure_future(call)
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert verifier.verify_many(many(sandbox, 3)).counts.allowed == 3


def test_ctrl_c_ends_it(sandbox: bonin.Sandbox) -> None:
    script = """
import bonin, os, sys
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.youth_protection"))
try:
    verifier.verify_many([sys.argv[1]] * 100_000, per_second=50, progress=lambda done, total: print(done, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script, sandbox.verify("adult")],
        env=environment(sandbox),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert int(child.stdout.readline()) > 0
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=30)
    finally:
        child.kill()
    assert out.splitlines()[-1] == "interrupted"
    assert child.returncode == 0


def test_the_process_may_end_in_the_middle(sandbox: bonin.Sandbox) -> None:
    script = """
import bonin, os, sys, threading
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.youth_protection"), records=lambda line: None)
begun = threading.Event()
watch = lambda done, total: begun.set()
call = lambda: verifier.verify_many([sys.argv[1]] * 50_000, at_once=4, progress=watch)
threading.Thread(target=call, daemon=True).start()
begun.wait()
print("over", flush=True)
"""
    for _ in range(3):
        done = python(["-c", script, sandbox.verify("adult")], environment(sandbox))
        assert (done.returncode, done.stdout) == (0, "over\n"), done.stderr


def test_a_forked_child_has_calls_of_its_own(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    ids = many(sandbox, 200)
    parents = verifier.verify_many(ids)
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        del parents
        os._exit(0 if verifier.verify_many(ids).counts.allowed == 200 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert parents.counts.allowed == 200 and verifier.verify_many(ids).counts.allowed == 200


def test_greenlets_go_on_meanwhile(sandbox: bonin.Sandbox) -> None:
    need_greenlets("gevent")
    script = """
import gevent.monkey; gevent.monkey.patch_all()
import bonin, gevent, os, sys
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
taken, told = [], []
verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.youth_protection"), records=taken.append)
call = lambda: verifier.verify_many([sys.argv[1]] * 300, progress=lambda done, total: told.append(done))
calls = [gevent.spawn(call) for _ in range(2)]
gevent.joinall(calls)
print(*(one.get().counts.allowed for one in calls), len(taken), told[-1])
"""
    done = python(["-c", script, sandbox.verify("adult")], environment(sandbox))
    assert done.stdout == "300 300 600 300\n", done.stderr


def test_a_watcher_of_a_loop_has_the_context_of_the_loop_alone(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    job: "contextvars.ContextVar[str]" = contextvars.ContextVar("job", default="none")
    job.set("nightly")
    seen = set()
    verifier.verify_many(many(sandbox, 20), progress=lambda done, total: seen.add(job.get()))
    assert seen == {"nightly"}


def test_its_face(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    notebook.language("en")
    try:
        face = face_of(verifier.verify_many([*many(sandbox, 2), "iv-nobody"]))
        assert [tone for _, tone in face.pills] == ["good", "bad", "doubt"]
        assert "Judged" in face.text and "failed 1" in face.text
        stopped = verifier.verify_many(many(sandbox, 2000), at_once=2, progress=lambda done, total: False)
        assert "cancelled" in face_of(stopped).text and "left" in face_of(stopped).text
        assert face_of(verifier.verify_many([])).pills == []
    finally:
        notebook._chosen = None


@pytest.mark.parametrize("guide", ["batch.md", "batch.ko.md"])
def test_the_example_of_the_guide_runs_and_goes_on_where_it_stood(
    guide: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, guide, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.count("['age']") == 50
    assert pathlib.Path("recheck.cursor").read_text() == "[100, []]"
    exec(compile(example, guide, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == ""
    assert len(pathlib.Path("recheck.jsonl").read_text(encoding="utf-8").splitlines()) == 100


def test_an_interrupt_is_heard_while_answers_keep_coming(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Answers that come more often than the thread looks for signals must not keep it from looking."""
    begun, ids = verifier.metrics()["decisions"], many(sandbox, 400)

    def judged() -> int:
        now = verifier.metrics()["decisions"]
        return sum(one["allowed"] for one in now.values()) - sum(one["allowed"] for one in begun.values())

    def interrupt() -> None:
        while judged() < 20:
            os.sched_yield()
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        verifier.verify_many(ids, per_second=100)
    thread.join()
    assert judged() < 400


def test_the_example_of_the_guide_asks_again_what_failed_for_the_moment(
    sandbox: bonin.Sandbox, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Shop:
        """The same members in each run: 50 whose ids begin with a, and 50 whose ids begin with b."""

        def __init__(self) -> None:
            self.numbers = itertools.count()
            self.connect = sandbox.connect

        def verify(self, persona: str) -> str:
            number = next(self.numbers)
            return sandbox.verify(persona, id=f"{'ab'[number // 50]}-{number}")

    def run() -> None:
        exec(compile(example, "batch.md", "exec"), {"__name__": "__main__"})

    text = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bonin, "Sandbox", Shop)
    path = "/identity-verifications/"
    sandbox.fault(match={"path": f"{path}a-1"}, times=3, kind="status", status=503)
    sandbox.fault(match={"path": f"{path}b-*"}, times=10_000, kind="status", status=503)
    with pytest.raises(bonin.Unavailable):
        run()
    at, later = json.loads(pathlib.Path("recheck.cursor").read_text())
    assert at >= 80 and {"a-1", "b-50"} <= set(later)
    before = capsys.readouterr().out
    sandbox.clear_faults()
    run()
    denied = re.findall(r"^(\S+) \['age'\]$", before + capsys.readouterr().out, re.M)
    assert sorted(denied) == sorted(f"{'ab'[number // 50]}-{number}" for number in range(1, 100, 2))
    run()
    assert capsys.readouterr().out == ""


def test_an_interrupt_that_comes_while_the_log_is_written_is_not_lost(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    class Handler(logging.Handler):
        told = 0

        def emit(self, record: logging.LogRecord) -> None:
            self.told += 1
            if self.told == 1:
                signal.raise_signal(signal.SIGINT)  # heard here, in the middle of what nobody waits for

    caplog.set_level(logging.DEBUG, "bonin")  # each call is a line
    logger, handler = logging.getLogger("bonin"), Handler()
    logger.addHandler(handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            verifier.verify_many(many(sandbox, 400), per_second=100)
    finally:
        logger.removeHandler(handler)
    assert handler.told < 400
