"""bonin.flask, bonin.fastapi and bonin.django: one contract, tests/vectors/web.json, and what else holds for each."""

import dataclasses
import json
import logging
import re
import subprocess
import sys
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import vectors
import web
from conftest import ROOT, Observe, environment, python
from web import FORM, JSON, Framework, Reply

import bonin
from bonin import _refusal, _web

CONTRACT = vectors.load("web")
Verifiers = Dict[str, bonin.Verifier]


@pytest.fixture
def verifiers(sandbox: bonin.Sandbox, policy: bonin.Policy) -> Iterator[Verifiers]:
    """Clients that try once: PortOne's outages are over when they have been seen."""
    once: Any = {"base_url": sandbox.url, "max_attempts": 1}
    with bonin.PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, **once) as v1:
        with bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, **once) as v2:
            yield {"v1": bonin.Verifier(v1, policy), "v2": bonin.Verifier(v2, policy)}


# ---- the contract ---------------------------------------------------------------------------------------------------


def filled(text: str, names: Dict[str, str]) -> str:
    def value(match: "re.Match[str]") -> str:
        name = match[1]
        return "a" * int(name) if name.isdecimal() else names.get(name, match[0])

    text = re.sub(r"\{\[(\d+)\]\}", lambda m: "[" * int(m[1]), text)
    return re.sub(r"\{(\w+)\}", value, text)


def body_of(request: Any, names: Dict[str, str]) -> Tuple[bytes, Any]:
    if "json" in request:
        return filled(json.dumps(request["json"]), names).encode(), JSON
    if "form" in request:
        pairs = {name: filled(value, names) for name, value in request["form"].items()}
        return urllib.parse.urlencode(pairs).encode(), FORM
    return filled(request.get("text", ""), names).encode(), request.get("type")


def test_a_number_of_many_digits_is_read_without_counting_them(observed: Observe) -> None:
    # As a whole number it would take the square of its digits, and Python refuses one of more than 4,300.
    body = b'{"imp_uid": "imp_1", "n": ' + b"1" * 300 + b"}"
    assert _web.read_body("v1", _web.Body(JSON, body)) == {"id": "imp_1"}
    with pytest.raises(_refusal.Refused) as refused:  # nothing can hold it, and no script of PortOne's sends it
        _web.read_body("v1", _web.Body(JSON, body.replace(b"1" * 300, b"1" * 16_000)))
    assert refused.value.refusal.code == "invalid_body"
    observed(73, "Python: a request with a number of 300 digits is read, one with 16,000 is 400 `invalid_body`")


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_the_contract(
    case: Any, framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers, defended: Observe
) -> None:
    browser = framework.open(*verifiers.values())
    request = {"identityVerificationId": web.elsewhere("v2"), "merchant_uid": web.elsewhere("v1")}
    if case.get("begin", True):
        request = browser.begin(case["api"])
    if case["api"] == "v2":
        names, options = {"id": request["identityVerificationId"]}, {"id": request["identityVerificationId"]}
    else:
        names, options = {"id": "imp_000000000000", "merchant_uid": request["merchant_uid"]}, {}
        options = {"merchant_uid": request["merchant_uid"]}
    if case["persona"] is not None:
        names["id"] = sandbox.verify(case["persona"], api=case["api"], **options)
    if "fault" in case:
        sandbox.fault(**case["fault"])
    if case.get("cookies", True) is not True:
        browser = framework.browser(browser.app)
    if case.get("cookies") == "another":
        browser.begin(case["api"])

    asked = case["request"]
    body, type = body_of(asked, names)
    headers = {
        name: value.replace("{origin}", "http://shop.example") for name, value in asked.get("headers", {}).items()
    }
    reply = browser.send(asked["method"], filled(asked["path"], names), body, type, **headers)

    assert reply.status == case["status"], reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Type"].startswith("application/json")
    answer = reply.json()
    if "body" in case:
        assert answer == case["body"]
    if "code" in case:
        message = CONTRACT["messages"][case["code"]]
        assert message["status"] == reply.status
        assert {**answer, "findings": []} == {
            "allowed": False, "code": case["code"], "ko": message["ko"], "en": message["en"], "findings": [],
        }  # fmt: skip
    if "findings" in case:
        assert [[f["code"], f["reason"]] for f in answer["findings"]] == case["findings"]
    assert all(f["ko"] and f["en"] and set(f) == {"code", "reason", "ko", "en"} for f in answer.get("findings", []))
    assert reply.headers.get("Allow") == case.get("allow")
    assert ("Retry-After" in reply.headers) == case.get("retry_after", False)
    if reply.status == 503:
        assert int(reply.headers["Retry-After"]) >= 1
    for secret in names.values():
        assert secret not in reply.text and secret not in str(reply.headers)
    if case["name"] == "V1: success is claimed of an unknown id":
        defended(
            1,
            "Flask, FastAPI and Django: `success=true` counts for nothing, an id that PortOne does not know: 403 `begun:foreign`",
        )
    if case["name"] == "V2: somebody else's browser":
        defended(
            2,
            "Flask, FastAPI and Django: a flow that another browser began: 403 `begun:foreign`, and nothing else is told",
        )


