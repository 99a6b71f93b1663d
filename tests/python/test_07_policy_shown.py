"""What a person is shown of a decision: tests/vectors/shown.json, by a Decision and by the routes' refusal."""

import datetime
import json
from typing import Any, Dict

import pytest
import vectors

import bonin
from bonin import _native, testing
from bonin.web import refusal_of

SHOWN = vectors.load("shown")
MESSAGES = vectors.load("web")["messages"]


def moment(text: Any) -> Any:
    return datetime.datetime.fromisoformat(text) if isinstance(text, str) else text


def decide(case: Any) -> bonin.Decision:
    given: Dict[str, Any] = {"now": moment(case["now"]), "expect": case.get("expect", {})}
    if "standing" in case:
        standing = case["standing"]
        dates = {name: moment(standing[name]) for name in ("banned_until", "rejoin_at") if name in standing}
        given["standing"] = {**standing, **dates}
    if "guardian" in case:
        given["guardian"] = _native.made_verification(json.dumps(case["guardian"]))
    facts = vectors.laid_over(SHOWN["given"], case.get("verification", {}))
    policy = case["policy"]
    made = bonin.Policy.preset(policy) if isinstance(policy, str) else bonin.Policy(policy)
    return made.evaluate(_native.made_verification(json.dumps(facts)), **given)


def iso(at: datetime.datetime) -> str:
    return at.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("case", SHOWN["cases"], ids=lambda case: case["name"])
def test_as_written(case: Any) -> None:
    decision = decide(case)
    assert decision.allowed is (case["refusal"] is None)
    assert decision.needs_guardian is case["needs_guardian"]
    shown = [
        {"code": one.code, "reason": one.reason, "ko": one.ko, "en": one.en, **({"until": iso(one.until)} if one.until else {})}
        for one in decision.shown
    ]  # fmt: skip
    assert shown == case["shown"]
    assert [one.to_dict()["until"] for one in decision.shown] == [one.get("until") for one in case["shown"]]
    assert json.loads(decision.record()).get("needs_guardian", False) is case["needs_guardian"]
    if decision.allowed:
        return
    refused = refusal_of(decision)
    assert (refused.code, refused.decision) == (case["refusal"], decision)
    message = MESSAGES[refused.code]
    assert (refused.status, refused.ko, refused.en) == (message["status"], message["ko"], message["en"])
    assert refused.findings == ([] if refused.code == "internal" else case["shown"])
    told = json.dumps(refused.to_dict())
    if refused.code == "internal":  # the visitor is not told which rule of ours lacks what
        assert "not_supplied" not in told and "expect" not in told
        assert "/rules/" in str(refused.error), "the operator is"


def test_a_registry_says_until_when() -> None:
    policy = bonin.Policy({"name": "join", "rules": [{"account": "new"}, {"not_banned": True}]})
    with testing.start(policy=policy) as stage:
        first = stage.flow()
        assert first.reservation is not None
        first.commit("account-1")
        assert stage.registry.release("account-1", rejoin_after_ms=24 * 86_400_000)
        again = stage.flow()
        finding = again.denials[0]
        assert (finding.code, finding.reason) == ("account", "too_soon") and finding.until is not None
        days = finding.until - again.at
        assert datetime.timedelta(days=23) < days <= datetime.timedelta(days=24)
        standing = stage.registry.standing(again.verification, subject="subject-1")
        assert standing["rejoin_at"] == finding.until and standing["banned_until"] is None
        # A standing is what evaluate takes.
        assert policy.evaluate(again.verification, now=again.at, standing=standing).denials[0].ko == finding.ko

        stage.registry.ban(verification=again.verification)
        banned = stage.flow()
        assert [one.reason for one in banned.shown] == ["banned"] and banned.shown[0].until is None
        assert stage.registry.standing(banned.verification, subject="subject-1")["banned_until"] is True
        assert "영구적으로" in banned.shown[0].ko


def test_an_own_store_says_until_when() -> None:
    class Store:
        banned_until: Any = None
        rejoin_at: Any = None

        def find(self, keys: Any) -> None: ...

        def claim(self, keys: Any, account_id: str) -> str:
            return "created"

        def standing(self, keys: Any) -> Any:
            return {"account": None, "banned_until": self.banned_until, "rejoin_at": self.rejoin_at}

    store = Store()
    policy = bonin.Policy({"name": "join", "rules": [{"account": "new"}, {"not_banned": True}]})
    with testing.start(policy=policy, registry={"own_store": store}) as stage:
        assert stage.flow().allowed
        end = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
        for banned, rejoin, reason, until, words in (
            (None, end, "too_soon", end, "2100년 1월 1일까지 다시 가입하실 수 없습니다."),
            (end, None, "banned", end, "2100년 1월 1일까지 이용이 제한되어 있습니다."),
            (True, None, "banned", None, "이용이 영구적으로 제한되어 있습니다."),
        ):
            store.banned_until, store.rejoin_at = banned, rejoin
            shown = stage.flow().shown
            assert [(one.reason, one.until, one.ko) for one in shown] == [(reason, until, words)]


def test_a_preset_is_explained_in_korean() -> None:
    for name in bonin.Policy.preset_names():
        policy = (
            bonin.Policy.preset(name, election_day="2026-06-03") if name == "kr.vote" else bonin.Policy.preset(name)
        )
        assert policy.description and policy.description in policy.explain("en").splitlines()[0]
        title = policy.explain("ko").splitlines()[0]
        assert title.startswith(f"{name}: ") and not any(
            letter.isascii() and letter.isalpha() for letter in title[len(name) :]
        )
    own = bonin.Policy({"name": "own", "description": "our own words", "extends": "kr.work"})
    assert own.explain("ko").splitlines()[0] == "own: our own words"
