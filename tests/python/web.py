"""One browser for every framework: what it sends to an app, and what comes back."""

import asyncio
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional

import bonin

ROUTES = {"v1": "/certifications", "v2": "/identity-verifications"}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str
    cookies: List[str]

    def json(self) -> Any:
        return json.loads(self.text)


class Browser:
    """Keeps cookies. `send` is what a framework's test client does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def send(
        self, method: str, path: str, body: bytes = b"", type: Optional[str] = None, https: bool = False, **headers: str
    ) -> Reply:
        raise NotImplementedError

    def post(self, path: str, fields: Any, **headers: str) -> Reply:
        return self.send("POST", path, json.dumps(fields).encode(), JSON, **headers)

    def post_many(self, path: str, fields: Any, times: int) -> List[Reply]:
        """All at once."""
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda _: self.post(path, fields), range(times)))

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def begin(self, api: str = "v2", prefix: str = "") -> Dict[str, str]:
        reply = self.send("POST", f"{prefix}{ROUTES[api]}/begin")
        assert reply.status == 200, reply.text
        request: Dict[str, str] = reply.json()
        return request

    def verified(self, sandbox: bonin.Sandbox, who: Any = "adult", **options: Any) -> str:
        """Begins here and finishes in the sandbox: the id of V2."""
        return sandbox.verify(who, id=self.begin(**options)["identityVerificationId"])


class FlaskBrowser(Browser):
    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.client = app.test_client()

    def send(
        self, method: str, path: str, body: bytes = b"", type: Optional[str] = None, https: bool = False, **headers: str
    ) -> Reply:
        path, _, query = path.partition("?")
        # The client's own jar would overwrite a cookie that is given.
        client = self.app.test_client(use_cookies=False) if "Cookie" in headers else self.client
        server = {"CONTENT_LENGTH": headers.pop("Content_Length")} if "Content_Length" in headers else {}
        reply = client.open(
            path, method=method, environ_overrides=server, query_string=query, data=body or None, content_type=type,
            headers=named(headers), base_url="https://shop.example" if https else "http://shop.example",
        )  # fmt: skip
        return Reply(
            reply.status_code, reply.headers, reply.get_data(as_text=True), reply.headers.getlist("Set-Cookie")
        )


class FastapiBrowser(Browser):
    def __init__(self, app: Any) -> None:
        import httpx

        super().__init__(app)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport)

    def send(self, *args: Any, **options: Any) -> Reply:
        return asyncio.run(self.asend(*args, **options))

    async def asend(
        self, method: str, path: str, body: bytes = b"", type: Optional[str] = None, https: bool = False, **headers: str
    ) -> Reply:
        given = {**named(headers), **({} if type is None else {"Content-Type": type})}
        given.setdefault("Accept", "")
        url = f"http{'s' * https}://shop.example{path}"
        reply = await self.client.request(method, url, content=body, headers=given)
        return Reply(reply.status_code, reply.headers, reply.text, reply.headers.get_list("set-cookie"))

    def post_many(self, path: str, fields: Any, times: int) -> List[Reply]:
        async def all_at_once() -> List[Reply]:
            body = json.dumps(fields).encode()
            return await asyncio.gather(*(self.asend("POST", path, body, JSON) for _ in range(times)))

        return asyncio.run(all_at_once())


class DjangoBrowser(Browser):
    """By WSGI, as a server hands it over; FastapiBrowser is the one by ASGI."""

    def __init__(self, app: Any) -> None:
        import httpx

        super().__init__(app)
        self.client = httpx.Client(transport=httpx.WSGITransport(app=app.wsgi, raise_app_exceptions=False))

    def send(
        self, method: str, path: str, body: bytes = b"", type: Optional[str] = None, https: bool = False, **headers: str
    ) -> Reply:
        given = {**named(headers), **({} if type is None else {"Content-Type": type})}
        given.setdefault("Accept", "")
        reply = self.client.request(method, f"http{'s' * https}://shop.example{path}", content=body, headers=given)
        # Django writes a space before each cookie, which a server drops.
        cookies = [cookie.strip() for cookie in reply.headers.get_list("set-cookie")]
        return Reply(reply.status_code, reply.headers, reply.text, cookies)


def named(headers: Mapping[str, str]) -> Dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


#: What a router needs to begin.
CHANNEL: Any = {"channel_key": "channel-key-00000000-0000-4000-8000-000000000001"}


def flask_app(verifiers: List[bonin.Verifier], **options: Any) -> Any:
    from flask import Flask

    from bonin.flask import identity_blueprint

    app = Flask("shop")
    for verifier in verifiers:
        app.register_blueprint(identity_blueprint(verifier, **{**CHANNEL, **options}))
    return app


def fastapi_app(verifiers: List[bonin.Verifier], **options: Any) -> Any:
    from fastapi import FastAPI

    from bonin.fastapi import identity_router

    app = FastAPI()
    for verifier in verifiers:
        app.include_router(identity_router(verifier, **{**CHANNEL, **options}))
    return app


def django_app(verifiers: List[bonin.Verifier], asynchronous: bool = False, **options: Any) -> Any:
    import djangos
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    import bonin.django

    for name in ("on_allowed", "on_again", "on_denied"):
        function = options.get(name)
        if callable(function):
            options[name] = lambda request, news, function=function: function(news)
    if options.get("begun") is False:
        options["decorators"] = [csrf_exempt]  # these tests are not about Django's token
    made = [bonin.django.urls(verifier, asynchronous=asynchronous, **{**CHANNEL, **options}) for verifier in verifiers]
    return djangos.App([path("", include(one)) for one in made])


def flask_or_401(answers: Callable[[Any], str]) -> Callable[[Any], str]:
    from flask import abort

    return lambda request: answers(request) or abort(401)


def fastapi_or_401(answers: Callable[[Any], str]) -> Callable[[Any], str]:
    from fastapi import HTTPException

    def answer(request: Any) -> str:
        user = answers(request)
        if not user:
            raise HTTPException(401)
        return user

    return answer


#: What a page of another site may send, and see.
CORS_HEADERS = {"allow": ["Content-Type", "Authorization", "Bonin-Subject"], "expose": ["Bonin-Subject", "Retry-After"]}


def flask_cors(app: Any, origin: str) -> Any:
    from flask_cors import CORS

    allow, expose = CORS_HEADERS["allow"], CORS_HEADERS["expose"]
    CORS(app, origins=[origin], supports_credentials=True, allow_headers=allow, expose_headers=expose)
    return app


def fastapi_cors(app: Any, origin: str) -> Any:
    from fastapi.middleware.cors import CORSMiddleware

    app.add_middleware(
        CORSMiddleware, allow_origins=[origin], allow_credentials=True, allow_methods=["GET", "POST"],
        allow_headers=CORS_HEADERS["allow"], expose_headers=CORS_HEADERS["expose"],
    )  # fmt: skip
    return app


class Framework(NamedTuple):
    """or_401: makes a function of the request that ends one without an answer by 401. cors: lets an origin in. None where
    the framework leaves either to a middleware of the application.
    """

    app: Callable[..., Any]
    browser: Callable[[Any], Browser]
    or_401: Optional[Callable[[Callable[[Any], str]], Callable[[Any], str]]] = None
    cors: Optional[Callable[[Any, str], Any]] = None

    def open(self, *verifiers: bonin.Verifier, **options: Any) -> Browser:
        """A browser at an app with a router for each verifier."""
        return self.browser(self.app(list(verifiers), **options))


FRAMEWORKS = {
    "flask": Framework(flask_app, FlaskBrowser, flask_or_401, flask_cors),
    "fastapi": Framework(fastapi_app, FastapiBrowser, fastapi_or_401, fastapi_cors),
    "django": Framework(django_app, DjangoBrowser),
    "django-async": Framework(partial(django_app, asynchronous=True), FastapiBrowser),
}


def elsewhere(api: str) -> str:
    """An id that no server of ours issued."""
    return secrets.token_hex(16)
