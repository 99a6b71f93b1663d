"""What a browser may be told, for glue of one's own: a Decision or an error as a Refusal.

try:
    decision = verifier.verify(id, subject=session_id, begun=True)
    refusal = None if decision.allowed else refusal_of(decision)
except bonin.BoninError as error:
    refusal = refusal_of(error)
"""

from __future__ import annotations

from typing import Union

from . import BoninError, Decision, InvalidArgument, _refusal
from ._refusal import Refusal as Refusal

__all__ = ["Refusal", "refusal_of"]


def refusal_of(told: Union[Decision, BoninError]) -> Refusal:
    """Why a decision or an error does not let somebody through: status, code, ko, en, findings, retry_after.

    It tells nothing about somebody else. InvalidArgument: for a decision that allows, and for anything else.
    """
    if isinstance(told, BoninError):
        return _refusal.failure(told)
    refused = _refusal.outcome(told) if isinstance(told, Decision) else told
    if isinstance(refused, Refusal):
        return refused
    raise InvalidArgument("`told` must be a Decision that denies, or an error of bonin", parameter="told")
