"""The threads that ask the application's own store."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from ._green import start_thread
from ._registry import Claim
from .errors import InvalidArgument


def start(queue: Any, store: Any) -> None:
    start_thread(_serve, queue, store, name="bonin-own-store")


def _serve(queue: Any, store: Any) -> None:
    try:
        _answer_all(queue, store)
    finally:
        queue.leave()


def _answer_all(queue: Any, store: Any) -> None:
    back = False
    while True:
        question = queue.take(back)
        back = True
        if question is None:
            return
        context = question.context
        if context is None:
            _ask(question, store)
        else:
            context.run(_ask, question, store)  # the contextvars of the call that asks
        del question  # not kept alive by the wait for the next


def _ask(question: Any, store: Any) -> None:
    try:
        if question.account_id is None:
            told = store.find(question.keys)
        else:
            told = store.claim(question.keys, question.account_id)
        if hasattr(told, "__await__"):
            from . import _own_store_aio

            told = _own_store_aio.wait(question, told)
            if told is _own_store_aio.LATER:
                return
        answer(question, told)
    except BaseException as error:  # whatever it is, the question is answered
        fail(question, error)


def answer(question: Any, told: Any) -> None:
    """Hands on what the application's function answered."""
    if question.account_id is None:
        if told is not None and (isinstance(told, bool) or not isinstance(told, (str, int, UUID))):
            name = type(told).__name__
            raise InvalidArgument(
                "`own_store.find` must answer an account id (text, a whole number or a uuid.UUID), or None: it answered "
                f"`{name}`; use `str(id)`",
                parameter="own_store.find",
            )
        question.found(told)
        return
    claim = told if isinstance(told, Claim) else Claim(told)
    question.claimed(claim.outcome, claim.reason, claim.until)


def fail(question: Any, error: BaseException) -> None:
    try:
        logging.getLogger("bonin").error("the application's own store failed", exc_info=error)
    finally:
        question.fail(error)
