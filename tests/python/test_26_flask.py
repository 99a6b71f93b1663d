"""What is Flask's own: the decorator, bodies that were read before, handlers that answer what a view may."""

import io
import json
import logging
from typing import Any, Callable, Dict, List

import flask
import pytest
import web
from conftest import environment, python
from web import FORM, JSON, FlaskBrowser

import bonin
from bonin.flask import Refusal, identity_blueprint, require_identity

Fields = Dict[str, str]


@pytest.fixture
def app(verifiers: Dict[str, bonin.Verifier]) -> flask.Flask:
    """A shop with the routes of both APIs and a view of its own."""
    made = flask.Flask("shop")
    for verifier in verifiers.values():
        made.register_blueprint(identity_blueprint(verifier, **web.CHANNEL))

    @made.route("/sign-up", methods=["GET", "POST"])
    @require_identity(verifiers["v2"])
    def sign_up() -> Any:
        assert flask.g.identity.allowed
        given = flask.request.get_json(silent=True) or flask.request.form.to_dict()
        return {"nickname": given.get("nickname"), "raw": flask.request.get_data(as_text=True)}

    return made


@pytest.fixture
def browser(app: flask.Flask) -> FlaskBrowser:
    return FlaskBrowser(app)


def test_a_keyword_that_there_is_not_is_named_with_its_function(verifier: bonin.Verifier) -> None:
    hint = r"^identity_blueprint\(\) got an unexpected keyword argument `on_allowd`; did you mean `on_allowed`\?$"
    with pytest.raises(TypeError, match=hint):
        identity_blueprint(verifier, on_allowd=1, **web.CHANNEL)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="did you mean `channel_key`"):
        identity_blueprint(verifier, chanel_key="x")  # type: ignore[call-arg]


def test_the_decorator(browser: FlaskBrowser, sandbox: bonin.Sandbox) -> None:
    fields = {"identityVerificationId": browser.verified(sandbox), "nickname": "gildong"}
    assert browser.post("/sign-up", fields).json() == {"nickname": "gildong", "raw": json.dumps(fields)}
    form = f"identityVerificationId={fields['identityVerificationId']}&nickname=gildong"
    assert browser.send("POST", "/sign-up", form.encode(), FORM).json()["nickname"] == "gildong"
    reply = browser.get("/sign-up?identityVerificationId=" + fields["identityVerificationId"])
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_the_decorator_refuses(browser: FlaskBrowser, sandbox: bonin.Sandbox) -> None:
    minor = {"identityVerificationId": browser.verified(sandbox, "minor")}
    denied = browser.post("/sign-up", minor)
    assert (denied.status, denied.json()["code"], denied.headers["Cache-Control"]) == (403, "denied", "no-store")
    adult = {"identityVerificationId": browser.verified(sandbox)}
    assert FlaskBrowser(browser.app).post("/sign-up", adult).json()["findings"][0]["code"] == "begun"
    assert browser.get("/sign-up").json()["code"] == "invalid_id"
    page = browser.get("/sign-up?code=X", Accept="text/html")
    assert page.status == 403 and page.text.startswith("<!doctype html>")


def test_the_decorator_keeps_the_view(verifier: bonin.Verifier) -> None:
    def view(name: str) -> str:
        """Doc."""
        return name

    guarded = require_identity(verifier)(view)
    assert guarded.__name__ == "view" and guarded.__doc__ == "Doc."


