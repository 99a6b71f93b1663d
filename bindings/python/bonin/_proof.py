"""A yes that lasts."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple, Optional

if TYPE_CHECKING:
    from .types import ProofState


class Proof(NamedTuple):
    """What a proof is worth: ask `valid`.

    state: `valid`, `expired`, `other_policy`, `foreign` (no key of these signed it for this subject) or `unreadable`.
    at, until: UTC; when the policy was met, and the first moment at which it counts no more. policy_name, policy_hash:
    which policy. id_sha256: of the verification's id, as `Decision.record()` has it. All five are None unless the proof
    was signed here for the subject. ko, en: for an end user.
    """

    state: ProofState
    at: Optional[datetime.datetime]
    until: Optional[datetime.datetime]
    policy_name: Optional[str]
    policy_hash: Optional[str]
    id_sha256: Optional[str]
    ko: str
    en: str

    @property
    def valid(self) -> bool:
        """Does it still count?"""
        return self.state == "valid"

    def __bool__(self) -> bool:
        raise TypeError("a Proof is no boolean: ask `.valid`")
