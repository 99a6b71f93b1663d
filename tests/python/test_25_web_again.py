"""bonin.flask, bonin.fastapi and bonin.django: who comes again after a sign-up, and the way back from a refusal's page."""

from typing import Any, List

import pytest
from web import FRAMEWORKS, Framework

import bonin
import bonin.django
import bonin.fastapi
import bonin.flask

HTML = "text/html"


@pytest.fixture
def new_members(v2: bonin.PortOneV2, registry: bonin.Registry) -> bonin.Verifier:
    return bonin.Verifier(v2, bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}]}), registry=registry)


class Members:
    def __init__(self) -> None:
        self.all: List[str] = []

    def sign_up(self, decision: bonin.Decision) -> Any:
        account = f"account-{len(self.all) + 1}"
        decision.commit(account)
        self.all.append(account)
        return {"welcome": account}


def redirect(id: str) -> str:
    return "/identity-verifications/redirect?identityVerificationId=" + id


def test_who_has_just_signed_up_is_welcome_again(
    framework: Framework, sandbox: bonin.Sandbox, new_members: bonin.Verifier
) -> None:
    members = Members()
    browser = framework.open(new_members, on_allowed=members.sign_up, retry_url="/my-page")
    id = browser.verified(sandbox)
    fields = {"identityVerificationId": id}
    assert browser.post("/identity-verifications", fields).json() == {"welcome": "account-1"}
    again = browser.post("/identity-verifications", fields)
    assert (again.status, again.json()) == (200, {"allowed": True, "again": True})
    assert again.headers["Cache-Control"] == "no-store" and "taken" not in again.text
    page = browser.get(redirect(id), Accept=HTML)
    assert page.status == 200 and page.headers["Content-Type"].startswith(HTML)
    assert "이미 가입을 마치셨습니다." in page.text and 'href="/my-page"' in page.text and id not in page.text
    english = browser.get(redirect(id), Accept=HTML, Accept_Language="en")
    assert "You have already signed up." in english.text
    assert members.all == ["account-1"], "no second account"

    stranger = framework.browser(browser.app)
    stranger.begin()
    stolen = stranger.post("/identity-verifications", fields)
    assert (stolen.status, stolen.json()["findings"][0]["reason"]) == (403, "foreign")
    other = stranger.post("/identity-verifications", {"identityVerificationId": stranger.verified(sandbox)})
    assert other.status == 403, "the same person, from another browser, by another verification"
    assert [(one["code"], one["reason"]) for one in other.json()["findings"]] == [("account", "taken")]


