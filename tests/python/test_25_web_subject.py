"""bonin.flask and bonin.fastapi: who asks. Cookies, tokens of clients without cookies, single-page apps, CORS."""

import base64
import hashlib
import hmac
import json
import logging
import re
import uuid
from typing import Any, Dict, List, Tuple

import pytest
import web
from web import Framework, Reply

import bonin
import bonin.fastapi
import bonin.flask
from bonin import _refusal, _routes

HOST = "__Host-bonin_subject"
PLAIN = "bonin_subject"
HEX = re.compile("[0-9a-f]{32}")


def begun(reply: Reply) -> str:
    """The id that `begin` answered."""
    assert reply.status == 200, reply.text
    id: str = reply.json()["identityVerificationId"]
    return id


def reasons(reply: Reply) -> List[Tuple[str, str]]:
    return [(one["code"], one["reason"]) for one in reply.json()["findings"]]


# ---- ids of the application's own ------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [7, 2**64, uuid.UUID(int=7), "user-1"], ids=str)
def test_a_subject_is_an_id_as_any_other(
    subject: Any, framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    browser = framework.open(verifier, subject=lambda request: subject)
    id = sandbox.verify("adult", id=begun(browser.send("POST", "/identity-verifications/begin")))
    assert browser.post("/identity-verifications", {"identityVerificationId": id}).json() == {"allowed": True}
    assert verifier.verify(id, subject=str(subject), begun=True).allowed, "a number is the same as its digits"


# ---- the cookie -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "https", "name", "flags"),
    [
        ({}, False, PLAIN, {"samesite=lax"}),
        ({}, True, HOST, {"samesite=lax", "secure"}),
        ({"same_site": "Strict"}, False, PLAIN, {"samesite=strict"}),
        ({"same_site": "None"}, False, HOST, {"samesite=none", "secure"}),
        ({"same_site": "None"}, True, HOST, {"samesite=none", "secure"}),
        ({"same_site": "None", "partitioned": True}, True, HOST, {"samesite=none", "secure", "partitioned"}),
        ({"partitioned": True}, False, HOST, {"samesite=lax", "secure", "partitioned"}),
        ({"secure": True}, False, HOST, {"samesite=lax", "secure"}),
        ({"secure": False}, True, PLAIN, {"samesite=lax"}),
        ({"secure": None}, True, HOST, {"samesite=lax", "secure"}),
        ({"domain": "shop.example"}, True, PLAIN, {"samesite=lax", "secure", "domain=shop.example"}),
        ({"domain": "shop.example"}, False, PLAIN, {"samesite=lax", "domain=shop.example"}),
    ],
)
def test_options_of_the_cookie(
    cookie: Any,
    https: bool,
    name: str,
    flags: Any,
    framework: Framework,
    sandbox: bonin.Sandbox,
    verifier: bonin.Verifier,
) -> None:
    browser = framework.open(verifier, cookie=cookie)
    reply = browser.send("POST", "/identity-verifications/begin", https=https)
    (told,) = reply.cookies
    value, *rest = told.split("; ")
    assert re.fullmatch(f"{name}=[0-9a-f]{{32}}", value)
    assert {flag.lower() for flag in rest} == {"httponly", "path=/"} | flags
    fields = {"identityVerificationId": sandbox.verify("adult", id=begun(reply))}
    other = PLAIN if name == HOST else HOST

    def finished(cookie: str) -> Reply:
        body = json.dumps(fields).encode()
        anew = framework.browser(browser.app)
        return anew.send("POST", "/identity-verifications", body, web.JSON, https=https, Cookie=cookie)

    assert finished(value).json() == {"allowed": True}
    assert reasons(finished(value.replace(name, other))) == [("begun", "no_cookie")], "of that name anybody may set one"


@pytest.mark.parametrize(
    ("cookie", "parameter"),
    [
        ("Lax", "cookie"),
        (["Lax"], "cookie"),
        ({"same_site": "lax"}, "cookie.same_site"),
        ({"same_site": "none"}, "cookie.same_site"),
        ({"same_site": "None", "secure": False}, "cookie.secure"),
        ({"partitioned": True, "secure": False}, "cookie.secure"),
        ({"domain": "localhost"}, "cookie.domain"),
        ({"domain": "shop.example; Secure"}, "cookie.domain"),
        ({"domain": "가게.example"}, "cookie.domain"),
    ],
)
def test_options_that_no_browser_would_keep(
    cookie: Any, parameter: str, framework: Framework, verifier: bonin.Verifier
) -> None:
    with pytest.raises(bonin.InvalidArgument) as raised:
        framework.app([verifier], cookie=cookie)
    assert raised.value.parameter == parameter
    for guard in (bonin.flask.require_identity, bonin.fastapi.require_identity):
        with pytest.raises(bonin.InvalidArgument):
            guard(verifier, cookie=cookie)


