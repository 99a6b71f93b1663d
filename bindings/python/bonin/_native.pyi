import datetime
from os import PathLike
from types import TracebackType
from typing import (
    Any,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Coroutine,
    Dict,
    Final,
    Generic,
    Iterable,
    Iterator,
    List,
    Literal,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    Type,
    TypedDict,
    TypeVar,
    Union,
    final,
)
from uuid import UUID

from typing_extensions import Unpack

from ._check import CheckReport
from ._compare import Comparison
from ._decisions import Decisions
from ._flow import Flow, OtpSent
from ._import import ImportConflict, ImportReport
from ._judged import JudgedCounts
from ._proof import Proof
from ._registry import (
    Admission,
    Claim,
    Counts,
    PepperCount,
    PersonKey,
    PersonPage,
    PersonRecord,
    Reserved,
)
from .errors import BoninError
from .sandbox import Sandbox as _Sandbox
from .types import (
    Api,
    Attestation,
    Auth,
    Carrier,
    CarrierOfLine,
    ChannelType,
    CircuitState,
    CustomerGender,
    ErrorKind,
    Expect,
    FindingCode,
    FindingDict,
    FlowOptions,
    Gender,
    KeyKind,
    Language,
    MetricsDict,
    OtpLimits,
    OtpMethod,
    Outcome,
    OwnStore,
    PersonDict,
    PolicyDiff,
    PolicyDocument,
    PolicyNode,
    PresetInfo,
    PresetName,
    Provider,
    Reason,
    RecordStatus,
    RefusalCode,
    RegistryMetricsDict,
    SortOrder,
    Standing,
    Status,
    TimeField,
    Use,
    VerifierMetricsDict,
)

_T = TypeVar("_T")
_Path = Union[str, PathLike[str]]
_OwnId = Union[str, int, UUID]  # of the application's: a number is the same as its digits, a UUID as its text

# mypy takes MYPY for True and sees no `__bool__`: its error code `truthy-bool` reports `if decision:`, and the lines
# that follow are checked. After a `__bool__` that answers NoReturn they are not. Pyright sees a `__bool__` that answers
# no bool, and reports `if decision:`.
MYPY: Final = False

class _Mapping(Protocol):
    def keys(self) -> Iterable[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...

_Columns = Union[_Mapping, _ArrowStream, _ArrowArray]
_Progress = Union[Callable[[int, int], object], bool, None]

NO_DATE: int
UNREADABLE_DATE: int
NO_TIME: int

class ErrorKindInfo(TypedDict):
    name: ErrorKind
    class_name: str
    base: str
    retryable: bool
    hint: str

@final
class Attribute(Generic[_T]):
    """One attribute of a person: a value and who says so. Masked until `reveal()`.

    It is neither true nor false and is not compared with `==`: both raise TypeError. Not pickled or copied.
    """
    @property
    def attestation(self) -> Attestation:
        """Who says so."""
    @property
    def present(self) -> bool:
        """There is a value: attested or self-declared."""
    @property
    def attested(self) -> bool:
        """The provider checked it."""
    def reveal(self) -> Optional[_T]:
        """The raw value, or None when there is none: personal data."""
    def matches(self, value: Union[_T, str], /) -> bool:
        """Equal to the raw value? In constant time; an absent attribute matches nothing.

        A date is also compared with its text `YYYY-MM-DD`. Raises InvalidArgument for a value of another type.
        """
    if not MYPY:
        def __bool__(self) -> object: ...
    # No __eq__ here: declared, mypy would try the other side's; left out, --strict refuses `person.name == "x"`.

@final
class Person:
    """The verified person. Every attribute is personal data and masked until `reveal()`. Not pickled or copied."""
    @property
    def name(self) -> Attribute[str]:
        """Name."""
    @property
    def birth_date(self) -> Attribute[datetime.date]:
        """Birth date."""
    @property
    def gender(self) -> Attribute[Gender]:
        """`male`, `female` or `other`."""
    @property
    def foreigner(self) -> Attribute[bool]:
        """Whether a foreigner."""
    @property
    def phone(self) -> Attribute[str]:
        """Phone number, digits as PortOne gives them."""
    @property
    def carrier(self) -> Attribute[Carrier]:
        """`SKT`, `KT` or `LGU`; V1's LGT is `LGU`."""
    @property
    def mvno(self) -> Attribute[bool]:
        """Whether the line is a budget line (알뜰폰)."""
    @property
    def ci(self) -> Attribute[str]:
        """CI (연계정보): one per person in Korea, 88 characters."""
    @property
    def di(self) -> Attribute[str]:
        """DI (중복가입확인정보): one per person and merchant id, 64 characters."""
    def to_dict(self) -> PersonDict:
        """The raw values of all nine attributes, None where there is none: personal data."""
    def _repr_html_(self) -> str: ...

@final
class Channel:
    """The channel a verification went through."""
    @property
    def type(self) -> ChannelType:
        """`unmarked`: V1 answers carry no mark.

        `missing`: a V2 answer without a channel. `unknown`: neither LIVE nor TEST.
        """
    @property
    def id(self) -> Optional[str]:
        """Id in PortOne's console, or None."""
    @property
    def key(self) -> Optional[str]:
        """Channel key, or None."""
    @property
    def name(self) -> Optional[str]:
        """Name in PortOne's console, or None."""
    @property
    def pg_merchant_id(self) -> Optional[str]:
        """Merchant id at the provider, or None."""

@final
class Failure:
    """Why a V2 verification failed, in the words of PortOne and the provider."""
    @property
    def reason(self) -> Optional[str]:
        """PortOne's words, or None."""
    @property
    def pg_code(self) -> Optional[str]:
        """The provider's code, or None."""
    @property
    def pg_message(self) -> Optional[str]:
        """The provider's words, or None."""

@final
class Verification:
    """What PortOne says about an id, in one shape for V1 and V2.

    Masked when printed. Immutable; not pickled or copied.
    """
    @property
    def id(self) -> str:
        """V1 imp_uid or V2 identity verification id: always the one that was asked for."""
    @property
    def api(self) -> Api:
        """`v1` or `v2`."""
    @property
    def status(self) -> Status:
        """`ready`: not finished yet."""
    @property
    def provider(self) -> Optional[Union[Provider, str]]:
        """In upper case, such as `DANAL`, or None."""
    @property
    def channel(self) -> Channel:
        """The channel."""
    @property
    def merchant_uid(self) -> Optional[str]:
        """V1, or None."""
    @property
    def custom_data(self) -> Optional[str]:
        """V2, or None."""
    @property
    def customer_id(self) -> Optional[str]:
        """V2: the application's own id of the person, which its page passed in as `customerId`, or None."""
    @property
    def origin(self) -> Optional[str]:
        """V1: URL of the page where it began, or None."""
    @property
    def pg_tx_id(self) -> Optional[str]:
        """The provider's transaction id, or None."""
    @property
    def requested_at(self) -> Optional[datetime.datetime]:
        """V2: datetime in UTC, or None."""
    @property
    def verified_at(self) -> Optional[datetime.datetime]:
        """datetime in UTC, or None."""
    @property
    def failure(self) -> Optional[Failure]:
        """Why it failed (V2), or None."""
    @property
    def person(self) -> Person:
        """The verified person."""
    def raw(self) -> str:
        """The JSON text of the record as PortOne sent it: personal data. No property, because tools print those."""
    def json(self) -> Dict[str, Any]:
        """The record as PortOne sent it, a dict: personal data."""
    def _repr_html_(self) -> str: ...

@final
class Finding:
    """What one rule of a policy found. Carries no personal data."""
    @property
    def code(self) -> FindingCode:
        """Stable name of the rule, such as `age`."""
    @property
    def outcome(self) -> Outcome:
        """Anything but `pass` denies."""
    @property
    def reason(self) -> Optional[Union[Reason, str]]:
        """Stable, why it did not pass, such as `too_young`; None on a pass.

        A `bonin.types.Reason`; of a rule made of others its parts, such as `age:too_young,foreigner:missing`.
        """
    @property
    def pointer(self) -> str:
        """JSON pointer of the rule.

        Such as `/rules/0`, `/baseline/fresh`, `/extends/rules/0` or `/expect/custom_data`.
        """
    @property
    def ko(self) -> str:
        """For an end user, in Korean."""
    @property
    def en(self) -> str:
        """For an end user, in English."""
    @property
    def until(self) -> Optional[datetime.datetime]:
        """Of `banned` and `too_soon`: when it is over, datetime in UTC; None where that is not known or never is."""
    def to_dict(self) -> FindingDict:
        """The same as a dict, ready for JSON."""
    def _repr_html_(self) -> str: ...

@final
class Decision:
    """The answer to "may this person?": ask `.allowed`.

    A Decision is neither true nor false: `if decision:` raises TypeError. Immutable; not pickled or copied, because it
    holds personal data: keep `.allowed` or `.record()`.
    """
    @property
    def allowed(self) -> bool:
        """Every rule passed."""
    @property
    def findings(self) -> List[Finding]:
        """Every rule in the order of the document, the baseline first (after documents that it extends). Built when read."""
    @property
    def denials(self) -> List[Finding]:
        """The findings that did not pass; empty when allowed. Of a flow that was not begun here, that alone."""
    @property
    def shown(self) -> List[Finding]:
        """The denials as the person should read them; empty when allowed.

        A verification that is not finished or failed, alone; nothing twice that says the same; for what the application
        did not supply one sentence that the service could not check.
        """
    @property
    def needs_guardian(self) -> bool:
        """It denies, and a guardian's consent alone is missing: with one that is accepted it would allow."""
    @property
    def verification(self) -> Verification:
        """What was judged."""
    @property
    def policy_name(self) -> str:
        """Name of the policy that decided."""
    @property
    def policy_hash(self) -> str:
        """SHA-256 of that policy, 64 hex characters."""
    @property
    def at(self) -> datetime.datetime:
        """When it was decided, datetime in UTC."""
    @property
    def reservation(self) -> Optional[Reservation]:
        """The place kept for this person, else None. It lapses by itself.

        It is there whenever a verifier's policy asks for `account: new` and lets the person in as somebody new.
        """
    def commit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Claim:
        """Turns the reservation into an account: a Claim that is granted; saying it again answers `existing`.

        timeout_ms: the registry's (5,000) by default. Raises ClaimRefused when nothing was granted, InvalidArgument
        when there is no reservation, and what a call of Registry raises.
        """
    def acommit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]:
        """As commit(), to be awaited; cancelling the task cancels the call."""
    def record(self) -> str:
        """An audit line: JSON without personal data, the id hashed (SHA-256). The same inputs give the same bytes."""
    if not MYPY:
        def __bool__(self) -> object: ...
    def _repr_html_(self) -> str: ...

