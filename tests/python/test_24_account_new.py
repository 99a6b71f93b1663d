"""`account: new`: allowed means reserved, and a refusal cannot be overlooked."""

import asyncio
import datetime
import itertools
import pickle
from typing import Any, Dict, List, Optional

import pytest
from conftest import Observe
from persons import PEPPER, People
from vectors import load

import bonin

OTHERS = ("single_use", "not_banned", "rejoin_period_over")
NEW = {"name": "new", "rules": [{"account": "new"}]}


class Users:
    """An application's own table, with its unique index."""

    def __init__(self) -> None:
        self.held: Dict[str, str] = {}

    def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
        return next((self.held[key.hash] for key in keys if key.hash in self.held), None)

    def claim(self, keys: List[bonin.PersonKey], account_id: str) -> bonin.Claim:
        for key in keys:
            holder = self.held.setdefault(key.hash, account_id)
            if holder != account_id:
                return bonin.Claim("taken", "other_account")
        return bonin.Claim("created")


def id_of(people: People, keys: List[str], provider: str) -> str:
    ci, di = ((key.ljust(size, "=") if key else None) for key, size in zip(keys, (88, 64)))
    return people.id("somebody", provider=provider, ci=ci, di=di)


def arrange(people: People, registry: bonin.Registry, state: Dict[str, Any]) -> str:
    provider = state.get("provider", "DANAL")
    id = id_of(people, state["keys"], provider)
    for what, *more in state["steps"]:
        if what == "claim":
            registry.claim(people.v2.lookup(id_of(people, more[0], provider)), more[1])
        elif what == "release":
            assert registry.release(more[0], rejoin_after_ms=more[1])
        elif what == "ban":
            registry.ban(verification=people.v2.lookup(id_of(people, more[0], provider)))
        elif what == "reserve":
            assert registry.reserve(people.v2.lookup(id_of(people, more[0], provider)), more[1]).reservation
        else:
            assert what == "consume" and registry.consume(id, more[0]) == "first"
    return id


def judge(people: People, registry: bonin.Registry, state: Dict[str, Any], others: Any, or_same: bool) -> None:
    id = arrange(people, registry, state)
    denied = state["denied"]
    new = {"any_of": [{"account": "new"}, {"account": "same"}]} if or_same else {"account": "new"}
    accepted: Any = {"accept_page_chosen_di": state["policy_accepts"]} if "policy_accepts" in state else {}
    policy = bonin.Policy({"name": "sign-up", **accepted, "rules": [new, *({rule: True} for rule in others)]})
    decision = bonin.Verifier(people.v2, policy, registry=registry).verify(id, subject="me")
    is_new = "account" not in denied
    wanted = [] if is_new or (or_same and denied["account"] == "has_account") else ["any_of" if or_same else "account"]
    wanted += [rule for rule in others if rule in denied]
    assert [finding.code for finding in decision.denials] == wanted
    for finding in decision.denials:
        assert finding.code == "any_of" or finding.reason == denied[finding.code]
    assert decision.allowed is (not wanted)
    assert (decision.reservation is not None) is (decision.allowed and is_new)
    if decision.reservation is None:
        with pytest.raises(bonin.InvalidArgument):
            decision.commit("account-1")
        return
    assert decision.commit("account-1").outcome == "created"
    assert registry.find(decision.verification) == "account-1"


@pytest.mark.parametrize("state", load("sign_up")["states"], ids=lambda state: str(state["name"]))
def test_every_state_with_every_set_of_rules(people: People, state: Dict[str, Any]) -> None:
    chosen = itertools.chain.from_iterable(itertools.combinations(OTHERS, n) for n in range(len(OTHERS) + 1))
    for others in chosen:
        for or_same in (False, True):
            accepted = state.get("registry_accepts", [])
            with bonin.Registry("sqlite::memory:", pepper=PEPPER, accept_page_chosen_di=accepted) as registry:
                judge(people, registry, state, others, or_same)
            if state["own_store"] and not others:
                with bonin.Registry(own_store=Users(), pepper=PEPPER, accept_page_chosen_di=accepted) as registry:
                    judge(people, registry, state, others, or_same)


