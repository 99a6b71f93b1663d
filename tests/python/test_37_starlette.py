"""The two places of Starlette that bonin uses without a public function: a change of Starlette must show here."""

import asyncio
from typing import Any, Dict, List

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI, Request

from bonin import _starlette


def scope(**more: Any) -> Dict[str, Any]:
    base = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1", "scheme": "http"}
    return {**base, "headers": [(b"content-type", b"application/json")], **more}


async def nothing_comes() -> Dict[str, Any]:
    raise AssertionError("the body was read from the connection again")


def test_a_body_that_was_kept_can_be_read() -> None:
    async def read() -> None:
        request = Request(scope(), nothing_comes)
        _starlette.keep_body(request, b'{"id": "a"}')
        assert await request.body() == b'{"id": "a"}' and await request.json() == {"id": "a"}

    asyncio.run(read())


def test_an_exception_of_a_dependency_is_answered_by_the_app_that_runs() -> None:
    class Ended(Exception):
        pass

    async def answer(request: Request, error: Exception) -> Any:
        from starlette.responses import PlainTextResponse

        return PlainTextResponse("answered", 418)

    app = FastAPI()

    @app.get("/")
    async def route(request: Request) -> None:
        _starlette.answer_exceptions(request, Ended, answer)
        raise Ended

    sent: List[Dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(app({**scope(method="GET"), "asgi": {"version": "3.0"}, "server": ("x", 80)}, receive, send))
    assert sent[0]["status"] == 418 and sent[1]["body"] == b"answered"