@final
class RuleName:
    """A rule of a policy: its stable code and its JSON pointer."""
    @property
    def code(self) -> FindingCode:
        """Such as `age`."""
    @property
    def pointer(self) -> str:
        """Such as `/rules/0`, or `/baseline/fresh`."""

@final
class PolicyCaseResult:
    """How one example went."""
    @property
    def name(self) -> str:
        """Name of the case."""
    @property
    def passed(self) -> bool:
        """Decided as written?"""
    @property
    def difference(self) -> Optional[str]:
        """What was expected and what was found, one line each; None if it passed."""

@final
class PolicyCaseReport:
    """How all examples went."""
    @property
    def passed(self) -> bool:
        """All decided as written?"""
    @property
    def failures(self) -> int:
        """How many were not."""
    @property
    def cases(self) -> List[PolicyCaseResult]:
        """One PolicyCaseResult a case."""
    @property
    def text(self) -> str:
        """One line a case, the difference below each that failed, and a count."""
    def _repr_html_(self) -> str: ...

@final
class Policy:
    """What must hold before somebody is let in. Immutable, thread-safe; not pickled or copied."""
    def __init__(self, document: Union[PolicyDocument, str]) -> None:
        """Reads a policy document.

        document: a dict, or JSON text of at most 64 KiB; docs/policy.md describes it. mypy names the mistake in a dict
        that is annotated: `document: PolicyDocument = {...}`, from bonin.types. Raises InvalidPolicy for a document
        that cannot be understood, with the JSON pointer in `parameter`.
        """
    @staticmethod
    def preset(name: PresetName, *, election_day: Union[datetime.date, str, None] = None) -> Policy:
        """A policy that bonin brings, such as `kr.youth_protection`.

        election_day: a date or `YYYY-MM-DD`; `kr.vote` needs it, and no other preset takes it. Raises InvalidArgument.
        """
    @staticmethod
    def preset_names() -> List[PresetName]:
        """The names of all presets."""
    @staticmethod
    def presets() -> List[PresetInfo]:
        """All presets: what each asks for beside the baseline, in both languages, and its source in the law."""
    @staticmethod
    def load(path: _Path) -> Policy:
        """Reads a policy document from a file (UTF-8), and the files that it extends.

        Raises InvalidArgument for a file that cannot be read, InvalidPolicy for one that cannot be understood.
        """
    def evaluate(
        self,
        verification: Verification,
        *,
        now: datetime.datetime,
        expect: Expect = {},
        standing: Optional[Standing] = None,
        guardian: Optional[Verification] = None,
    ) -> Decision:
        """Decides. Pure: the same inputs give the same decision.

        now: an aware datetime. expect: what the verification must carry; {} expects nothing. standing: what a registry
        knows; without it every rule about accounts is unknown, which denies. Raises InvalidArgument.
        """
    @property
    def name(self) -> str:
        """Name of the policy."""
    @property
    def description(self) -> Optional[str]:
        """What it is for, or None."""
    @property
    def document(self) -> str:
        """The canonical document: the baseline and all bases written out, JSON text."""
    @property
    def hash(self) -> str:
        """SHA-256 of the canonical document, 64 hex characters."""
    @property
    def law(self) -> Optional[str]:
        """Sources in the law of the presets this is or extends, with `; ` between, or None."""
    @property
    def rejoin_after_ms(self) -> Optional[int]:
        """How long somebody who gave up an account may not sign up again, as `rejoin_period_over` says it; else None.

        Of several periods the longest. Registry.release takes it.
        """
    @property
    def warnings(self) -> List[str]:
        """Contradictions and rules that can never pass, in English; empty if there is nothing to say."""
    @property
    def needs_standing(self) -> bool:
        """Does a rule ask what a registry knows? Then a Verifier needs one."""
    @property
    def rules(self) -> List[RuleName]:
        """Code and JSON pointer of each rule, the baseline first (after documents that it extends): bit i of the answers to many is rule i."""
    def explain(self, language: Language) -> str:
        """The policy in plain words, one line a rule. language: `ko` or `en`."""
    def tree(self, language: Language) -> List[PolicyNode]:
        """The rules that must all pass, as nested dicts with their parts: for somebody to draw. language: `ko` or `en`."""
    def evaluate_many(
        self,
        records: Iterable[Verification],
        *,
        now: datetime.datetime,
        expect: Expect = {},
        progress: _Progress = None,
    ) -> Decisions:
        """Decides over many Verifications, without the GIL: Decisions, which are arrays.

        now: an aware datetime. expect: as in evaluate(), for all. progress(done, rows): called on this thread every
        some thousand rows; what it raises ends the work. True: a bar, of tqdm where it is installed. Raises
        InvalidArgument.
        """
    def evaluate_columns(
        self,
        columns: _Columns,
        *,
        now: datetime.datetime,
        assume: Optional[Dict[str, Any]] = None,
        time_zone: Union[str, datetime.tzinfo, None] = None,
        progress: _Progress = None,
    ) -> Decisions:
        """Decides over columns, no object a row, without the GIL: Decisions, which are arrays.

        columns: a dict of arrays or lists, a DataFrame of pandas or polars, a table of pyarrow, or anything that speaks
        the Arrow C data interface; docs/policy.md lists the columns, and others are let be. One value stands for all
        rows, and a column that is not there is missing in every row. assume: values that hold for every row, such as
        `{"status": "verified"}`. time_zone: the zone of times that have none, such as `Asia/Seoul`; without it they are
        refused. now, progress: as in evaluate_many(). Raises InvalidArgument; warns (ColumnsWarning) of what leaves
        rules without an answer.
        """
    def compare(
        self,
        other: Policy,
        columns: _Columns,
        *,
        now: datetime.datetime,
        assume: Optional[Dict[str, Any]] = None,
        time_zone: Union[str, datetime.tzinfo, None] = None,
        progress: _Progress = None,
    ) -> Comparison:
        """Who changes sides when `other` takes this policy's place.

        The rest is as in evaluate_columns(), by which both judge the same rows. Raises InvalidArgument.
        """
    def test(self, cases: Union[Dict[str, Any], str]) -> PolicyCaseReport:
        """Runs examples against this policy, whatever policy they name; docs/policy.md describes them.

        cases: a dict, or JSON text of at most 4 MiB. Raises InvalidArgument, with a JSON pointer, for cases that cannot
        be understood.
        """
    def _repr_html_(self) -> str: ...

