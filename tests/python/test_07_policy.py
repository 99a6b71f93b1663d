"""Policies from Python."""

import datetime
import json
import pathlib

import pytest
import vectors

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
    for path in (tmp_path / "none.json", tmp_path, 5, None, "policy.json\0"):
        for load in (bonin.Policy.load, bonin.PolicyFile):
            with pytest.raises(bonin.InvalidArgument) as raised:
                load(path)  # type: ignore[arg-type]
            assert type(raised.value) is bonin.InvalidArgument and raised.value.parameter == "path"


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
        {"now": now, "expect": {"merchant_uid": None}},  # a value that the session has lost expects nothing
        {"now": now, "standing": {"account": "mine"}},
        {"now": now, "standing": {"banned": "no"}},
        {"now": now, "standing": {"karma": 1}},
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            policy.evaluate(verification, **wrong)  # type: ignore[arg-type]
        assert raised.value.parameter
    with pytest.raises(bonin.InvalidArgument) as raised:
        policy.evaluate(verification, now=now, expect={"merchant_uid": None})  # type: ignore[typeddict-item]
    assert raised.value.parameter == "expect.merchant_uid"
    with pytest.raises(bonin.InvalidArgument):
        policy.evaluate("imp_1", now=now)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="now"):
        policy.evaluate(verification)  # type: ignore[call-arg]


def test_the_shared_cases() -> None:
    report = bonin.run_policy_cases(vectors.load("policy"))
    assert report.passed and report.failures == 0, report.text
    assert len(report.cases) > 100 and all(case.passed and case.difference is None for case in report.cases)
    assert report.text.startswith("ok      an adult passes a preset\n")


@pytest.mark.parametrize("case", vectors.load("policy_errors")["cases"], ids=lambda case: case["name"])
def test_the_shared_mistakes(case: "dict[str, object]") -> None:
    text = case["text"] if "text" in case else json.dumps(case["document"])
    with pytest.raises(bonin.InvalidPolicy) as raised:
        bonin.Policy(text)  # type: ignore[arg-type]
    assert raised.value.parameter == (case["pointer"] or None)


@pytest.mark.filterwarnings("ignore::bonin.ColumnsWarning")  # birth dates alone
def test_the_shared_ages() -> None:
    cases = vectors.load("ages")["cases"]
    assert cases
    for case in cases:
        now = datetime.datetime.fromisoformat(case["now"].replace("Z", "+00:00"))
        for by in ("full", "year"):
            for rule in ("at_least", "below"):
                for years in range(max(1, case[by] - 1), case[by] + 3):
                    policy = bonin.Policy({"name": "age", "rules": [{"age": {rule: years, "by": by}}]})
                    answer = policy.evaluate_columns({"birth_date": case["born"]}, now=now)
                    old_enough = years <= case[by]
                    failed = bool(answer.failed[0] >> 3 & 1)
                    assert failed != (old_enough if rule == "at_least" else not old_enough), (case, by, rule, years)
                    assert not answer.unknown[0] >> 3 & 1


def test_cases_that_fail_say_why() -> None:
    cases = {
        "given": {"status": "verified", "channel": {"type": "live"}, "verified_at": "2026-01-01T00:00:00Z"},
        "cases": [{"name": "nobody", "now": "2026-01-01T00:00:00Z", "allowed": True}],
    }
    report = bonin.Policy.preset("kr.work").test(cases)
    assert not report.passed and report.failures == 1 and repr(report) == "PolicyCaseReport(1 cases, 1 failed)"
    assert report.cases[0].name == "nobody" and "age" in (report.cases[0].difference or "")
    assert report.text.startswith("FAILED  nobody\n        expected to be allowed, was denied\n")
    with pytest.raises(bonin.InvalidArgument) as raised:
        bonin.run_policy_cases(cases)  # names no policy
    assert raised.value.parameter == "/cases/0/policy"
    for wrong in (5, None, "{"):
        with pytest.raises(bonin.InvalidArgument):
            bonin.run_policy_cases(wrong)  # type: ignore[arg-type]


def test_explain_and_rules(policy: bonin.Policy) -> None:
    assert "/extends/rules/0" in policy.explain("en") and "19세" in policy.explain("ko")
    for wrong in ("de", None, 5):
        with pytest.raises(bonin.InvalidArgument) as raised:
            policy.explain(wrong)  # type: ignore[arg-type]
        assert raised.value.parameter == "language"
    assert [rule.code for rule in policy.rules] == ["verified", "fresh", "channel", "age"]
    assert policy.rules[3].pointer == "/extends/rules/0" and "age" in repr(policy.rules[3])
    odd = {"name": "odd", "rules": [{"age": {"at_least": 19, "by": "year"}}, {"age": {"below": 14, "by": "year"}}]}
    assert bonin.Policy(odd).warnings == ["`/rules/0` and `/rules/1`: no age passes"]


def test_a_bad_file_never_replaces_a_good_policy(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text('{"name": "one", "extends": "kr.work"}', encoding="utf-8")
    file = bonin.PolicyFile(path)
    first = file.policy
    assert first.name == "one" and repr(file) == "PolicyFile(one)"
    path.write_text('{"name": "two", "extends": "kr.nothing"}', encoding="utf-8")
    with pytest.raises(bonin.InvalidPolicy):
        file.reload()
    path.unlink()
    with pytest.raises(bonin.InvalidArgument):
        file.reload()
    assert file.policy.hash == first.hash
    path.write_text('{"name": "three", "extends": "kr.work"}', encoding="utf-8")
    assert file.reload().name == file.policy.name == "three" and first.name == "one"