def test_the_words_are_those_of_the_contract() -> None:
    assert {code: _refusal.refusal(code) for code in CONTRACT["messages"]} == {
        code: bonin._refusal.Refusal(code=code, **message) for code, message in CONTRACT["messages"].items()
    }
    assert set(bonin._native.web_refusals()) == set(CONTRACT["messages"])


def test_flask_2() -> None:
    """Everything here and what is Flask's own, with the other Flask that the checkout holds."""
    other = ROOT / ".venv" / "flask2"
    if not other.exists():
        pytest.skip("no second Flask: ./dev test installs it")
    env = environment()
    env["PYTHONPATH"] = f"{other}:{env['PYTHONPATH']}"
    done = python(["-c", "from importlib.metadata import version; print(version('flask'), version('werkzeug'))"], env)
    assert re.fullmatch(r"2\.\S+ 2\.\S+\n", done.stdout), done.stdout + done.stderr
    tests = [
        str(path) for path in sorted((ROOT / "tests" / "python").glob("test_2[56]_*.py")) if "flow" not in path.name
    ]
    pytest_of = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "not fastapi and not django and not flask_2",
    ]
    done = subprocess.run([*pytest_of, *tests], env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- beginning ------------------------------------------------------------------------------------------------------


def test_what_begin_answers(framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers) -> None:
    browser = framework.open(*verifiers.values(), channel_key="channel-1", redirect_url="https://shop.example/r")
    v2 = browser.begin("v2")
    assert v2.pop("identityVerificationId")
    assert v2 == {"storeId": sandbox.store_id, "channelKey": "channel-1", "redirectUrl": "https://shop.example/r"}
    v1 = browser.begin("v1")
    assert v1.pop("merchant_uid")
    assert v1 == {"channelKey": "channel-1", "m_redirect_url": "https://shop.example/r"}


OURS: Any = [
    {},
    {"Sec_Fetch_Site": "same-origin"},
    {"Sec_Fetch_Site": "same-site", "Origin": "http://www.shop.example"},
    {"Sec_Fetch_Site": "none"},
    {"Origin": "http://shop.example"},
    {"Origin": "HTTPS://Shop.Example"},
    {"Origin": "https://app.example", "Sec_Fetch_Site": "cross-site"},
    {"Origin": "https://app.example"},
]
THEIRS: Any = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "cross-site", "Origin": "http://shop.example"},
    {"Sec_Fetch_Site": ""},
    {"Sec_Fetch_Site": "Same-Origin, cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://shop.example:8080"},
    {"Origin": "http://shop.example.evil.example"},
    {"Origin": "http://evil.example/shop.example"},
    {"Origin": "http://kim@shop.example"},
    {"Origin": "http://app.example"},
]


