"""The words of a registry's answers. They are public as names of `bonin.types`, which a registry's answer does not load."""

from typing import Literal

KeyKind = Literal["ci", "di"]

StandingAccount = Literal["unknown", "none", "same", "other"]
Use = Literal["first", "same_subject", "other_subject"]
StandingUse = Literal["unknown", Use]
OwnStoreUse = Use

# Why a person has no place for an account, whoever is asked.
_KeptOut = Literal["reserved", "banned", "rejoin_period"]
#: Why a store keeps no place.
OwnStoreRefusal = Literal["has_account", _KeptOut, "two_persons"]
ReservedReason = Literal[OwnStoreRefusal, "page_chosen_di"]
StandingPlace = Literal["unknown", "free", OwnStoreRefusal, "no_key", "page_chosen_di", "signed_up"]

ClaimOutcome = Literal["created", "existing", "taken", "refused"]
_NotGranted = Literal["other_account", "other_person", "two_persons", _KeptOut]
ClaimReason = Literal[_NotGranted, "lapsed", "page_chosen_di"]
ImportReason = Literal[
    _NotGranted,
    "other_subject",
    "bad_kind",
    "unused_kind",
    "bad_value",
    "unknown_provider",
    "bad_merchant",
    "bad_account",
    "unknown_pepper",
    "broken_line",
]
