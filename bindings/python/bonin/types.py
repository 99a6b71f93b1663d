"""The words and the plain shapes of bonin's calls, for annotations: `from bonin.types import PolicyDocument, Reason`.

Importing bonin does not import this module. `typing.get_args(Reason)` gives the words of a Literal.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Mapping, Optional, Sequence, TypedDict, Union

from ._flow_options import (
    Bypass,
    Customer,
    CustomerGender,
    DanalBypass,
    FlowCarrier,
    FlowOptions,
    IframeOptions,
    InicisAgency,
    InicisBypass,
    KcpBypass,
    OtpOptions,
    PopupOptions,
    RouterFlowOptions,
    SubjectCookie,
    WindowType,
    WindowTypes,
)
from ._import import ImportReason
from ._own_store_types import (
    BanStore,
    ForgetStore,
    OwnStanding,
    OwnStore,
    OwnStoreRefusal,
    OwnStoreUse,
    OwnWho,
    ReleaseStore,
    ReservationStore,
    StandingStore,
    UseStore,
)
from ._registry import ClaimOutcome, ClaimReason, KeyKind, ReservedReason

if TYPE_CHECKING:
    from ._native import PortOneV2

__all__ = [
    "AccountWanted",
    "AgeBy",
    "AgeLimit",
    "Api",
    "Attestation",
    "AttributeName",
    "Auth",
    "BanStore",
    "Bypass",
    "Carrier",
    "CarrierOfLine",
    "ChannelLimit",
    "ChannelType",
    "CircuitState",
    "ClaimOutcome",
    "ClaimReason",
    "Customer",
    "CustomerGender",
    "DanalBypass",
    "ErrorKind",
    "Expect",
    "ExpectField",
    "FaultKind",
    "FaultMatch",
    "FindingCode",
    "FindingDict",
    "FlowCarrier",
    "FlowOptions",
    "ForgetStore",
    "Gender",
    "IframeOptions",
    "ImportReason",
    "InicisAgency",
    "InicisBypass",
    "KcpBypass",
    "KeyKind",
    "Language",
    "LatencyDict",
    "MetricsDict",
    "OtpLimits",
    "OtpMethod",
    "OtpOptions",
    "Outcome",
    "OutcomesDict",
    "OwnStanding",
    "OwnStore",
    "OwnStoreRefusal",
    "OwnStoreUse",
    "OwnWho",
    "PersonDict",
    "Persona",
    "PersonaDict",
    "PolicyCaseChange",
    "PolicyDiff",
    "PolicyDocument",
    "PolicyNode",
    "PolicyRule",
    "PolicyRuleChange",
    "PolicyRuleSide",
    "PopupOptions",
    "PresetInfo",
    "PresetName",
    "ProofState",
    "Provider",
    "Reason",
    "RecordStatus",
    "RecordsDict",
    "RefusalCode",
    "RegistryMetricsDict",
    "RegistryOperation",
    "ReleaseStore",
    "RequestDict",
    "RequestsDict",
    "ReservationStore",
    "ReservedReason",
    "RouterFlowOptions",
    "RuleText",
    "SandboxOperation",
    "SandboxPerson",
    "SandboxPersonOptions",
    "SandboxV1Options",
    "SandboxV2Options",
    "SandboxVerifyOptions",
    "SortOrder",
    "Standing",
    "StandingAccount",
    "StandingPlace",
    "StandingStore",
    "StandingUse",
    "Status",
    "SubjectCookie",
    "TimeField",
    "Use",
    "UseStore",
    "WindowType",
    "WindowTypes",
]

# ---- verifications --------------------------------------------------------------------------------------------------

Api = Literal["v1", "v2"]
Status = Literal["unknown", "ready", "verified", "failed"]
ChannelType = Literal["missing", "unknown", "unmarked", "live", "test"]
Attestation = Literal["absent", "unreadable", "self_declared_possible", "attested"]
Gender = Literal["male", "female", "other"]
Carrier = Literal["SKT", "KT", "LGU"]
#: Providers whose attributes bonin knows to be checked. PortOne has others: a provider is a str.
Provider = Literal["DANAL", "KCP_V2", "INICIS_UNIFIED", "INICIS"]
#: The attributes of a person, as policies name them.
AttributeName = Literal["name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"]


class PersonDict(TypedDict):
    """The answer of `Person.to_dict()`: personal data."""

    name: Optional[str]
    birth_date: Optional[datetime.date]
    gender: Optional[Gender]
    foreigner: Optional[bool]
    phone: Optional[str]
    carrier: Optional[Carrier]
    mvno: Optional[bool]
    ci: Optional[str]
    di: Optional[str]


# ---- requests to PortOne --------------------------------------------------------------------------------------------

Auth = Literal["secret", "login", "api_key"]
#: A carrier as V2's `send` and `list` name it: `_MVNO` marks a budget line.
CarrierOfLine = Literal["SKT", "KT", "LGU", "SKT_MVNO", "KT_MVNO", "LGU_MVNO"]
OtpMethod = Literal["SMS", "APP"]
#: The status of a verification as PortOne writes it.
RecordStatus = Literal["READY", "VERIFIED", "FAILED"]
TimeField = Literal["REQUESTED_AT", "VERIFIED_AT", "FAILED_AT", "STATUS_UPDATED_AT"]
SortOrder = Literal["ASC", "DESC"]

# ---- errors and health ----------------------------------------------------------------------------------------------

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
CircuitState = Literal["closed", "open", "half_open"]
#: `claim` counts try_claim as well, `commit` try_commit, `export` its pages, `import` its batches.
RegistryOperation = Literal[
    "find",
    "match",
    "standing",
    "admit",
    "reserve",
    "claim",
    "commit",
    "cancel",
    "consume",
    "release",
    "forget",
    "ban",
    "unban",
    "count",
    "export",
    "forget_uses",
    "rotate",
    "check",
    "import",
]


class LatencyDict(TypedDict):
    """`counts[i]` calls took at most `bounds[i]` ms; the last bucket has no bound. `sum` is in ms."""

    bounds: List[int]
    counts: List[int]
    count: int
    sum: float


class MetricsDict(TypedDict):
    """The answer of `metrics()`. `calls`: by `ok` or the kind of the error; kinds that never came up are not there."""

    calls: Dict[str, int]
    calls_under_way: int
    fail_fast: int
    attempts: int
    retries: int
    retry_budget: int
    connections: int
    token_renewals: int
    token_failures: int
    circuit: CircuitState
    circuit_openings: int
    log_events_dropped: int
    clock_skew_ms: int
    latency_ms: LatencyDict


class RegistryMetricsDict(TypedDict):
    """The answer of a registry's `metrics()`. `calls`: by operation, then by `ok` or the kind of the error."""

    calls: Dict[RegistryOperation, Dict[str, int]]
    calls_under_way: int
    waiting: int
    transactions: int
    transaction_calls: int
    retries: int
    connections: int
    latency_ms: LatencyDict