def test_another_site_begins_nothing(
    framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers, observed: Observe
) -> None:
    """A form on somebody else's page: the flow that is under way in this browser stays as it is."""
    browser = framework.open(*verifiers.values(), allowed_origins=["https://App.example"])
    id = browser.verified(sandbox)
    for path in web.ROUTES.values():
        for headers in THEIRS:
            anew = framework.browser(browser.app)  # without a cookie: it would be given one
            reply = anew.send("POST", f"{path}/begin", b"a=b", FORM, **headers)
            assert (reply.status, reply.json()["code"], reply.cookies) == (403, "cross_site", []), headers
            assert reply.json()["ko"] == "다른 사이트에서 보낸 요청은 처리하지 않습니다."
            assert reply.json()["en"] == "Requests from another site are not accepted."
        for headers in OURS:
            assert browser.send("POST", f"{path}/begin", **headers).status == 200, headers
    finished = browser.post("/identity-verifications", {"identityVerificationId": id}, Sec_Fetch_Site="cross-site")
    assert finished.status == 200, "of begin alone"
    strict = framework.open(*verifiers.values())
    assert strict.send("POST", "/certifications/begin", Origin="https://app.example").status == 403
    observed(82, "Flask, FastAPI and Django: a form of another site: 403 `cross_site`, and no new cookie")


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie(https: bool, framework: Framework, verifiers: Verifiers) -> None:
    browser = framework.open(*verifiers.values())
    first = browser.send("POST", "/identity-verifications/begin", https=https)
    (cookie,) = first.cookies
    value, *flags = cookie.split("; ")
    assert re.fullmatch(("__Host-" if https else "") + "bonin_subject=[0-9a-f]{32}", value)
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=lax", "path=/"} | ({"secure"} if https else set())
    assert browser.send("POST", "/certifications/begin", https=https).cookies == [], "one subject a browser"
    forged = framework.browser(browser.app).send("POST", "/certifications/begin", Cookie="bonin_subject=admin")
    assert forged.cookies and "admin" not in forged.cookies[0]


def test_two_cookies(framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers) -> None:
    """A neighbour of the domain can put a second one beside ours, before it or after it: then it is nobody's."""
    browser = framework.open(*verifiers.values())
    begun = browser.send("POST", "/identity-verifications/begin")
    mine = begun.cookies[0].split(";")[0]
    fields = {"identityVerificationId": sandbox.verify("adult", id=begun.json()["identityVerificationId"])}
    theirs = "bonin_subject=" + "0" * 32

    def status(cookie: str) -> int:
        return framework.browser(browser.app).post("/identity-verifications", fields, Cookie=cookie).status

    for cookie in (mine, f"a=1;{mine};b=2", f"{mine}; {mine}", f"{mine} ", f"not_bonin_subject={'0' * 32}; {mine}"):
        assert status(cookie) == 200, cookie
    for cookie in (f"{mine}; {theirs}", f"{theirs}; {mine}", f"bonin_subject=; {mine}", f"{mine}; bonin_subject=x",
                   mine.replace("=", '="') + '"', mine.replace("=", " = "), mine.upper(), f"a=1,{mine}"):  # fmt: skip
        assert status(cookie) == 403, cookie
    again = framework.browser(browser.app).send("POST", "/certifications/begin", Cookie=f"{mine}; {theirs}")
    assert again.cookies and mine not in again.cookies[0] and theirs not in again.cookies[0]


def test_a_subject_of_the_application(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = framework.open(verifier, subject=lambda request: request.headers["X-User"])
    begun = browser.send("POST", "/identity-verifications/begin", X_User="kim")
    assert begun.status == 200 and not begun.cookies
    fields = {"identityVerificationId": sandbox.verify("adult", id=begun.json()["identityVerificationId"])}
    refused = browser.post("/identity-verifications", fields, X_User="lee").json()
    assert [(f["code"], f["reason"]) for f in refused["findings"]] == [("begun", "foreign")]
    assert browser.post("/identity-verifications", fields, X_User="kim").status == 200


@pytest.mark.parametrize("nonsense", [None, "", 5.5, True, b"kim", ["kim"], "\ud800"])
def test_a_subject_that_is_none(
    nonsense: Any, framework: Framework, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    browser = framework.open(verifier, subject=lambda request: nonsense, begun=False)
    for reply in (
        browser.send("POST", "/identity-verifications/begin"),
        browser.post("/identity-verifications", {"identityVerificationId": "id"}),
    ):
        assert (reply.status, reply.json()["code"]) == (500, "internal")
    assert "`subject`" in caplog.text


def test_ids_of_the_page(framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers) -> None:
    browser = framework.open(*verifiers.values(), begun=False)
    first = browser.post("/identity-verifications", {"identityVerificationId": sandbox.verify()})
    assert first.status == 200 and len(first.cookies) == 1, "the browser is known again"
    assert browser.post("/certifications", {"imp_uid": sandbox.verify(api="v1")}).status == 200


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("begun", None), ("begun", 0), ("begun", "false"), ("on_allowed", "x"), ("on_denied", {}), ("subject", "x"),
     ("expect", {}), ("channel_key", ""), ("channel_key", 5), ("redirect_url", b"/"),
     ("allowed_origins", None), ("allowed_origins", "https://app.example"), ("allowed_origins", ["app.example"]),
     ("allowed_origins", ["https://app.example/"]), ("allowed_origins", ["*"]), ("allowed_origins", [None])],
)  # fmt: skip
def test_mistakes_in_the_options(parameter: str, value: Any, framework: Framework, verifier: bonin.Verifier) -> None:
    """They are found when the application starts; begun=None, above all, does not mean that any id will do."""
    with pytest.raises(bonin.InvalidArgument) as raised:
        framework.app([verifier], **{parameter: value})
    assert raised.value.parameter == parameter