def test_on_again_answers_for_itself(framework: Framework, sandbox: bonin.Sandbox, new_members: bonin.Verifier) -> None:
    members, heard = Members(), []  # type: ignore[var-annotated]
    answers: List[Any] = [{"welcome": "back"}, None]

    def again(decision: bonin.Decision) -> Any:
        heard.append(decision)
        return answers.pop(0)

    denied: List[Any] = []
    browser = framework.open(new_members, on_allowed=members.sign_up, on_again=again, on_denied=denied.append)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    replies = [browser.post("/identity-verifications", fields) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [reply.json() for reply in replies] == [
        {"welcome": "account-1"}, {"welcome": "back"}, {"allowed": True, "again": True},
    ]  # fmt: skip
    assert not any(decision.allowed for decision in heard) and len(heard) == 2
    assert members.all == ["account-1"] and denied == []


def test_on_again_with_the_request(sandbox: bonin.Sandbox, new_members: bonin.Verifier) -> None:
    """FastAPI's functions may take it, and may be asynchronous."""
    members = Members()

    async def again(decision: bonin.Decision, request: Any) -> Any:
        return {"method": request.method}

    browser = FRAMEWORKS["fastapi"].open(new_members, on_allowed=members.sign_up, on_again=again)
    id = browser.verified(sandbox)
    assert browser.get(redirect(id)).json() == {"welcome": "account-1"}
    assert browser.get(redirect(id)).json() == {"method": "GET"}


def test_the_decorator_and_the_dependency_deny_who_comes_again(
    framework: Framework, sandbox: bonin.Sandbox, new_members: bonin.Verifier
) -> None:
    """A view of the application's own would make a second account: it hears of it by `on_denied`."""
    app = framework.app([new_members], on_allowed=Members().sign_up)
    if framework is FRAMEWORKS["flask"]:
        app.add_url_rule("/own", "own", bonin.flask.require_identity(new_members)(lambda: "made"), methods=["POST"])
    elif framework.app is not FRAMEWORKS["fastapi"].app:
        from django.http import HttpResponse
        from django.urls import path
        from django.views.decorators.csrf import csrf_exempt

        guard = bonin.django.require_identity(new_members)
        app.urlpatterns.append(path("own", csrf_exempt(guard(lambda request: HttpResponse("made")))))
    else:
        from fastapi import Depends

        app.post("/own", dependencies=[Depends(bonin.fastapi.require_identity(new_members))])(lambda: "made")
    browser = framework.browser(app)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    assert browser.post("/identity-verifications", fields).status == 200
    refused = browser.post("/own", fields)
    assert refused.status == 403
    assert [one["reason"] for one in refused.json()["findings"]] == ["signed_up"]


# ---- the way back ---------------------------------------------------------------------------------------------------


def closed(browser: Any, **headers: str) -> Any:
    return browser.get("/identity-verifications/redirect?code=X", Accept=HTML, **headers)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/sign-up", "/sign-up"),
        ("https://shop.example/sign-up?from=a&to=b", "https://shop.example/sign-up?from=a&amp;to=b"),
        ('/sign-up?"onclick="alert(1)', "/sign-up?&quot;onclick=&quot;alert(1)"),
    ],
)
def test_the_page_leads_back(url: str, link: str, framework: Framework, verifier: bonin.Verifier) -> None:
    for given in (url, lambda request: url):
        browser = framework.open(verifier, retry_url=given)
        page = closed(browser)
        assert page.status == 403 and f'href="{link}"' in page.text and "다시 시도하기" in page.text
        assert "Try again" in closed(browser, Accept_Language="en").text
        refused = browser.post("/identity-verifications", {})
        assert "sign-up" not in refused.text, "JSON is for the page that asked"
    assert "href" not in closed(framework.open(verifier)).text
    for nothing in (None, lambda request: None):
        assert "href" not in closed(framework.open(verifier, retry_url=nothing)).text


def test_a_link_of_the_request(framework: Framework, verifier: bonin.Verifier) -> None:
    browser = framework.open(verifier, retry_url=lambda request: "/" + request.headers["X-From"])
    assert 'href="/cart"' in closed(browser, X_From="cart").text


def test_a_link_of_an_asynchronous_function(verifier: bonin.Verifier) -> None:
    async def later(request: Any) -> str:
        return "/later"

    assert 'href="/later"' in closed(FRAMEWORKS["fastapi"].open(verifier, retry_url=later)).text


NO_LINKS = ["sign-up", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign up", "https:///x", "/가입", "/" * 2,
            "/" + "a" * 2000, "data:text/html,x", "", 5, b"/", ["/"]]  # fmt: skip


@pytest.mark.parametrize("url", NO_LINKS)
def test_what_is_no_link(url: Any, framework: Framework, verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.InvalidArgument) as raised:
        framework.app([verifier], retry_url=url)
    assert raised.value.parameter == "retry_url"
    for guard in (bonin.flask.require_identity, bonin.fastapi.require_identity):
        with pytest.raises(bonin.InvalidArgument):
            guard(verifier, retry_url=url)
    page = closed(framework.open(verifier, retry_url=lambda request: url))
    assert page.status == 500 and "href" not in page.text


def test_the_links_of_the_dependency_and_the_decorator(verifier: bonin.Verifier) -> None:
    from fastapi import Depends, FastAPI
    from flask import Flask

    flask_app, fastapi_app = Flask("shop"), FastAPI()
    flask_app.add_url_rule("/x", "x", bonin.flask.require_identity(verifier, retry_url="/back")(lambda: "never"))
    guard = Depends(bonin.fastapi.require_identity(verifier, retry_url="/back"))
    fastapi_app.get("/x", dependencies=[guard])(lambda: "never")
    for name, app in (("flask", flask_app), ("fastapi", fastapi_app)):
        page = FRAMEWORKS[name].browser(app).get("/x?code=X", Accept=HTML)
        assert page.status == 403 and 'href="/back"' in page.text
