"""bonin.testing and the fixtures that pytest finds: as an application's own tests use them."""

import asyncio
import datetime
import pathlib
import subprocess
import sys
import textwrap
import unittest
from typing import Any

import pytest
from conftest import ROOT, environment

import bonin
from bonin import testing
from bonin.testing import allowed, assert_allowed, assert_denied, denied, verification


@pytest.fixture(params=["v1", "v2"])
def stage(request: pytest.FixtureRequest) -> Any:
    with testing.start(api=request.param) as started:
        yield started


def test_everything_in_one_call(stage: testing.Stage) -> None:
    assert_allowed(stage.flow("adult", "session-1"))
    assert_denied(stage.flow("minor", "session-2"), "age", "too_young")
    assert_allowed(asyncio.run(stage.aflow({"name": "홍길동", "birth_date": datetime.date(1990, 1, 1)})))
    assert stage.registry.count().persons == 0
    assert repr(stage).startswith("Stage(Verifier(")


def test_step_by_step(stage: testing.Stage) -> None:
    flow = stage.begin("session-1")
    id = stage.finish(flow, "adult")
    assert_denied(stage.verify(id, "session-2"), "begun", "foreign")
    stage.advance(minutes=61)
    assert_denied(stage.verify(id, "session-1"), "begun", "expired")


def test_an_own_policy_and_store() -> None:
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}]})
    with testing.start(policy, registry={"reservation_life_ms": 60_000}) as stage:
        first = stage.flow("adult", "session-1")
        assert_allowed(first)
        assert_denied(stage.flow("adult", "session-2"), "account", "being_signed_up")
        stage.advance(seconds=61)
        assert_allowed(stage.flow("adult", "session-2"))

    class Users:
        def find(self, keys: object) -> str:
            return "account-1"

        def claim(self, keys: object, account_id: str) -> str:
            raise AssertionError

    with testing.start(policy, registry={"own_store": Users()}) as stage:
        assert_denied(stage.flow(), "account", "taken")


def test_a_second_registry() -> None:
    with bonin.Sandbox() as sandbox, testing.registry(sandbox) as people, testing.registry(sandbox) as others:
        people.claim(verification(), "account-1")
        assert people.find(verification()) == "account-1"
        assert others.find(verification()) is None


def test_closing_twice_and_failing_to_start() -> None:
    stage = testing.start()
    stage.close()
    stage.close()
    with pytest.raises(bonin.Closed):
        stage.flow()
    with pytest.raises(bonin.InvalidArgument):
        testing.start(api="v3")  # type: ignore[arg-type]


def test_verifications_by_hand() -> None:
    adult = verification()
    assert isinstance(adult, bonin.Verification)
    assert adult.status == "verified" and adult.person.name.reveal() == "김하나"
    assert "김하나" not in repr(adult)
    assert verification("naver_self_declared").person.foreigner.attestation == "self_declared_possible"
    assert verification("failed").status == "failed"
    own = verification({"name": "홍길동", "ci": None}, id="iv-1", custom_data="order-1", channel={"type": "test"})
    assert (own.id, own.custom_data, own.channel.type) == ("iv-1", "order-1", "test")
    assert own.person.ci.attestation == "absent" and len(own.person.di.reveal() or "") == 64
    assert own.person.birth_date.attestation == "absent"
    same = verification({"name": "홍길동", "ci": None})
    assert own.person.di.reveal() == same.person.di.reveal()
    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    assert verification(verified_at=at).verified_at == at
    for wrong in (
        {"verified_at": datetime.datetime(2026, 1, 1)},
        {"statsu": "ready"},
        {"status": "done"},
        {"id": object()},
    ):
        with pytest.raises(bonin.InvalidArgument):
            verification(**wrong)
    with pytest.raises(bonin.InvalidArgument, match="did you mean `adult`"):
        verification("adlut")  # type: ignore[arg-type]


def test_decisions_by_hand() -> None:
    yes = allowed()
    assert isinstance(yes, bonin.Decision) and yes.allowed and yes.denials == []
    assert yes.reservation is None
    no = denied("age", "too_young")
    assert isinstance(no, bonin.Decision) and not no.allowed
    [finding] = no.denials
    assert (finding.code, finding.reason, finding.outcome) == ("age", "too_young", "fail")
    assert finding.ko and finding.en
    policy = bonin.Policy.preset("kr.not_child")
    assert denied("age", "too_young", "child", policy=policy).policy_hash == policy.hash
    assert denied("begun", "expired", policy=policy).denials[0].reason == "expired"
    with pytest.raises(bonin.InvalidArgument, match="has no rule `account`"):
        denied("account", "has_account", policy=policy)
    with pytest.raises(bonin.InvalidArgument, match="did you mean `too_young`"):
        denied("age", "too_yuong")
    proofs = bonin.Proofs(key="k" * 32)
    assert proofs.check(proofs.issue(yes, subject="s", days=1), subject="s", policy=policy).state == "other_policy"