def test_a_verifier_that_is_none(framework: Framework, verifier: bonin.Verifier) -> None:
    wrong: Any = verifier.portone
    with pytest.raises(bonin.InvalidArgument) as raised:
        framework.app([wrong])
    assert raised.value.parameter == "verifier"


# ---- expectations ---------------------------------------------------------------------------------------------------


def test_expect(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def expect(request: Any) -> Any:
        return {"name": request.headers["X-Name"]} if "X-Name" in request.headers else {}

    browser = framework.open(verifier, expect=expect)
    fields = {"identityVerificationId": browser.verified(sandbox, {"name": "Kim", "birth_date": "1990-05-17"})}
    assert browser.post("/identity-verifications", fields).status == 200
    assert browser.post("/identity-verifications", fields, X_Name="Kim").status == 200
    refused = browser.post("/identity-verifications", fields, X_Name="Lee")
    assert (refused.status, refused.json()["code"]) == (403, "denied")


@pytest.mark.parametrize("nonsense", [None, 5, "name", {"nickname": "Kim"}, {"name": 5}])
def test_expectations_that_are_none(
    nonsense: Any, framework: Framework, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    browser = framework.open(verifier, expect=lambda request: nonsense, begun=False)
    reply = browser.post("/identity-verifications", {"identityVerificationId": "id"})
    assert (reply.status, reply.json()["code"]) == (500, "internal")
    assert "`expect" in caplog.text and "Kim" not in caplog.text


# ---- answers of the application's own -------------------------------------------------------------------------------


def test_on_allowed(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def allowed(decision: bonin.Decision) -> Any:
        assert decision.allowed
        return {"welcome": decision.verification.person.name.reveal()}

    browser = framework.open(verifier, on_allowed=allowed)
    fields = {"identityVerificationId": browser.verified(sandbox, {"name": "김하나", "birth_date": "1990-05-17"})}
    reply = browser.post("/identity-verifications", fields)
    assert (reply.status, reply.json()) == (200, {"welcome": "김하나"})
    assert reply.headers["Cache-Control"] == "no-store"


def test_handlers_that_only_listen(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    heard: List[Any] = []
    browser = framework.open(verifier, on_allowed=heard.append, on_denied=heard.append)
    assert browser.post("/identity-verifications", {}).json()["code"] == "invalid_id"
    id = browser.verified(sandbox)
    assert browser.post("/identity-verifications", {"identityVerificationId": id}).json() == {"allowed": True}
    assert [type(one).__name__ for one in heard] == ["Refusal", "Decision"]


def test_what_the_application_did_not_say_is_not_told_as_the_visitors(
    framework: Framework, sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: pytest.LogCaptureFixture
) -> None:
    rules: List[Any] = [{"expect": ["name", "phone"]}, {"expect": "custom_data"}]
    for who, status, code in (("adult", 500, "internal"), ("minor", 403, "denied")):
        policy = bonin.Policy({"name": "shop", "extends": "kr.youth_protection", "rules": rules})
        browser = framework.open(bonin.Verifier(v2, policy))
        caplog.clear()
        fields = {"identityVerificationId": browser.verified(sandbox, who)}
        reply = browser.post("/identity-verifications", fields)
        assert (reply.status, reply.json()["code"]) == (status, code)
        reasons = [one["reason"] for one in reply.json()["findings"]]
        assert reasons == ([] if who == "adult" else ["too_young", "not_supplied"])
        if who == "adult":
            assert "the rule `expect` at `/rules/0` of the policy was not given" in caplog.text
            assert fields["identityVerificationId"] not in caplog.text


def test_on_denied(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    heard: List[bonin._refusal.Refusal] = []

    def denied(refusal: bonin._refusal.Refusal) -> Any:
        heard.append(refusal)
        return {"sorry": refusal.code}

    browser = framework.open(verifier, on_denied=denied)
    minor = browser.verified(sandbox, "minor")
    replies = [
        browser.post("/identity-verifications", {"identityVerificationId": minor}),
        browser.get("/identity-verifications"),
        browser.get("/identity-verifications/redirect?code=X", Accept="text/html"),
    ]
    sandbox.fault("status", status=503, headers={"Retry-After": "7"}, times=100)
    replies.append(browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)}))
    codes = ["denied", "method_not_allowed", "not_finished", "unavailable"]
    assert [reply.json() for reply in replies] == [{"sorry": code} for code in codes]
    assert [reply.status for reply in replies] == [403, 405, 403, 503], "a body alone keeps the refusal's status"
    assert replies[1].headers["Allow"] == "POST" and int(replies[3].headers["Retry-After"]) >= 1
    assert all(reply.headers["Cache-Control"] == "no-store" for reply in replies)
    denial, _, _, outage = heard
    assert denial.decision is not None and not denial.decision.allowed and denial.error is None
    assert isinstance(outage.error, bonin.BoninError) and outage.error.retryable and outage.decision is None


def test_an_error_of_begin(framework: Framework, sandbox: bonin.Sandbox, policy: bonin.Policy) -> None:
    browser = framework.open(
        bonin.Verifier(bonin.PortOneV2(api_secret="secret", store_id="store-1", base_url=sandbox.url), policy),
        redirect_url=lambda request: "\ud800",
    )
    reply = browser.send("POST", "/identity-verifications/begin")
    assert (reply.status, reply.json()["code"]) == (500, "internal")


# ---- the page -------------------------------------------------------------------------------------------------------


CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (CHROME, True), ("text/html", True), ("text/html;q=0.9, application/json;q=0.1", True), ("text/*", True),
        ("", False), ("*/*", False), ("application/json", False), ("text/html, application/json", False),
        ("text/html;q=0", False), ("text/html;q=x;q=0, */*;q=0.1", False), (", ;;q=, =;", False),
    ],
)  # fmt: skip
def test_who_gets_a_page(accept: str, page: bool, framework: Framework, verifier: bonin.Verifier) -> None:
    browser = framework.open(verifier)
    reply = browser.get("/identity-verifications/redirect?code=X", Accept=accept)
    assert reply.status == 403 and reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Type"].startswith("text/html" if page else "application/json")
    assert browser.post("/identity-verifications", {}, Accept=accept).json()["code"] == "invalid_id"