@final
class PolicyFile:
    """A policy read from a file that may change while the server runs. Thread-safe; not pickled or copied."""
    def __init__(self, path: _Path) -> None:
        """Reads the file. Raises what Policy.load raises."""
    @property
    def policy(self) -> Policy:
        """The policy in force. One that was taken out stays as it is."""
    def reload(self) -> Policy:
        """Reads the file again; answers the policy now in force.

        Raises what Policy.load raises; then the old policy stays in force.
        """
    def _repr_html_(self) -> str: ...

@final
class Reservation:
    """A place kept for a person whose account does not exist yet. It lapses by itself. Thread-safe."""
    @property
    def id(self) -> str:
        """Whoever knows it may commit it, so nothing prints it.

        32 hex characters; of an own store without `reserve` a longer text, which carries the hashed keys.
        """
    @property
    def expires_at(self) -> datetime.datetime:
        """When it lapses, datetime in UTC."""
    def commit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Claim:
        """Turns it into an account: a Claim that is granted; saying it again answers `existing`.

        timeout_ms: the registry's (5,000) by default. Raises ClaimRefused when nothing was granted, and what a call of
        Registry raises.
        """
    def acommit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]:
        """As commit(), to be awaited; cancelling the task cancels the call."""
    def try_commit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Claim:
        """As commit(), and a refusal is an answer: ask `.granted`."""
    def atry_commit(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]:
        """As try_commit(), to be awaited; cancelling the task cancels the call."""
    def cancel(self, *, timeout_ms: Optional[int] = None) -> bool:
        """Gives the place back. False: it was not there any more."""
    def acancel(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, bool]:
        """As cancel(), to be awaited; cancelling the task cancels the call."""
    def _repr_html_(self) -> str: ...

