"""What bonin needs of Starlette and no public function of it gives. tests/python/test_37_starlette.py notices a change."""

from typing import Any, Callable, Type

from fastapi import Request


def keep_body(request: Request, body: bytes) -> None:
    """The application may still read the body that was read from the stream: body(), json() and form() look here."""
    request._body = body


def answer_exceptions(request: Request, exception: Type[Exception], answer: Callable[..., Any]) -> None:
    """Has the app of this request answer an exception by `answer`, unless it has a handler of its own.

    A dependency can end a request by an exception alone, and add_exception_handler() has no effect on an app that runs.
    Where this does not work, FastAPI answers an HTTPException by itself.
    """
    handlers = request.scope.get("starlette.exception_handlers")
    if handlers:
        handlers[0].setdefault(exception, answer)
