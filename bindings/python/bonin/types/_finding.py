"""What a decision says of each rule."""

from __future__ import annotations

from typing import Literal, Optional, TypedDict, Union

Outcome = Literal["pass", "fail", "unknown"]
Language = Literal["ko", "en"]
#: The rule that a finding is about. `begun` stands in no document: it comes from `verify(..., begun=True)`.
FindingCode = Literal[
    "verified",
    "fresh",
    "channel",
    "age",
    "has",
    "attested",
    "gender",
    "carrier",
    "mvno",
    "provider",
    "foreigner",
    "expect",
    "begun",
    "guardian",
    "account",
    "single_use",
    "not_banned",
    "rejoin_period_over",
    "all_of",
    "any_of",
    "not",
]
#: Why a rule did not pass. A rule made of others names its parts instead, such as `age:too_young,foreigner:missing`.
Reason = Literal[
    # fail
    "not_finished",
    "verification_failed",
    "stale",
    "in_future",
    "test_channel",
    "unmarked_channel",
    "other_channel",
    "other_provider",
    "other_merchant",
    "too_young",
    "too_old",
    "absent",
    "not_listed",
    "excluded",
    "foreigner",
    "not_foreigner",
    "mvno",
    "not_mvno",
    "mismatch",
    "foreign",
    "expired",
    "has_account",
    "signed_up",
    "taken",
    "no_account",
    "other_account",
    "being_signed_up",
    "used",
    "banned",
    "too_soon",
    "needs_guardian",
    "same_person",
    "guardian_too_young",
    "guardian_not_verified",
    # unknown
    "unknown_status",
    "missing_channel",
    "unknown_channel",
    "missing",
    "unreadable",
    "unattested",
    "future_birth_date",
    "not_supplied",
    "no_standing",
    "two_persons",
    "no_key",
    "page_chosen_di",
    "guardian_unknown",
]


class FindingDict(TypedDict):
    """The answer of `Finding.to_dict()`."""

    code: FindingCode
    outcome: Outcome
    reason: Optional[Union[Reason, str]]
    pointer: str
    ko: str
    en: str
    until: Optional[str]