@final
class Registry:
    """Which person holds which account, which ids were used; docs/registry.md describes it.

    Thread-safe; usable after a fork. Making one opens nothing. Not pickled or copied: it holds the pepper. A call waits
    for the store as long as `timeout_ms` of the call or of the registry says, the shorter one: then it raises TimedOut
    (the call's) or StoreBusy (the registry's). It raises StoreUnavailable, StoreFull, StoreReadOnly, StoreCorrupt,
    StoreFailed, InvalidPepper, OutcomeUnknown or Closed as docs/registry-stores.md says, and InvalidArgument for a
    verification that is not verified or holds no attested CI or DI.
    """
    def __init__(
        self,
        store: Optional[str] = None,
        *,
        pepper: Union[str, Tuple[str, str], None] = None,
        peppers: Optional[Sequence[Union[str, Tuple[str, str]]]] = None,
        keys: Optional[Sequence[KeyKind]] = None,
        accept_page_chosen_di: Sequence[str] = (),
        reservation_life_ms: Optional[int] = None,
        timeout_ms: Optional[int] = None,
        own_store: Optional[OwnStore] = None,
        clock: Optional[_Sandbox] = None,
        schema: Optional[str] = None,
        connections: Optional[int] = None,
    ) -> None:
        """Checks the options and reads the peppers; opens nothing.

        store: `sqlite:PATH`, `sqlite::memory:`, `postgresql://...` or `mysql://...`; without it own_store. pepper: the
        key of at least 32 bytes, `env:NAME` or `file:PATH`; or peppers, the newest first, each text or a pair (id, key). keys: what
        counts, in this order; ["ci", "di"] by default, and one left out is not stored. accept_page_chosen_di: providers (KCP_V2, INICIS_UNIFIED) whose DI counts
        alone for a new account although the page chooses its salt; none by default (SECURITY.md). reservation_life_ms: 600,000 by
        default, 1,000 to 86,400,000. timeout_ms: how long a call may wait for the store; 5,000 by default, 1 to
        600,000. own_store: an object with find(keys) and claim(keys, account_id), and with those of
        the other functions of bonin.types that the application has (docs/registry-own.md). clock: a Sandbox, whose clock is
        followed. schema: of the tables in PostgreSQL, `bonin` by default. connections: to PostgreSQL or MySQL in each process,
        opened as they are needed; 4 by default, 1 to 64. Raises InvalidArgument, InvalidPepper, InvalidTimeout.
        """
    @property
    def warnings(self) -> List[str]:
        """What its operator should know of the options; empty if there is nothing to say."""
    def keys(self, verification: Verification) -> List[PersonKey]:
        """The keys of this person as an application's own table stores them, in the order of `keys`, each under every
        pepper, the newest first. Asks no store.

        Raises InvalidArgument for a verification that is not verified, holds no attested key, or only a DI whose salt
        the page chose (unless accept_page_chosen_di names the provider), and Closed.
        """
    def find(self, verification: Verification, *, timeout_ms: Optional[int] = None) -> Optional[str]:
        """The account of this person, or None. Raises Conflict when CI and DI lead to two persons."""
    def afind(
        self,
        verification: Verification,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Optional[str]]:
        """As find(), to be awaited; cancelling the task cancels the call."""
    def claim(
        self,
        verification: Verification,
        account_id: _OwnId,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Claim:
        """Makes the account this person's: a Claim that is granted; saying it again answers `existing`.

        subject: who signs up, which lets the claim of a reservation's own subject through. Raises ClaimRefused when
        nothing was granted.
        """
    def aclaim(
        self,
        verification: Verification,
        account_id: _OwnId,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]:
        """As claim(), to be awaited; cancelling the task cancels the call."""
    def try_claim(
        self,
        verification: Verification,
        account_id: _OwnId,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Claim:
        """As claim(), and a refusal is an answer: ask `.granted`."""
    def atry_claim(
        self,
        verification: Verification,
        account_id: _OwnId,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]:
        """As try_claim(), to be awaited; cancelling the task cancels the call."""
    def match(self, verification: Verification, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> bool:
        """Is this the person who holds the account? False for whatever cannot be proved."""
    def amatch(
        self,
        verification: Verification,
        account_id: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]:
        """As match(), to be awaited; cancelling the task cancels the call."""
    def release(self, account_id: _OwnId, *, rejoin_after_ms: int, timeout_ms: Optional[int] = None) -> bool:
        """The account is given up; its person stays known for rejoin_after_ms. False: there was no such account."""
    def arelease(
        self,
        account_id: _OwnId,
        *,
        rejoin_after_ms: int,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]:
        """As release(), to be awaited; cancelling the task cancels the call."""
    def forget(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> bool:
        """Erases the person of an account with everything, a ban included. False: there was no such account."""
    def aforget(self, account_id: _OwnId, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, bool]:
        """As forget(), to be awaited; cancelling the task cancels the call."""
    def ban(
        self,
        *,
        account_id: Optional[_OwnId] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        until: Optional[datetime.datetime] = None,
        reason: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> None:
        """Keeps a person out until a moment (an aware datetime), or for ever.

        The person: one of account_id, verification and person (a number from export()). reason: the operator's own
        text, at most 1,000 bytes; write nothing personal. Raises NotFound for an account or person there is not.
        """
    def aban(
        self,
        *,
        account_id: Optional[_OwnId] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        until: Optional[datetime.datetime] = None,
        reason: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, None]:
        """As ban(), to be awaited; cancelling the task cancels the call."""
    def unban(
        self,
        *,
        account_id: Optional[_OwnId] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> bool:
        """Ends a ban. The person: as in ban(). False: there was no ban."""
    def aunban(
        self,
        *,
        account_id: Optional[_OwnId] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]:
        """As unban(), to be awaited; cancelling the task cancels the call."""
    def consume(self, verification_id: str, subject: _OwnId, *, timeout_ms: Optional[int] = None) -> Use:
        """Uses an id up for one subject; `other_subject` must be refused."""
    def aconsume(
        self,
        verification_id: str,
        subject: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Use]:
        """As consume(), to be awaited; cancelling the task cancels the call."""
    def standing(
        self,
        verification: Verification,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Standing:
        """What a policy needs to know, as Policy.evaluate takes it. Read only. subject: who asks."""
    def astanding(
        self,
        verification: Verification,
        *,
        subject: Optional[_OwnId] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Standing]:
        """As standing(), to be awaited; cancelling the task cancels the call."""
    def admit(
        self,
        verification: Verification,
        subject: _OwnId,
        *,
        consume: bool = False,
        reserve: bool = False,
        accept_page_chosen_di: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Admission:
        """As standing(), and uses the id up and keeps a place in the same transaction. Judge by its standing.

        consume: use the id up for the subject. reserve: keep a place for a person who holds no account and may have
        one.
        """
    def aadmit(
        self,
        verification: Verification,
        subject: _OwnId,
        *,
        consume: bool = False,
        reserve: bool = False,
        accept_page_chosen_di: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Admission]:
        """As admit(), to be awaited; cancelling the task cancels the call."""
    def reserve(self, verification: Verification, subject: _OwnId, *, timeout_ms: Optional[int] = None) -> Reserved:
        """Keeps a place for a person, or says why there is none. The same subject again gets the same one, renewed."""
    def areserve(
        self,
        verification: Verification,
        subject: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Reserved]:
        """As reserve(), to be awaited; cancelling the task cancels the call."""
    def commit(
        self,
        reservation: Union[Reservation, str],
        account_id: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Claim:
        """Turns a reservation (or its id) into an account: a Claim that is granted; again, it answers `existing`.

        Raises ClaimRefused when nothing was granted.
        """
    def acommit(
        self,
        reservation: Union[Reservation, str],
        account_id: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]:
        """As commit(), to be awaited; cancelling the task cancels the call."""
    def try_commit(
        self,
        reservation: Union[Reservation, str],
        account_id: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Claim:
        """As commit(), and a refusal is an answer: ask `.granted`."""
    def atry_commit(
        self,
        reservation: Union[Reservation, str],
        account_id: _OwnId,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]:
        """As try_commit(), to be awaited; cancelling the task cancels the call."""
    def cancel(self, reservation: Union[Reservation, str], *, timeout_ms: Optional[int] = None) -> bool:
        """Gives a place back. False: it was not there any more."""
    def acancel(
        self,
        reservation: Union[Reservation, str],
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]:
        """As cancel(), to be awaited; cancelling the task cancels the call."""
    def count(self, *, timeout_ms: Optional[int] = None) -> Counts:
        """How many persons, accounts, keys and uses. Reads whole tables."""
    def acount(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Counts]:
        """As count(), to be awaited; cancelling the task cancels the call."""
    def export_page(self, after: int, limit: int, *, timeout_ms: Optional[int] = None) -> PersonPage:
        """Persons with a number above `after`, at most `limit` (1 to 10,000) of them."""
    def aexport_page(
        self,
        after: int,
        limit: int,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, PersonPage]:
        """As export_page(), to be awaited; cancelling the task cancels the call."""
    def rotate(self, *, timeout_ms: Optional[int] = None) -> List[PepperCount]:
        """Removes what has lapsed and tells how many keys are left under which pepper. Reads whole tables."""
    def arotate(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, List[PepperCount]]:
        """As rotate(), to be awaited; cancelling the task cancels the call."""
    def forget_uses(self, before: datetime.datetime, *, timeout_ms: Optional[int] = None) -> int:
        """Forgets ids that were used up before a moment (an aware datetime). Answers how many."""
    def aforget_uses(
        self,
        before: datetime.datetime,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, int]:
        """As forget_uses(), to be awaited; cancelling the task cancels the call."""
    def export(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        timeout_ms: Optional[int] = None,
    ) -> Iterator[PersonRecord]:
        """Every person in the order of their numbers. limit: how many are asked for at a time, 1 to 10,000."""
    def aexport(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        timeout_ms: Optional[int] = None,
    ) -> AsyncIterator[PersonRecord]:
        """As export(), for `async for`."""
    def import_(
        self,
        rows: Iterable[_ImportRow],
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> ImportReport:
        """Moves people in, a thousand rows a transaction.

        rows: (kind, value, provider, merchant, account) as tuples, lists or dicts: kind is `ci` or `di`, value the CI or DI
        itself, merchant the pgMerchantId of a DI (empty in V1). A row that contradicts what is there, or cannot be, is left
        out and reported; nothing is overwritten, and run again it changes nothing. attests: as of the clients. any_value:
        takes values that do not look like a CI or DI. conflicts: how many the report lists. on_conflict: called with every
        one. on_batch: called with the report so far.
        """
    def aimport_(
        self,
        rows: Union[Iterable[_ImportRow], AsyncIterable[_ImportRow]],
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, ImportReport]:
        """As import_(), to be awaited; rows may be asynchronous."""
    def import_keys(
        self,
        keys: Iterable[_ImportRow],
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> ImportReport:
        """The same with keys that are hashed already: (kind, pepper_id, hash, provider, account), and received_at after them
        or in a dict.
        """
    def aimport_keys(
        self,
        keys: Union[Iterable[_ImportRow], AsyncIterable[_ImportRow]],
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, ImportReport]:
        """As import_keys(), to be awaited; keys may be asynchronous."""
    def import_file(
        self,
        path: Union[str, PathLike[str]],
        *,
        kind: Optional[KeyKind] = None,
        provider: Optional[str] = None,
        merchant: Optional[str] = None,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> ImportReport:
        """The same with a file of comma-separated values, whose first line names its columns: `value` and `account`, then
        `kind`, `provider` and `merchant`. kind, provider, merchant: of lines that say none. Rows are numbered by their lines.
        """
    def aimport_file(
        self,
        path: Union[str, PathLike[str]],
        *,
        kind: Optional[KeyKind] = None,
        provider: Optional[str] = None,
        merchant: Optional[str] = None,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, ImportReport]:
        """As import_file(), to be awaited."""
    def import_from(
        self,
        source: Registry,
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> ImportReport:
        """Moves everything of another registry with the same peppers in: keys, accounts, bans, rejoin periods, uses of ids;
        not the reservations that live. Nothing is written there.
        """
    def aimport_from(
        self,
        source: Registry,
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: int = 1000,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, ImportReport]:
        """As import_from(), to be awaited."""
    @staticmethod
    def schema_sql(schema: str = "bonin") -> str:
        """What makes the tables in PostgreSQL, for whoever lets no application make any."""
    def metrics(self) -> RegistryMetricsDict:
        """What this registry has counted in this process; docs/operations.md describes the names."""
    def close(self) -> None:
        """Settles what waits with Closed and refuses new calls; waits for a transaction under way. Idempotent."""
    def aclose(self) -> Coroutine[Any, Any, None]:
        """As close(), to be awaited."""
    def __enter__(self) -> Registry: ...
    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    async def __aenter__(self) -> Registry: ...
    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    def _repr_html_(self) -> str: ...

_ImportRow = Union[Sequence[Any], Dict[str, Any]]

class _ImportFile:
    def __init__(
        self,
        path: Union[str, PathLike[str]],
        *,
        kind: Optional[str] = None,
        provider: Optional[str] = None,
        merchant: Optional[str] = None,
    ) -> None: ...

_ImportBatch = Tuple[List[ImportConflict], bool]

class _Import:
    BATCH: Final[int]
    def __init__(
        self,
        registry: Registry,
        *,
        attests: Sequence[str] = (),
        any_value: bool = False,
        conflicts: Optional[int] = None,
    ) -> None: ...
    def add(self, rows: List[Any], *, timeout_ms: Optional[int] = None) -> _ImportBatch: ...
    def aadd(self, rows: List[Any], *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, _ImportBatch]: ...
    def add_keys(self, rows: List[Any], *, timeout_ms: Optional[int] = None) -> _ImportBatch: ...
    def aadd_keys(self, rows: List[Any], *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, _ImportBatch]: ...
    def add_file(self, source: _ImportFile, *, timeout_ms: Optional[int] = None) -> _ImportBatch: ...
    def aadd_file(
        self, source: _ImportFile, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, _ImportBatch]: ...
    def add_registry(self, source: Registry, *, timeout_ms: Optional[int] = None) -> _ImportBatch: ...
    def aadd_registry(
        self, source: Registry, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, _ImportBatch]: ...
    def report(self) -> ImportReport: ...

class PortOne:
    """What both APIs can do. Thread-safe; usable after a fork. Not pickled or copied: it holds credentials.

    A call that gets no answer raises ConnectionFailed, TimedOut, TlsFailed, RedirectRefused, Overloaded, Draining,
    Closed or Cancelled; a POST that may have taken effect OutcomeUnknown. PortOne's refusals are Unauthorized, Forbidden,
    NotFound, Conflict, Rejected, ProviderFailed, Throttled and Unavailable, which is also an open circuit. An answer
    that is not to be trusted is UnreadableAnswer or MismatchedAnswer. docs/errors.md describes each.
    """
    @property
    def circuit(self) -> CircuitState:
        """`open`: PortOne has been failing, calls fail at once. `half_open`: one call is finding out."""
    def metrics(self) -> MetricsDict:
        """What this client has counted in this process; docs/operations.md describes the names."""

@final
class PortOneV1(PortOne):
    """PortOne V1 (api.iamport.kr). Making one sends nothing. Thread-safe; usable after a fork."""
    def __init__(
        self,
        *,
        imp_key: str,
        imp_secret: str,
        tier: Optional[str] = None,
        attests: Sequence[str] = (),
        v2: Optional[PortOneV2] = None,
        base_url: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        provider_timeout_ms: Optional[int] = None,
        connect_timeout_ms: Optional[int] = None,
        max_attempts: Optional[int] = None,
        max_calls: Optional[int] = None,
        ca_file: Optional[_Path] = None,
        proxy: Optional[str] = None,
        allow_insecure_sandbox: bool = False,
        clock: Optional[_Sandbox] = None,
    ) -> None:
        """Checks the options; sends nothing.

        tier: code of a sub-merchant, three letters or digits; none by default. attests: providers that bonin does not
        know, in upper case, and you know to check what they give. v2: reads each verification through V2 as well, for
        the mark that V1 lacks: LIVE or TEST, channel, merchant id.

        base_url: PortOne's own by default; https, or http to loopback, such as the sandbox. timeout_ms: the whole
        call, retries and token included; 10,000 by default. provider_timeout_ms: the same of a call that waits for an identity provider
        (a code); 60,000 by default. connect_timeout_ms: one connection, TLS included; 2,000 by default. max_attempts: requests for one lookup or token; 3 by default, 1 to 10. max_calls: under way at
        once, over it a call raises Overloaded; 4,096 by default, 1 to 100,000. ca_file: a PEM bundle of the
        authorities to trust, in place of all others; without it SSL_CERT_FILE and SSL_CERT_DIR, then what this machine
        has, then certifi's. proxy: never taken from the environment. allow_insecure_sandbox: base_url may be http to
        another machine, where a sandbox answers; nothing is sent to any other server, and only a sandbox's credentials
        are taken. clock: a Sandbox, whose clock is followed; the machine's by default.

        Raises MissingCredentials, InsecureUrl, InvalidTimeout, InvalidArgument.
        """
    @property
    def api(self) -> Literal["v1"]:
        """Which API this is."""
    def lookup(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Verification:
        """Looks one verification up. timeout_ms: the client's (10,000) by default.

        Raises InvalidId for an id that cannot be one (nothing is sent), NotFound, and what every call of PortOne
        raises.
        """
    def alookup(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Verification]:
        """As lookup(), to be awaited; cancelling the task cancels the call."""
    def request_otp(
        self,
        *,
        name: str,
        phone: str,
        birth: str,
        gender_digit: str,
        carrier: Carrier,
        channel_key: str,
        is_mvno: bool = False,
        company: Optional[str] = None,
        merchant_uid: Optional[str] = None,
        pg: Optional[str] = None,
        verification_method: Optional[OtpMethod] = None,
        ip_address: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> str:
        """Asks the carrier to send a code to the person; answers the imp_uid. Never sent twice.

        birth: `YYMMDD`. gender_digit: seventh digit of the resident registration number. pg: deprecated by PortOne.
        ip_address: the end user's. bypass: a dict or JSON text. Raises InvalidArgument for an empty field; OutcomeUnknown: the code may have been
        sent.
        """
    def arequest_otp(
        self,
        *,
        name: str,
        phone: str,
        birth: str,
        gender_digit: str,
        carrier: Carrier,
        channel_key: str,
        is_mvno: bool = False,
        company: Optional[str] = None,
        merchant_uid: Optional[str] = None,
        pg: Optional[str] = None,
        verification_method: Optional[OtpMethod] = None,
        ip_address: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, str]:
        """As request_otp(), to be awaited; cancelling the task cancels the call."""
    def confirm_otp(self, imp_uid: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None) -> Verification:
        """Finishes what request_otp() began. otp: six digits, left out for the APP method. Never sent twice."""
    def aconfirm_otp(
        self, imp_uid: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, Verification]:
        """As confirm_otp(), to be awaited; cancelling the task cancels the call."""
    def erase(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> None:
        """PortOne forgets the person. Never sent twice."""
    def aerase(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, None]:
        """As erase(), to be awaited; cancelling the task cancels the call."""
    def drain(self, *, timeout_ms: Optional[int] = None) -> int:
        """Takes no new calls: they raise Draining. Waits for those under way, verifications included.

        timeout_ms: the client's by default. Returns how many are left after it, 0 when all have ended; close() ends the
        others.
        """
    def adrain(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, int]:
        """As drain(), to be awaited; cancelling the task ends the wait."""
    def close(self) -> None:
        """Settles every call under way with Closed and refuses new ones. Idempotent."""
    def aclose(self) -> Coroutine[Any, Any, None]:
        """As close(), to be awaited."""
    def __enter__(self) -> PortOneV1: ...
    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    async def __aenter__(self) -> PortOneV1: ...
    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    def _repr_html_(self) -> str: ...

@final
class Page:
    """One page of a list."""
    @property
    def items(self) -> List[Verification]:
        """The verifications."""
    @property
    def number(self) -> int:
        """Number of the page, from 0."""
    @property
    def size(self) -> int:
        """How many verifications a page has."""
    @property
    def total_count(self) -> int:
        """How many there are on all pages."""

@final
class PortOneV2(PortOne):
    """PortOne V2 (api.portone.io). Making one sends nothing. Thread-safe; usable after a fork."""
    def __init__(
        self,
        *,
        api_secret: Optional[str] = None,
        store_id: Optional[str] = None,
        auth: Optional[Auth] = None,
        api_key: Optional[str] = None,
        attests: Sequence[str] = (),
        base_url: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        provider_timeout_ms: Optional[int] = None,
        connect_timeout_ms: Optional[int] = None,
        max_attempts: Optional[int] = None,
        max_calls: Optional[int] = None,
        ca_file: Optional[_Path] = None,
        proxy: Optional[str] = None,
        allow_insecure_sandbox: bool = False,
        clock: Optional[_Sandbox] = None,
    ) -> None:
        """Checks the options; sends nothing.

        auth: `secret` (the API secret with each request, the default), `login` (an access token, renewed) or `api_key`
        (the early V2, the default where api_key alone is given). store_id: of PortOne's console; none by default, and
        begin() needs it. attests: providers that bonin does not know, in upper case, and you know to check what they
        give.

        base_url: PortOne's own by default; https, or http to loopback, such as the sandbox. timeout_ms: the whole
        call, retries and token included; 10,000 by default. provider_timeout_ms: the same of a call that waits for an identity provider
        (a code); 60,000 by default. connect_timeout_ms: one connection, TLS included; 2,000 by default. max_attempts: requests for one lookup or token; 3 by default, 1 to 10. max_calls: under way at
        once, over it a call raises Overloaded; 4,096 by default, 1 to 100,000. ca_file: a PEM bundle of the
        authorities to trust, in place of all others; without it SSL_CERT_FILE and SSL_CERT_DIR, then what this machine
        has, then certifi's. proxy: never taken from the environment. allow_insecure_sandbox: base_url may be http to
        another machine, where a sandbox answers; nothing is sent to any other server, and only a sandbox's credentials
        are taken. clock: a Sandbox, whose clock is followed; the machine's by default.

        Raises MissingCredentials, InsecureUrl, InvalidTimeout, InvalidArgument.
        """
    @property
    def api(self) -> Literal["v2"]:
        """Which API this is."""
    def lookup(self, id: str, *, timeout_ms: Optional[int] = None) -> Verification:
        """Looks one verification up. timeout_ms: the client's (10,000) by default.

        Raises InvalidId for an id that cannot be one (nothing is sent), NotFound, and what every call of PortOne
        raises.
        """
    def alookup(self, id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Verification]:
        """As lookup(), to be awaited; cancelling the task cancels the call."""
    def list(
        self,
        *,
        from_: Optional[datetime.datetime] = None,
        until: Optional[datetime.datetime] = None,
        time_range_field: Optional[TimeField] = None,
        statuses: Optional[Sequence[RecordStatus]] = None,
        pg_providers: Optional[Sequence[Union[Provider, str]]] = None,
        pg_companies: Optional[Sequence[str]] = None,
        carriers: Optional[Sequence[CarrierOfLine]] = None,
        is_test: Optional[bool] = None,
        identity_verification_id: Optional[str] = None,
        identity_verification_tx_id: Optional[str] = None,
        pg_tx_id: Optional[str] = None,
        pg_merchant_id: Optional[str] = None,
        version: Optional[Literal["V1", "V2"]] = None,
        customer_name: Optional[str] = None,
        customer_phone_number: Optional[str] = None,
        customer_birth_year: Optional[str] = None,
        customer_birth_month: Optional[str] = None,
        customer_birth_day: Optional[str] = None,
        customer_gender: Optional[CustomerGender] = None,
        sort_by: Optional[TimeField] = None,
        sort_order: Optional[SortOrder] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> Iterator[Verification]:
        """Iterates over verifications, page by page; a page is asked for when its first item is wanted.

        from_ (inclusive), until (exclusive): aware datetimes; without them the last 90 days. What is left out restricts
        nothing. The client's store_id is a filter: without one, the secret of a merchant lists all its stores. sort_by: as
        time_range_field. page: the first page, from 0. page_size: 100 by default, 1 to 1,000. timeout_ms: for each
        page. Raises InvalidArgument, and what every call of PortOne raises.
        """
    def alist(
        self,
        *,
        from_: Optional[datetime.datetime] = None,
        until: Optional[datetime.datetime] = None,
        time_range_field: Optional[TimeField] = None,
        statuses: Optional[Sequence[RecordStatus]] = None,
        pg_providers: Optional[Sequence[Union[Provider, str]]] = None,
        pg_companies: Optional[Sequence[str]] = None,
        carriers: Optional[Sequence[CarrierOfLine]] = None,
        is_test: Optional[bool] = None,
        identity_verification_id: Optional[str] = None,
        identity_verification_tx_id: Optional[str] = None,
        pg_tx_id: Optional[str] = None,
        pg_merchant_id: Optional[str] = None,
        version: Optional[Literal["V1", "V2"]] = None,
        customer_name: Optional[str] = None,
        customer_phone_number: Optional[str] = None,
        customer_birth_year: Optional[str] = None,
        customer_birth_month: Optional[str] = None,
        customer_birth_day: Optional[str] = None,
        customer_gender: Optional[CustomerGender] = None,
        sort_by: Optional[TimeField] = None,
        sort_order: Optional[SortOrder] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> AsyncIterator[Verification]:
        """As list(), for `async for`."""
    def send(
        self,
        id: str,
        *,
        channel_key: str,
        carrier: CarrierOfLine,
        method: OtpMethod,
        name: str,
        phone_number: str,
        ip_address: str,
        identity_number: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> None:
        """Sends a code to the person by SMS, or opens the carrier's app. Takes effect once, though it may be repeated.

        identity_number: first seven digits of the resident registration number. bypass: a dict or JSON text. Raises
        Conflict when it was sent or verified already; OutcomeUnknown: look the id up.
        """
    def asend(
        self,
        id: str,
        *,
        channel_key: str,
        carrier: CarrierOfLine,
        method: OtpMethod,
        name: str,
        phone_number: str,
        ip_address: str,
        identity_number: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, None]:
        """As send(), to be awaited; cancelling the task cancels the call."""
    def resend(self, id: str, *, timeout_ms: Optional[int] = None) -> None:
        """Sends the SMS again. Takes effect once, though it may be repeated."""
    def aresend(self, id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, None]:
        """As resend(), to be awaited; cancelling the task cancels the call."""
    def confirm(self, id: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None) -> Verification:
        """Finishes what send() began. otp: the code, left out for the APP method. Takes effect once."""
    def aconfirm(
        self, id: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, Verification]:
        """As confirm(), to be awaited; cancelling the task cancels the call."""
    def drain(self, *, timeout_ms: Optional[int] = None) -> int:
        """Takes no new calls: they raise Draining. Waits for those under way, verifications included.

        timeout_ms: the client's by default. Returns how many are left after it, 0 when all have ended; close() ends the
        others.
        """
    def adrain(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, int]:
        """As drain(), to be awaited; cancelling the task ends the wait."""
    def close(self) -> None:
        """Settles every call under way with Closed and refuses new ones. Idempotent."""
    def aclose(self) -> Coroutine[Any, Any, None]:
        """As close(), to be awaited."""
    def __enter__(self) -> PortOneV2: ...
    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    async def __aenter__(self) -> PortOneV2: ...
    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
        /,
    ) -> None: ...
    def _repr_html_(self) -> str: ...

@final
class Judged:
    """What became of the ids of verify_many(), in their order. Immutable, thread-safe. Not pickled or copied.

    `judged[i]` and iteration give a Decision, the BoninError of an id about which nothing could be decided, or None for one
    that was left. Nothing is made of an answer until it is read.
    """
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Union[Decision, BoninError, None]:
        """Raises IndexError."""
    def __iter__(self) -> Iterator[Union[Decision, BoninError, None]]: ...
    @property
    def allowed(self) -> Any:
        """True for each id that is allowed: an array of NumPy where it can be imported, else a memoryview. Built once."""
    @property
    def counts(self) -> JudgedCounts:
        """How many were allowed, denied, failed and left."""
    @property
    def next(self) -> int:
        """Where to go on: the number of ids, or the first that was left or failed as it stopped."""
    @property
    def stopped(self) -> Optional[BoninError]:
        """The error for which it stopped before the last id, or None."""
    def _repr_html_(self) -> str: ...

@final
class Verifier:
    """Looks an id up and judges it. Immutable, thread-safe. Not pickled or copied: it holds credentials."""
    def __init__(
        self,
        portone: Union[PortOneV1, PortOneV2],
        policy: Policy,
        *,
        registry: Optional[Registry] = None,
        otp_limits: Optional[OtpLimits] = None,
        clock: Optional[_Sandbox] = None,
        records: Union[str, PathLike[str], Callable[[str], object], None] = None,
    ) -> None:
        """registry: needed by a policy that asks about accounts, bans or single use; it must follow the same clock.
        otp_limits: of send_otp() and confirm_otp(). clock: a Sandbox, whose clock is followed; the client's by default.
        records: gets the record() of each decision before the decision is answered: the path of a file, a line each, or
        a function. Neither a disk that fails nor a function that raises changes an answer; docs/operations.md.

        With an application's own store the policy may ask about accounts alone. Raises InvalidArgument otherwise.
        """
    def begin(self, subject: _OwnId, **options: Unpack[FlowOptions]) -> Flow:
        """Starts an identity verification that is to happen in a browser. Sends nothing, stores nothing.

        subject: who asks, a session or user id of the application, 1 to 1,000 bytes. options: for PortOne's script, and
        provider, bind_channel and guardian_of; `bonin.types.FlowOptions` and docs/providers.md describe them. Raises
        InvalidArgument, which names the option. Thread-safe; does not block.
        """
    def verify(
        self,
        id: str,
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        begun: bool = False,
        settle_ms: int = 0,
        flow_id: Optional[str] = None,
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Decision:
        """A verification id in, a Decision out, allowed or not: ask `.allowed`.

        subject: who asks, a session or user id of the application; a policy about accounts, bans or single use needs
        it. expect: what the verification must carry; {} expects nothing. begun: True allows only what begin() started
        for the same subject within the hour, and needs `subject`; False by default. settle_ms: with begun, how long a
        404 or an unfinished verification is asked again, for PortOne may not have the result at once; 0 to 60,000.
        flow_id: V1, the merchant_uid that the browser brought: an unknown imp_uid is asked again where it was begun here.
        guardian: the id of the guardian's verification, for the rule `guardian`. timeout_ms: of the whole, PortOne
        and registry; the client's (10,000) by default. Raises when nothing could be decided: what PortOne's and
        Registry's calls raise, InvalidId for an id that cannot be one, InvalidArgument for a missing subject. Then
        nobody may be let in.
        """
    def averify(
        self,
        id: str,
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        begun: bool = False,
        settle_ms: int = 0,
        flow_id: Optional[str] = None,
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Decision]:
        """As verify(), to be awaited; cancelling the task cancels the call."""
    def verify_many(
        self,
        ids: Iterable[str],
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        at_once: int = 64,
        per_second: Optional[float] = None,
        progress: _Progress = None,
        timeout_ms: Optional[int] = None,
    ) -> Judged:
        """Judges each id as verify() does, in one call: for jobs, such as a nightly check of all members. docs/batch.md.

        ids: 100,000 at most. at_once: so many are under way at once, 1 to 1,000. per_second: so many are begun within a
        second; as fast as it goes by default. progress: `progress(done, total)` is told now and then how many have ended, on
        this thread (averify_many(): on the loop's), and stops it by answering False; what it raises goes to
        sys.unraisablehook. True shows a bar. subject, expect: as in verify(), for all. timeout_ms: of each id; the client's by
        default.

        An id about which nothing can be decided has its error for an answer, and the others go on. It stops early, and
        returns what it has, where going on would not help: the credentials are refused, the client is closed or drains,
        `progress` answered False, or many ids in a row failed for reasons that are not theirs. Raises InvalidArgument for
        ids that are no strings and for options that no id can be judged with.
        """
    def averify_many(
        self,
        ids: Iterable[str],
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        at_once: int = 64,
        per_second: Optional[float] = None,
        progress: _Progress = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Judged]:
        """As verify_many(), to be awaited; cancelling the task cancels the call."""
    def require(
        self,
        id: str,
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        begun: bool = False,
        settle_ms: int = 0,
        flow_id: Optional[str] = None,
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Verification:
        """As verify(), but answers the Verification of somebody who is allowed.

        Raises Denied, with `.decision`, for everybody else, and what verify() raises.
        """
    def arequire(
        self,
        id: str,
        *,
        subject: Optional[_OwnId] = None,
        expect: Expect = {},
        begun: bool = False,
        settle_ms: int = 0,
        flow_id: Optional[str] = None,
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Verification]:
        """As require(), to be awaited; cancelling the task cancels the call."""
    def send_otp(
        self,
        subject: _OwnId,
        *,
        channel_key: str,
        name: str,
        phone: str,
        identity_number: str,
        carrier: CarrierOfLine,
        ip_address: str,
        method: Optional[OtpMethod] = None,
        company: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> OtpSent:
        """Sends a code to a person, without a browser's script; docs/otp.md.

        subject: who asks. identity_number: the first seven digits of the resident registration number. ip_address: the
        person's own. method: SMS by default. company: V1. customer_id, custom_data: V2. bypass: of the provider; KCP_V2
        needs `{"kcpV2": {"media_type": ...}}`. timeout_ms: the client's provider_timeout_ms by default. Raises
        Throttled, without an http_status, when the subject, the number or the address asked too often; ProviderFailed
        when the provider refuses.
        """
    def asend_otp(
        self,
        subject: _OwnId,
        *,
        channel_key: str,
        name: str,
        phone: str,
        identity_number: str,
        carrier: CarrierOfLine,
        ip_address: str,
        method: Optional[OtpMethod] = None,
        company: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, OtpSent]:
        """As send_otp(), to be awaited; cancelling the task cancels the call."""
    def resend_otp(self, subject: _OwnId, id: str, *, timeout_ms: Optional[int] = None) -> None:
        """V2: sends the code again. id: of OtpSent. Raises NotFound for an id that was not sent for this subject."""
    def aresend_otp(self, subject: _OwnId, id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, None]:
        """As resend_otp(), to be awaited; cancelling the task cancels the call."""
    def confirm_otp(
        self,
        id: str,
        otp: Optional[str] = None,
        *,
        subject: _OwnId,
        expect: Expect = {},
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Decision:
        """Finishes what send_otp() began, and judges as verify() does with begun.

        otp: the code, left out for the APP method. Raises ProviderFailed when the provider refuses, as it does for a
        wrong code, and Throttled after too many tries.
        """
    def aconfirm_otp(
        self,
        id: str,
        otp: Optional[str] = None,
        *,
        subject: _OwnId,
        expect: Expect = {},
        guardian: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Decision]:
        """As confirm_otp(), to be awaited; cancelling the task cancels the call."""
    def check(self, *, timeout_ms: Optional[int] = None) -> CheckReport:
        """Looks at what a verification needs, for boot and readiness. A bad state is an answer, and no error.

        Asks PortOne for an id that nobody has, and the registry for a read, at once. timeout_ms: the client's by
        default. Raises InvalidTimeout.
        """
    def acheck(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, CheckReport]:
        """As check(), to be awaited; cancelling the task cancels the call."""
    def drain(self, *, timeout_ms: Optional[int] = None) -> int:
        """Takes no new verifications and codes: they raise Draining. The client goes on for others.

        timeout_ms: the client's by default. Returns how many are left after it, 0 when all have ended.
        """
    def adrain(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, int]:
        """As drain(), to be awaited; cancelling the task ends the wait."""
    def metrics(self) -> VerifierMetricsDict:
        """What it has concluded in this process, as a dict of plain numbers; docs/operations.md. Thread-safe; does not block."""
    @property
    def portone(self) -> Union[PortOneV1, PortOneV2]:
        """The client."""
    @property
    def policy(self) -> Policy:
        """The policy."""
    @property
    def warnings(self) -> List[str]:
        """The policy's warnings, and what it asks that the registry's keys cannot tell."""
    @property
    def registry(self) -> Optional[Registry]:
        """The registry, or None. Another object of the same one."""
    def _repr_html_(self) -> str: ...

@final
class Proofs:
    """Signs proofs and checks them: a yes that lasts. Sends nothing, stores nothing. Immutable, thread-safe.

    Not pickled or copied: it holds the key.
    """
    def __init__(
        self,
        *,
        key: Optional[str] = None,
        keys: Optional[Sequence[str]] = None,
        clock: Optional[_Sandbox] = None,
    ) -> None:
        """key: of at least 32 bytes, the text itself, `env:NAME` or `file:PATH`; keys: several, the newest first, which
        signs while all are tried. clock: a Sandbox, whose clock is followed. Raises InvalidPepper.
        """
    def issue(self, decision: Decision, *, subject: _OwnId, days: int) -> str:
        """A proof of a decision that allowed: a text of about 300 characters, nothing of it personal.

        subject: whom the application knows the person as, 1 to 1,000 bytes. days: 1 to 366, from the decision. Raises
        InvalidArgument.
        """
    def check(self, proof: Optional[str], *, subject: _OwnId, policy: Policy) -> Proof:
        """What a proof is worth for this subject and this policy: ask `.valid`. Whatever is not valid is no error."""

@final
class Clock: ...

@final
class Sandbox:
    def __init__(
        self,
        *,
        host: Optional[str] = None,
        port: Optional[int] = None,
        allow_remote: bool = False,
        token: Optional[str] = None,
        public_url: Optional[str] = None,
    ) -> None: ...
    @property
    def url(self) -> str: ...
    @property
    def token(self) -> Optional[str]: ...
    @property
    def clock(self) -> Clock: ...
    def control(self, operation: str, json: str, /) -> str: ...
    def stop(self) -> None: ...

# Of bonin.testing alone.
def persona_facts(persona: str, /) -> str: ...
def made_verification(facts: str, /) -> Verification: ...
def made_allowed(verification: Verification, policy: Optional[Policy] = None) -> Decision: ...
def made_denied(code: str, reason: str, verification: Verification, policy: Optional[Policy] = None) -> Decision: ...
def run_policy_cases(cases: Union[Dict[str, Any], str]) -> PolicyCaseReport:
    """Runs examples that name their own policies; docs/policy.md describes them.

    cases: a dict, or JSON text of at most 4 MiB. Raises InvalidArgument, with a JSON pointer, for cases that cannot be
    understood.
    """

def run_policy_cases_file(path: _Path) -> PolicyCaseReport:
    """As run_policy_cases, from a file: a path in it is taken from the folder of the file."""

def policy_diff(
    before: Policy, after: Policy, *, cases: Union[Dict[str, Any], str, None] = None, cases_file: Optional[_Path] = None
) -> PolicyDiff:
    """What changes from one policy to another.

    cases: a cases file as a dict or JSON text, or cases_file, its path: who is decided otherwise. The policies that it
    names are not read. Raises what run_policy_cases raises.
    """

def error_kinds() -> List[ErrorKindInfo]:
    """The core's table of error kinds, one dict a kind."""

def new_id() -> str:
    """A fresh V2 identity verification id: 32 lower-case hex characters, which every provider takes."""

def version() -> str:
    """Version of bonin's core."""

def runtime_versions() -> str:
    """Versions of the libraries bonin runs with, one line."""

def doctor(
    *,
    host: Optional[str] = None,
    store: Optional[str] = None,
    schema: Optional[str] = None,
    peppers: Optional[Sequence[str]] = None,
    ca_file: Optional[str] = None,
    proxy: Optional[str] = None,
    timeout_ms: Optional[int] = None,
) -> str:
    """What this machine has, reaches and believes, as JSON: what `bonin doctor` prints."""

def instruments() -> Tuple[Tuple[str, str, str, str, str], ...]:
    """Of each instrument of OpenTelemetry: of what, its kind, name, unit and description."""

def word_lists() -> Dict[str, Tuple[str, ...]]:
    """Every closed set of words that bonin answers and takes, by its name."""

def own_openssl() -> bool:
    """True when the OpenSSL that answers is the one bonin was built against."""

def set_certificate_root(root: str) -> None:
    """For tests, before a client is made: the folder that certificates lie below."""

# Of the web room, for the adapters alone. A denial is (code, reason, ko, en, until or "").
_Denials = List[Tuple[str, str, str, str, str]]
_Said = Tuple[str, str, str, Optional[RefusalCode]]  # an id, flow id, whose guardian; or the code of a refusal

def web_max_body() -> int: ...
def web_path(api: Api, /) -> str: ...
def web_refusals() -> Dict[RefusalCode, Tuple[int, str, str]]: ...
def web_read_query(api: Api, query: bytes, /) -> _Said: ...
def web_read_body(api: Api, content_type: str, body: bytes, /) -> _Said: ...
def web_read_begin(query: bytes, /) -> Optional[str]: ...
def web_read_person(
    content_type: str, body: bytes, address: str, /
) -> Tuple[Optional[Dict[str, str]], Optional[RefusalCode], _Denials]: ...
def web_read_code(content_type: str, body: bytes, /) -> Tuple[str, str, Optional[RefusalCode]]: ...
def web_flow_options() -> Tuple[str, ...]: ...
def web_settle_ms() -> int: ...
def ages(births: Any, on: Any, by: Any, /) -> Any: ...  # of bonin._age alone
def did_you_mean(written: str, known: Sequence[str], /) -> str: ...
def web_check_body(
    content_type: str, content_encoding: str, content_lengths: List[str], decoded: bool, /
) -> Optional[RefusalCode]: ...
def web_is_cross_site(sites: List[str], origins: List[str], host: str, allowed: List[str], /) -> bool: ...
def web_is_origin(text: str, /) -> bool: ...
def web_check_cookie(cookie: Mapping[str, Any], /) -> None: ...
def web_subject(tokens: List[str], cookies: List[str], secure: bool, cookie: Mapping[str, Any], /) -> Optional[str]: ...
def web_subject_header(
    subject: str, tokens: List[str], cookies: List[str], secure: bool, cookie: Mapping[str, Any], /
) -> Tuple[str, str]: ...
def web_own_id(id: object, /) -> Optional[str]: ...
def web_token_header() -> str: ...
def web_no_cookie() -> _Denials: ...
def web_hint(denials: _Denials, /) -> str: ...
def web_of_decision(decision: Decision, /) -> Tuple[RefusalCode, _Denials, bool, str]: ...
def web_is_again(denials: _Denials, /) -> bool: ...
def web_is_retry_url(text: str, /) -> bool: ...
def web_of_error(
    kind: ErrorKind,
    retry_after_ms: Optional[int],
    http_status: Optional[int],
    pg_code: Optional[str],
    parameter: Optional[str],
    request: Optional[str],
    /,
) -> Tuple[RefusalCode, Optional[int], _Denials]: ...
def web_headers_of_all() -> Dict[str, str]: ...
def web_headers_of(
    code: RefusalCode, denials: _Denials, retry_after: Optional[int], allow: Optional[str], /
) -> Dict[str, str]: ...
def web_answer(
    code: RefusalCode,
    denials: _Denials,
    retry_after: Optional[int],
    allow: Optional[str],
    method: str,
    accept: str,
    accept_language: str,
    retry_url: str,
    /,
) -> Tuple[str, int, Dict[str, str]]: ...
def web_answer_again(
    method: str, accept: str, accept_language: str, retry_url: str, /
) -> Tuple[str, int, Dict[str, str]]: ...
