"""What a proof is worth."""

from __future__ import annotations

from typing import Literal

#: What a proof is worth.
ProofState = Literal["valid", "expired", "other_policy", "foreign", "unreadable"]