@pytest.mark.parametrize("cookie", [{"samesite": "Lax"}, {"same_site": 5}, {"secure": "yes"}, {"partitioned": None}])
def test_options_of_another_name_or_type(cookie: Any, framework: Framework, verifier: bonin.Verifier) -> None:
    with pytest.raises((TypeError, bonin.InvalidArgument)) as raised:
        framework.app([verifier], cookie=cookie)
    assert next(iter(cookie)) in str(raised.value)


# ---- clients without cookies ----------------------------------------------------------------------------------------


def test_a_token_in_place_of_a_cookie(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = framework.app([verifier])

    def ask(path: str, fields: Any, *token: str) -> Reply:
        """As a client that keeps nothing."""
        headers = {"Bonin_Subject": token[0]} if token else {}
        return framework.browser(app).post(path, fields, **headers)

    begins = [ask("/identity-verifications/begin", {}, "new") for _ in range(2)]
    tokens = [reply.headers["Bonin-Subject"] for reply in begins]
    assert all(HEX.fullmatch(token) for token in tokens) and tokens[0] != tokens[1]
    assert [reply.cookies for reply in begins] == [[], []]
    mine, theirs = tokens
    fields = {"identityVerificationId": sandbox.verify("adult", id=begun(begins[0]))}
    allowed = ask("/identity-verifications", fields, mine)
    assert allowed.json() == {"allowed": True}
    assert "Bonin-Subject" not in allowed.headers and allowed.cookies == []
    assert reasons(ask("/identity-verifications", fields, theirs)) == [("begun", "foreign")]
    sandbox.clear_requests()
    for nobody in ("", "new", mine.upper(), mine[:-1], f"{mine}, {mine}"):
        refused = ask("/identity-verifications", fields, nobody)
        assert reasons(refused) == [("begun", "no_cookie")], nobody
        assert mine not in refused.text + str(refused.headers)
    assert reasons(ask("/identity-verifications", fields)) == [("begun", "no_cookie")]
    assert sandbox.requests["total"] == 0, "whose flow it is, is known before PortOne is asked"
    known = ask("/identity-verifications/begin", {}, mine)
    assert known.status == 200 and "Bonin-Subject" not in known.headers and known.cookies == []


def test_a_token_counts_more_than_a_cookie(
    framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    browser = framework.open(verifier)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    assert reasons(browser.post("/identity-verifications", fields, Bonin_Subject="0" * 32)) == [("begun", "foreign")]
    assert browser.post("/identity-verifications", fields).status == 200


def test_a_subject_of_the_application_takes_no_token(
    framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    browser = framework.open(verifier, subject=lambda request: "kim")
    reply = browser.send("POST", "/identity-verifications/begin", Bonin_Subject="new")
    assert "Bonin-Subject" not in reply.headers and reply.cookies == []


# ---- three reasons, three things to look at -------------------------------------------------------------------------


def test_what_to_look_at_is_logged_once(
    framework: Framework,
    sandbox: bonin.Sandbox,
    verifier: bonin.Verifier,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(_routes, "_hints", set())
    browser = framework.open(verifier, bind_channel=True)
    stranger = framework.browser(browser.app)
    stranger.begin()

    def finished_on(channel_key: str) -> str:
        return sandbox.verify("adult", id=browser.begin()["identityVerificationId"], channel_key=channel_key)

    id, moved = finished_on(web.CHANNEL["channel_key"]), finished_on("channel-key-of-another")
    said = []
    for _ in range(3):
        for asks, brought, reason in (
            (framework.browser(browser.app), id, "no_cookie"),
            (stranger, id, "foreign"),
            (browser, moved, "other_channel"),
        ):
            refused = asks.post("/identity-verifications", {"identityVerificationId": brought})
            assert reasons(refused) == [("begun", reason)] and "said once" not in refused.text
            said.append(refused.json()["findings"][0]["ko"])
    assert len(set(said)) >= 2, "a missing cookie is told in other words"
    told = [record.getMessage() for record in caplog.records if "(said once)" in record.getMessage()]
    assert len(told) == 3
    for message, word in zip(told, ("`credentials: 'include'`", "`subject` must answer the same", "`channelKey`")):
        assert word in message and id not in message and moved not in message


def test_an_expired_flow_has_a_hint_of_its_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_routes, "_hints", set())
    visit = _routes.Visit(None, "POST", b"", True, None)
    findings = [{"code": "begun", "reason": "expired", "ko": "", "en": ""}]
    for _ in range(2):
        _routes._say(visit, _refusal.refusal("denied", findings=findings))
        _routes._say(visit, _refusal.refusal("denied", findings=[{**findings[0], "code": "age"}]))
    (record,) = caplog.records
    assert record.name == "bonin.web" and record.levelno == logging.WARNING and "an hour" in record.getMessage()


# ---- single-page apps -----------------------------------------------------------------------------------------------


SECRET = b"the shop's own"
PAGE = "https://app.example/verified"


def signed(user: str) -> str:
    """A JWT of HS256."""

    def part(content: Any) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    text = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps({"sub": user}).encode())
    return text + "." + part(hmac.new(SECRET, text.encode(), hashlib.sha256).digest())


def user_of(request: Any) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    user: Dict[str, str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)) or b"{}")
    if kind != "Bearer" or not hmac.compare_digest(token, signed(user.get("sub", ""))):
        return ""
    return user["sub"]


