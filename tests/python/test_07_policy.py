"""Policies from Python."""

import datetime
import json
import pathlib

import pytest

import bonin

UTC = datetime.timezone.utc


def test_presets() -> None:
    names = bonin.Policy.preset_names()
    assert "kr.youth_protection" in names
    for name in names:
        election_day = datetime.date(2026, 6, 3) if name == "kr.vote" else None
        policy = bonin.Policy.preset(name, election_day=election_day)
        assert policy.name == name
        assert policy.law
        assert len(policy.hash) == 64
        assert policy.warnings == []
        assert policy.needs_standing is False
    for wrong in ("kr.nobody", 5):
        with pytest.raises(bonin.InvalidArgument):
            bonin.Policy.preset(wrong)  # type: ignore[arg-type]
    with pytest.raises(bonin.InvalidArgument):
        bonin.Policy.preset("kr.vote")


def test_a_dict_and_its_text_are_the_same_policy(tmp_path: pathlib.Path) -> None:
    document = {"name": "signup", "extends": "kr.civil_adult"}
    path = tmp_path / "signup.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    policies = [
        bonin.Policy(document),
        bonin.Policy(json.dumps(document)),
        bonin.Policy(document=document),
        bonin.Policy.load(path),
        bonin.Policy.load(str(path)),
    ]
    assert {policy.hash for policy in policies} == {policies[0].hash}
    assert repr(policies[0]) == "Policy(signup)"


def test_a_file_that_is_not_there(tmp_path: pathlib.Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, 5):
        with pytest.raises(bonin.InvalidArgument):
            bonin.Policy.load(path)  # type: ignore[arg-type]


@pytest.mark.parametrize("document", [5, None, [], b"{}", {"name": {1, 2}}, {"name": float("nan")}, "", "{", {"x": 1}])
def test_what_is_no_policy_is_refused(document: object) -> None:
    with pytest.raises(bonin.InvalidPolicy):
        bonin.Policy(document)  # type: ignore[arg-type]


def test_evaluate_is_pure(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    verification = v2.lookup(sandbox.verify("adult"))
    assert verification.verified_at is not None
    now = verification.verified_at + datetime.timedelta(seconds=1)
    first, second = (policy.evaluate(verification, now=now) for _ in range(2))
    assert first.allowed and first.record() == second.record()
    assert first.at == now
    late = policy.evaluate(verification, now=now + datetime.timedelta(minutes=11))
    assert [finding.code for finding in late.denials] == ["fresh"]
    seoul = datetime.timezone(datetime.timedelta(hours=9))
    assert policy.evaluate(verification, now=now.astimezone(seoul)).record() == first.record()
    assert not policy.evaluate(verification, now=now, expect={"name": "다른이"}).allowed
    assert policy.evaluate(verification, now=now, standing={"account": "none", "banned": False}).allowed


def test_evaluate_refuses_what_it_does_not_understand(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy
) -> None:
    verification = v2.lookup(sandbox.verify("adult"))
    now = datetime.datetime.now(UTC)
    for wrong in (
        {"now": datetime.datetime(2026, 1, 1)},  # no time zone
        {"now": 5},
        {"now": now, "expect": {"nickname": "x"}},
        {"now": now, "expect": []},
        {"now": now, "standing": {"account": "mine"}},
        {"now": now, "standing": {"banned": "no"}},
        {"now": now, "standing": {"karma": 1}},
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            policy.evaluate(verification, **wrong)  # type: ignore[arg-type]
        assert raised.value.parameter
    with pytest.raises(bonin.InvalidArgument):
        policy.evaluate("imp_1", now=now)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="now"):
        policy.evaluate(verification)  # type: ignore[call-arg]
