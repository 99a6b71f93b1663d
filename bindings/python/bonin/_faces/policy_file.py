from __future__ import annotations

from typing import TYPE_CHECKING

from . import policy
from .look import Html

if TYPE_CHECKING:
    from .._native import PolicyFile


def face(file: PolicyFile) -> Html:
    """The policy in force."""
    return policy.face(file.policy)
