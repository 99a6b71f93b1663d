"""A request of Django's, sync and async, and what is answered."""

from __future__ import annotations

import inspect
import logging
from http.cookies import SimpleCookie
from typing import Any, Callable, List, Mapping

from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import RequestDataTooBig  # type: ignore[import-untyped]
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError  # type: ignore[import-untyped]
from django.http.request import RawPostDataException  # type: ignore[import-untyped]
from django.http.response import HttpResponseBase  # type: ignore[import-untyped]

from .. import _refusal, _routes, _web


class Visit(_routes.Visit):
    """A request in a thread of its own, which may wait."""

    def __init__(self, request: HttpRequest) -> None:
        meta, scope = request.META, getattr(request, "scope", None)
        query = meta.get("QUERY_STRING", "").encode("latin-1") if scope is None else scope.get("query_string", b"")
        super().__init__(request, request.method, query, request.is_secure(), meta.get("REMOTE_ADDR") or None)
        self._scope = scope
        self.logger = logging.getLogger("django.request")

    def header(self, name: str) -> List[str]:
        if name == "Host":  # as USE_X_FORWARDED_HOST and ALLOWED_HOSTS have it
            return [self.request.get_host()]
        if self._scope is not None:  # META joins two cookies by a comma
            wanted = name.lower().encode()
            return [value.decode("latin-1") for key, value in self._scope["headers"] if key == wanted]
        value = self.request.headers.get(name)
        # CONTENT_LENGTH of WSGI may be empty where there is none.
        return [] if value is None or (name == "Content-Length" and not value) else [value]

    def body(self) -> Any:
        kind, encoding = self.request.META.get("CONTENT_TYPE", ""), "".join(self.header("Content-Encoding"))
        _web.expect_body(kind, encoding, self.header("Content-Length"))
        try:
            return _web.Body(kind, self.request.body)
        except RequestDataTooBig:
            raise _refusal.Refused(_refusal.refusal("body_too_large")) from None
        except UnreadablePostError:
            raise _refusal.Refused(_refusal.refusal("invalid_body")) from None
        except RawPostDataException:
            return self.parsed()

    def parsed(self) -> _web.Body:
        """What the application has made of a body that it has read."""
        raise _refusal.Refused(_refusal.refusal("invalid_body")) from None

    def ask(self, function: Callable[[Any], Any]) -> Any:
        return _settled(function, self.request)

    def tell(self, function: Callable[..., Any], news: Any) -> Any:
        return _settled(function, self.request, news)

    def response(self, reply: _routes.Reply) -> HttpResponseBase:
        if reply.given is None:
            body, status, headers = reply.default
            response = self.finished(HttpResponse(body, status=status, headers=headers), {})
        else:
            response = reply.given if isinstance(reply.given, HttpResponseBase) else JsonResponse(reply.given)
            response.status_code = reply.status(response.status_code)
            self.finished(response, reply.headers)
        if reply.refusal is not None and reply.refusal.status >= 500:
            _is_logged(response)
        return response

    def finished(self, response: Any, headers: Mapping[str, str]) -> Any:
        """headers: go with the answer unless the application says otherwise."""
        if not isinstance(response, HttpResponseBase):  # Django says what is wrong with it
            return response
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        for name, value in self.added:
            _add(response, name, value)
        return response


class AsyncVisit(Visit):
    """A request in an event loop. Functions that are not async run in the thread in which Django runs sync code."""

    prefix = "a"

    async def body(self) -> _web.Body:
        return super().body()  # type: ignore[no-any-return]

    def ask(self, function: Callable[[Any], Any]) -> Any:
        return _awaited(function, self.request)

    def tell(self, function: Callable[..., Any], news: Any) -> Any:
        return _awaited(function, self.request, news)


def _settled(function: Callable[..., Any], *args: Any) -> Any:
    answer = function(*args)
    return async_to_sync(_itself)(answer) if inspect.isawaitable(answer) else answer


async def _awaited(function: Callable[..., Any], *args: Any) -> Any:
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004
        return await function(*args)
    answer = await sync_to_async(function, thread_sensitive=True)(*args)
    return await answer if inspect.isawaitable(answer) else answer


async def _itself(answer: Any) -> Any:
    return await answer


def _add(response: HttpResponseBase, name: str, value: str) -> None:
    """A cookie goes where Django keeps them: its test client and middlewares look there."""
    jar = SimpleCookie(value) if name == "Set-Cookie" else None
    if jar:
        response.cookies.update(jar)
    else:  # a cookie with a flag that this Python does not know, such as Partitioned
        response.headers[name] = value


def _is_logged(response: HttpResponseBase) -> None:
    """Django logs an answer of 500 or more with the request, unless this says that it has been logged.

    bonin has logged it, masked. With the request, whoever reads Django's mails would read what the browser posted.
    """
    response._has_been_logged = True
