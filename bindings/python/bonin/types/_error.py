"""The kinds of errors."""

from __future__ import annotations

from typing import Literal

ErrorKind = Literal[
    "invalid_argument",
    "invalid_id",
    "insecure_url",
    "missing_credentials",
    "invalid_timeout",
    "invalid_policy",
    "closed",
    "draining",
    "connection_failed",
    "timed_out",
    "tls_failed",
    "redirect_refused",
    "cancelled",
    "overloaded",
    "outcome_unknown",
    "unauthorized",
    "forbidden",
    "not_found",
    "conflict",
    "rejected",
    "provider_failed",
    "throttled",
    "unavailable",
    "unreadable_answer",
    "mismatched_answer",
    "invalid_pepper",
    "store_busy",
    "store_full",
    "store_read_only",
    "store_corrupt",
    "store_unavailable",
    "store_failed",
    "claim_refused",
    "denied",
    "internal",
]
