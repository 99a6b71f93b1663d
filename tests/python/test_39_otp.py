"""The way without a script: a code is sent, and brought back."""

import asyncio
import json
from typing import Any, Dict

import pytest
import web

import bonin

PERSON: Any = {
    "name": "김보닌", "phone": "010-0000-0001", "identity_number": "9003152", "carrier": "SKT", "ip_address": "203.0.113.7",
}  # fmt: skip
SAID = {"name": "김보닌", "phone": "010-0000-0001", "identityNumber": "900315-2", "carrier": "SKT"}
KCP = "channel-key-00000000-0000-4000-8000-000000000002"
INICIS = "channel-key-00000000-0000-4000-8000-000000000003"
ROUTES = {"v1": "/certifications", "v2": "/identity-verifications"}


def code_of(sandbox: bonin.Sandbox, id: str) -> str:
    return sandbox.otp(id)


def another(code: str) -> str:
    return "111111" if code != "111111" else "222222"


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_code_is_sent_and_confirmed(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    verifier = verifiers[api]
    sent = verifier.send_otp("session-1", channel_key=sandbox.channel_key, **PERSON)
    assert sent.api == api
    code = code_of(sandbox, sent.id)
    with pytest.raises(bonin.ProviderFailed):
        verifier.confirm_otp(sent.id, another(code), subject="session-1")
    stolen = verifier.confirm_otp(sent.id, code, subject="session-2") if api == "v2" else None
    if stolen is not None:
        assert [one.reason for one in stolen.denials] == ["foreign"]
    decision = verifier.confirm_otp(sent.id, code, subject="session-1")
    assert decision.allowed, decision.denials
    assert decision.verification.person.name.reveal() == "김보닌"
    for _ in range(2):  # a second click, or a lost answer
        assert verifier.confirm_otp(sent.id, code, subject="session-1").allowed


def test_it_is_sent_again(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    verifier = verifiers["v2"]
    sent = verifier.send_otp("session-1", channel_key=sandbox.channel_key, **PERSON)
    verifier.resend_otp("session-1", sent.id)
    with pytest.raises(bonin.NotFound):
        verifier.resend_otp("session-2", sent.id)
    assert verifier.confirm_otp(sent.id, sandbox.otp(sent.id), subject="session-1").allowed
    with pytest.raises(bonin.InvalidArgument, match="send one anew"):
        v1 = verifiers["v1"]
        v1.resend_otp("session-1", v1.send_otp("session-1", channel_key=sandbox.channel_key, **PERSON).id)


def test_the_awaitable_twins(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    async def main() -> None:
        sent = await verifier.asend_otp("session-1", channel_key=sandbox.channel_key, **PERSON)
        await verifier.aresend_otp("session-1", sent.id)
        assert (await verifier.aconfirm_otp(sent.id, sandbox.otp(sent.id), subject="session-1")).allowed

    asyncio.run(main())


def test_providers_have_their_own_ways(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    kcp: Any = {"channel_key": KCP, "bypass": {"kcpV2": {"media_type": "MC01"}}}
    for verifier in verifiers.values():
        sent = verifier.send_otp("s", method="APP", **kcp, **PERSON)
        assert verifier.confirm_otp(sent.id, subject="s").allowed
        for wrong in (
            {"channel_key": INICIS},
            {"channel_key": KCP},
        ):
            with pytest.raises(bonin.Rejected):
                verifier.send_otp("s2", **wrong, **PERSON)


@pytest.mark.parametrize(
    "field, value",
    [
        ("method", "APP"), ("method", "MAIL"), ("carrier", "LGT"), ("phone", "020-1234-5678"), ("phone", "010"), ("phone", "x"),
        ("identity_number", "0000000"), ("identity_number", "900315"), ("identity_number", "9002322"), ("name", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_by_its_name(
    field: str, value: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]
) -> None:
    for verifier in verifiers.values():
        before = sandbox.requests["total"]
        with pytest.raises(bonin.InvalidArgument) as raised:
            verifier.send_otp("s2", **{"channel_key": sandbox.channel_key, **PERSON, field: value})
        assert raised.value.parameter == field
        assert sandbox.requests["total"] == before


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_flow_of_the_script_and_one_of_a_code_are_two(
    api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]
) -> None:
    verifier = verifiers[api]
    flow = verifier.begin("session-1", channel_key=sandbox.channel_key)
    begun = verifier.confirm_otp(flow.id, "123456", subject="session-1") if api == "v2" else None
    assert begun is None or [one.reason for one in begun.denials][:1] == ["foreign"]
    sent = verifier.send_otp("session-1", channel_key=sandbox.channel_key, **PERSON)
    imp_uid = sent.id.partition(".")[0]
    if api == "v2":  # what a page would do with it: finish it on a channel of its choice
        imp_uid = sandbox.verify("adult", id=sent.id, channel_key="channel-key-of-another")
    else:
        verifier.confirm_otp(sent.id, code_of(sandbox, sent.id), subject="session-1")
    decision = verifier.verify(imp_uid, subject="session-1", begun=True)
    assert [one.reason for one in decision.denials if one.code == "begun"] == ["foreign"]


def test_how_often(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    limits: Any = {"sends_per_subject": 2, "sends_per_phone": 3, "codes_per_id": 2}
    verifier = bonin.Verifier(v2, policy, otp_limits=limits)

    def send(subject: str, **more: Any) -> str:
        return verifier.send_otp(subject, channel_key=sandbox.channel_key, **{**PERSON, **more}).id

    id = send("s1")
    send("s1")
    with pytest.raises(bonin.Throttled) as raised:
        send("s1")
    assert (raised.value.parameter, raised.value.http_status) == ("subject", None)
    assert 0 < raised.value.retry_after_ms <= 3_600_000
    send("s2", phone="01000000001")
    with pytest.raises(bonin.Throttled) as raised:
        send("s3")
    assert raised.value.parameter == "phone" and "0001" not in str(raised.value)
    code = sandbox.otp(id)
    for _ in range(2):
        with pytest.raises(bonin.ProviderFailed):
            verifier.confirm_otp(id, another(code), subject="s1")
    with pytest.raises(bonin.Throttled):
        verifier.confirm_otp(id, code, subject="s1")
    for wrong in ({"sends_per_subject": 0}, {"sends_per_subjekt": 1}, [], {"codes_per_id": "5"}):
        bad: Any = wrong
        with pytest.raises((bonin.InvalidArgument, TypeError)):
            bonin.Verifier(v2, policy, otp_limits=bad)


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("name", list(web.FRAMEWORKS))
def test_the_routes(name: str, api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    browser, path = web.FRAMEWORKS[name].open(verifiers[api], otp=True), ROUTES[api]
    refused = browser.post(f"{path}/send", {"name": "", "phone": "1"})
    assert (refused.status, refused.json()["code"]) == (400, "invalid_person")
    told = [(one["code"], one["reason"]) for one in refused.json()["findings"]]
    assert told == [
        ("name", "missing"), ("phone", "malformed"), ("identityNumber", "missing"), ("carrier", "missing"),
    ]  # fmt: skip
    sent = browser.post(f"{path}/send", SAID)
    assert sent.status == 200, sent.text
    id = sent.json()["id"]
    assert sent.json()["expiresAt"].endswith("Z")
    code = code_of(sandbox, id)
    for body in ({"id": id}, {"id": id, "otp": ""}):
        empty = browser.post(f"{path}/confirm", body)
        assert (empty.status, empty.json()["code"]) == (400, "invalid_person"), empty.text
        assert [(one["code"], one["reason"]) for one in empty.json()["findings"]] == [("otp", "malformed")]
    by_app = browser.post(f"{path}/send", {**SAID, "method": "APP"})
    assert [(one["code"], one["reason"]) for one in by_app.json()["findings"]] == [("method", "malformed")]
    wrong = browser.post(f"{path}/confirm", {"id": id, "otp": another(code)})
    assert (wrong.status, wrong.json()["code"]) == (422, "provider_refused")
    if api == "v2":
        assert browser.post(f"{path}/resend", {"id": id}).json() == {"sent": True}
        code = sandbox.otp(id)
    else:
        assert browser.post(f"{path}/resend", {"id": id}).status == 404
    done = browser.post(f"{path}/confirm", {"id": id, "otp": code})
    assert done.json() == {"allowed": True}
    if api == "v2":
        late = browser.post(f"{path}/resend", {"id": id})
        assert (late.status, late.json()["code"]) == (400, "invalid_id")
    for _ in range(5):
        last = browser.post(f"{path}/send", SAID)
    assert (last.status, last.json()["code"]) == (429, "too_often") and int(last.headers["Retry-After"]) > 0
    cross = browser.send("POST", f"{path}/send", json.dumps(SAID).encode(), web.JSON, Sec_Fetch_Site="cross-site")
    assert cross.json()["code"] == "cross_site"
    assert web.FRAMEWORKS[name].open(verifiers[api]).post(f"{path}/send", SAID).status == 404


@pytest.mark.parametrize("name", list(web.FRAMEWORKS))
def test_danals_limit_is_said(name: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    browser = web.FRAMEWORKS[name].open(*verifiers.values(), otp={"company": "보닌"})
    v1 = {"code": -1, "message": "[0086] 인증 시도 횟수 초과", "response": None}
    v2 = {"type": "PG_PROVIDER", "pgCode": "0086", "pgMessage": "인증 시도 횟수 초과"}
    for api, status, body in (("v1", 500, v1), ("v2", 502, v2)):
        sandbox.fault("respond", status=status, body=body, match={"method": "POST", "path": f"{ROUTES[api]}/*"})
        reply = browser.post(f"{ROUTES[api]}/send", SAID)
        assert (reply.status, reply.json()["code"]) == (422, "provider_refused")
        assert [one["reason"] for one in reply.json()["findings"]] == ["address_blocked"]
        sandbox.clear_faults()


def test_nothing_of_the_person_is_printed(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    canary: Any = {**PERSON, "name": "카나리아", "phone": "01099998888", "identity_number": "9912311"}
    for verifier in verifiers.values():
        sent = verifier.send_otp("canary-session", channel_key=sandbox.channel_key, **canary)
        texts = [repr(sent), repr(verifier)]
        for options in ({"carrier": "KTF"}, {"channel_key": KCP}, {"name": 7}):
            with pytest.raises(bonin.BoninError) as raised:
                verifier.send_otp("canary-session", **{"channel_key": sandbox.channel_key, **canary, **options})
            texts += [str(raised.value), repr(raised.value)]
        for word in ("카나리아", "99998888", "991231", "canary-session"):
            assert not [text for text in texts if word in text]


def test_a_mistake_in_the_options_is_found_at_once(
    verifiers: Dict[str, bonin.Verifier], sandbox: bonin.Sandbox
) -> None:
    from bonin.flask import identity_blueprint

    for wrong in ({"compnay": "x"}, {"channelKey": "x"}):
        bad: Any = {"channel_key": sandbox.channel_key, **wrong}
        with pytest.raises(bonin.InvalidArgument, match="otp"):
            identity_blueprint(verifiers["v2"], otp=bad)
