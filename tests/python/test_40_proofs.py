"""A yes that lasts."""

import copy
import datetime
import pickle
from typing import Any

import pytest
from persons import PEPPER

import bonin

DAY = datetime.timedelta(days=1)


def test_a_year(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    proofs = bonin.Proofs(key=PEPPER)
    decision = verifier.verify(sandbox.verify("adult"))
    text = proofs.issue(decision, subject="user-7", days=365)
    assert text.isascii() and len(text) < 400
    proof = proofs.check(text, subject="user-7", policy=verifier.policy)
    assert proof.valid and proof.state == "valid" and proof.until is not None and proof.at == decision.at
    assert proof.until - decision.at == 365 * DAY
    assert (proof.policy_name, proof.policy_hash) == (decision.policy_name, decision.policy_hash)
    assert proof.id_sha256 is not None and proof.id_sha256 in decision.record()
    with pytest.raises(TypeError, match=r"ask `\.valid`"):
        bool(proof)


@pytest.mark.parametrize("text", [None, "", "x", "bonin-proof-1.1.2.3.4.5.6"])
def test_what_is_none(text: Any, verifier: bonin.Verifier) -> None:
    proof = bonin.Proofs(key=PEPPER).check(text, subject="user-7", policy=verifier.policy)
    assert not proof.valid and proof.at is None and proof.ko and proof.en


def test_whose_it_is_and_by_which_policy(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    old, new = "o" * 32, "n" * 32
    text = bonin.Proofs(key=old).issue(verifier.verify(sandbox.verify("adult")), subject="user-7", days=1)

    def state(keys: Any, subject: str = "user-7", policy: bonin.Policy = verifier.policy) -> str:
        return bonin.Proofs(keys=keys).check(text, subject=subject, policy=policy).state

    assert state([old]) == state([new, old]) == "valid"
    assert state([new]) == state([old], "user-8") == "foreign"
    assert state([old], policy=bonin.Policy.preset("kr.game_adult")) == "other_policy"


def test_only_a_yes_lasts(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    proofs: Any = bonin.Proofs(key=PEPPER)
    yes, no = verifier.verify(sandbox.verify("adult")), verifier.verify(sandbox.verify("minor"))
    for call, parameter in [
        (lambda: proofs.issue(no, subject="user-7", days=30), "decision"),
        (lambda: proofs.issue("yes", subject="user-7", days=30), "decision"),
        (lambda: proofs.issue(yes, subject="", days=30), "subject"),
        (lambda: proofs.issue(yes, subject="user-7", days=0), "days"),
        (lambda: proofs.issue(yes, subject="user-7", days=367), "days"),
        (lambda: proofs.issue(yes, subject="user-7", days="30"), "days"),
        (lambda: proofs.check(1, subject="user-7", policy=verifier.policy), "proof"),
        (lambda: proofs.check("x", subject="user-7", policy={}), "policy"),
    ]:
        with pytest.raises(bonin.InvalidArgument) as raised:
            call()
        assert raised.value.parameter == parameter
    with pytest.raises(TypeError):
        proofs.issue(yes, subject="user-7")


def test_the_key_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONIN_PROOF_KEY", "canary" * 8)
    proofs = bonin.Proofs(key="env:BONIN_PROOF_KEY")
    assert "canary" not in repr(proofs)
    for act in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            act(proofs)
    wrong: Any
    for wrong in ({}, {"key": "canary"}, {"key": "env:NOTHING_IS_HERE"}, {"keys": []}, {"keys": "k" * 32}, {"key": 1}):
        with pytest.raises(bonin.InvalidPepper) as raised:
            bonin.Proofs(**wrong)
        assert "canary" not in str(raised.value)
    with pytest.raises(bonin.InvalidArgument):
        bonin.Proofs(key=PEPPER, keys=[PEPPER])