class OutcomesDict(TypedDict):
    """Decisions about the verifications of one provider."""

    allowed: int
    denied: int


class RecordsDict(TypedDict):
    """Records of decisions. `waiting`: for a file that cannot be written. `lost`: there was no room for them to wait."""

    written: int
    waiting: int
    lost: int


class VerifierMetricsDict(TypedDict):
    """The answer of a verifier's `metrics()`. `decisions`: by provider. `denials`: by rule, then by reason. `errors`: by
    the kind of the error.
    """

    decisions: Dict[str, OutcomesDict]
    denials: Dict[str, Dict[str, int]]
    errors: Dict[str, int]
    records: RecordsDict


# ---- decisions ------------------------------------------------------------------------------------------------------

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
#: What a proof is worth.
ProofState = Literal["valid", "expired", "other_policy", "foreign", "unreadable"]
#: The code of a refusal of `bonin.flask` and `bonin.fastapi`.
RefusalCode = Literal[
    "denied",
    "needs_guardian",
    "not_finished",
    "invalid_id",
    "not_found",
    "invalid_body",
    "unsupported_body",
    "body_too_large",
    "cross_site",
    "method_not_allowed",
    "invalid_person",
    "provider_refused",
    "too_often",
    "unavailable",
    "internal",
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


class Expect(TypedDict, total=False):
    """What the verification must carry. A field that is not there expects nothing; None is refused.

    A name of over 200 bytes of UTF-8, or another text of over 1,000, is an InvalidArgument.
    """

    merchant_uid: str
    custom_data: str
    customer_id: str
    name: str
    phone: str
    birth_date: Union[datetime.date, str]


class OtpLimits(TypedDict, total=False):
    """How often within an hour, counted in this process: 5, 5, 25 and 5 unless said otherwise."""

    sends_per_subject: int
    sends_per_phone: int
    sends_per_address: int
    codes_per_id: int


# ---- the registry ---------------------------------------------------------------------------------------------------

StandingAccount = Literal["unknown", "none", "same", "other"]
Use = Literal["first", "same_subject", "other_subject"]
StandingUse = Literal["unknown", "first", "same_subject", "other_subject"]
StandingPlace = Literal[
    "unknown",
    "free",
    "has_account",
    "reserved",
    "banned",
    "rejoin_period",
    "two_persons",
    "no_key",
    "page_chosen_di",
    "signed_up",
]


class Standing(TypedDict, total=False):
    """What a registry knows of the person and of the id. What is not there, or None, is unknown, which denies.

    account: does the person hold an account: none, the subject's own, another's. reserved: somebody else is signing the
    person up right now. use: was the id used before, and by whom. place: whether there is a place for a new account.
    banned_until: aware datetime, or True for ever; rejoin_at: aware datetime. The sentences say these two, and nothing
    is judged by them.
    """

    account: Optional[StandingAccount]
    reserved: Optional[bool]
    use: Optional[StandingUse]
    banned: Optional[bool]
    banned_until: Union[datetime.datetime, Literal[True], None]
    rejoin_period_over: Optional[bool]
    rejoin_at: Optional[datetime.datetime]
    place: Optional[StandingPlace]


# ---- policy documents: policy.schema.json ---------------------------------------------------------------------------

_PresetWithoutADay = Literal[
    "kr.youth_protection",
    "kr.game_adult",
    "kr.film_adult",
    "kr.music_adult",
    "kr.lottery",
    "kr.civil_adult",
    "kr.not_child",
    "kr.work",
    "kr.adult_work",
    "kr.licence",
    "kr.moped",
]
PresetName = Literal[_PresetWithoutADay, "kr.vote"]
#: What an application can expect of a verification.
ExpectField = Literal["merchant_uid", "custom_data", "customer_id", "name", "phone", "birth_date"]
#: full: completed years (만 나이). year: this year minus the year of birth (연 나이).
AgeBy = Literal["full", "year"]
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


class _Age(TypedDict):
    by: AgeBy


class _OnADay(_Age, total=False):
    on: str


class _ByTheEnd(_Age):
    by_end_of: str


class _UpTo(TypedDict, total=False):
    below: int


class AgeFrom(_OnADay, _UpTo):
    """at_least: this age and above; below: excludes that age. on: counted on this day in Korea, `YYYY-MM-DD`."""

    at_least: int


class AgeFromByEndOf(_ByTheEnd, _UpTo):
    """As AgeFrom, counted as it is when the day `by_end_of` ends."""

    at_least: int


class AgeBelow(_OnADay):
    """below: excludes that age. on: counted on this day in Korea, `YYYY-MM-DD`."""

    below: int


class AgeBelowByEndOf(_ByTheEnd):
    """As AgeBelow, counted as it is when the day `by_end_of` ends."""

    below: int


class AgeBetween(_OnADay):
    """between: two ages, both included. on: counted on this day in Korea, `YYYY-MM-DD`."""

    between: List[int]


class AgeBetweenByEndOf(_ByTheEnd):
    """As AgeBetween, counted as it is when the day `by_end_of` ends."""

    between: List[int]


#: `by`, and `at_least`, `below`, both of these, or `between`; with them `on` or `by_end_of`.
AgeLimit = Union[AgeFrom, AgeFromByEndOf, AgeBelow, AgeBelowByEndOf, AgeBetween, AgeBetweenByEndOf]

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

_Schema = TypedDict("_Schema", {"$schema": str}, total=False)


class _Document(_Schema):
    name: str


class _Common(_Document, total=False):
    description: str
    accept_self_declared: List[AttributeName]
    accept_page_chosen_di: List[str]


class _MayHaveRules(TypedDict, total=False):
    rules: List[PolicyRule]


class DocumentOfRules(_Common):
    """A policy document that stands alone."""

    rules: List[PolicyRule]


class DocumentOfPreset(_Common, _MayHaveRules):
    """A policy document that adds to a preset, or to another document."""

    extends: Union[_PresetWithoutADay, PolicyDocument]


class DocumentOfVote(_Common, _MayHaveRules):
    """A policy document that adds to `kr.vote`. election_day: `YYYY-MM-DD`."""

    extends: Literal["kr.vote"]
    election_day: str


class _MayHaveADay(TypedDict, total=False):
    election_day: str


class DocumentOfBases(_Common, _MayHaveRules, _MayHaveADay):
    """A policy document that adds to several others. election_day: with `kr.vote`, and only with it."""

    extends: List[Union[PresetName, PolicyDocument]]


#: What `Policy()` takes, as policy.schema.json describes it: `name`, and `rules`, `extends` or both. A document in a file
#: may name files in `extends` as well.
PolicyDocument = Union[DocumentOfRules, DocumentOfPreset, DocumentOfVote, DocumentOfBases]


class PresetInfo(TypedDict):
    """What a preset asks for beside the baseline. law: its source. election_day: it needs one."""

    name: PresetName
    ko: str
    en: str
    law: str
    election_day: bool


class _RuleSide(TypedDict):
    pointer: str
    ko: str
    en: str
    rule: Any


class PolicyRuleSide(_RuleSide, total=False):
    """A rule in one of two policies that are compared. ko, en: what it asks for. rule: as the document has it."""

    text: RuleText


class PolicyRuleChange(TypedDict):
    """code: of the rule, or `accept_self_declared`, `accept_page_chosen_di`. before, after: None where it is not."""

    change: Literal["gone", "new", "changed"]
    code: str
    before: Optional[PolicyRuleSide]
    after: Optional[PolicyRuleSide]


class PolicyCaseChange(TypedDict):
    """Somebody who is decided otherwise. before, after: allowed? denials: of the policy that denies."""

    name: str
    before: bool
    after: bool
    denials: List[FindingDict]


class PolicyDiff(TypedDict):
    """The answer of `policy_diff`. before, after: the names. judged: how many cases there were. ko, en: all in words."""

    before: str
    after: str
    rules: List[PolicyRuleChange]
    cases: List[PolicyCaseChange]
    judged: int
    ko: str
    en: str


class PolicyNode(TypedDict):
    """A rule of a policy in words, as `Policy.tree` answers it, with the rules that it is made of.

    code, pointer: as of Finding. phrase: what the rule asks for; of a combined rule with all its parts. text: the
    policy's own words for the person, in this language, where the rule does not pass. base: the name of the preset or the
    policy that brought the rule. law: the source of that preset in the law.
    """

    code: FindingCode
    pointer: str
    phrase: str
    text: Optional[str]
    base: Optional[str]
    law: Optional[str]
    parts: List[PolicyNode]


# ---- the sandbox ----------------------------------------------------------------------------------------------------

#: The people that the sandbox brings; docs/sandbox.md describes each.
Persona = Literal[
    "adult",
    "minor",
    "child",
    "born_today_19",
    "born_tomorrow_19",
    "leap_day",
    "foreigner",
    "kakao_without_ci",
    "naver_self_declared",
    "inicis_without_di",
    "kcp_without_ci",
    "test_channel",
    "unfinished",
    "failed",
    "bare",
]
FaultKind = Literal["delay", "status", "respond", "reset", "cut", "garbage", "drip", "reset_after_idle", "ready"]
SandboxOperation = Literal[
    "info",
    "personas",
    "verify",
    "add_person",
    "open_window",
    "close_window",
    "otp",
    "fault",
    "clear_faults",
    "advance",
    "requests",
    "clear_requests",
    "reset",
]


class SandboxPerson(TypedDict, total=False):
    """A person of one's own. What is left out is not told by the provider, except ci and di, which are made up.

    birth_date: a date or `YYYY-MM-DD`. None means none.
    """

    name: Optional[str]
    birth_date: Union[datetime.date, str, None]
    gender: Optional[Gender]
    foreigner: Optional[bool]
    phone: Optional[str]
    carrier: Optional[Carrier]
    mvno: Optional[bool]
    ci: Optional[str]
    di: Optional[str]


class SandboxPersonOptions(TypedDict, total=False):
    """How a persona of one's own is described and verified.

    provider: `DANAL` by default. channel_type: `LIVE` by default, `TEST`, or any other text; None: a V2 answer without
    a channel. status: `VERIFIED` by default.
    """

    ko: str
    en: str
    provider: Union[Provider, str]
    channel_type: Union[Literal["LIVE", "TEST"], str, None]
    status: RecordStatus


class _ClientOptions(TypedDict, total=False):
    attests: Sequence[str]
    timeout_ms: Optional[int]
    provider_timeout_ms: Optional[int]
    connect_timeout_ms: Optional[int]
    max_attempts: Optional[int]
    max_calls: Optional[int]


class SandboxV1Options(_ClientOptions, total=False):
    """What `Sandbox.connect("v1")` hands to PortOneV1."""

    tier: Optional[str]
    v2: Optional[PortOneV2]


class SandboxV2Options(_ClientOptions, total=False):
    """What `Sandbox.connect()` hands to PortOneV2; by `auth` the sandbox's credential."""

    auth: Optional[Auth]
    store_id: Optional[str]


class SandboxVerifyOptions(TypedDict, total=False):
    """How `Sandbox.verify` finishes a verification.

    id: the id to use; an earlier record of that id is replaced. merchant_uid, origin: V1. custom_data, customer_id: V2. channel_key:
    in place of the sandbox's own of the provider. provider, channel_type, status: the persona's by default.
    verified_at_ms, requested_at_ms: ms since 1970; now, and a minute before that, on the sandbox's clock. overrides: raw
    fields of the answer to replace, by name or JSON pointer. omit: names of top-level fields to leave out.
    """

    id: str
    merchant_uid: str
    origin: Optional[str]
    custom_data: str
    customer_id: str
    channel_key: str
    provider: Union[Provider, str]
    pg_merchant_id: str
    pg_tx_id: str
    channel_type: Union[Literal["LIVE", "TEST"], str, None]
    status: RecordStatus
    verified_at_ms: int
    requested_at_ms: int
    overrides: Mapping[str, Any]
    omit: List[str]


class FaultMatch(TypedDict, total=False):
    """The requests that a fault can hit; `*` in `path` is any text."""

    method: str
    path: str


class PersonaDict(TypedDict):
    """One entry of `Sandbox.personas()`. Of a persona of one's own `name` is another text."""

    name: Persona
    ko: str
    en: str
    provider: str
    channel_type: Optional[str]
    status: RecordStatus
    person: Dict[str, Any]


class RequestDict(TypedDict):
    """A request that reached the sandbox. status: 0 when nothing was answered. at_ms: on the sandbox's clock."""

    method: str
    path: str
    route: str
    status: int
    authorization: Optional[Literal["Bearer", "PortOne", "raw"]]
    tier: Optional[str]
    store_id: Optional[str]
    connection: int
    at_ms: int


class RequestsDict(TypedDict):
    """The answer of `Sandbox.requests`: the latest 10,000 requests, oldest first, and counts of all."""

    total: int
    by_route: Dict[str, int]
    connections: int
    requests: List[RequestDict]
