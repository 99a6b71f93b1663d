"""What is FastAPI's own: the dependency, async functions, bodies that were read before, cancellation."""

import asyncio
import json
from typing import Any, Callable, Dict, List, Optional

import fastapi
import pytest
import web
from conftest import environment, python
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from typing_extensions import Annotated
from web import FORM, FRAMEWORKS, JSON, FastapiBrowser

import bonin
from bonin.fastapi import IdentityRefused, Refusal, identity_router, require_identity


@pytest.fixture
def app(verifiers: Dict[str, bonin.Verifier]) -> FastAPI:
    """A shop with the routes of both APIs and two of its own."""
    made = FastAPI()
    for verifier in verifiers.values():
        made.include_router(identity_router(verifier, **web.CHANNEL))
    Identity = Annotated[bonin.Decision, Depends(require_identity(verifiers["v2"]))]

    @made.get("/sign-up")
    @made.post("/sign-up")
    async def sign_up(request: Request, identity: Identity) -> Any:
        assert identity.allowed
        return {"raw": (await request.body()).decode()}

    @made.post("/parsed")
    def parsed(nickname: Annotated[str, fastapi.Body(embed=True)], identity: Identity) -> Any:
        return {"nickname": nickname, "allowed": identity.allowed}

    return made


@pytest.fixture
def browser(app: FastAPI) -> FastapiBrowser:
    return FastapiBrowser(app)


def test_a_keyword_that_there_is_not_is_named_with_its_function(verifier: bonin.Verifier) -> None:
    hint = r"^identity_router\(\) got an unexpected keyword argument `url_prefix`; did you mean `prefix`\?$"
    with pytest.raises(TypeError, match=hint):
        identity_router(verifier, url_prefix="/x", **web.CHANNEL)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="did you mean `on_allowed`"):
        identity_router(verifier, on_allowd=1)  # type: ignore[call-arg]


def test_the_dependency(browser: FastapiBrowser, sandbox: bonin.Sandbox) -> None:
    fields = {"identityVerificationId": browser.verified(sandbox), "nickname": "gildong"}
    assert browser.post("/sign-up", fields).json() == {"raw": json.dumps(fields)}
    assert browser.post("/parsed", fields).json() == {"nickname": "gildong", "allowed": True}
    reply = browser.get("/sign-up?identityVerificationId=" + fields["identityVerificationId"])
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_the_dependency_refuses(browser: FastapiBrowser, sandbox: bonin.Sandbox) -> None:
    minor = {"identityVerificationId": browser.verified(sandbox, "minor"), "nickname": "gildong"}
    for path in ("/sign-up", "/parsed"):
        denied = browser.post(path, minor)
        assert (denied.status, denied.headers["Cache-Control"]) == (403, "no-store")
        assert denied.json()["code"] == "denied" and denied.json()["allowed"] is False
    adult = {"identityVerificationId": browser.verified(sandbox)}
    assert FastapiBrowser(browser.app).post("/sign-up", adult).json()["findings"][0]["code"] == "begun"
    assert browser.get("/sign-up").json()["code"] == "invalid_id"
    page = browser.get("/sign-up?code=X", Accept="text/html")
    assert page.status == 403 and page.text.startswith("<!doctype html>")
    sandbox.fault("status", status=503, headers={"Retry-After": "1"}, times=100)
    outage = browser.post("/sign-up", {"identityVerificationId": browser.verified(sandbox)})
    assert outage.status == 503 and int(outage.headers["Retry-After"]) >= 1


