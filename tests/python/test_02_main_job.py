"""A verification id in, a decision out."""

import datetime
from typing import Dict

import pytest
from conftest import Observe

import bonin

APIS = ["v1", "v2"]


@pytest.mark.parametrize("api", APIS)
def test_an_adult_is_allowed(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    id = sandbox.verify("adult", api=api)
    decision = verifiers[api].verify(id)
    assert decision.allowed is True
    assert decision.denials == []
    assert {finding.outcome for finding in decision.findings} == {"pass"}
    assert decision.verification.id == id
    assert decision.verification.api == api
    assert decision.policy_name == "kr.youth_protection"
    assert decision.policy_hash == verifiers[api].policy.hash
    assert decision.at.tzinfo is datetime.timezone.utc


@pytest.mark.parametrize("api", APIS)
def test_a_minor_is_denied_and_nothing_is_raised(
    api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]
) -> None:
    decision = verifiers[api].verify(sandbox.verify("minor", api=api))
    assert decision.allowed is False
    (finding,) = decision.denials
    assert (finding.code, finding.outcome, finding.reason) == ("age", "fail", "too_young")
    assert finding.ko and finding.en and finding.pointer.startswith("/")
    assert finding.to_dict()["code"] == "age"


@pytest.mark.parametrize("api", APIS)
def test_every_persona_gets_a_decision(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    allowed = {}
    for persona in sandbox.personas():
        name = persona["name"]
        allowed[name] = verifiers[api].verify(sandbox.verify(name, api=api)).allowed
    assert [name for name, yes in allowed.items() if not yes] == [
        "minor",
        "child", "test_channel", "unfinished", "failed", "bare",
    ]  # fmt: skip


@pytest.mark.parametrize("api", APIS)
def test_require(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    id = sandbox.verify("adult", api=api)
    assert verifiers[api].require(id).id == id
    with pytest.raises(bonin.Denied) as raised:
        verifiers[api].require(sandbox.verify("minor", api=api))
    assert raised.value.decision.denials[0].reason == "too_young"
    assert "denied by policy `kr.youth_protection`: age (too_young)" in str(raised.value)
    assert raised.value.kind == "denied"


def test_what_is_expected_must_be_carried(sandbox: bonin.Sandbox, verifier: bonin.Verifier, defended: Observe) -> None:
    id = sandbox.verify("adult", custom_data="order-1")
    assert verifier.verify(id, expect={"custom_data": "order-1"}).allowed
    assert not verifier.verify(id, expect={"custom_data": "order-2"}).allowed
    person = verifier.require(id).person.to_dict()
    birth_date = person["birth_date"]
    assert birth_date is not None
    assert verifier.verify(id, expect={"name": person["name"], "birth_date": birth_date}).allowed
    assert verifier.verify(id, expect={"birth_date": birth_date.isoformat()}).allowed
    assert not verifier.verify(id, expect={"birth_date": birth_date + datetime.timedelta(days=1)}).allowed
    defended(2, "Python: what the application expects and the verification is not: denied")


def test_v1_expects_its_merchant_uid(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    id = sandbox.verify("adult", api="v1", merchant_uid="order-1")
    assert verifiers["v1"].verify(id, expect={"merchant_uid": "order-1"}).allowed
    assert not verifiers["v1"].verify(id, expect={"merchant_uid": "order-2"}).allowed


def test_a_decision_is_no_boolean(sandbox: bonin.Sandbox, verifier: bonin.Verifier, defended: Observe) -> None:
    decision = verifier.verify(sandbox.verify("minor"))
    with pytest.raises(TypeError, match=r"\.allowed"):
        bool(decision)
    with pytest.raises(TypeError, match=r"\.allowed"):
        if decision:
            pass
    defended(15, "Python: `bool(decision)` raises TypeError")


def test_the_record_of_a_decision_is_json_without_the_id(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    import json

    id = sandbox.verify("minor")
    record = verifier.verify(id).record()
    assert isinstance(json.loads(record), dict)
    assert id not in record


def test_what_a_verifier_is_made_of(v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    verifier = bonin.Verifier(v2, policy)
    assert verifier.portone is v2
    assert verifier.policy.name == policy.name
    assert bonin.Verifier(portone=v2, policy=policy).policy.hash == policy.hash