def test_options_of_the_decorator(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = flask.Flask("shop")

    def denied(refusal: Refusal) -> Any:
        return flask.redirect("/sorry?code=" + refusal.code)

    def subject(request: flask.Request) -> str:
        return request.headers["X-User"]

    @app.post("/rename/<int:number>")
    @require_identity(verifier, on_denied=denied, subject=subject, expect=lambda request: {"name": "Kim"}, begun=False)
    def rename(number: int) -> Any:
        return str(number)

    browser = FlaskBrowser(app)
    kim, lee = (sandbox.verify({"name": name, "birth_date": "1990-05-17"}) for name in ("Kim", "Lee"))
    assert browser.post("/rename/5", {"identityVerificationId": kim}, X_User="kim").text == "5"
    refused = browser.post("/rename/5", {"identityVerificationId": lee}, X_User="kim")
    assert (refused.status, refused.headers["Location"]) == (302, "/sorry?code=denied")
    assert refused.headers["Cache-Control"] == "no-store" and "Retry-After" not in refused.headers


READ_BEFORE: Dict[str, Callable[[], Any]] = {
    "data": lambda: flask.request.get_data(),
    "json": lambda: flask.request.get_json(silent=True),
    "form": lambda: flask.request.form.get("nickname"),
    "values": lambda: flask.request.values.get("nickname"),
    "stream, untouched": lambda: flask.request.stream,
}


@pytest.mark.parametrize("how", READ_BEFORE)
@pytest.mark.parametrize("path", ["/identity-verifications", "/sign-up"])
@pytest.mark.parametrize("type", [JSON, FORM])
def test_bodies_read_before(
    how: str, path: str, type: str, app: flask.Flask, browser: FlaskBrowser, sandbox: bonin.Sandbox
) -> None:
    seen: List[Any] = []
    app.before_request(lambda: seen.append(READ_BEFORE[how]()))
    id = browser.verified(sandbox)
    body = json.dumps({"identityVerificationId": id}) if type == JSON else f"identityVerificationId={id}"
    assert browser.send("POST", path, body.encode(), type).status == 200
    twice = f"identityVerificationId={id}&identityVerificationId={id}"
    if type == FORM:
        assert browser.send("POST", path, twice.encode(), type).json()["code"] == "invalid_id"
    assert seen


def test_a_body_that_the_application_used_up(app: flask.Flask, browser: FlaskBrowser, sandbox: bonin.Sandbox) -> None:
    app.before_request(lambda: (flask.request.stream.read(), None)[1])
    id = browser.verified(sandbox)
    assert browser.post("/identity-verifications", {"identityVerificationId": id}).json()["code"] == "invalid_body"


class Endless:
    """An upload without an end."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "it would never end"
        self.given += size
        return b"[" * min(size, 1000)

    readinto = readline = None


def chunked(app: flask.Flask, path: str, body: bytes, type: str = JSON, **environ: Any) -> Any:
    """As a server hands over a body of unknown length."""
    given = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return app.test_client(use_cookies=False).open(
        path, method="POST", content_type=type, environ_overrides={**given, **environ}
    )


def test_bodies_of_unknown_length(app: flask.Flask, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    endless = Endless()
    assert (
        chunked(app, "/identity-verifications", b"", **{"wsgi.input": endless}).get_json()["code"] == "body_too_large"
    )
    assert endless.given < 1_000_000
    flow = verifier.begin("0" * 32, **web.CHANNEL)
    body = json.dumps({"identityVerificationId": sandbox.verify("adult", id=flow.id), "nickname": "gildong"})
    reply = chunked(app, "/sign-up", body.encode(), HTTP_COOKIE="bonin_subject=" + "0" * 32)
    assert reply.get_json() == {"nickname": "gildong", "raw": body}


def test_a_limit_of_the_application(app: flask.Flask, browser: FlaskBrowser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    reply = browser.post("/identity-verifications", {"identityVerificationId": "a" * 200})
    assert (reply.status, reply.json()["code"]) == (413, "body_too_large")
    assert chunked(app, "/identity-verifications", b"[" * 200).get_json()["code"] == "body_too_large"


def test_a_body_cut_short(app: flask.Flask) -> None:
    environ = {"wsgi.input": io.BytesIO(b'{"a"'), "CONTENT_LENGTH": "100"}
    reply = app.test_client().open(
        "/identity-verifications", method="POST", content_type=JSON, environ_overrides=environ
    )
    assert (reply.status_code, reply.get_json()["code"]) == (400, "invalid_body")


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("sorry", 403, "sorry"), (b"sorry", 403, "sorry"), ({"a": 1}, 403, '{"a":1}'), ([1], 403, "[1]"),
        (("sorry", 418), 418, "sorry"), (("sorry", {"X-A": "b"}), 403, "sorry"),
        (lambda: flask.Response("sorry", 451), 451, "sorry"), (lambda: flask.Response("sorry"), 403, "sorry"),
        (lambda: flask.jsonify(a=1), 403, '{"a":1}'),
    ],
)  # fmt: skip
def test_what_on_denied_may_answer(answer: Any, status: int, text: str, verifier: bonin.Verifier) -> None:
    def denied(refusal: Refusal) -> Any:
        return answer() if callable(answer) else answer

    browser = web.FRAMEWORKS["flask"].open(verifier, on_denied=denied)
    reply = browser.post("/identity-verifications", {})
    assert reply.status == (400 if status == 403 else status)
    assert reply.text.replace(" ", "").strip() == text and reply.headers["Cache-Control"] == "no-store"
    assert browser.get("/identity-verifications").headers["Allow"] == "POST"


def test_a_response_keeps_its_own_caching(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def allowed(decision: bonin.Decision) -> Any:
        return flask.redirect("/welcome"), {"Cache-Control": "private"}

    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=allowed)
    reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})
    assert (reply.status, reply.headers["Location"], reply.headers["Cache-Control"]) == (302, "/welcome", "private")


def test_answers_that_are_none(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=lambda decision: 5)
    reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})
    assert reply.status == 500 and "Traceback" not in reply.text


def test_the_session_at_hand(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Handlers run in the request, with everything Flask has for a view."""

    def allowed(decision: bonin.Decision) -> Any:
        flask.session["adult"] = True
        return flask.redirect(flask.url_for("bonin_v2.begin"))

    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=allowed)
    browser.app.secret_key = "secret"
    reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})
    assert reply.status == 302 and reply.headers["Location"] == "/identity-verifications/begin"
    assert any(cookie.startswith("session=") for cookie in reply.cookies)