def test_the_dependency_in_a_mounted_application(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    inner, outer = FastAPI(), FastAPI()

    @inner.post("/x", dependencies=[Depends(require_identity(verifier))])
    def never() -> None:
        raise AssertionError

    outer.mount("/inner", inner)
    assert FastapiBrowser(outer).post("/inner/x", {}).json()["code"] == "invalid_id"


def test_an_application_that_answers_for_itself(verifier: bonin.Verifier) -> None:
    app = FastAPI()

    @app.exception_handler(IdentityRefused)
    async def refused(request: Request, error: IdentityRefused) -> Response:
        return JSONResponse({"own": error.refusal.code}, error.status_code, error.headers)

    @app.post("/x", dependencies=[Depends(require_identity(verifier))])
    def never() -> None:
        raise AssertionError

    reply = FastapiBrowser(app).post("/x", {})
    assert (reply.status, reply.json(), reply.headers["Cache-Control"]) == (400, {"own": "invalid_id"}, "no-store")


def test_where_no_handler_can_be_put(verifier: bonin.Verifier) -> None:
    """FastAPI's own answer to an HTTPException says the same."""
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    with pytest.raises(IdentityRefused) as raised:
        asyncio.run(require_identity(verifier)(request, Response()))  # type: ignore[arg-type]
    assert raised.value.status_code == 400 and isinstance(raised.value, fastapi.HTTPException)
    detail: Any = raised.value.detail
    assert (detail["allowed"], detail["code"]) == (False, "invalid_id")


def test_options_of_the_dependency(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = FastAPI()

    async def denied(refusal: Refusal) -> Response:
        return RedirectResponse("/sorry?code=" + refusal.code, 303)

    async def subject(request: Request) -> str:
        return request.headers["X-User"]

    async def expect(request: Request) -> Any:
        return {"name": (await request.json())["name"]}

    guard = require_identity(verifier, on_denied=denied, subject=subject, expect=expect, begun=False)

    @app.post("/rename/{number}")
    async def rename(number: int, identity: Annotated[bonin.Decision, Depends(guard)]) -> int:
        return number

    browser = FastapiBrowser(app)
    fields = {"identityVerificationId": sandbox.verify({"name": "Kim", "birth_date": "1990-05-17"}), "name": "Kim"}
    assert browser.post("/rename/5", fields, X_User="kim").json() == 5
    refused = browser.post("/rename/5", {**fields, "name": "Lee"}, X_User="kim")
    assert (refused.status, refused.headers["Location"]) == (303, "/sorry?code=denied")
    assert refused.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["sync", "async", "object"])
def test_functions_of_every_kind(
    kind: str, sandbox: bonin.Sandbox, v2: bonin.PortOneV2, registry: bonin.Registry
) -> None:
    """Those that are not async may block: the loop goes on."""
    import threading

    threads: Dict[str, int] = {}

    def made(name: str, answer: Callable[[Any], Any]) -> Any:
        def plain(given: Any) -> Any:
            threads[name] = threading.get_ident()
            return answer(given)

        async def later(given: Any) -> Any:
            await asyncio.sleep(0)
            return plain(given)

        class Callable_:
            async def __call__(self, given: Any) -> Any:
                return await later(given)

        return {"sync": plain, "async": later, "object": Callable_()}[kind]

    def commit(decision: bonin.Decision) -> Any:
        assert decision.reservation is not None
        if kind == "sync":
            decision.reservation.commit("account-1")
        return {"welcome": True}

    rules = [{"account": "new"}, {"age": {"at_least": 19, "by": "year"}}]
    browser = FRAMEWORKS["fastapi"].open(
        bonin.Verifier(v2, bonin.Policy({"name": "p", "rules": rules}), registry=registry),
        subject=made("subject", lambda request: "user-1"),
        expect=made("expect", lambda request: {}),
        on_allowed=made("on_allowed", commit),
        on_denied=made("on_denied", lambda refusal: {"sorry": refusal.code}),
    )
    for who, status, answer in (("minor", 403, {"sorry": "denied"}), ("adult", 200, {"welcome": True})):
        reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox, who)})
        assert (reply.status, reply.json()) == (status, answer)
    assert set(threads) == {"subject", "expect", "on_allowed", "on_denied"}
    here = threading.get_ident()
    assert all((thread != here) == (kind == "sync") for thread in threads.values())