@pytest.mark.parametrize(
    ("languages", "language"),
    [("", "ko"), ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-US,en;q=0.9", "en"), ("en", "en"), ("fr", "ko"),
     ("en;q=0.4, ko;q=0.5", "ko"), ("*", "ko"), ("*;q=0.1, en-GB", "en"), ("en-US,en;q=0.9,ko;q=0.8", "en")],
)  # fmt: skip
def test_the_page(
    languages: str, language: str, framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    browser = framework.open(verifier)
    id = browser.verified(sandbox, "minor")
    reply = browser.get(
        f"/identity-verifications/redirect?identityVerificationId={id}", Accept=CHROME, Accept_Language=languages
    )
    assert reply.status == 403 and id not in reply.text
    assert f'<html lang="{language}">' in reply.text and "<title>" in reply.text and "<h1>" in reply.text
    assert CONTRACT["messages"]["denied"][language] in reply.text and reply.text.count("<li>") == 1


def test_an_unfinished_verification_is_all_that_the_page_says(
    framework: Framework, sandbox: bonin.Sandbox, v2: bonin.PortOneV2
) -> None:
    rules: List[Any] = [{"any_of": [{"age": {"at_least": 14, "by": "full"}}, {"guardian": True}]}, {"expect": "name"}]
    browser = framework.open(bonin.Verifier(v2, bonin.Policy({"name": "shop", "rules": rules})), settle_ms=0)
    id = browser.verified(sandbox)
    sandbox.fault("ready", match={"method": "GET"}, times=100)
    reply = browser.get(f"/identity-verifications/redirect?identityVerificationId={id}", Accept=CHROME)
    assert (reply.status, reply.text.count("<li>")) == (403, 1)
    assert "<li>본인인증이 아직 끝나지 않았습니다.</li>" in reply.text


def test_the_page_escapes_everything() -> None:
    finding = {"code": "<b>", "reason": "<b>", "ko": "<script>1</script> & \"'", "en": "<script>"}
    refusal = _refusal.refusal("denied", findings=[finding])
    page = _web.answer_refusal(refusal, ("GET", CHROME, "", "")).body
    assert "&lt;script&gt;1&lt;/script&gt; &amp; &quot;&#39;" in page and "<script" not in page and "<b>" not in page


def test_a_full_client_says_when_to_come_back(
    framework: Framework, sandbox: bonin.Sandbox, policy: bonin.Policy
) -> None:
    options: Any = {"base_url": sandbox.url, "max_calls": 1}
    with bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, **options) as v2:
        browser = framework.open(bonin.Verifier(v2, policy))
        mine = browser.verified(sandbox)
        sandbox.clear_requests()
        sandbox.fault("delay", delay_ms=60_000, times=100)
        with ThreadPoolExecutor(1) as pool:
            held = pool.submit(v2.lookup, mine)
            while sandbox.requests["total"] == 0:
                pass
            reply = browser.post("/identity-verifications", {"identityVerificationId": mine})
            assert (reply.status, reply.json()["code"]) == (503, "unavailable")
            assert int(reply.headers["Retry-After"]) >= 1
            with pytest.raises(bonin.Overloaded) as raised:
                v2.resend(mine)
            assert raised.value.retryable and "max_calls" in str(raised.value)
            assert sandbox.requests["total"] == 1 and v2.metrics()["calls"]["overloaded"] == 2
            v2.close()
            with pytest.raises(bonin.Closed):
                held.result()