def test_an_own_store_grants_one_of_three(people: People, observed: Observe) -> None:
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        verifier = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry)
        allowed = [verifier.verify(people.id("kim"), subject=f"session-{i}") for i in range(3)]
        assert all(decision.allowed and decision.reservation is not None for decision in allowed)

        async def main() -> List[Any]:
            commits = (decision.acommit(f"a-{i}") for i, decision in enumerate(allowed))
            return await asyncio.gather(*commits, return_exceptions=True)

        ends = asyncio.run(main())
        granted = [end for end in ends if isinstance(end, bonin.Claim)]
        refused = [end for end in ends if isinstance(end, bonin.ClaimRefused)]
        assert [claim.outcome for claim in granted] == ["created"] and len(refused) == 2
        assert {(error.outcome, error.reason) for error in refused} == {("taken", "other_account")}
        assert not verifier.verify(people.id("kim"), subject="session-4").allowed
    observed(51, "Python: three were let in by an own store, one commit is granted, two raise `ClaimRefused`")


def test_a_refusal_is_raised(registry: bonin.Registry, people: People, observed: Observe) -> None:
    until = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
    verifier = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry)
    decision = verifier.verify(people.id("kim"), subject="session-1")
    place = decision.reservation
    assert place is not None
    registry.ban(verification=decision.verification, until=until)
    kim = decision.verification
    for call in (
        lambda: decision.commit("a-1"),
        lambda: place.commit("a-1"),
        lambda: registry.commit(place, "a-1"),
        lambda: registry.commit(place.id, "a-1"),
        lambda: registry.claim(kim, "a-1", subject="session-1"),
        lambda: asyncio.run(decision.acommit("a-1")),
        lambda: asyncio.run(place.acommit("a-1")),
        lambda: asyncio.run(registry.acommit(place, "a-1")),
        lambda: asyncio.run(registry.aclaim(kim, "a-1")),
    ):
        with pytest.raises(bonin.ClaimRefused) as raised:
            call()
        error = raised.value
        assert (error.kind, error.outcome, error.reason, error.until) == ("claim_refused", "refused", "banned", until)
        assert not error.retryable and "banned" in str(error) and place.id not in str(error)
    kept = pickle.loads(pickle.dumps(error))
    assert (kept.outcome, kept.reason, kept.until) == ("refused", "banned", until)
    answer = bonin.Claim("refused", "banned", until)
    assert (
        place.try_commit("a-1") == registry.try_commit(place, "a-1") == registry.try_commit(place.id, "a-1") == answer
    )
    assert registry.try_claim(kim, "a-1") == answer
    assert asyncio.run(place.atry_commit("a-1")) == asyncio.run(registry.atry_commit(place, "a-1")) == answer
    assert asyncio.run(registry.atry_claim(kim, "a-1")) == answer
    observed(
        51,
        "Python: `commit` and `claim` raise `ClaimRefused` with its reason and end; `try_commit` and `try_claim` answer",
    )


def test_what_an_own_store_cannot_answer(people: People, observed: Observe) -> None:
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        for rule in OTHERS:
            policy = bonin.Policy({"name": "n", "rules": [{"account": "new"}, {rule: True}]})
            with pytest.raises(bonin.InvalidArgument, match=f"`{rule}` at `/rules/1`") as raised:
                bonin.Verifier(people.v2, policy, registry=registry)
            assert raised.value.parameter == "policy"
    observed(52, "Python: `InvalidArgument` when the verifier is made, and the rule is named")


def test_keys_without_ci_warn(people: People) -> None:
    for keys, warnings in ((["di"], 1), (["ci"], 0), (["ci", "di"], 0)):
        with bonin.Registry("sqlite::memory:", pepper=PEPPER, keys=keys) as registry:  # type: ignore[arg-type]
            said = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry).warnings
            assert len(said) == warnings and all("`ci`" in warning for warning in said)


def test_nothing_tells_who_it_is(registry: bonin.Registry, people: People, observed: Observe) -> None:
    verifier = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry)
    (finding,) = verifier.verify(people.sandbox.verify("kakao_without_ci"), subject="me").denials
    assert (finding.code, finding.outcome, finding.reason) == ("account", "unknown", "no_key")
    assert "another method" in finding.en and "다른 수단" in finding.ko and "in a moment" not in finding.en
    observed(53, "Python: a Kakao user without CI is denied with `no_key`, and told to use another method")
