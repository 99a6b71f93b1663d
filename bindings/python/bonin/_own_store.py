"""The threads that ask the application's own store."""

from __future__ import annotations

import logging
from typing import Any

from ._green import start_thread
from ._registry import Claim


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
        try:
            if context is None:
                _answer(question, store)
            else:
                context.run(_answer, question, store)  # the contextvars of the call that asks
        except BaseException as error:  # whatever it is, the question is answered
            try:
                logging.getLogger("bonin").error("the application's own store failed", exc_info=True)
            finally:
                question.fail(error)
        del question  # not kept alive by the wait for the next


def _answer(question: Any, store: Any) -> None:
    if question.account_id is None:
        question.found(store.find(question.keys))
        return
    claim = store.claim(question.keys, question.account_id)
    if not isinstance(claim, Claim):
        claim = Claim(claim)
    question.claimed(claim.outcome, claim.reason, claim.until)
