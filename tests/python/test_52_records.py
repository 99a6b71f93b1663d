"""Records of decisions: a file that is rotated, a function, what becomes of a disk that fails."""

import asyncio
import datetime
import hashlib
import json
import logging
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
from typing import Any, Callable, Dict, List

import pytest
import vectors
from conftest import ROOT, Observe, environment, python
from persons import PEPPER

import bonin

CANARY = {
    "name": "카나리아",
    "birth_date": "1991-11-11",
    "phone": "01099998888",
    "ci": "CANARYCI" * 11,
    "di": "CANARYDI" * 8,
}


def lines(path: pathlib.Path) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never came true")


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "decisions.jsonl"


@pytest.mark.parametrize("case", vectors.load("records")["cases"], ids=lambda case: str(case["why"]))
def test_a_record_byte_for_byte(case: Any) -> None:
    file = vectors.load("records")
    facts = vectors.laid_over(file["given"], case.get("facts", {}))
    verification = bonin._native.made_verification(json.dumps(facts))
    policy = bonin.Policy({"name": "p", "rules": case["rules"]})
    now = datetime.datetime.fromisoformat(file["now"].replace("Z", "+00:00"))
    expected = case["record"].replace("{hash}", policy.hash)
    expected = expected.replace("{id}", hashlib.sha256(facts["id"].encode()).hexdigest())
    assert policy.evaluate(verification, now=now).record() == expected


def test_every_way_to_a_decision_writes_a_line(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, path: pathlib.Path
) -> None:
    verifier = bonin.Verifier(v2, policy, records=path)
    decisions = [verifier.verify(sandbox.verify("adult")), asyncio.run(verifier.averify(sandbox.verify("minor")))]
    with pytest.raises(bonin.Denied) as denied:
        verifier.require(sandbox.verify("test_channel"))
    decisions.append(denied.value.decision)
    decisions.append(verifier.verify("forged-id", subject="s", begun=True))
    with pytest.raises(bonin.NotFound):
        verifier.verify("iv-nobody")
    assert path.read_text(encoding="utf-8") == "".join(decision.record() + "\n" for decision in decisions)
    assert verifier.metrics() == {
        "decisions": {
            "DANAL": {"allowed": 1, "denied": 1},
            "INICIS_UNIFIED": {"allowed": 0, "denied": 1},
            "none": {"allowed": 0, "denied": 1},
        },
        "denials": {"age": {"too_young": 1}, "begun": {"foreign": 1}, "channel": {"test_channel": 1}},
        "errors": {"not_found": 1},
        "records": {"written": 4, "waiting": 0, "lost": 0},
    }


def test_an_id_of_a_code_writes_a_line(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, path: pathlib.Path) -> None:
    verifier = bonin.Verifier(v2, bonin.Policy({"name": "p", "rules": [{"has": "ci"}]}), records=str(path))
    assert not verifier.verify("x", subject="s", begun=True).allowed
    assert [line["denials"][0]["reason"] for line in lines(path)] == ["foreign"]


def test_a_function_takes_the_line_before_the_answer(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, caplog: pytest.LogCaptureFixture
) -> None:
    taken: List[str] = []
    verifier = bonin.Verifier(v2, policy, records=taken.append)
    assert [verifier.verify(sandbox.verify("adult")).record()] == taken

    async def main() -> None:
        decision = await verifier.averify(sandbox.verify("minor"))
        assert taken[-1] == decision.record()

    asyncio.run(main())
    verifier.require(sandbox.verify("adult"))
    assert len(taken) == 3 and verifier.metrics()["records"]["written"] == 3
    caplog.set_level(logging.INFO)
    bonin.Verifier(v2, policy, records=logging.getLogger("decisions").info).verify(sandbox.verify("adult"))
    assert json.loads(caplog.records[-1].getMessage())["allowed"]


