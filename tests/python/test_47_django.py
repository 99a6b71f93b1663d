"""What is Django's own: decorator, mixin, CSRF, sessions, settings, checks, ASGI. Django REST framework: test_48_rest.py."""

import asyncio
import functools
import io
import json
import logging
import pathlib
import re
import subprocess
import sys
import textwrap
import threading
from typing import Any, Callable, Dict, Iterator, List

import pytest

pytest.importorskip("django")

import django
import djangos
import web
from conftest import ROOT, Observe, environment, python
from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path, reverse
from django.utils.decorators import method_decorator
from django.utils.log import AdminEmailHandler
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from web import FORM, FRAMEWORKS, JSON

import bonin
import bonin.django
from bonin.django import IdentityRequiredMixin, Refusal, require_identity, session_subject, urls

KINDS = ["django", "django-async"]
FINISH = "/identity-verifications"
TOKEN = "a" * 32
CSRF = {"X_CSRFToken": TOKEN}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(kind: str, app: djangos.App) -> Any:
    browser = FRAMEWORKS[kind].browser(app)
    browser.client.cookies.set("csrftoken", TOKEN)  # type: ignore[attr-defined]
    return browser


def of(kind: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, or the same view as a coroutine function."""
    if kind == "django":
        return view

    async def later(*args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return view(*args, **kwargs)

    return later


def routes(verifier: bonin.Verifier, **options: Any) -> Any:
    return path("", include(urls(verifier, **{**web.CHANNEL, **options})))


def shop(kind: str, verifier: bonin.Verifier, guarded: Any, **overrides: Any) -> Any:
    """A browser at a shop with the routes and a view of its own, /sign-up."""
    return opened(kind, djangos.App([routes(verifier), path("sign-up", guarded)], **overrides))


def welcome(request: Any) -> Any:
    assert request.identity.allowed
    given = json.loads(request.body) if request.content_type == JSON else request.POST
    return JsonResponse({"nickname": given.get("nickname"), "raw": request.body.decode()})


# ---- views of the application's own ---------------------------------------------------------------------------------


def test_the_decorator(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = shop(kind, verifier, require_identity(verifier)(of(kind, welcome)))
    fields = {"identityVerificationId": browser.verified(sandbox), "nickname": "gildong"}
    assert browser.post("/sign-up", fields, **CSRF).json() == {"nickname": "gildong", "raw": json.dumps(fields)}
    form = f"identityVerificationId={fields['identityVerificationId']}&nickname=gildong"
    assert browser.send("POST", "/sign-up", form.encode(), FORM, **CSRF).json()["nickname"] == "gildong"
    reply = browser.get("/sign-up?identityVerificationId=" + fields["identityVerificationId"])
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_the_decorator_refuses(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def never(request: Any) -> Any:
        raise AssertionError

    browser = shop(kind, verifier, require_identity(verifier)(of(kind, never)))
    minor = {"identityVerificationId": browser.verified(sandbox, "minor")}
    denied = browser.post("/sign-up", minor, **CSRF)
    assert (denied.status, denied.json()["code"], denied.headers["Cache-Control"]) == (403, "denied", "no-store")
    adult = {"identityVerificationId": browser.verified(sandbox)}
    assert opened(kind, browser.app).post("/sign-up", adult, **CSRF).json()["findings"][0]["code"] == "begun"
    assert browser.get("/sign-up").json()["code"] == "invalid_id"
    page = browser.get("/sign-up?code=X", Accept="text/html")
    assert page.status == 403 and page.text.startswith("<!doctype html>")


def test_the_views_own_protection_stays(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """A view behind the decorator asks for the token of CSRF; the routes do not."""
    browser = shop(kind, verifier, require_identity(verifier)(of(kind, welcome)))
    fields = {"identityVerificationId": browser.verified(sandbox)}
    assert browser.post(FINISH, fields).json() == {"allowed": True}
    forged = browser.post("/sign-up", fields)
    assert forged.status == 403 and "CSRF" in forged.text
    assert browser.post("/sign-up", fields, **CSRF).status == 200
    form = f"identityVerificationId={fields['identityVerificationId']}&csrfmiddlewaretoken={TOKEN}"
    assert browser.send("POST", "/sign-up", form.encode(), FORM).status == 200, "the middleware has parsed the body"
    browser = shop(kind, verifier, require_identity(verifier)(csrf_exempt(welcome)))
    assert browser.post("/sign-up", {"identityVerificationId": browser.verified(sandbox)}).status == 200


def test_the_decorator_keeps_the_view(kind: str, verifier: bonin.Verifier) -> None:
    def view(request: Any) -> Any:
        """Doc."""

    guarded = require_identity(verifier)(view)
    assert guarded.__name__ == "view" and guarded.__doc__ == "Doc."


@pytest.mark.parametrize("answer", [None, "text", {"a": 1}])
def test_a_view_that_answers_nothing(answer: Any, kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Django says so, as of any view."""
    browser = shop(kind, verifier, require_identity(verifier)(of(kind, lambda request: answer)))
    assert browser.get("/sign-up?identityVerificationId=" + browser.verified(sandbox)).status == 500


class Handlers(View):
    def get(self, request: Any, name: str) -> Any:
        return HttpResponse(f"{name} {request.identity.allowed}")


class AsyncHandlers(View):
    async def get(self, request: Any, name: str) -> Any:
        await asyncio.sleep(0)
        return HttpResponse(f"{name} {request.identity.allowed}")


@pytest.mark.parametrize("served", KINDS)
@pytest.mark.parametrize("base", [Handlers, AsyncHandlers])
@pytest.mark.parametrize("how", ["mixin", "method_decorator", "as_view"])
def test_classes(how: str, base: Any, served: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Sync and async classes, by WSGI and by ASGI."""
    if how == "mixin":
        view = type("Guarded", (IdentityRequiredMixin, base), {"verifier": verifier}).as_view()  # type: ignore[attr-defined]
    elif how == "method_decorator":
        view = method_decorator(require_identity(verifier), name="dispatch")(type("Guarded", (base,), {})).as_view()
    else:
        view = require_identity(verifier)(base.as_view())
    browser = opened(served, djangos.App([routes(verifier), path("<name>", view)]))
    id = browser.verified(sandbox)
    reply = browser.get(f"/kim?identityVerificationId={id}")
    assert (reply.status, reply.text, reply.headers["Cache-Control"]) == (200, "kim True", "no-store")
    assert browser.get("/kim").json()["code"] == "invalid_id"
    assert opened(served, browser.app).get(f"/kim?identityVerificationId={id}").status == 403
    assert browser.send("PUT", f"/kim?identityVerificationId={id}", **CSRF).json()["code"] == "unsupported_body"


def test_mixins_before_it_judge_first(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    class Closed:
        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return HttpResponse("closed", status=410)

    class Guarded(Closed, IdentityRequiredMixin, Handlers):
        identity_options: Any = {"on_denied": lambda request, refusal: HttpResponse(refusal.code)}

    Guarded.verifier = verifier
    browser = opened("django", djangos.App([path("<name>", Guarded.as_view())]))
    assert browser.get("/kim").status == 410

    class Open(Guarded):
        dispatch = IdentityRequiredMixin.dispatch

    browser = opened("django", djangos.App([path("<name>", Open.as_view())]))
    assert (browser.get("/kim").status, browser.get("/kim").text) == (400, "invalid_id")


def test_mistakes_in_the_options_of_a_guard(verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.InvalidArgument):
        require_identity(verifier, begun=None)  # type: ignore[typeddict-item]
    with pytest.raises(TypeError, match=r"^require_identity\(\) got an .* `sbject`; did you mean `subject`"):
        require_identity(verifier, sbject=None)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="on_allowed"):
        require_identity(verifier, on_allowed=None)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^urls\(\) got an unexpected .*; did you mean `channel_key`"):
        urls(verifier, chanel_key="x")  # type: ignore[call-arg]
    wrong: Any = 5
    for options in ({"asynchronous": wrong}, {"asynchronous": "no"}):
        with pytest.raises(bonin.InvalidArgument, match="asynchronous"):
            urls(verifier, **web.CHANNEL, **options)


def test_options_of_the_decorator(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def denied(request: Any, refusal: Refusal) -> Any:
        return HttpResponseRedirect(f"/sorry?code={refusal.code}&method={request.method}")

    guard = require_identity(
        verifier,
        on_denied=of(kind, denied),
        subject=of(kind, lambda request: request.headers["X-User"]),
        expect=of(kind, lambda request: {"name": "Kim"}),
        begun=False,
    )
    view = guard(of(kind, lambda request, number: HttpResponse(str(number))))
    browser = opened(kind, djangos.App([path("rename/<int:number>", view)]))
    kim, lee = (sandbox.verify({"name": name, "birth_date": "1990-05-17"}) for name in ("Kim", "Lee"))
    assert browser.post("/rename/5", {"identityVerificationId": kim}, X_User="kim", **CSRF).text == "5"
    refused = browser.post("/rename/5", {"identityVerificationId": lee}, X_User="kim", **CSRF)
    assert (refused.status, refused.headers["Location"]) == (302, "/sorry?code=denied&method=POST")
    assert refused.headers["Cache-Control"] == "no-store" and "Retry-After" not in refused.headers


# ---- the routes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end(
    slash: str, kind: str, sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]
) -> None:
    """APPEND_SLASH redirects, and a redirected POST has no body: both addresses are routes."""
    browser = FRAMEWORKS[kind].open(*verifiers.values())
    id = browser.verified(sandbox)
    assert browser.send("POST", f"{FINISH}/begin{slash}").status == 200
    id = browser.verified(sandbox)
    assert browser.post(FINISH + slash, {"identityVerificationId": id}).json() == {"allowed": True}
    reply = browser.get(f"{FINISH}/redirect{slash}?identityVerificationId={id}")
    assert (reply.status, reply.json()) == (200, {"allowed": True})
    assert browser.send("POST", f"/certifications/begin{slash}").status == 200
    for path_ in (f"{FINISH}//", f"{FINISH}/begin/x", f"{FINISH}/begin%0A"):
        assert browser.post(path_, {}).status == 404


def test_namespaces(sandbox: bonin.Sandbox, verifiers: Dict[str, bonin.Verifier]) -> None:
    """V1 and V2, sign-up and recovery, in one project."""
    app = djangos.App(
        [
            path("identity/", include(urls(verifiers["v1"], **web.CHANNEL))),
            path("identity/", include(urls(verifiers["v2"], **web.CHANNEL))),
            path("recover/", include(urls(verifiers["v2"], **web.CHANNEL), namespace="recover")),
            path("<slug:shop>/", include(urls(verifiers["v2"], app_name="shop", otp=True, **web.CHANNEL))),
        ]
    )
    names = {
        "bonin_v1:begin": "/identity/certifications/begin",
        "bonin_v2:finish": "/identity/identity-verifications",
        "bonin_v2:redirect": "/identity/identity-verifications/redirect",
        "recover:begin": "/recover/identity-verifications/begin",
    }
    assert {name: reverse(name, urlconf=app) for name in names} == names
    assert reverse("shop:resend", urlconf=app, args=["seoul"]) == "/seoul/identity-verifications/resend"
    browser = opened("django", app)
    for prefix in ("/identity", "/recover", "/seoul"):
        fields = {"identityVerificationId": browser.verified(sandbox, prefix=prefix)}
        assert browser.post(f"{prefix}{FINISH}", fields).status == 200


def test_decorators_of_the_views(kind: str, verifier: bonin.Verifier) -> None:
    def marked(view: Any) -> Any:
        view.login_required = False
        return view

    patterns, name = urls(verifier, asynchronous=kind == "django-async", decorators=[marked], **web.CHANNEL)
    assert name == "bonin_v2" and len(patterns) == 3
    assert all(pattern.callback.login_required is False and pattern.callback.csrf_exempt for pattern in patterns)


@pytest.mark.parametrize(
    ("overrides", "asynchronous"),
    [({}, False), ({"ASGI_APPLICATION": "shop.asgi.application"}, True),
     ({"ASGI_APPLICATION": "shop.asgi.application", "DATABASES": {"default": {"ATOMIC_REQUESTS": True}}}, False)],
)  # fmt: skip
def test_which_views_are_async(overrides: Any, asynchronous: bool, verifier: bonin.Verifier) -> None:
    class Settings:
        DATABASES: Dict[str, Any] = {}

    for name, value in overrides.items():
        setattr(Settings, name, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bonin.django._urls.settings", Settings)
        patterns, _ = urls(verifier, **web.CHANNEL)
    assert {asyncio.iscoroutinefunction(pattern.callback) for pattern in patterns} == {asynchronous}


@pytest.mark.parametrize("served", KINDS)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_either_view_under_either_handler(
    asynchronous: bool, served: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    app = FRAMEWORKS["django"].app([verifier], asynchronous=asynchronous)
    browser = FRAMEWORKS[served].browser(app)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    assert browser.post(FINISH, fields).json() == {"allowed": True}


@pytest.mark.parametrize("made", ["plain", "async", "object", "partial"])
def test_functions_of_every_kind(made: str, kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """In async views those that are not async run in one thread, that of Django's sync code: transactions hold."""
    threads: List[int] = []

    def function(answer: Any) -> Any:
        def plain(request: Any, *news: Any) -> Any:
            threads.append(threading.get_ident())
            assert request.META["HTTP_X_USER"] == "kim" and len(news) <= 1
            return answer

        class Callable_:
            async def __call__(self, *given: Any) -> Any:
                return plain(*given)

        async def later(*given: Any) -> Any:
            await asyncio.sleep(0)
            return plain(*given)

        return {"plain": plain, "async": later, "object": Callable_(), "partial": functools.partial(later)}[made]

    options = {
        "subject": function("kim"),
        "expect": function({}),
        "on_allowed": function({"welcome": True}),
        "on_denied": function({"sorry": True}),
        "custom_data": function("data"),
    }
    app = djangos.App([routes(verifier, asynchronous=kind == "django-async", **options)])
    browser = FRAMEWORKS[kind].browser(app)
    for who, status, answer in (("minor", 403, {"sorry": True}), ("adult", 200, {"welcome": True})):
        begun = browser.send("POST", f"{FINISH}/begin", X_User="kim").json()
        assert begun["customData"]
        fields = {"identityVerificationId": sandbox.verify(who, id=begun["identityVerificationId"], custom_data="data")}
        threads.clear()
        reply = browser.post(FINISH, fields, X_User="kim")
        assert (reply.status, reply.json()) == (status, answer)
        assert len(threads) == 3
        if made == "plain":
            assert len(set(threads)) == 1 and (threads[0] != threading.get_ident()) == (kind == "django-async")


ANSWERS: Dict[str, Any] = {
    "text": (lambda: HttpResponse("sorry"), 400, "sorry"),
    "status": (lambda: HttpResponse("sorry", status=418), 418, "sorry"),
    "dict": (lambda: {"sorry": "미안"}, 400, '{"sorry": "\\ubbf8\\uc548"}'),
    "redirect": (lambda: HttpResponseRedirect("/x"), 302, ""),
    "stream": (lambda: StreamingHttpResponse(iter(["sor", "ry"])), 400, "sorry"),
    "list": (lambda: [1], 500, None),
    "number": (lambda: 5, 500, None),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_what_on_denied_may_answer(name: str, kind: str, verifier: bonin.Verifier) -> None:
    made, status, text = ANSWERS[name]
    browser = FRAMEWORKS[kind].open(verifier, on_denied=lambda refusal: made())
    reply = browser.post(FINISH, {})
    assert reply.status == status and "Traceback" not in reply.text
    if text is not None:
        assert reply.text == text and reply.headers["Cache-Control"] == "no-store"


def test_a_response_keeps_its_own_caching(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    def allowed(decision: bonin.Decision) -> Any:
        return HttpResponse("yes", headers={"Cache-Control": "private"})

    browser = FRAMEWORKS[kind].open(verifier, on_allowed=allowed)
    reply = browser.post(FINISH, {"identityVerificationId": browser.verified(sandbox)})
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "private")


def test_a_cookie_that_this_python_may_not_know(kind: str, verifier: bonin.Verifier) -> None:
    browser = FRAMEWORKS[kind].open(verifier, cookie={"same_site": "None", "partitioned": True})
    (cookie,) = browser.send("POST", f"{FINISH}/begin", https=True).cookies
    flags = {flag.lower() for flag in cookie.split("; ")[1:]}
    assert flags == {"path=/", "httponly", "secure", "samesite=none", "partitioned"}


def test_the_client_of_django_keeps_the_cookie(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = FRAMEWORKS[kind].app([verifier])
    client = Client(enforce_csrf_checks=True, **{djangos.NAME: app})
    begun = client.post(f"{FINISH}/begin").json()
    fields = {"identityVerificationId": sandbox.verify("adult", id=begun["identityVerificationId"])}
    assert "bonin_subject" in client.cookies
    assert client.post(FINISH, fields, content_type=JSON).json() == {"allowed": True}
    assert client.post(FINISH, fields).status_code == 415, "a form with files is none of PortOne's scripts"


# ---- behind a proxy -------------------------------------------------------------------------------------------------


def test_hosts_and_schemes_as_the_settings_have_them(kind: str, verifier: bonin.Verifier) -> None:
    browser = FRAMEWORKS[kind].open(verifier)
    given: Any = {"Origin": "https://shop.example", "Host": "inside.example"}
    assert browser.send("POST", f"{FINISH}/begin", **given).status == 400, "ALLOWED_HOSTS"
    given.update(X_Forwarded_Host="shop.example", X_Forwarded_Proto="https")
    header = ("HTTP_X_FORWARDED_PROTO", "https")
    with override_settings(USE_X_FORWARDED_HOST=True, SECURE_PROXY_SSL_HEADER=header):
        reply = browser.send("POST", f"{FINISH}/begin", **given)
    assert reply.status == 200
    assert reply.cookies[0].startswith("__Host-bonin_subject=") and "Secure" in reply.cookies[0]


# ---- bodies ---------------------------------------------------------------------------------------------------------


READ_BEFORE: Dict[str, Callable[[Any], Any]] = {
    "body": lambda request: request.body,
    "POST": lambda request: request.POST.get("nickname"),
    "FILES": lambda request: request.FILES,
}


def reading(how: Callable[[Any], Any]) -> Any:
    """A middleware that has read something when the view is asked."""
    return lambda get_response: lambda request: (how(request), get_response(request))[1]


for _name, _how in READ_BEFORE.items():
    globals()[f"reads_{_name}"] = reading(_how)


def uses_up(get_response: Any) -> Any:
    return reading(lambda request: request.read())(get_response)


def after(middleware: str) -> Dict[str, Any]:
    return {"MIDDLEWARE": ["djangos.which_app", f"{__name__}.{middleware}"]}


@pytest.mark.parametrize("how", READ_BEFORE)
@pytest.mark.parametrize("where", [FINISH, "/sign-up"])
@pytest.mark.parametrize("type", [JSON, FORM])
def test_bodies_read_before(
    how: str, where: str, type: str, kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    view = require_identity(verifier)(of(kind, welcome))
    browser = shop(kind, verifier, view, **after(f"reads_{how}"))
    id = browser.verified(sandbox)
    body = json.dumps({"identityVerificationId": id}) if type == JSON else f"identityVerificationId={id}"
    assert browser.send("POST", where, body.encode(), type).status == 200
    twice = f"identityVerificationId={id}&identityVerificationId={id}"
    if type == FORM:
        assert browser.send("POST", where, twice.encode(), type).json()["code"] == "invalid_id"


def test_a_body_that_the_application_used_up(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = shop(kind, verifier, require_identity(verifier)(welcome), **after("uses_up"))
    fields = {"identityVerificationId": browser.verified(sandbox)}
    for where in (FINISH, "/sign-up"):
        assert browser.post(where, fields).json()["code"] == "invalid_body"


def test_files(kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """A body with files is refused by its type, whether Django has parsed it or not; the view does not run."""
    browser = shop(kind, verifier, require_identity(verifier)(of(kind, welcome)))
    id = browser.verified(sandbox)
    parts = {"identityVerificationId": id, "csrfmiddlewaretoken": TOKEN}
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items())
    body += '--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nhello\r\n--x--\r\n'
    type = "multipart/form-data; boundary=x"
    for headers in (CSRF, {}):
        assert browser.send("POST", "/sign-up", body.encode(), type, **headers).json()["code"] == "unsupported_body"
    assert browser.send("POST", FINISH, body.encode(), type).json()["code"] == "unsupported_body"


def test_a_limit_of_the_application(kind: str, verifier: bonin.Verifier) -> None:
    browser = FRAMEWORKS[kind].open(verifier)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        reply = browser.post(FINISH, {"identityVerificationId": "a" * 200})
    assert (reply.status, reply.json()["code"]) == (413, "body_too_large")


class Broken(io.BytesIO):
    def read(self, size: Any = -1) -> bytes:
        raise OSError("the connection is gone")


@pytest.mark.parametrize(
    ("given", "headers", "code"),
    [
        (io.BytesIO(b'{"a"'), {"CONTENT_LENGTH": "100"}, "invalid_body"),
        (Broken(), {"CONTENT_LENGTH": "100"}, "invalid_body"),
        (io.BytesIO(b'{"a": 1}'), {"CONTENT_LENGTH": ""}, "invalid_body"),  # Django reads no more than was announced
        (io.BytesIO(b"["), {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}, "invalid_body"),
    ],
    ids=["cut short", "gone", "no length", "chunked"],
)
def test_bodies_of_wsgi(given: Any, headers: Any, code: str, verifier: bonin.Verifier) -> None:
    app = FRAMEWORKS["django"].app([verifier])
    environ = RequestFactory().post(FINISH).environ
    environ.pop("CONTENT_LENGTH", None)
    body = b"".join(app.wsgi({**environ, "CONTENT_TYPE": JSON, "wsgi.input": given, **headers}, lambda *_: None))
    assert json.loads(body)["code"] == code


# ---- ASGI -----------------------------------------------------------------------------------------------------------


class Wire:
    """A connection: what is received is scripted; after that it is silent until it is closed."""

    def __init__(self, *messages: Dict[str, Any]) -> None:
        self.messages, self.sent = list(messages), []  # type: ignore[var-annotated]
        self.closed = asyncio.Event()

    async def receive(self) -> Dict[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def code(self) -> Any:
        return json.loads(b"".join(message.get("body", b"") for message in self.sent))["code"]


def scope(where: str, *headers: Any) -> Dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": where, "raw_path": where.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"shop.example"), (b"content-type", JSON.encode()), *headers],
        "server": ("shop.example", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip


def test_bodies_of_asgi(verifier: bonin.Verifier) -> None:
    async def main() -> None:
        app = FRAMEWORKS["django-async"].app([verifier])
        pieces = [{"type": "http.request", "body": b"[" * 1000, "more_body": n < 20} for n in range(21)]
        wire = Wire(*pieces)
        await app(scope(FINISH), wire.receive, wire.send)
        assert wire.code == "body_too_large"
        wire = Wire({"type": "http.request", "body": b'{"a"', "more_body": True}, {"type": "http.disconnect"})
        await app(scope(FINISH), wire.receive, wire.send)
        assert not wire.sent, "nobody is there"
        wire = Wire({"type": "http.request", "body": b"{}"})
        await app(scope(FINISH, (b"content-length", b"2"), (b"content-length", b"2")), wire.receive, wire.send)
        assert wire.code == "invalid_body", "two lengths"

    asyncio.run(main())


def test_two_cookies_of_asgi(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """HTTP/2 sends each cookie in a header of its own."""
    id = sandbox.verify("adult", id=verifier.begin("0" * 32, **web.CHANNEL).id)
    cookies = [(b"cookie", b"a=b"), (b"cookie", b"bonin_subject=" + b"0" * 32)]

    async def main() -> None:
        wire = Wire({"type": "http.request", "body": json.dumps({"identityVerificationId": id}).encode()})
        app = FRAMEWORKS["django-async"].app([verifier])
        await app(scope(FINISH, *cookies), wire.receive, wire.send)
        assert wire.sent[0]["status"] == 200

    asyncio.run(main())


@pytest.mark.skipif(django.VERSION < (5, 0), reason="Django cancels views since 5.0")
def test_a_browser_that_goes_away(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Its lookup is cancelled, and no function of the application is called."""
    body = json.dumps({"identityVerificationId": verifier.begin("0" * 32, **web.CHANNEL).id}).encode()
    cookie = (b"cookie", b"bonin_subject=" + b"0" * 32)
    complaints: List[Any] = []
    guarded = require_identity(verifier)(of("django-async", welcome))
    app = djangos.App([routes(verifier, asynchronous=True), path("sign-up", guarded)], **after("plain"))

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        sandbox.fault("delay", delay_ms=30_000, times=100)
        for where in (FINISH, "/sign-up") * 5:
            wire = Wire({"type": "http.request", "body": body})
            before = sandbox.requests["total"]
            task = loop.create_task(app(scope(where, cookie), wire.receive, wire.send))
            while sandbox.requests["total"] == before:
                await asyncio.sleep(0.001)
            wire.closed.set()
            await task
            assert not wire.sent
        sandbox.clear_faults()
        assert len(asyncio.all_tasks()) == 1
        wire = Wire({"type": "http.request", "body": body})
        await app(scope(FINISH, cookie), wire.receive, wire.send)
        assert wire.code == "not_found"

    asyncio.run(main())
    assert not complaints


def plain(get_response: Any) -> Any:
    return get_response


# ---- sessions -------------------------------------------------------------------------------------------------------


ENGINES = ["django.contrib.sessions.backends.cache", "django.contrib.sessions.backends.signed_cookies"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_session_that_is_not_saved_yet(
    engine: str, kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    def sign_in(request: Any, decision: bonin.Decision) -> None:
        request.session["member"] = "kim"
        request.session.cycle_key()  # as login() does

    with override_settings(SESSION_ENGINE=engine):
        options = {"asynchronous": kind == "django-async", "subject": session_subject, "on_allowed": sign_in}
        browser = FRAMEWORKS[kind].browser(djangos.App([routes(verifier, **options)]))
        begun = browser.send("POST", f"{FINISH}/begin")
        assert [cookie.split("=")[0] for cookie in begun.cookies] == ["sessionid"]
        fields = {"identityVerificationId": sandbox.verify("adult", id=begun.json()["identityVerificationId"])}
        other = FRAMEWORKS[kind].browser(browser.app)
        other.send("POST", f"{FINISH}/begin")
        assert other.post(FINISH, fields).json()["findings"][0]["reason"] == "foreign"
        for _ in range(2):  # the second time with the session of a member
            assert browser.post(FINISH, fields).json() == {"allowed": True}


def test_without_sessions(kind: str, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture) -> None:
    options = {"asynchronous": kind == "django-async", "subject": session_subject}
    browser = FRAMEWORKS[kind].browser(djangos.App([routes(verifier, **options)], **after("plain")))
    assert browser.send("POST", f"{FINISH}/begin").status == 500
    assert "MIDDLEWARE must have `django.contrib.sessions.middleware.SessionMiddleware`" in caplog.text


# ---- the log --------------------------------------------------------------------------------------------------------


def test_a_failure_is_told_once(
    kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture, observed: Observe
) -> None:
    """Where Django's users look, and without what the browser has posted."""
    browser = shop(kind, verifier, require_identity(verifier)(of(kind, welcome)))
    id = browser.verified(sandbox)
    for where, headers in ((FINISH, {}), ("/sign-up", CSRF)):
        sandbox.fault("status", status=401, times=10)
        caplog.clear()
        reply = browser.post(where, {"identityVerificationId": id}, **headers)
        assert (reply.status, reply.json()["code"]) == (500, "internal")
        sandbox.clear_faults()
        (told,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert told.name == "django.request" and "credentials" in told.getMessage()
        assert not hasattr(told, "request") and id not in caplog.text
    for where, headers in ((FINISH, {}), ("/sign-up", CSRF)):
        caplog.clear()
        sandbox.fault("reset", times=100)
        assert browser.post(where, {"identityVerificationId": id}, **headers).status == 503
        sandbox.clear_faults()
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR], "an outage is PortOne's"
        (told,) = [record for record in caplog.records if record.name in ("bonin", "django.request")]
        assert (told.name, told.levelname) == ("bonin", "WARNING") and "ConnectionFailed: " in told.getMessage()
        assert not hasattr(told, "request") and id not in caplog.text
    observed(46, "Django: a failure is one masked line of `django.request`, without the request")


def test_an_answer_of_the_applications_own_is_djangos_to_log(
    kind: str, sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    """bonin says nothing of a denial, so what the application makes of it must not be lost."""
    options: Any = {"on_denied": lambda request, refusal: HttpResponse(status=502)}
    routes_ = routes(verifier, asynchronous=kind == "django-async", **options)
    browser = FRAMEWORKS[kind].browser(djangos.App([routes_]))
    assert browser.post(FINISH, {"identityVerificationId": browser.verified(sandbox, "minor")}).status == 502
    (told,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert told.name == "django.request" and "Bad Gateway" in told.getMessage()


class Mails(AdminEmailHandler):
    """What Django would write to the ADMINS."""

    def __init__(self) -> None:
        super().__init__(include_html=True)
        self.sent: List[str] = []

    def send_mail(self, subject: str, message: str, *args: Any, html_message: str = "", **kwargs: Any) -> None:
        self.sent.append(f"{subject}\n{message}\n{html_message}")


def test_mails_about_the_applications_errors(kind: str, verifier: bonin.Verifier, defended: Observe) -> None:
    def broken(request: Any) -> Any:
        raise LookupError("the shop's database is down")

    mails = Mails()
    logger = logging.getLogger("django.request")
    logger.addHandler(mails)
    try:
        app = djangos.App([routes(verifier, asynchronous=kind == "django-async", otp=True, subject=broken)])
        person = {"name": "카나리아", "phone": "01099998888", "identityNumber": "9111112", "carrier": "KT"}
        form = "&".join(f"{name}={value}" for name, value in person.items())
        browser = FRAMEWORKS[kind].browser(app)
        assert browser.send("POST", f"{FINISH}/send", form.encode(), FORM).status == 500
    finally:
        logger.removeHandler(mails)
    (mail,) = mails.sent
    assert "the shop's database is down" in mail and "POST" in mail.upper()
    text = mail.partition("<html")[0]
    assert "카나리아" not in text and "01099998888" not in text
    defended(11, "Django: what was posted to the routes is in no mail about an error of the application")


# ---- the settings ---------------------------------------------------------------------------------------------------


def sign_up(request: Any, decision: bonin.Decision) -> Any:
    return {"welcome": decision.verification.provider is not None, "method": request.method}


@pytest.fixture
def said(sandbox: bonin.Sandbox, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dict[str, Any]]:
    """What settings.BONIN may say."""
    monkeypatch.setenv("SHOP_SECRET", sandbox.api_secret)
    (tmp_path / "store_id").write_text(sandbox.store_id + "\n")
    document = {"name": "sign-up", "extends": "kr.youth_protection", "rules": [{"account": "new"}]}
    (tmp_path / "sign-up.json").write_text(json.dumps(document))
    yield {
        "api_secret": "env:SHOP_SECRET",
        "store_id": f"file:{tmp_path / 'store_id'}",
        "base_url": sandbox.v2_url,
        "policy": tmp_path / "sign-up.json",
        "registry": {"store": f"sqlite:{tmp_path / 'members.db'}", "pepper": "p" * 40},
        "channel_key": sandbox.channel_key,
        "subject": "bonin.django.session_subject",
        "on_allowed": f"{__name__}.sign_up",
        "redirect_url": None,
    }


def test_settings(said: Dict[str, Any], sandbox: bonin.Sandbox) -> None:
    with override_settings(BONIN=said):
        verifier = bonin.django.verifier()
        assert (
            bonin.django.verifier() is verifier and verifier.policy.name == "sign-up" and verifier.registry is not None
        )

        class Guarded(IdentityRequiredMixin, Handlers):
            pass

        patterns = [path("", include(urls())), path("guarded/<name>", Guarded.as_view()),
                    path("sign-up", require_identity()(welcome))]  # fmt: skip
        app = djangos.App(patterns)
        browser = opened("django", app)
        begun = browser.send("POST", f"{FINISH}/begin")
        assert begun.json()["channelKey"] == sandbox.channel_key and begun.json()["storeId"] == sandbox.store_id
        assert begun.cookies[0].startswith("sessionid=")
        fields = {"identityVerificationId": sandbox.verify("adult", id=begun.json()["identityVerificationId"])}
        assert browser.post(FINISH, fields).json() == {"welcome": True, "method": "POST"}
        assert browser.post("/sign-up", fields, **CSRF).status == 200, "the same subject"
        assert browser.get("/guarded/x?identityVerificationId=" + fields["identityVerificationId"]).text == "x True"
        given = djangos.App([path("", include(urls(on_allowed=lambda request, decision: HttpResponse("own"))))])
        assert FRAMEWORKS["django"].browser(given).send("POST", f"{FINISH}/begin").cookies, "the rest is the settings'"
    with override_settings(BONIN={**said, "policy": "kr.not_child", "registry": None}):
        assert bonin.django.verifier().policy.name == "kr.not_child", "what changes is read again"
    v1 = {
        "imp_key": "a",
        "imp_secret": "b",
        "policy": {"name": "own", "rules": [{"has": ["ci"]}]},
        "pg": "danal.A010002002",
    }
    with override_settings(BONIN=v1):
        patterns, name = urls()
        assert name == "bonin_v1" and bonin.django.verifier().policy.name == "own"


def test_records_by_the_settings(said: Dict[str, Any], sandbox: bonin.Sandbox, tmp_path: pathlib.Path) -> None:
    records = tmp_path / "decisions.jsonl"
    with override_settings(BONIN={**said, "policy": "kr.not_child", "registry": None, "records": records}):
        assert checks.run_checks(tags=["bonin"]) == [] and not records.exists(), "the checks make no file"
        decision = bonin.django.verifier().verify(sandbox.verify("adult"))
    assert records.read_text() == decision.record() + "\n"


MISTAKES: Dict[str, Any] = {
    "unknown": ({"api_secrt": "x"}, "bonin.E001", r"unknown key `api_secrt`; did you mean `api_secret`"),
    "environment": ({"api_secret": "env:NO_SUCH"}, "bonin.E001", r"`api_secret` is `env:NO_SUCH`"),
    "file": ({"api_secret": "file:/no/such"}, "bonin.E001", r"`file:/no/such`, which cannot be read"),
    "both": ({"imp_key": "x"}, "bonin.E001", r"of V1, and `api_secret`, of V2"),
    "no policy": ({"policy": None}, "bonin.E001", r"no `policy`"),
    "registry": ({"registry": "sqlite:x.db"}, "bonin.E001", r"`registry` must be a dict"),
    "registry's key": (
        {"registry": {"stor": "sqlite:x.db"}},
        "bonin.E002",
        r"`registry` of BONIN .*did you mean `store`",
    ),
    "no credentials": ({"api_secret": None}, "bonin.E002", r"api_secret"),
    "preset": ({"policy": "kr.adult"}, "bonin.E002", r"`policy` of BONIN cannot be used: .*preset"),
    "policy": (
        {"policy": {"name": "x", "rules": [{"aeg": {}}]}},
        "bonin.E002",
        r"`policy` of BONIN .*/rules/0/aeg.* `age`",
    ),
    "policy's file": ({"policy": "/no/such.json"}, "bonin.E002", r"`policy` of BONIN .*/no/such\.json"),
    "policy without a registry": (
        {"registry": None},
        "bonin.E002",
        r"BONIN cannot be used: .*with the option `registry`",
    ),
    "function": ({"on_allowed": "no.such.function"}, "bonin.E001", r"`on_allowed` is `no\.such\.function`, .*imported"),
    "own store": (
        {"registry": {"own_store": "no.such.store", "pepper": "p" * 40}},
        "bonin.E001",
        r"`own_store` is `no\.such\.store`",
    ),
    "name": ({"app_name": 5}, "bonin.E002", r"`app_name` must be text"),
    "decorators": ({"decorators": "shop.decorator"}, "bonin.E002", r"`decorators` must be a list of functions"),
    "views": ({"asynchronous": "no"}, "bonin.E002", r"`asynchronous` must be True or False"),
    "function that is none": ({"subject": f"{__name__}.KINDS"}, "bonin.E002", r"`subject` must be a function"),
    "begin": ({"redirect_url": "/relative"}, "bonin.E002", r"redirect_url"),
    "begun": ({"begun": "no"}, "bonin.E002", r"`begun` must be True or False"),
    "records": ({"records": "/no/such/folder/x.jsonl"}, "bonin.E002", r"cannot be written: No such file"),
    "pepper": ({"registry": {"store": "sqlite:x.db", "pepper": "short"}}, "bonin.E002", r"32 bytes"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_checks_of_the_settings(mistake: str, said: Dict[str, Any]) -> None:
    change, id, words = MISTAKES[mistake]
    with override_settings(BONIN=said):
        assert checks.run_checks(tags=["bonin"]) == []
    with override_settings(BONIN={**said, **change}):
        (found,) = checks.run_checks(tags=["bonin"])
    assert (found.id, found.level) == (id, checks.ERROR) and re.search(words, found.msg), found.msg
    assert "p" * 40 not in found.msg


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_settings_is_no_traceback_of_the_urls(
    mistake: str, said: Dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Django's own check imports urls.py: what is made there is made, and a request to it raises the finding's text."""
    change, id, words = MISTAKES[mistake]
    with override_settings(BONIN={**said, **change}):

        class Guarded(IdentityRequiredMixin, Handlers):
            pass

        app = djangos.App(
            [
                path("", include(urls())),
                path("sign-up", require_identity()(csrf_exempt(welcome))),
                path("async", require_identity()(of("django-async", welcome))),
                path("guarded/<name>", Guarded.as_view()),
            ]
        )
        with override_settings(ROOT_URLCONF=app):
            (found,) = checks.run_checks(tags=["bonin"])
            assert not [one for one in checks.run_checks(tags=["urls"]) if one.level >= checks.ERROR]
        assert (found.id, found.level) == (id, checks.ERROR) and re.search(words, found.msg), found.msg
        namespace = "bonin_v1" if mistake == "both" else "bonin_v2"
        place = reverse(f"{namespace}:finish", urlconf=app)
        browser = opened("django", app)
        for _ in range(2):
            caplog.clear()
            assert browser.send("POST", place).status == 500
            assert found.msg in caplog.text
        if mistake not in ROUTES_ALONE:
            assert [browser.get(where).status for where in ("/sign-up", "/async", "/guarded/x")] == [500] * 3


@pytest.mark.parametrize("mistake", MISTAKES)
def test_without_the_checks_a_mistake_raises_at_once(mistake: str, said: Dict[str, Any]) -> None:
    """Nobody would tell of it before the first request."""
    others = [app for app in djangos.SETTINGS["INSTALLED_APPS"] if app != "bonin.django"]
    with override_settings(BONIN={**said, **MISTAKES[mistake][0]}, INSTALLED_APPS=others):
        with pytest.raises((ImproperlyConfigured, bonin.InvalidArgument)):
            urls()
        if mistake not in ROUTES_ALONE:
            with pytest.raises((ImproperlyConfigured, bonin.InvalidArgument)):
                require_identity()


#: They are no options of a guard.
ROUTES_ALONE = ("function", "begin", "name", "decorators", "views")


def test_a_mistake_in_urls_py_is_its_own(said: Dict[str, Any]) -> None:
    """It is on a line of the project's, and raises there."""
    wrong: Any = {"begun": "no"}
    with override_settings(BONIN=said):
        for make in (urls, require_identity):
            with pytest.raises(bonin.InvalidArgument, match="`begun`"):
                make(**wrong)
            with pytest.raises(TypeError, match="did you mean `subject`"):
                make(sbject=None)  # type: ignore[call-arg, operator]
        with pytest.raises(bonin.InvalidArgument, match="redirect_url"):
            urls(redirect_url="/relative")
    with override_settings(BONIN={**said, "channel_key": None}), override_settings(ROOT_URLCONF=djangos.App([])):
        assert urls(redirect_url="https://shop.example/", channel_key="x")[1] == "bonin_v2"
        app = djangos.App([path("", include(urls(redirect_url="https://shop.example/")))])
        with override_settings(ROOT_URLCONF=app):
            (found,) = checks.run_checks(tags=["bonin"])
        assert found.id == "bonin.E002" and "`channel_key` is missing" in found.msg


def test_what_the_settings_lack_may_be_given_in_urls_py(said: Dict[str, Any]) -> None:
    with override_settings(BONIN={**said, "channel_key": None, "redirect_url": "https://shop.example/", "otp": True}):
        app = djangos.App([path("", include(urls(channel_key="x")))])
        with override_settings(ROOT_URLCONF=app):
            assert checks.run_checks(tags=["bonin"]) == []


def found_at(*patterns: Any) -> List[Any]:
    with override_settings(ROOT_URLCONF=djangos.App(list(patterns))):
        return list(checks.run_checks(tags=["bonin"]))


def test_a_begin_that_cannot_work_is_found(said: Dict[str, Any]) -> None:
    """Once, however many routes there are."""
    words = "Every `begin` of the routes fails: `channel_key` is missing"
    with override_settings(BONIN={**said, "channel_key": None}):
        for more in ({}, {"customer": lambda request: None}):
            routes_: Any = urls(**more)  # type: ignore[arg-type]
            (found,) = found_at(path("", include(routes_)), path("again/", include(routes_, namespace="again")))
            assert (found.id, found.level) == ("bonin.W003", checks.WARNING) and words in found.msg
        assert found_at(path("", include(urls(begun=False)))) == [], "flows begin elsewhere"
        assert found_at(path("", include(urls(channel_key=lambda request: "x")))) == []
        assert found_at(path("sign-up", require_identity()(welcome))) == [], "a guard begins nothing"
    with override_settings(BONIN={**said, "store_id": None}):
        (found,) = found_at(path("", include(urls(channel_key=lambda request: "x"))))
        assert found.id == "bonin.W003" and "`store_id` is missing" in found.msg
        (found,) = found_at(path("", include(urls())))
        assert found.id == "bonin.E002" and "`store_id` is missing" in found.msg


def test_a_view_that_the_settings_name_may_be_guarded(
    said: Dict[str, Any], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`on_allowed` is in the module whose decorator reads the settings while it is imported."""
    (tmp_path / "shop_views.py").write_text(
        "from bonin.django import require_identity\n\n\n@require_identity()\ndef first(request): ...\n\n\n"
        "def sign_up(request, decision): ...\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with override_settings(BONIN={**said, "on_allowed": "shop_views.sign_up"}):
        import shop_views  # type: ignore[import-not-found]

        app = djangos.App([path("", include(urls())), path("first", shop_views.first)])
        with override_settings(ROOT_URLCONF=app):
            assert checks.run_checks(tags=["bonin"]) == []


def test_settings_that_are_not_there() -> None:
    for wrong in (None, "kr.adult", ["x"]):
        with override_settings(BONIN=wrong):
            with pytest.raises(ImproperlyConfigured, match="the settings have no BONIN"):
                bonin.django.verifier()
            assert [found.id for found in checks.run_checks(tags=["bonin"])] == (
                [] if wrong is None else ["bonin.E001"]
            )
            with override_settings(ROOT_URLCONF=djangos.App([path("", include(urls()))])):
                (found,) = checks.run_checks(tags=["bonin"])
            assert found.id == "bonin.E001" and "the settings have no BONIN" in found.msg


def test_other_checks(verifier: bonin.Verifier) -> None:
    def found(*patterns: Any, deploy: bool = False, **overrides: Any) -> List[str]:
        with override_settings(ROOT_URLCONF=djangos.App(list(patterns)), **overrides):
            return [str(one.id) for one in checks.run_checks(tags=["bonin"], include_deployment_checks=deploy)]

    assert found(routes(verifier)) == []
    assert found(SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin") == ["bonin.W001"]
    assert found(SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin", MIDDLEWARE=["djangos.which_app"]) == []
    sessions = routes(verifier, subject=session_subject)
    assert found(path("a/", include([sessions]))) == []
    assert found(path("a/", include([sessions])), **after("plain")) == ["bonin.E003"]
    guarded = require_identity(verifier, subject=session_subject)(welcome)
    assert found(path("a", guarded), **after("plain")) == ["bonin.E003"]
    options: Any = {"verifier": verifier, "identity_options": {"subject": session_subject}}
    view = type("Guarded", (IdentityRequiredMixin, Handlers), options).as_view()  # type: ignore[attr-defined]
    assert found(path("a", view), **after("plain")) == ["bonin.E003"]
    assert found(routes(verifier), deploy=True) == ["bonin.W002"]
    assert found(routes(verifier), deploy=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")) == []
    assert found(sessions, deploy=True) == []


def test_the_application() -> None:
    made = AppConfig.create("bonin.django")
    assert (made.name, made.label) == ("bonin.django", "bonin")
    with pytest.raises(ModuleNotFoundError, match=r"bonin\.djnago"):
        AppConfig.create("bonin.djnago")
    with pytest.raises(ImportError, match="BoninConfig"):
        AppConfig.create("bonin.django.apps.Bonin")


# ---- a project ------------------------------------------------------------------------------------------------------


MANAGE = '''
import sys

import bonin
from django.conf import settings
from django.core.management import execute_from_command_line

sandbox = bonin.Sandbox()
settings.configure(
    SECRET_KEY="secret", ROOT_URLCONF="shop", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "bonin.django"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}},
    SANDBOX=sandbox,
    BONIN={
        "api_secret": sandbox.api_secret, "store_id": sandbox.store_id, "base_url": sandbox.v2_url,
        "channel_key": sandbox.channel_key, "subject": "bonin.django.session_subject", "on_allowed": "shop.sign_up",
        "policy": {"name": "sign-up", "rules": [{"account": "new"}]},
        "registry": {"store": "sqlite:members.db", "pepper": "p" * 40},
    },
)
execute_from_command_line(sys.argv)
'''  # fmt: skip

SHOP = """
import bonin.django
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import include, path

fails = []


def sign_up(request, decision):
    member = User.objects.create(username=decision.verification.id)
    transaction.on_commit(lambda: decision.commit(str(member.pk)))
    if fails:
        raise LookupError(fails.pop())
    return {"member": member.pk}


urlpatterns = [path("identity/", include(bonin.django.urls()))]
"""

TESTS = '''
import bonin.django
import shop
from django.conf import settings
from django.contrib.auth.models import User
from django.test import TestCase, TransactionTestCase

WHERE = "/identity/identity-verifications"


def verified(client, who):
    begun = client.post(WHERE + "/begin").json()
    return {"identityVerificationId": settings.SANDBOX.verify(who, id=begun["identityVerificationId"])}


def account_of(fields):
    verifier = bonin.django.verifier()
    return verifier.registry.find(verifier.portone.lookup(fields["identityVerificationId"]))


class InATransaction(TestCase):
    def test_the_commit_waits(self):
        fields = verified(self.client, {"name": "Kim", "birth_date": "1990-05-17"})
        with self.captureOnCommitCallbacks() as waiting:
            member = self.client.post(WHERE, fields, content_type="application/json").json()["member"]
        assert account_of(fields) is None and len(waiting) == 1
        waiting[0]()
        assert account_of(fields) == str(member)
        bonin.django.verifier().registry.release(str(member), rejoin_after_ms=0)  # its row is rolled back, and its key free


class Committed(TransactionTestCase):
    def test_a_request_that_fails(self):
        """Member and account are rolled back alike: the person can sign up."""
        self.client.raise_request_exception = False
        fields = verified(self.client, {"name": "Lee", "birth_date": "1990-05-17"})
        shop.fails.append("the shop's mail server is down")
        assert self.client.post(WHERE, fields, content_type="application/json").status_code == 500
        assert not User.objects.count() and account_of(fields) is None
        member = self.client.post(WHERE, fields, content_type="application/json").json()["member"]
        assert account_of(fields) == str(member) and User.objects.get().pk == member
'''


def test_a_project(tmp_path: pathlib.Path) -> None:
    for name, text in (("manage", MANAGE), ("shop", SHOP), ("tests", TESTS)):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
    done = python(["manage.py", "test", "--settings="], environment(), cwd=tmp_path)
    assert done.returncode == 0 and "Ran 2 tests" in done.stderr, done.stdout + done.stderr
    assert "bonin.W001" in done.stderr, "the checks ran"


def test_django_4() -> None:
    """Everything here, and the contract, with the other Django that the checkout holds."""
    other = ROOT / ".venv" / "django4"
    if not other.exists():
        pytest.skip("no second Django: ./dev test installs it")
    env = environment()
    env["PYTHONPATH"] = f"{other}:{env['PYTHONPATH']}"
    done = python(["-c", "import django, rest_framework; print(django.__version__)"], env)
    assert done.stdout.startswith("4.2"), done.stdout + done.stderr
    here = pathlib.Path(__file__).parent
    tests = [
        f"{here / 'test_25_web.py'}::test_the_contract",
        str(here / "test_47_django.py"),
        str(here / "test_48_rest.py"),
    ]
    pytest_of = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "(django or rest) and not django_4",
    ]
    done = subprocess.run([*pytest_of, *tests], env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_transaction_that_nobody_would_await_is_refused() -> None:
    from members.models import PersonKey, UsedVerification

    from bonin.django.store import Store

    async def work() -> None:
        raise AssertionError("nobody awaits it")

    with pytest.raises(bonin.InvalidArgument, match="`work` must not be a coroutine function"):
        Store(PersonKey, UsedVerification).run(work)


def test_without_django() -> None:
    script = "import sys; sys.modules['django'] = None; import bonin; import bonin.django"
    done = python(["-c", script], environment())
    assert "ImportError: bonin.django needs Django; install it with: pip install bonin[django]" in done.stderr
    script = "import bonin, sys; assert not {'django', 'asgiref', 'bonin.django'} & set(sys.modules)"
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr
    script = "import sys; sys.modules['rest_framework'] = None; import bonin.django; import bonin.django.rest"
    done = python(["-c", script], environment())
    assert "ImportError: bonin.django.rest needs Django REST framework: pip install djangorestframework" in done.stderr


def test_a_mixin_that_stands_too_late_is_no_class(verifier: bonin.Verifier) -> None:
    with pytest.raises(TypeError, match="must stand before View"):
        type("Late", (View, IdentityRequiredMixin), {"verifier": verifier})


def test_what_as_view_is_given_counts(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    class Open(IdentityRequiredMixin, Handlers):
        pass

    Open.verifier = verifier
    named = Open.as_view(identity_options={"on_denied": lambda request, refusal: HttpResponse("mine")})
    strict = bonin.Verifier(
        verifier.portone, bonin.Policy({"name": "nobody", "rules": [{"age": {"at_least": 120, "by": "full"}}]})
    )
    app = djangos.App([path("plain/<name>", Open.as_view()), path("named/<name>", named), path("strict/<name>", Open.as_view(verifier=strict)),
                       path("", include(bonin.django.urls(verifier, **web.CHANNEL)))])  # fmt: skip
    browser = opened("django", app)
    id = browser.verified(sandbox)
    assert browser.get(f"/plain/kim?identityVerificationId={id}").status == 200
    assert browser.get("/named/kim").text == "mine"
    assert browser.get(f"/strict/kim?identityVerificationId={id}").status == 403
    assert browser.get("/plain/kim").json()["code"] == "invalid_id", "each view has a guard of its own"


def test_without_begun_the_routes_want_djangos_token(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = djangos.App([path("", include(bonin.django.urls(verifier, begun=False, **web.CHANNEL)))])
    reply = opened("django", app).post("/identity-verifications", {"identityVerificationId": sandbox.verify("adult")})
    assert reply.status == 403 and "CSRF" in reply.text
