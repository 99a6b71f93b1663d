"""bonin.web: a Decision or an error as a Refusal, for glue of one's own."""

import dataclasses
import json
from typing import Any

import pytest
import vectors

import bonin
from bonin.web import Refusal, refusal_of

MESSAGES = vectors.load("web")["messages"]
SUBJECT = "session-1"


def of_another(sandbox: bonin.Sandbox, verifier: bonin.Verifier, who: str) -> bonin.Decision:
    id = verifier.begin("session-2", channel_key="channel-1").id
    return verifier.verify(sandbox.verify(who, id=id), subject=SUBJECT, begun=True)


def test_a_denial(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    decision = verifier.verify(sandbox.verify("minor"))
    refused = refusal_of(decision)
    assert (refused.status, refused.code, refused.decision, refused.error) == (403, "denied", decision, None)
    assert [(one["code"], one["reason"]) for one in refused.findings] == [("age", "too_young")]
    assert refused.to_dict() == {
        "allowed": False, "code": "denied", "ko": MESSAGES["denied"]["ko"], "en": MESSAGES["denied"]["en"],
        "findings": refused.findings,
    }  # fmt: skip


def test_of_somebody_elses_flow_nothing_is_told(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    for who in ("adult", "minor"):
        refused = refusal_of(of_another(sandbox, verifier, who))
        assert [(one["code"], one["reason"]) for one in refused.findings] == [("begun", "foreign")]
        assert refused.decision is None
        for text in (repr(refused), json.dumps(refused.to_dict()), json.dumps(dataclasses.asdict(refused))):
            assert "too_young" not in text and "Decision" not in text


@pytest.mark.parametrize("kind", bonin._native.error_kinds(), ids=lambda kind: kind["name"])
def test_every_kind_of_error(kind: Any) -> None:
    more: Any = {"portone_message": "카나리아", "retry_after_ms": 2_500, "http_status": 429}
    error = getattr(bonin, kind["class_name"])("of the operator's", **more)
    refused = refusal_of(error)
    assert refused.error is error and refused.decision is None and refused.code in MESSAGES
    assert refused.status == MESSAGES[refused.code]["status"] and refused.status >= 400
    if kind["retryable"]:
        assert (refused.code, refused.retry_after) == ("unavailable", 3)
    assert refusal_of(bonin.Throttled("counted here", retry_after_ms=2_500)).code == "too_often"
    told = json.dumps(refused.to_dict(), ensure_ascii=False)
    assert "operator" not in told and "카나리아" not in told and "카나리아" not in repr(refused)


def test_those_that_are_the_browsers(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    for id, code in (("a b\n", "invalid_id"), ("iv-nobody-has-this", "not_found")):
        with pytest.raises(bonin.BoninError) as raised:
            verifier.verify(id)
        assert (refusal_of(raised.value).status, refusal_of(raised.value).code) == (400, code)
    with pytest.raises(bonin.Denied) as denied:
        verifier.require(sandbox.verify("minor"))
    assert refusal_of(denied.value.decision).findings[0]["reason"] == "too_young"


def test_what_is_no_refusal(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Whoever asks by mistake gets no refusal that could be taken for one."""
    wrong: Any
    for wrong in (verifier.verify(sandbox.verify("adult")), None, "denied", {}, ValueError("x"), True):
        with pytest.raises(bonin.InvalidArgument) as raised:
            refusal_of(wrong)
        assert raised.value.parameter == "told"


def test_its_names() -> None:
    import bonin.web

    assert set(bonin.web.__all__) == {"Refusal", "refusal_of"} and Refusal is bonin._refusal.Refusal