def test_handlers_that_want_the_request(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """A redirect is answered by another, a script by JSON."""

    async def allowed(decision: bonin.Decision, request: Request) -> Any:
        return RedirectResponse("/welcome", 303) if request.method == "GET" else None

    class Denied:
        def __call__(self, refusal: Refusal, request: Request, page: str = "/sorry") -> Any:
            return RedirectResponse(page, 303) if request.method == "GET" else {"sorry": refusal.code}

    browser = FRAMEWORKS["fastapi"].open(verifier, on_allowed=allowed, on_denied=Denied())
    for who, page, status, answer in (
        ("adult", "/welcome", 200, {"allowed": True}),
        ("minor", "/sorry", 403, {"sorry": "denied"}),
    ):
        id = browser.verified(sandbox, who)
        reply = browser.post("/identity-verifications", {"identityVerificationId": id})
        assert (reply.status, reply.json()) == (status, answer)
        reply = browser.get("/identity-verifications/redirect?identityVerificationId=" + id)
        assert (reply.status, reply.headers["Location"]) == (303, page)


@pytest.mark.parametrize("answer", [JSONResponse({"a": 1}, 418), Response("x", 418), RedirectResponse("/x", 418)])
def test_responses_of_the_application(answer: Response, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = FRAMEWORKS["fastapi"].open(verifier, on_allowed=lambda decision: answer, on_denied=lambda refusal: answer)
    replies = [
        browser.post("/identity-verifications", {}),
        browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)}),
    ]
    assert [reply.status for reply in replies] == [418, 418]
    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}


def test_a_response_that_forgets_the_status(verifier: bonin.Verifier) -> None:
    """It must not say yes to a page that looks at the status alone."""
    browser = FRAMEWORKS["fastapi"].open(verifier, on_denied=lambda refusal: JSONResponse({"sorry": refusal.code}))
    refused = browser.post("/identity-verifications", {})
    assert (refused.status, refused.json()) == (400, {"sorry": "invalid_id"})
    misused = browser.get("/identity-verifications")
    assert (misused.status, misused.headers["Allow"]) == (405, "POST")


# ---- bodies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/identity-verifications", "/sign-up"])
@pytest.mark.parametrize("type", [JSON, FORM])
def test_bodies_read_by_a_middleware(
    path: str, type: str, app: FastAPI, browser: FastapiBrowser, sandbox: bonin.Sandbox
) -> None:
    seen: List[bytes] = []

    @app.middleware("http")
    async def reading(request: Request, call_next: Any) -> Any:
        seen.append(await request.body())
        return await call_next(request)

    id = browser.verified(sandbox)
    body = json.dumps({"identityVerificationId": id}) if type == JSON else f"identityVerificationId={id}"
    assert browser.send("POST", path, body.encode(), type).status == 200
    assert body.encode() in seen