def test_several_blueprints(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    app = flask.Flask("shop")
    app.register_blueprint(identity_blueprint(verifiers["v1"], **web.CHANNEL))
    app.register_blueprint(identity_blueprint(verifiers["v2"], **web.CHANNEL))
    app.register_blueprint(
        identity_blueprint(verifiers["v2"], blueprint_name="adults", url_prefix="/adults", **web.CHANNEL)
    )
    with pytest.raises(ValueError):
        app.register_blueprint(identity_blueprint(verifiers["v2"], blueprint_name="adults", **web.CHANNEL))
    browser = FlaskBrowser(app)
    assert browser.begin("v1") and browser.begin("v2")
    fields = {"identityVerificationId": browser.verified(sandbox, prefix="/adults")}
    assert browser.post("/adults/identity-verifications", fields).status == 200


def test_options_is_answered(browser: FlaskBrowser) -> None:
    reply = browser.send("OPTIONS", "/identity-verifications")
    assert (reply.status, reply.headers["Allow"]) == (204, "POST, OPTIONS")


def test_async_functions_want_the_extra_of_flask(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Flask runs async functions if its extra is there, and says so if it is not: never a silent yes."""

    async def allowed(decision: bonin.Decision) -> Any:
        return "welcome"

    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=allowed)
    reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})
    try:
        import asgiref  # noqa: F401
    except ImportError:
        assert reply.status == 500 and "extra" in caplog.text
    else:
        assert reply.text == "welcome"


def test_debug_shows_the_application_its_own_errors(verifier: bonin.Verifier, sandbox: bonin.Sandbox) -> None:
    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=lambda decision: 1 / 0)
    browser.app.testing = True
    with pytest.raises(ZeroDivisionError):
        browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})


def test_an_outage_is_not_logged_as_an_error(
    browser: FlaskBrowser, sandbox: bonin.Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bonin")
    mine = browser.verified(sandbox)
    sandbox.fault("reset", times=100)
    assert browser.post("/identity-verifications", {"identityVerificationId": mine}).status == 503
    assert not [record for record in caplog.records if record.name == "bonin" and record.levelno >= logging.ERROR]


def test_without_flask() -> None:
    script = "import sys; sys.modules['flask'] = None; import bonin; import bonin.flask"
    done = python(["-c", script], environment())
    assert "ImportError: bonin.flask needs Flask; install it with: pip install bonin[flask]" in done.stderr
    script = "import bonin, sys; assert not {'flask', 'fastapi', 'bonin.flask', 'bonin.fastapi'} & set(sys.modules)"
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr
