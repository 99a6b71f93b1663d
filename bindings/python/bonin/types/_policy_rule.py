"""The rules of a policy document: policy.schema.json."""

from __future__ import annotations

from typing import List, Literal, TypedDict, Union

from ._age_limit import AgeLimit
from ._expect import ExpectField
from ._person import AttributeName, Carrier, Gender

#: new: the person holds no account. same: the subject's own. any: it is known which.
AccountWanted = Literal["new", "same", "any"]


class FreshLimit(TypedDict):
    """within: a whole number and s, m, h or d, up to `36500d`, such as `10m`."""

    within: str


class ChannelLimit(TypedDict, total=False):
    """At least one key. type: `live` unless said otherwise. unmarked: take V1 answers; True unless said otherwise."""

    type: Literal["live", "live_or_test"]
    unmarked: bool
    keys: List[str]
    providers: List[str]
    pg_merchant_ids: List[str]


TextsIn = TypedDict("TextsIn", {"in": List[str]})
GendersIn = TypedDict("GendersIn", {"in": List[Gender]})
CarriersIn = TypedDict("CarriersIn", {"in": List[Carrier]})


class TextsNotIn(TypedDict):
    not_in: List[str]


class GendersNotIn(TypedDict):
    not_in: List[Gender]


class CarriersNotIn(TypedDict):
    not_in: List[Carrier]


class RuleText(TypedDict, total=False):
    """The document's own words for the person, where the rule does not pass; without a language bonin's sentence stands."""

    ko: str
    en: str


class _Rule(TypedDict, total=False):
    text: RuleText


class VerifiedRule(_Rule):
    """The verification is finished. Part of every policy."""

    verified: Literal[True]


class FreshRule(_Rule):
    """Verified no longer ago than this, and at most a minute in the future."""

    fresh: Union[FreshLimit, str]


class ChannelRule(_Rule):
    """The channel is live, and one of those named."""

    channel: ChannelLimit


class AgeRule(_Rule):
    """Old enough, by the calendar of Korea."""

    age: AgeLimit


class HasRule(_Rule):
    """The attributes are given, and checked by the provider or accepted."""

    has: Union[AttributeName, List[AttributeName]]


class AttestedRule(_Rule):
    """The provider checked the attributes."""

    attested: Union[AttributeName, List[AttributeName]]


class GenderRule(_Rule):
    gender: Union[GendersIn, GendersNotIn]


class CarrierRule(_Rule):
    carrier: Union[CarriersIn, CarriersNotIn]


class MvnoRule(_Rule):
    """On a budget line (알뜰폰), or not."""

    mvno: bool


class ProviderRule(_Rule):
    """The provider, in upper case, such as `DANAL`."""

    provider: Union[TextsIn, TextsNotIn]


class ForeignerRule(_Rule):
    """A foreigner, or a Korean national."""

    foreigner: bool


class ExpectRule(_Rule):
    """The application must say what it expects of these, and it must be equal."""

    expect: Union[ExpectField, List[ExpectField]]


class GuardianRule(_Rule):
    """An adult who is somebody else consents."""

    guardian: Literal[True]


class AccountRule(_Rule):
    """Needs a registry."""

    account: AccountWanted


class SingleUseRule(_Rule):
    """Nobody else used this id. Needs a registry."""

    single_use: Literal[True]


class NotBannedRule(_Rule):
    """Needs a registry."""

    not_banned: Literal[True]


class RejoinPeriodOverRule(_Rule):
    """Needs a registry. With the length of the period, such as `30d`, which `Policy.rejoin_after_ms` answers."""

    rejoin_period_over: Union[Literal[True], str]


class AllOfRule(_Rule):
    all_of: List[PolicyRule]


class AnyOfRule(_Rule):
    any_of: List[PolicyRule]


_Not = TypedDict("_Not", {"not": "PolicyRule"})


class NotRule(_Not, _Rule): ...


#: An object with one key, the rule; `text` may stand beside it.
PolicyRule = Union[
    VerifiedRule,
    FreshRule,
    ChannelRule,
    AgeRule,
    HasRule,
    AttestedRule,
    GenderRule,
    CarrierRule,
    MvnoRule,
    ProviderRule,
    ForeignerRule,
    ExpectRule,
    GuardianRule,
    AccountRule,
    SingleUseRule,
    NotBannedRule,
    RejoinPeriodOverRule,
    AllOfRule,
    AnyOfRule,
    NotRule,
]
