"""Every option of `begin` and of the routers: tests/vectors/flow.json, and what each framework makes of it."""

import logging
import re
from typing import Any, Dict

import pytest
import vectors
import web

import bonin

CASES = vectors.load("flow")["cases"]
DANAL = web.CHANNEL["channel_key"]


def expanded(value: Any) -> Any:
    """`{200}` stands for so many letters."""
    if isinstance(value, dict):
        return {name: expanded(item) for name, item in value.items()}
    if isinstance(value, str) and (found := re.fullmatch(r"\{(\d+)\}", value)):
        return "a" * int(found[1])
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_request(case: Any, policy: bonin.Policy) -> None:
    clients = {
        "v1": lambda: bonin.PortOneV1(imp_key="key", imp_secret="secret"),
        "v2": lambda: bonin.PortOneV2(api_secret="secret", store_id=case.get("store_id", "store-1")),
    }
    with clients[case["api"]]() as portone:
        verifier = bonin.Verifier(portone, policy)
        if "error" in case:
            with pytest.raises(
                bonin.InvalidArgument, match=re.escape(case["says"]) if "says" in case else None
            ) as raised:
                verifier.begin("session-1", **expanded(case["options"]))
            assert raised.value.parameter == case["error"]
            return
        flow = verifier.begin("session-1", **expanded(case["options"]))
        name = "merchant_uid" if case["api"] == "v1" else "identityVerificationId"
        assert flow.request == {**case["request"], name: flow.id}


def test_wrong_types(verifier: bonin.Verifier) -> None:
    wrong: Any = verifier
    for name, value in [
        ("channel_key", 1), ("redirect_url", b"https://a.example"), ("customer", [1]), ("bypass", 1), ("window_type", 1),
        ("force_redirect", "yes"), ("custom_data", {}), ("iframe", 1), ("popup", 1), ("provider", 1), ("bind_channel", 1),
        ("guardian_of", 1), ("bind_channel", None), ("min_age", "19"), ("min_age", True),
    ]:  # fmt: skip
        with pytest.raises(bonin.InvalidArgument) as raised:
            wrong.begin("s", **{"channel_key": DANAL, name: value})
        assert raised.value.parameter == name
    with pytest.raises(bonin.InvalidArgument) as raised:
        wrong.begin("s", channel_key=DANAL, customer={"fullName": object()})
    assert raised.value.parameter == "customer" and "object at" not in str(raised.value)