def test_a_single_page_app_that_signs_in_by_a_token(
    framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    """A redirect cannot carry a token: it comes back to the page, which sends on what it got."""
    if framework.or_401 is None:
        pytest.skip("a middleware of the application answers 401 there")
    subject = framework.or_401(user_of)
    app = framework.app([verifier], subject=subject, redirect_url=PAGE, allowed_origins=["https://app.example"])
    kim, lee = ({"Authorization": f"Bearer {signed(user)}", "Origin": "https://app.example"} for user in ("kim", "lee"))
    page = framework.browser(app)
    request = page.send("POST", "/identity-verifications/begin", **kim)
    assert request.json()["redirectUrl"] == PAGE and request.cookies == []
    query = {"identityVerificationId": sandbox.verify("adult", id=begun(request)), "transactionType": "X"}
    assert page.post("/identity-verifications", query, **kim).json() == {"allowed": True}
    assert reasons(page.post("/identity-verifications", query, **lee)) == [("begun", "foreign")]
    for nobody in ({}, {"Authorization": "Bearer " + signed("kim")[:-2]}):
        assert page.post("/identity-verifications", query, **nobody).status == 401
        assert page.send("POST", "/identity-verifications/begin", **nobody).status == 401
    came_back = f"/identity-verifications/redirect?identityVerificationId={query['identityVerificationId']}"
    assert page.get(came_back).status == 401
    failed = {"code": "FAILURE_TYPE_PG", "message": "closed", "identityVerificationId": query["identityVerificationId"]}
    assert page.post("/identity-verifications", failed, **kim).json()["code"] == "not_finished"


# ---- CORS -----------------------------------------------------------------------------------------------------------


def listed(header: str) -> List[str]:
    return [part.strip().lower() for part in header.split(",")]


def test_a_page_of_another_site(framework: Framework, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """With the frameworks' own CORS, credentials, and a cookie that such a page's requests carry."""
    origin = "https://app.example"
    cookie: Any = {"same_site": "None", "partitioned": True}
    if framework.cors is None:
        pytest.skip("a middleware of the application lets an origin in there")
    app = framework.cors(framework.app([verifier], cookie=cookie, allowed_origins=[origin]), origin)
    page = framework.browser(app)
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type, bonin-subject"}
    for path in ("/identity-verifications/begin", "/identity-verifications"):
        preflight = page.send("OPTIONS", path, https=True, Origin=origin, **asked)
        assert preflight.status in (200, 204) and preflight.headers["Access-Control-Allow-Origin"] == origin
        assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
        assert {"content-type", "bonin-subject"} <= set(listed(preflight.headers["Access-Control-Allow-Headers"]))
        assert "post" in listed(preflight.headers["Access-Control-Allow-Methods"])
    there = {"Origin": origin, "Sec_Fetch_Site": "cross-site"}
    request = page.send("POST", "/identity-verifications/begin", https=True, **there)
    assert request.headers["Access-Control-Allow-Origin"] == origin
    exposed = set(listed(request.headers["Access-Control-Expose-Headers"]))
    assert {"bonin-subject", "retry-after"} <= exposed
    (set_cookie,) = request.cookies
    assert {"SameSite=None", "Secure", "Partitioned"} <= set(set_cookie.split("; "))
    body = json.dumps({"identityVerificationId": sandbox.verify("adult", id=begun(request))}).encode()
    brought = set_cookie.split(";")[0]
    for kept, answer in ((brought, {"allowed": True}), ("a=1", None)):
        reply = page.send("POST", "/identity-verifications", body, web.JSON, https=True, Cookie=kept, **there)
        assert reply.headers["Access-Control-Allow-Origin"] == origin, "the page can read a refusal too"
        assert reply.json() == answer if answer else reasons(reply) == [("begun", "no_cookie")]
    token = page.send("POST", "/identity-verifications/begin", https=True, Bonin_Subject="new", **there)
    assert HEX.fullmatch(token.headers["Bonin-Subject"]) and token.cookies == []

    evil = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
    stolen = page.send("POST", "/identity-verifications/begin", https=True, **evil)
    assert stolen.json()["code"] == "cross_site" and "Access-Control-Allow-Origin" not in stolen.headers
    assert stolen.cookies == []