def scope(path: str, *headers: Any, method: str = "POST") -> Dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": list(headers),
        "server": ("shop.example", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip


JSON_HEADER = (b"content-type", JSON.encode())


class Wire:
    """A connection: what is received is scripted, what is sent is kept."""

    def __init__(self, *messages: Dict[str, Any]) -> None:
        self.messages, self.sent, self.taken = list(messages), [], 0  # type: ignore[var-annotated]

    async def receive(self) -> Dict[str, Any]:
        self.taken += 1
        return self.messages.pop(0) if len(self.messages) > 1 else self.messages[0]

    async def send(self, message: Dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def code(self) -> Optional[str]:
        body = b"".join(message.get("body", b"") for message in self.sent)
        return json.loads(body)["code"] if body else None


def test_bodies_of_unknown_length(app: FastAPI) -> None:
    endless = Wire({"type": "http.request", "body": b"[" * 1000, "more_body": True})
    for path in ("/identity-verifications", "/sign-up"):
        asyncio.run(app(scope(path, JSON_HEADER), endless.receive, endless.send))  # type: ignore[arg-type]
        assert endless.code == "body_too_large" and endless.taken < 50
        endless.sent.clear()


def test_a_browser_that_goes_away(app: FastAPI) -> None:
    gone = Wire({"type": "http.request", "body": b'{"a"', "more_body": True}, {"type": "http.disconnect"})
    asyncio.run(app(scope("/identity-verifications", JSON_HEADER), gone.receive, gone.send))  # type: ignore[arg-type]
    assert gone.code == "invalid_body"


def test_a_body_that_the_application_used_up(verifier: bonin.Verifier) -> None:
    app = FastAPI()

    async def used_up(request: Request) -> None:
        async for _ in request.stream():
            pass

    @app.post("/x", dependencies=[Depends(used_up), Depends(require_identity(verifier))])
    def never() -> None:
        raise AssertionError

    assert FastapiBrowser(app).post("/x", {"identityVerificationId": "a"}).json()["code"] == "invalid_body"


def test_a_form_that_the_application_parsed(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Its parser is an extra of its own; what it leaves behind is all there is."""
    from starlette.datastructures import FormData

    app = FastAPI()

    async def parsed(request: Request) -> None:
        body = (b"".join([piece async for piece in request.stream()])).decode()
        request._form = FormData([tuple(pair.split("=")) for pair in body.split("&")])  # type: ignore[misc]

    @app.post("/x", dependencies=[Depends(parsed), Depends(require_identity(verifier, begun=False))])
    def welcome() -> str:
        return "welcome"

    browser = FastapiBrowser(app)
    pair = "identityVerificationId=" + sandbox.verify("adult")
    assert browser.send("POST", "/x", pair.encode(), FORM).json() == "welcome"
    assert browser.send("POST", "/x", f"{pair}&{pair}".encode(), FORM).json()["code"] == "invalid_id"


# ---- cancellation ---------------------------------------------------------------------------------------------------


def test_cancelled_in_the_middle(app: FastAPI, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """As servers do when the browser is gone or they are told to stop: nothing is left behind, and the next call works."""
    body = json.dumps({"identityVerificationId": verifier.begin("0" * 32, **web.CHANNEL).id}).encode()
    cookie = (b"cookie", b"bonin_subject=" + b"0" * 32)  # whose flow it is: of a stranger's PortOne is not asked
    complaints: List[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        sandbox.fault("delay", delay_ms=30_000, times=100)
        for path in ("/identity-verifications", "/sign-up") * 10:
            wire = Wire({"type": "http.request", "body": body})
            before = sandbox.requests["total"]
            task = loop.create_task(app(scope(path, JSON_HEADER, cookie), wire.receive, wire.send))  # type: ignore[arg-type]
            while sandbox.requests["total"] == before:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not wire.sent
        sandbox.clear_faults()
        assert len(asyncio.all_tasks()) == 1
        wire = Wire({"type": "http.request", "body": body})
        await app(scope("/identity-verifications", JSON_HEADER, cookie), wire.receive, wire.send)  # type: ignore[arg-type]
        assert wire.code == "not_found"

    asyncio.run(main())
    assert not complaints


# ---- the router -----------------------------------------------------------------------------------------------------


def test_several_routers(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    app = FastAPI()
    app.include_router(identity_router(verifiers["v1"], **web.CHANNEL))
    app.include_router(identity_router(verifiers["v2"], **web.CHANNEL))
    app.include_router(identity_router(verifiers["v2"], prefix="/adults", **web.CHANNEL))
    app.include_router(identity_router(verifiers["v2"], **web.CHANNEL), prefix="/members")
    browser = FastapiBrowser(app)
    assert browser.begin("v1") and browser.begin("v2")
    for prefix in ("/adults", "/members"):
        fields = {"identityVerificationId": browser.verified(sandbox, prefix=prefix)}
        assert browser.post(f"{prefix}/identity-verifications", fields).status == 200


@pytest.mark.filterwarnings("error")
def test_the_schema(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert {path: list(methods) for path, methods in paths.items() if path not in ("/sign-up", "/parsed")} == {
        f"{route}{path}": [method]
        for route in ("/certifications", "/identity-verifications")
        for path, method in (("/begin", "post"), ("", "post"), ("/redirect", "get"))
    }
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_many_at_once_in_one_loop(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = FastapiBrowser(FRAMEWORKS["fastapi"].app([verifier]))
    replies = browser.post_many("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)}, 300)
    assert {reply.status for reply in replies} == {200}


def test_without_fastapi() -> None:
    script = "import sys; sys.modules['fastapi'] = None; import bonin; import bonin.fastapi"
    done = python(["-c", script], environment())
    assert "ImportError: bonin.fastapi needs FastAPI; install it with: pip install bonin[fastapi]" in done.stderr