def test_a_function_that_raises_changes_no_answer(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: List[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    def broken(line: str) -> None:
        raise RuntimeError("no room")

    verifier = bonin.Verifier(v2, policy, records=broken)
    assert verifier.verify(sandbox.verify("adult")).allowed
    assert str(told[0].exc_value) == "no room"
    assert verifier.metrics()["records"] == {"written": 0, "waiting": 0, "lost": 1}


def test_a_function_that_ends_the_program_ends_it(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    for end in (KeyboardInterrupt, SystemExit):

        def ends(_: str, end: Any = end) -> None:
            raise end

        verifier = bonin.Verifier(v2, bonin.Policy.preset("kr.work"), records=ends)
        with pytest.raises(end):
            verifier.verify(sandbox.verify("adult"))
        assert verifier.metrics()["records"]["lost"] == 1


def test_what_is_no_place_for_records_is_refused(
    v2: bonin.PortOneV2, policy: bonin.Policy, tmp_path: pathlib.Path
) -> None:
    async def later(line: str) -> None: ...

    for wrong, words in (
        (tmp_path / "missing" / "x.jsonl", "cannot be written: No such file or directory"),
        (tmp_path, "cannot be written: Is a directory"),
        ("", "must be a path or a function"),
        (later, "must not be a coroutine function"),
        (7, "records"),
    ):
        with pytest.raises(bonin.InvalidArgument, match=re.escape(words)) as refused:
            bonin.Verifier(v2, policy, records=wrong)  # type: ignore[arg-type]
        assert refused.value.parameter == "records"


def test_nothing_personal_is_in_a_line(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, path: pathlib.Path) -> None:
    rules: Any = [
        {"age": {"at_least": 60, "by": "full"}},
        {"has": "mvno"},
        {"any_of": [{"has": "mvno"}, {"has": "carrier"}]},
    ]
    verifier = bonin.Verifier(v2, bonin.Policy({"name": "p", "rules": rules}), records=path)
    id = sandbox.verify(CANARY, custom_data="카나리아", id="canary-id-1")
    assert not verifier.verify(id, subject="카나리아", expect={"name": "아닌이", "phone": "01099998888"}).allowed
    text = path.read_text(encoding="utf-8") + str(verifier.metrics())
    for canary in ("카나리아", "1991", "01099998888", "CANARY", "아닌이", id):
        assert canary not in text
    assert len(lines(path)[0]["denials"]) > 2


def test_a_disk_that_fails_is_told_and_keeps_nobody_back(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, tmp_path: pathlib.Path,
    caplog: pytest.LogCaptureFixture, observed: Observe,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO, "bonin")
    folder = tmp_path / "logs"
    folder.mkdir()
    verifier = bonin.Verifier(v2, policy, records=folder / "decisions.jsonl")
    shutil.rmtree(folder)
    assert verifier.verify(sandbox.verify("adult")).allowed
    assert verifier.verify(sandbox.verify("minor")).allowed is False
    assert verifier.metrics()["records"] == {"written": 0, "waiting": 2, "lost": 0}
    folder.mkdir()
    verifier.verify(sandbox.verify("adult"))
    wait_until(lambda: verifier.metrics()["records"]["written"] == 3)
    assert [line["allowed"] for line in lines(folder / "decisions.jsonl")] == [True, False, True]
    verifier.verify(sandbox.verify("adult"))  # the log is handed over by the end of a call
    events = [record.__dict__["bonin"] for record in caplog.records if record.name == "bonin.records"]
    assert [(event["name"], event["fields"].get("reason")) for event in events] == [
        ("records.failed", "no_directory"),
        ("records.recovered", None),
    ]
    observed(88, "Python: a folder that is gone keeps nobody back, and the lines are written when it is there again")


def child(records: str, count: int) -> None:
    with bonin.Sandbox() as sandbox:
        verifier = bonin.Verifier(sandbox.connect("v2"), bonin.Policy.preset("kr.youth_protection"), records=records)
        ids = [sandbox.verify("adult") for _ in range(count)]

        async def main() -> None:
            await asyncio.gather(*(verifier.averify(id) for id in ids))

        asyncio.run(main())


def test_processes_share_a_file(path: pathlib.Path) -> None:
    workers = [multiprocessing.get_context("spawn").Process(target=child, args=(str(path), 200)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert len(lines(path)) == 600 and len({line["id_sha256"] for line in lines(path)}) == 600


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_workers_share_a_verifier(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, path: pathlib.Path
) -> None:
    verifier = bonin.Verifier(v2, policy, records=path)
    verifier.verify(sandbox.verify("adult"))
    ids = [sandbox.verify("adult") for _ in range(20)]
    children = []
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            try:
                os._exit(0 if all(verifier.verify(id).allowed for id in ids) else 2)
            finally:
                os._exit(1)
        children.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0, 0]
    verifier.verify(sandbox.verify("adult"))
    assert len(lines(path)) == 62 and verifier.metrics()["records"]["written"] == 2


def test_what_was_answered_survives_a_kill(path: pathlib.Path) -> None:
    """The process ends in the middle of its work, without a chance to write anything more."""
    script = f"""
import os, bonin
with bonin.Sandbox() as sandbox:
    verifier = bonin.Verifier(sandbox.connect("v2"), bonin.Policy.preset("kr.youth_protection"), records={str(path)!r})
    for _ in range(50):
        verifier.verify(sandbox.verify("adult"))
    os.kill(os.getpid(), 9)
"""
    assert python(["-c", script], environment()).returncode == -9
    assert len(lines(path)) == 50


def test_logrotate_moves_the_file(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, path: pathlib.Path
) -> None:
    program = shutil.which("logrotate") or next((p for p in ("/usr/sbin/logrotate",) if os.path.exists(p)), None)
    if program is None:
        pytest.skip("needs logrotate")
    text = (ROOT / "examples" / "monitoring" / "bonin-logrotate").read_text(encoding="utf-8")
    config = path.parent / "logrotate.conf"
    config.write_text(text.replace("/var/log/shop/decisions.jsonl", str(path)))
    config.chmod(0o644)
    path.parent.chmod(0o755)
    verifier = bonin.Verifier(v2, policy, records=path)
    verifier.verify(sandbox.verify("adult"))
    command = [program, "--force", "--state", str(path.parent / "state"), str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    verifier.verify(sandbox.verify("minor"))
    moved = [one for one in path.parent.iterdir() if one.name.startswith("decisions.jsonl-")]
    assert len(moved) == 1
    assert [line["allowed"] for line in lines(moved[0])] == [True]
    assert [line["allowed"] for line in lines(path)] == [False]


def test_the_guides_examples_run(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy, path: pathlib.Path
) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(verifier = bonin\.Verifier[^`]*)```", guide)
    (line,) = re.findall(r"```json\n(\{\"allowed\"[^`]*)```", guide)
    code = code.replace("/var/log/shop/decisions.jsonl", str(path))
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        names = {"bonin": bonin, "portone": v2, "policy": policy, "registry": registry, "logging": logging}
        exec(code, names)
        made = bonin.Verifier(v2, policy, registry=registry, records=path).verify(sandbox.verify("minor"))
    assert json.loads(line).keys() == json.loads(made.record()).keys()


def test_a_registry_and_a_reservation(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, path: pathlib.Path) -> None:
    """The answer of the store comes by way of the writing thread, with its reservation."""
    policy = bonin.Policy({"name": "p", "rules": [{"account": "new"}]})
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        verifier = bonin.Verifier(v2, policy, registry=registry, records=path)
        decision = verifier.verify(sandbox.verify("adult"), subject="s")
        assert decision.reservation is not None and decision.reservation.id not in path.read_text()
        decision.reservation.commit("account-1")
        again = verifier.verify(sandbox.verify("adult"), subject="t")
        assert [d["reason"] for d in lines(path)[1]["denials"]] == [again.denials[0].reason]
