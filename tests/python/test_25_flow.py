"""A flow is begun here, finished in a browser, and known again."""

import asyncio
import datetime
import hashlib
import hmac
import json
import re
import time
from typing import Any, Dict, List, Optional

import pytest
from persons import PEPPER

import bonin

APIS = ["v1", "v2"]


def finish(sandbox: bonin.Sandbox, api: str, issued: Optional[str] = None, persona: str = "adult") -> str:
    """What the browser hands to the server once the person is through."""
    if api == "v1":
        return sandbox.verify(persona, api="v1", merchant_uid=issued)
    return sandbox.verify(persona, id=issued)


def denials(decision: bonin.Decision) -> List[List[str]]:
    return [[finding.code, finding.reason or "", finding.pointer] for finding in decision.denials]


def forged(sandbox: bonin.Sandbox, api: str, subject: str, issued_at: float) -> str:
    """An id as another program makes it that has the same credential."""
    credential = sandbox.imp_secret if api == "v1" else sandbox.api_secret

    def sign(key: bytes, text: str) -> str:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    head = f"{int(issued_at):08x}0123abcd"
    return head + sign(sign(credential.encode(), "bonin flow id 1").encode(), api + head + subject)[:16]


FOREIGN = [["begun", "foreign", "/expect/begun"]]
EXPIRED = [["begun", "expired", "/expect/begun"]]


@pytest.mark.parametrize("api", APIS)
def test_begun_here(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    flow = verifiers[api].begin("session-1", channel_key="channel-key-1")
    assert flow.api == api and re.fullmatch("[0-9a-f]{32}", flow.id)
    assert flow.expires_at.tzinfo is datetime.timezone.utc
    decision = verifiers[api].verify(finish(sandbox, api, flow.id), subject="session-1", begun=True)
    assert decision.allowed and decision.findings[-1].code == "begun"


def test_the_request_is_what_the_v2_script_takes(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    flow = verifier.begin("session-1", channel_key="channel-key-1", redirect_url="https://shop.test/back")
    assert json.loads(json.dumps(flow.request)) == {
        "storeId": sandbox.store_id, "channelKey": "channel-key-1", "identityVerificationId": flow.id,
        "redirectUrl": "https://shop.test/back",
    }  # fmt: skip


def test_the_request_is_what_the_v1_script_takes(verifiers: Dict[str, bonin.Verifier]) -> None:
    flow = verifiers["v1"].begin("session-1", channel_key="channel-key-1", redirect_url="https://shop.test/back")
    assert flow.request == {
        "channelKey": "channel-key-1", "merchant_uid": flow.id, "m_redirect_url": "https://shop.test/back",
    }  # fmt: skip
    bare = verifiers["v1"].begin("session-1", pg="danal")
    assert bare.request == {"pg": "danal", "merchant_uid": bare.id}


@pytest.mark.parametrize("api", APIS)
def test_everything_else_is_foreign(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    verifier, other = verifiers[api], verifiers["v2" if api == "v1" else "v1"]
    begun = finish(sandbox, api, verifier.begin("session-1", channel_key="channel-key-1").id)
    assert denials(verifier.verify(begun, subject="session-2", begun=True)) == FOREIGN
    for issued in (None, bonin.new_id(), other.begin("session-1", channel_key="channel-key-1").id):
        id = finish(sandbox, api, issued)
        assert denials(verifier.verify(id, subject="session-1", begun=True)) == FOREIGN
        assert verifier.verify(id, subject="session-1", begun=False).allowed
        assert verifier.verify(id).allowed


@pytest.mark.parametrize("api", APIS)
def test_an_hour_passes(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    now = time.time()
    for issued_at, expected in [(now - 3500, []), (now - 3700, EXPIRED), (now + 30, []), (now + 300, EXPIRED)]:
        id = finish(sandbox, api, forged(sandbox, api, "세션 1", issued_at))
        assert denials(verifiers[api].verify(id, subject="세션 1", begun=True)) == expected
        assert denials(verifiers[api].verify(id, subject="세션 2", begun=True)) == FOREIGN


def test_both_reasons_are_said_in_two_languages(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    old = finish(sandbox, "v2", forged(sandbox, "v2", "session-1", time.time() - 3700))
    (expired,) = verifier.verify(old, subject="session-1", begun=True).denials
    (foreign,) = verifier.verify(old, subject="session-2", begun=True).denials
    assert foreign.ko == "여기에서 시작한 본인인증이 아닙니다. 처음부터 다시 인증해 주세요."
    assert foreign.en == "This identity verification was not started here. Please verify again."
    assert expired.ko == "본인인증을 시작한 후 시간이 너무 지났습니다. 다시 인증해 주세요."
    assert expired.en == "This identity verification was started too long ago. Please verify again."


def test_every_way_to_verify_knows_it(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    id = finish(sandbox, "v2", verifier.begin("session-1", channel_key="channel-key-1").id)
    assert verifier.require(id, subject="session-1", begun=True).id == id
    with pytest.raises(bonin.Denied, match=r"begun \(foreign\)"):
        verifier.require(id, subject="session-2", begun=True)

    async def both() -> None:
        assert (await verifier.averify(id, subject="session-1", begun=True)).allowed
        with pytest.raises(bonin.Denied):
            await verifier.arequire(id, subject="session-2", begun=True)

    asyncio.run(both())


def test_a_foreign_flow_uses_nothing_up(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}]})
    with bonin.Registry("sqlite::memory:", pepper=PEPPER) as registry:
        verifier = bonin.Verifier(v2, policy, registry=registry)
        id = finish(sandbox, "v2", verifier.begin("session-1", channel_key="channel-key-1").id)
        stolen = verifier.verify(id, subject="session-2", begun=True)
        assert denials(stolen) == FOREIGN and stolen.reservation is None
        assert set(registry.count()) == {0}
        assert verifier.verify(id, subject="session-1", begun=True).allowed


@pytest.mark.parametrize("subject", ["", "s" * 1001, "가" * 334, None, 7.5, True, b"s", "\ud800"])
def test_a_subject_is_text_of_1_to_1000_bytes(subject: Any, verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.InvalidArgument) as raised:
        verifier.begin(subject)
    assert raised.value.parameter == "subject"
    with pytest.raises(bonin.InvalidArgument) as raised:
        verifier.verify("abc", subject=subject, begun=True)
    assert raised.value.parameter == "subject"


def test_wrong_arguments(verifier: bonin.Verifier) -> None:
    wrong: Any = verifier
    for call in (lambda: wrong.begin(), lambda: wrong.begin("s", "channel"), lambda: wrong.begin("s", channel="c")):
        with pytest.raises(TypeError):
            call()
    for name in ("channel_key", "redirect_url"):
        with pytest.raises(bonin.InvalidArgument) as raised:
            wrong.begin("s", **{name: 1})
        assert raised.value.parameter == name
    with pytest.raises(bonin.InvalidArgument) as raised:
        wrong.verify("abc", subject="s", begun="yes")
    assert raised.value.parameter == "begun"


@pytest.mark.parametrize("api", APIS)
def test_nothing_secret_is_printed(api: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    secrets = [sandbox.api_secret, sandbox.imp_key, sandbox.imp_secret, "canary-session"]
    flow = verifiers[api].begin("canary-session", channel_key="channel-key-1")
    denied = verifiers[api].verify(finish(sandbox, api), subject="canary-session", begun=True)
    texts = [repr(flow), str(flow), json.dumps(flow.request), repr(denied), denied.record()]
    texts += [repr(finding.to_dict()) for finding in denied.findings]
    for secret in secrets:
        assert not [text for text in texts if secret in text]