def test_the_page_of_an_outage(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = framework.open(verifier)
    id = browser.verified(sandbox)
    sandbox.fault("status", status=503, headers={"Retry-After": "7"}, times=100)
    reply = browser.get(f"/identity-verifications/redirect?identityVerificationId={id}", Accept=CHROME)
    assert reply.status == 503 and int(reply.headers["Retry-After"]) >= 1
    assert CONTRACT["messages"]["unavailable"]["ko"] in reply.text


# ---- bodies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "body", "code"),
    [
        (None, b"", "unsupported_body"),
        (JSON, b'{"identityVerificationId": "a", "identityVerificationId": "b"}', "invalid_id"),
        (JSON, b'{"identityVerificationId": {"identityVerificationId": "a"}}', "invalid_id"),
        (JSON, b'{"identityVerificationId": "\\ud800"}', "invalid_body"),
        (JSON, b'{"identityVerificationId": "\xff"}', "invalid_body"),
        (JSON, b'\xef\xbb\xbf{"identityVerificationId": "a"}', "invalid_body"),
        (JSON, b'{"identityVerificationId": NaN}', "invalid_body"),
        (JSON, b'{"n": ' + b"9" * 10000 + b'}', None),
        (JSON, b'{"a":' * 2000 + b"1" + b"}" * 2000, None),
        (JSON, b'"a"', "invalid_body"),
        (JSON, b"null", "invalid_body"),
        (JSON, b'{"identityVerificationId": "a"} x', "invalid_body"),
        (JSON, b'{"code": 0}', "not_finished"),
        (JSON, b'{"identityVerificationId": "a", "code": "FAILURE_TYPE_PG"}', "not_finished"),
        (FORM, b"identityVerificationId=%ff", "invalid_id"),
        (FORM, b"identityVerificationId=\xff", "invalid_body"),
        (FORM, b"&" * 16000, "invalid_id"),
        (FORM, b"identityVerificationId=" + b"a" * 17000, "body_too_large"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="imp_uid"\r\n\r\na\r\n--x--',
         "unsupported_body"),
        ("application/json; charset=utf-8", b"{}", "invalid_id"),
        ('application/json; charset="UTF-8"', b"{}", "invalid_id"),
        ("application/json; charset=euc-kr", b"{}", "unsupported_body"),
        ("Application/JSON", b"{}", "invalid_id"),
    ],
)  # fmt: skip
def test_hostile_bodies(type: Any, body: bytes, code: Any, framework: Framework, verifier: bonin.Verifier) -> None:
    reply = framework.open(verifier).send("POST", "/identity-verifications", body, type)
    answer = reply.json()
    assert 400 <= reply.status < 500 and answer["allowed"] is False
    assert answer["code"] == code if code else answer["code"] in ("invalid_id", "invalid_body")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"success": False}, "not_finished"), ({"success": "false"}, "not_finished"), ({"success": True}, "invalid_id"),
        ({"success": "true"}, "invalid_id"), ({"code": "X"}, "invalid_id"), ({}, "invalid_id"),
    ],
)  # fmt: skip
def test_what_a_page_of_v1_says(fields: Any, code: str, framework: Framework, verifiers: Verifiers) -> None:
    assert framework.open(verifiers["v1"]).post("/certifications", fields).json()["code"] == code