def test_assertions_say_why() -> None:
    no = denied("age", "too_young", "minor")
    assert_denied(no)
    assert_denied(no, "age")
    assert_denied(no, "age", "too_young")
    assert_denied(no, reason="too_young")
    with pytest.raises(AssertionError) as why:
        assert_allowed(no)
    assert "age (too_young) at /rules/0: " in str(why.value)
    assert "이두리" not in str(why.value)
    with pytest.raises(AssertionError, match=r"to be denied by fresh \(stale\), was denied by policy [^$]*too_young"):
        assert_denied(no, "fresh", "stale")
    with pytest.raises(AssertionError, match=r"to be denied by age, was allowed"):
        assert_denied(allowed(), "age")
    with pytest.raises(AssertionError, match="a Decision was expected, not a bool"):
        assert_allowed(True)  # type: ignore[arg-type]


def test_a_part_of_a_combined_rule_counts() -> None:
    policy = bonin.Policy(
        {"name": "p", "rules": [{"any_of": [{"age": {"at_least": 14, "by": "full"}}, {"guardian": True}]}]}
    )
    with testing.start(policy) as stage:
        decision = stage.flow("child")
    assert_denied(decision, "guardian", "needs_guardian")
    assert_denied(decision, "age", "too_young")
    assert_denied(decision, "any_of")
    with pytest.raises(AssertionError):
        assert_denied(decision, "age", "needs_guardian")


class InUnittest(unittest.TestCase):
    def setUp(self) -> None:
        self.stage = testing.start()
        self.addCleanup(self.stage.close)

    def test_flow(self) -> None:
        assert_denied(self.stage.flow("minor"), "age")


# ---- the plugin -----------------------------------------------------------------------------------------------------

OWN = """
import bonin, pytest
from bonin.testing import assert_allowed, assert_denied

@pytest.fixture
def bonin_policy():
    return bonin.Policy({"name": "sign-up", "extends": "kr.not_child", "rules": [{"account": "new"}]})

@pytest.mark.parametrize("turn", range(4))
def test_alone(bonin_stage, turn):
    first = bonin_stage.flow("adult", "session-1")
    assert_allowed(first)
    first.commit("account-1")
    assert_denied(bonin_stage.flow("adult", "session-2"), "account", "taken")

def test_parts(bonin_verifier, bonin_sandbox, bonin_registry, bonin_portone, bonin_policy):
    assert bonin_verifier.policy.hash == bonin_policy.hash
    decision = bonin_verifier.verify(bonin_sandbox.verify("adult"), subject="session-1")
    bonin_sandbox.advance(minutes=11)
    again = bonin_verifier.verify(bonin_sandbox.verify("adult"), subject="session-2")
    assert_allowed(again)

class TestV1:
    @pytest.fixture
    def bonin_api(self):
        return "v1"

    def test_api(self, bonin_stage):
        assert bonin_stage.portone.api == "v1"
        assert_denied(bonin_stage.flow("child"), "age", "too_young")
"""


def run_pytest(folder: pathlib.Path, test: str, *options: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_it.py").write_text(textwrap.dedent(test), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_fixtures(tmp_path: pathlib.Path) -> None:
    done = run_pytest(tmp_path, OWN, "-p", "bonin_pytest")
    assert "6 passed" in done.stdout, done.stdout + done.stderr


def test_the_fixtures_under_xdist(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("xdist")
    done = run_pytest(tmp_path, OWN, "-p", "bonin_pytest", "-n", "2")
    assert "6 passed" in done.stdout, done.stdout + done.stderr


def test_a_failure_says_why_where_the_test_is(tmp_path: pathlib.Path) -> None:
    failing = """
    from bonin.testing import assert_allowed
    def test_minor(bonin_stage):
        assert_allowed(bonin_stage.flow("minor"))
    """
    done = run_pytest(tmp_path, failing, "-p", "bonin_pytest")
    assert done.returncode == 1
    assert "age (too_young) at /extends/rules/0" in done.stdout
    assert "testing.py" not in done.stdout, "the frame of the assertion is hidden"


def test_a_run_that_uses_no_fixture_does_not_import_bonin(tmp_path: pathlib.Path) -> None:
    test = """
    import sys
    def test_nothing():
        assert "bonin" not in sys.modules
    """
    done = run_pytest(tmp_path, test, "-p", "bonin_pytest")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_pytest_finds_the_plugin_by_itself(tmp_path: pathlib.Path) -> None:
    """By the entry point of pyproject.toml, as an installed package has it."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    entry = project.split("[project.entry-points.pytest11]\n")[1].splitlines()[0]
    info = tmp_path / "site" / "bonin-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bonin\nVersion: 0\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{entry.replace(chr(34), '')}\n")
    (tmp_path / "test_it.py").write_text("def test_it(bonin_sandbox):\n    assert bonin_sandbox.verify()\n")
    env = environment()
    env["PYTHONPATH"] += f":{info.parent}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout + done.stderr