def test_customer_id_can_be_expected(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = sandbox.verify("adult", customer_id="user-7")
    decision = verifier.verify(id, expect={"customer_id": "user-7"})
    assert decision.allowed and decision.verification.customer_id == "user-7"
    denied = verifier.verify(id, expect={"customer_id": "user-8"})
    assert [(one.code, one.reason) for one in denied.denials] == [("expect", "mismatch")]


@pytest.fixture(params=list(web.FRAMEWORKS))
def framework(request: pytest.FixtureRequest) -> web.Framework:
    return web.FRAMEWORKS[request.param]


def test_a_router_takes_each_as_it_is_or_as_a_function_of_the_request(
    framework: web.Framework, verifier: bonin.Verifier
) -> None:
    browser = framework.open(
        verifier,
        customer=lambda request: {"customerId": request.headers.get("X-User", "nobody")},
        custom_data="order-7",
        window_type={"pc": "IFRAME"},
        redirect_url=lambda request: None,
    )
    request: Dict[str, Any] = browser.send("POST", "/identity-verifications/begin", X_User="user-7").json()
    assert request["customer"] == {"customerId": "user-7"}
    assert (request["customData"], request["windowType"]) == ("order-7", {"pc": "IFRAME"})
    assert "redirectUrl" not in request


def test_a_mistake_is_found_when_the_application_starts(framework: web.Framework, verifier: bonin.Verifier) -> None:
    for options, parameter in [
        ({"provider": "INICIS_UNIFIED"}, "bypass.inicisUnified.flgFixedUser"),
        ({"min_age": 19}, "min_age"),
        ({"channel_key": ""}, "channel_key"),
        ({"settle_ms": -1}, "settle_ms"),
        ({"settle_ms": True}, "settle_ms"),
        ({"settle_ms": 60_001}, "settle_ms"),
        ({"otp": 1}, "otp"),
        ({"otp": True, "channel_key": None}, "channel_key"),
    ]:
        with pytest.raises(bonin.InvalidArgument) as raised:
            framework.open(verifier, **options)
        assert raised.value.parameter == parameter
    with pytest.raises(TypeError, match=r"`custmer`.*did you mean `customer`"):
        framework.open(verifier, custmer={})


def test_a_mistake_of_a_function_is_the_applications(
    framework: web.Framework, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    browser = framework.open(verifier, customer=lambda request: {"fullname": "canary"})
    reply = browser.send("POST", "/identity-verifications/begin")
    assert (reply.status, reply.json()["code"]) == (500, "internal")
    assert "did you mean `fullName`" in caplog.text and "canary" not in caplog.text


def test_an_age_limit_of_the_window_is_warned_of(
    framework: web.Framework, verifiers: Dict[str, bonin.Verifier], caplog: pytest.LogCaptureFixture
) -> None:
    flow = verifiers["v1"].begin("s", channel_key=DANAL, min_age=19)
    assert len(flow.warnings) == 1 and "19" in flow.warnings[0]
    with caplog.at_level(logging.WARNING, "bonin"):
        framework.open(verifiers["v1"], min_age=19)
    assert flow.warnings[0] in caplog.text


def test_the_moment_after_the_window(
    framework: web.Framework, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]
) -> None:
    browser = framework.open(*verifiers.values())
    for kind, match in [("ready", {}), ("status", {"status": 404})]:
        sandbox.clear_faults()
        id = browser.verified(sandbox)
        sandbox.fault(kind, times=2, match={"method": "GET"}, **match)
        assert browser.post("/identity-verifications", {"identityVerificationId": id}).status == 200
        merchant_uid = browser.begin("v1")["merchant_uid"]
        imp_uid = sandbox.verify("adult", api="v1", merchant_uid=merchant_uid)
        sandbox.fault(kind, times=2, match={"method": "GET"}, **match)
        said = {"imp_uid": imp_uid, "merchant_uid": merchant_uid}
        assert browser.post("/certifications", said).status == 200
    sandbox.clear_faults()
    at_once = framework.open(verifiers["v2"], settle_ms=0)
    id = at_once.verified(sandbox)
    sandbox.fault("ready", match={"method": "GET"})
    assert at_once.post("/identity-verifications", {"identityVerificationId": id}).status == 403


def test_a_guardian_consents(framework: web.Framework, sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    policy = bonin.Policy({"name": "child", "rules": [{"guardian": True}]})
    browser = framework.open(bonin.Verifier(v2, policy), redirect_url="https://shop.example/back?a=1")
    child = browser.verified(sandbox, "child")
    refused = browser.post("/identity-verifications", {"identityVerificationId": child})
    assert refused.status == 403 and refused.json()["code"] == "needs_guardian"
    assert [one["reason"] for one in refused.json()["findings"]] == ["needs_guardian"]
    begun = browser.send("POST", f"/identity-verifications/begin?guardianOf={child}").json()
    assert begun["redirectUrl"] == f"https://shop.example/back?a=1&guardianOf={child}"
    guardian = sandbox.verify("adult", id=begun["identityVerificationId"])
    said = {"identityVerificationId": guardian, "guardianOf": child}
    assert browser.post("/identity-verifications", said).status == 200
    back = f"/identity-verifications/redirect?identityVerificationId={guardian}&guardianOf={child}"
    assert browser.get(back).status == 200
    # An adult who was verified for something else is nobody's guardian.
    said["identityVerificationId"] = browser.verified(sandbox, "adult")
    assert browser.post("/identity-verifications", said).status == 403