def test_no_lookup_without_need(framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers) -> None:
    browser = framework.open(*verifiers.values())
    id = browser.verified(sandbox)
    sandbox.clear_requests()
    for reply in (
        browser.get(f"/identity-verifications/redirect?identityVerificationId={id}&code=X"),
        browser.get("/certifications/redirect?imp_uid=imp_1&success=true&success=false"),
        browser.post("/identity-verifications", {"identityVerificationId": [id]}),
    ):
        assert reply.status in (400, 403)
    assert sandbox.requests["total"] == 0


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", "/begin", "/redirect"])
def test_other_methods(method: str, path: str, framework: Framework, verifier: bonin.Verifier) -> None:
    reply = framework.open(verifier).send(method, "/identity-verifications" + path)
    assert reply.status == 405 and reply.headers["Allow"] == ("GET" if path == "/redirect" else "POST")


# ---- what must never come out -----------------------------------------------------------------------------------------


PERSON: Dict[str, Any] = {
    "name": "카나리아", "birth_date": "1991-11-11", "gender": "female", "phone": "01099998888", "carrier": "KT",
    "ci": "CANARYCI" + "A" * 80, "di": "CANARYDI" + "B" * 56,
}  # fmt: skip


def test_nothing_personal_comes_out(
    framework: Framework, sandbox: bonin.Sandbox, verifiers: Verifiers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the test's own client logs its addresses
    canaries = ["카나리아", "1991-11-11", "01099998888", "CANARYCI", "CANARYDI", "Traceback", sandbox.api_secret]
    replies: List[Reply] = []
    heard: List[str] = []
    for who in (PERSON, {**PERSON, "birth_date": "2020-11-11"}):
        browser = framework.open(
            *verifiers.values(),
            expect=lambda request: {"name": "카나리아"},
            on_denied=lambda refusal: heard.append(repr(refusal)),
        )
        id = browser.verified(sandbox, who)
        uid = sandbox.verify(who, api="v1", merchant_uid=browser.begin("v1")["merchant_uid"])
        canaries += [id, uid]
        for accept in (JSON, CHROME):
            redirects = [f"/identity-verifications/redirect?identityVerificationId={id}",
                         f"/certifications/redirect?imp_uid={uid}"]  # fmt: skip
            replies += [browser.get(path, Accept=accept) for path in redirects]
        for kind in ({"kind": "status", "status": 401}, {"kind": "respond", "status": 200, "body": "카나리아"},
                     {"kind": "respond", "status": 400, "body": json.dumps({"type": "X", "message": "카나리아"})},
                     {"kind": "respond", "status": 200, "body": json.dumps({"id": "x", "verifiedCustomer": PERSON})},
                     {"kind": "reset"}):  # fmt: skip
            sandbox.fault(**kind, times=10)
            replies.append(browser.post("/identity-verifications", {"identityVerificationId": id}))
            replies.append(browser.post("/certifications", {"imp_uid": uid}))
            sandbox.clear_faults()
    assert {reply.status for reply in replies} >= {200, 403, 500, 503}
    told = "".join(reply.text + str(dict(reply.headers)) for reply in replies) + caplog.text
    assert "could not be checked" in caplog.text
    for canary in canaries:
        assert canary not in told + "".join(heard)


def test_an_outage_is_one_masked_line(
    framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    """A warning of the logger `bonin`, which goes to stderr where nothing was set up; of a denial there is none."""
    browser = framework.open(verifier)
    minor, adult = browser.verified(sandbox, "minor"), browser.verified(sandbox)
    assert browser.post("/identity-verifications", {"identityVerificationId": minor}).status == 403
    assert not [record for record in caplog.records if record.name == "bonin"]
    sandbox.fault("reset", times=100)
    assert browser.post("/identity-verifications", {"identityVerificationId": adult}).status == 503
    sandbox.clear_faults()
    (told,) = [record for record in caplog.records if record.name == "bonin"]
    assert told.levelno == logging.WARNING and not told.exc_info
    assert told.getMessage().startswith("an identity verification could not be checked now: ConnectionFailed: ")
    assert adult not in told.getMessage()


@pytest.mark.parametrize("which", ["on_allowed", "on_denied", "subject", "expect"])
def test_functions_that_raise(
    which: str, framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    """The framework's own error page: they are the application's, and so are their exceptions."""

    def broken(_: Any) -> Any:
        raise LookupError("the shop's database is down")

    browser = framework.open(verifier, begun=False, **{which: broken})
    id = sandbox.verify("minor" if which == "on_denied" else "adult")
    reply = browser.post("/identity-verifications", {"identityVerificationId": id})
    assert reply.status == 500 and id not in reply.text
    assert "database" not in reply.text and "Traceback" not in reply.text and "LookupError" not in reply.text


# ---- many at once -----------------------------------------------------------------------------------------------------


def test_a_thousand_posts_of_one_id(
    framework: Framework, sandbox: bonin.Sandbox, v2: bonin.PortOneV2, registry: bonin.Registry
) -> None:
    """One sign-up, however often and from wherever it is asked for."""
    rules = [{"account": "new"}, {"single_use": True}]
    verifier = bonin.Verifier(v2, bonin.Policy({"name": "sign-up", "rules": rules}), registry=registry)
    members: List[str] = []

    def sign_up(decision: bonin.Decision) -> Any:
        assert decision.reservation is not None
        account = bonin.new_id()
        if decision.reservation.try_commit(account).outcome == "created":
            members.append(account)

    browser = framework.open(verifier, on_allowed=sign_up)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    stranger = framework.browser(browser.app)
    with ThreadPoolExecutor(2) as pool:
        own, others = pool.map(lambda one: one.post_many("/identity-verifications", fields, 500), (browser, stranger))
    assert len(members) == 1 and registry.count().accounts == 1
    assert {reply.status for reply in own} <= {200, 403} and {reply.status for reply in others} == {403}
    assert registry.find(v2.lookup(fields["identityVerificationId"])) == members[0]


# ---- what a refusal tells -------------------------------------------------------------------------------------------


def test_of_a_strangers_flow_on_denied_learns_nothing(
    framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier, observed: Observe
) -> None:
    """However an application prints what it is given."""
    seen: List[_refusal.Refusal] = []
    browser = framework.open(verifier, on_denied=lambda refusal: seen.append(refusal))
    mine, stolen = (browser.verified(sandbox, "minor") for _ in range(2))
    thief = framework.browser(browser.app)
    thief.begin()
    assert thief.post("/identity-verifications", {"identityVerificationId": stolen}).status == 403
    assert browser.post("/identity-verifications", {"identityVerificationId": mine}).status == 403
    foreign, own = seen
    assert [f["code"] for f in foreign.findings] == ["begun"] and foreign.decision is None
    assert own.decision is not None and own.decision.verification.id == mine
    for text in (repr(foreign), json.dumps(dataclasses.asdict(foreign)), json.dumps(vars(foreign))):
        assert "too_young" not in text and stolen not in text and "Decision" not in text
    observed(83, "Flask, FastAPI and Django: `on_denied` is told `begun:foreign`, and has no decision to print")


def test_a_full_client_asks_to_come_back() -> None:
    refused = _refusal.failure(bonin.Overloaded("the client has as many calls under way as it may"))
    assert (refused.status, refused.code) == (503, "unavailable")
    assert int(_web.headers_of(refused)["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("lengths", "status"),
    [(["9" * 5000], 413), (["0" * 5000 + "5"], 200), (["16384"], 200), (["16385"], 413), (["-1"], 400), (["+5"], 400),
     (["1e3"], 400), (["5, 5"], 400), (["5", "5"], 400), (["\u0665"], 400), ([" 5"], 400), ([""], 400), ([], 200)],
)  # fmt: skip
def test_content_length(lengths: List[str], status: int) -> None:
    try:
        _web.expect_body(JSON, "", lengths)
    except _refusal.Refused as refused:
        assert refused.refusal.status == status
    else:
        assert status == 200


@pytest.mark.parametrize(("length", "status"), [("9" * 5000, 413), ("-1", 400), ("1e3", 400), ("+5", 400)])
def test_a_content_length_that_is_none(
    length: str, status: int, framework: Framework, verifier: bonin.Verifier
) -> None:
    """Through the framework, as a server might hand it over."""
    reply = framework.open(verifier).send("POST", "/identity-verifications", b"{}", JSON, Content_Length=length)
    code = {413: "body_too_large", 400: "invalid_body"}[status]
    assert (reply.status, reply.json()["code"]) == (status, code), reply.text
