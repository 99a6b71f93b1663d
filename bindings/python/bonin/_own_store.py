"""Asks the application's own store: on the thread of a blocking call, and on threads of bonin's own for the others."""

from __future__ import annotations

import logging
from typing import Any

from ._green import start_thread


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


def ask_here(question: Any, store: Any) -> None:
    """On the thread of the blocking call that asks. What is no Exception, such as KeyboardInterrupt, ends that call."""
    try:
        _have_answered(question, store)
    except Exception as error:
        fail(question, error)
    except BaseException as error:
        question.fail(error)
        raise


def _ask(question: Any, store: Any) -> None:
    try:
        _have_answered(question, store)
    except BaseException as error:  # whatever it is, the question is answered
        fail(question, error)


def _have_answered(question: Any, store: Any) -> None:
    told = getattr(store, question.function)(*question.arguments)
    if hasattr(told, "__await__"):
        from . import _own_store_aio

        _own_store_aio.answer_later(question, told)
    else:
        question.answer(told)


def fail(question: Any, error: BaseException) -> None:
    try:
        logging.getLogger("bonin").error("the application's own store failed", exc_info=error)
    finally:
        question.fail(error)
