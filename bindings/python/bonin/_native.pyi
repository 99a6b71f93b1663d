import datetime
from os import PathLike
from types import TracebackType
from typing import (
    Any,
    AsyncIterator,
    Callable,
    Coroutine,
    Dict,
    Generic,
    Iterable,
    Iterator,
    List,
    Literal,
    NoReturn,
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

from ._columns import Decisions
from ._flow import Flow
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

_T = TypeVar("_T")
_Api = Literal["v1", "v2"]
_Attestation = Literal["attested", "self_declared_possible", "unreadable", "absent"]
_Path = Union[str, PathLike[str]]
_Use = Literal["unknown", "first", "same_subject", "other_subject"]

class Expect(TypedDict, total=False):
    """A name of over 200 bytes, or another text of over 1,000, is refused."""

    merchant_uid: str
    custom_data: str
    name: str
    phone: str
    birth_date: Union[datetime.date, str]

class Standing(TypedDict, total=False):
    account: Optional[Literal["unknown", "none", "same", "other"]]
    reserved: Optional[bool]
    use: Optional[_Use]
    banned: Optional[bool]
    rejoin_period_over: Optional[bool]
    place: Optional[
        Literal["unknown", "free", "has_account", "reserved", "banned", "rejoin_period", "two_persons", "no_key"]
    ]

class PersonDict(TypedDict):
    name: Optional[str]
    birth_date: Optional[datetime.date]
    gender: Optional[Literal["male", "female", "other"]]
    foreigner: Optional[bool]
    phone: Optional[str]
    carrier: Optional[Literal["SKT", "KT", "LGU"]]
    mvno: Optional[bool]
    ci: Optional[str]
    di: Optional[str]

class FindingDict(TypedDict):
    code: str
    outcome: Literal["pass", "fail", "unknown"]
    reason: Optional[str]
    pointer: str
    ko: str
    en: str

class _Columns(Protocol):
    def keys(self) -> Iterable[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...

NO_DATE: int
UNREADABLE_DATE: int
NO_TIME: int

class ErrorKind(TypedDict):
    name: str
    class_name: str
    base: str
    retryable: bool
    hint: str

@final
class Attribute(Generic[_T]):
    @property
    def attestation(self) -> _Attestation: ...
    @property
    def present(self) -> bool: ...
    @property
    def attested(self) -> bool: ...
    def reveal(self) -> Optional[_T]: ...
    def matches(self, value: Union[_T, str], /) -> bool: ...
    def __bool__(self) -> NoReturn: ...
    # No __eq__ here: declared, mypy would try the other side's; left out, --strict refuses `person.name == "x"`.

@final
class Person:
    @property
    def name(self) -> Attribute[str]: ...
    @property
    def birth_date(self) -> Attribute[datetime.date]: ...
    @property
    def gender(self) -> Attribute[Literal["male", "female", "other"]]: ...
    @property
    def foreigner(self) -> Attribute[bool]: ...
    @property
    def phone(self) -> Attribute[str]: ...
    @property
    def carrier(self) -> Attribute[Literal["SKT", "KT", "LGU"]]: ...
    @property
    def mvno(self) -> Attribute[bool]: ...
    @property
    def ci(self) -> Attribute[str]: ...
    @property
    def di(self) -> Attribute[str]: ...
    def to_dict(self) -> PersonDict: ...

@final
class Channel:
    @property
    def type(self) -> Literal["live", "test", "unmarked", "missing", "unknown"]: ...
    @property
    def id(self) -> Optional[str]: ...
    @property
    def key(self) -> Optional[str]: ...
    @property
    def name(self) -> Optional[str]: ...
    @property
    def pg_merchant_id(self) -> Optional[str]: ...

@final
class Failure:
    @property
    def reason(self) -> Optional[str]: ...
    @property
    def pg_code(self) -> Optional[str]: ...
    @property
    def pg_message(self) -> Optional[str]: ...

@final
class Verification:
    @property
    def id(self) -> str: ...
    @property
    def api(self) -> _Api: ...
    @property
    def status(self) -> Literal["verified", "ready", "failed", "unknown"]: ...
    @property
    def provider(self) -> Optional[str]: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def merchant_uid(self) -> Optional[str]: ...
    @property
    def custom_data(self) -> Optional[str]: ...
    @property
    def origin(self) -> Optional[str]: ...
    @property
    def pg_tx_id(self) -> Optional[str]: ...
    @property
    def requested_at(self) -> Optional[datetime.datetime]: ...
    @property
    def verified_at(self) -> Optional[datetime.datetime]: ...
    @property
    def failure(self) -> Optional[Failure]: ...
    @property
    def person(self) -> Person: ...
    def raw(self) -> str: ...
    def json(self) -> Dict[str, Any]: ...
    def _repr_html_(self) -> str: ...

@final
class Finding:
    @property
    def code(self) -> str: ...
    @property
    def outcome(self) -> Literal["pass", "fail", "unknown"]: ...
    @property
    def reason(self) -> Optional[str]: ...
    @property
    def pointer(self) -> str: ...
    @property
    def ko(self) -> str: ...
    @property
    def en(self) -> str: ...
    def to_dict(self) -> FindingDict: ...

@final
class Decision:
    @property
    def allowed(self) -> bool: ...
    @property
    def findings(self) -> List[Finding]: ...
    @property
    def denials(self) -> List[Finding]: ...
    @property
    def verification(self) -> Verification: ...
    @property
    def policy_name(self) -> str: ...
    @property
    def policy_hash(self) -> str: ...
    @property
    def at(self) -> datetime.datetime: ...
    @property
    def reservation(self) -> Optional[Reservation]: ...
    def commit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Claim: ...
    def acommit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]: ...
    def record(self) -> str: ...
    def __bool__(self) -> NoReturn: ...
    def _repr_html_(self) -> str: ...

@final
class RuleName:
    @property
    def code(self) -> str: ...
    @property
    def pointer(self) -> str: ...

@final
class PolicyCaseResult:
    @property
    def name(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def difference(self) -> Optional[str]: ...

@final
class PolicyCaseReport:
    @property
    def passed(self) -> bool: ...
    @property
    def failures(self) -> int: ...
    @property
    def cases(self) -> List[PolicyCaseResult]: ...
    @property
    def text(self) -> str: ...

@final
class Policy:
    def __init__(self, document: Union[Dict[str, Any], str]) -> None: ...
    @staticmethod
    def preset(name: str, *, election_day: Union[datetime.date, str, None] = None) -> Policy: ...
    @staticmethod
    def preset_names() -> List[str]: ...
    @staticmethod
    def load(path: _Path) -> Policy: ...
    def evaluate(
        self,
        verification: Verification,
        *,
        now: datetime.datetime,
        expect: Expect = {},
        standing: Optional[Standing] = None,
    ) -> Decision: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> Optional[str]: ...
    @property
    def document(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def law(self) -> Optional[str]: ...
    @property
    def warnings(self) -> List[str]: ...
    @property
    def needs_standing(self) -> bool: ...
    @property
    def rules(self) -> List[RuleName]: ...
    def explain(self, language: Literal["ko", "en"]) -> str: ...
    def evaluate_many(
        self,
        records: Iterable[Verification],
        *,
        now: datetime.datetime,
        expect: Expect = {},
        progress: Optional[Callable[[int, int], object]] = None,
    ) -> Decisions: ...
    def evaluate_columns(
        self,
        columns: _Columns,
        *,
        now: datetime.datetime,
        progress: Optional[Callable[[int, int], object]] = None,
    ) -> Decisions: ...
    def test(self, cases: Union[Dict[str, Any], str]) -> PolicyCaseReport: ...

@final
class PolicyFile:
    def __init__(self, path: _Path) -> None: ...
    @property
    def policy(self) -> Policy: ...
    def reload(self) -> Policy: ...

@final
class Reservation:
    @property
    def id(self) -> str: ...
    @property
    def expires_at(self) -> datetime.datetime: ...
    def commit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Claim: ...
    def acommit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]: ...
    def try_commit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Claim: ...
    def atry_commit(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Claim]: ...
    def cancel(self, *, timeout_ms: Optional[int] = None) -> bool: ...
    def acancel(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, bool]: ...

class _OwnStore(Protocol):
    def find(self, keys: List[PersonKey], /) -> Optional[str]: ...
    def claim(self, keys: List[PersonKey], account_id: str, /) -> Union[Claim, str]: ...

@final
class Registry:
    def __init__(
        self,
        store: Optional[str] = None,
        *,
        pepper: Union[str, Tuple[str, str], None] = None,
        peppers: Optional[Sequence[Union[str, Tuple[str, str]]]] = None,
        keys: Optional[Sequence[Literal["ci", "di"]]] = None,
        reservation_life_ms: Optional[int] = None,
        timeout_ms: Optional[int] = None,
        own_store: Optional[_OwnStore] = None,
    ) -> None: ...
    @property
    def warnings(self) -> List[str]: ...
    def find(self, verification: Verification, *, timeout_ms: Optional[int] = None) -> Optional[str]: ...
    def afind(
        self,
        verification: Verification,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Optional[str]]: ...
    def claim(
        self,
        verification: Verification,
        account_id: str,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Claim: ...
    def aclaim(
        self,
        verification: Verification,
        account_id: str,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]: ...
    def try_claim(
        self,
        verification: Verification,
        account_id: str,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Claim: ...
    def atry_claim(
        self,
        verification: Verification,
        account_id: str,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]: ...
    def match(self, verification: Verification, account_id: str, *, timeout_ms: Optional[int] = None) -> bool: ...
    def amatch(
        self,
        verification: Verification,
        account_id: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]: ...
    def release(self, account_id: str, *, rejoin_after_ms: int, timeout_ms: Optional[int] = None) -> bool: ...
    def arelease(
        self,
        account_id: str,
        *,
        rejoin_after_ms: int,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]: ...
    def forget(self, account_id: str, *, timeout_ms: Optional[int] = None) -> bool: ...
    def aforget(self, account_id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, bool]: ...
    def ban(
        self,
        *,
        account_id: Optional[str] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        until: Optional[datetime.datetime] = None,
        reason: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> None: ...
    def aban(
        self,
        *,
        account_id: Optional[str] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        until: Optional[datetime.datetime] = None,
        reason: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, None]: ...
    def unban(
        self,
        *,
        account_id: Optional[str] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> bool: ...
    def aunban(
        self,
        *,
        account_id: Optional[str] = None,
        verification: Optional[Verification] = None,
        person: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]: ...
    def consume(self, verification_id: str, subject: str, *, timeout_ms: Optional[int] = None) -> _Use: ...
    def aconsume(
        self,
        verification_id: str,
        subject: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, _Use]: ...
    def standing(
        self,
        verification: Verification,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Standing: ...
    def astanding(
        self,
        verification: Verification,
        *,
        subject: Optional[str] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Standing]: ...
    def admit(
        self,
        verification: Verification,
        subject: str,
        *,
        consume: bool = False,
        reserve: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Admission: ...
    def aadmit(
        self,
        verification: Verification,
        subject: str,
        *,
        consume: bool = False,
        reserve: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Admission]: ...
    def reserve(self, verification: Verification, subject: str, *, timeout_ms: Optional[int] = None) -> Reserved: ...
    def areserve(
        self,
        verification: Verification,
        subject: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Reserved]: ...
    def commit(
        self,
        reservation: Union[Reservation, str],
        account_id: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Claim: ...
    def acommit(
        self,
        reservation: Union[Reservation, str],
        account_id: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]: ...
    def try_commit(
        self,
        reservation: Union[Reservation, str],
        account_id: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Claim: ...
    def atry_commit(
        self,
        reservation: Union[Reservation, str],
        account_id: str,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Claim]: ...
    def cancel(self, reservation: Union[Reservation, str], *, timeout_ms: Optional[int] = None) -> bool: ...
    def acancel(
        self,
        reservation: Union[Reservation, str],
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, bool]: ...
    def count(self, *, timeout_ms: Optional[int] = None) -> Counts: ...
    def acount(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Counts]: ...
    def export_page(self, after: int, limit: int, *, timeout_ms: Optional[int] = None) -> PersonPage: ...
    def aexport_page(
        self,
        after: int,
        limit: int,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, PersonPage]: ...
    def rotate(self, *, timeout_ms: Optional[int] = None) -> List[PepperCount]: ...
    def arotate(self, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, List[PepperCount]]: ...
    def forget_uses(self, before: datetime.datetime, *, timeout_ms: Optional[int] = None) -> int: ...
    def aforget_uses(
        self,
        before: datetime.datetime,
        *,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, int]: ...
    def export(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        timeout_ms: Optional[int] = None,
    ) -> Iterator[PersonRecord]: ...
    def aexport(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        timeout_ms: Optional[int] = None,
    ) -> AsyncIterator[PersonRecord]: ...
    def close(self) -> None: ...
    def aclose(self) -> Coroutine[Any, Any, None]: ...
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

class LatencyDict(TypedDict):
    bounds: List[int]
    counts: List[int]
    count: int
    sum: float

class MetricsDict(TypedDict):
    calls: Dict[str, int]
    calls_under_way: int
    fail_fast: int
    attempts: int
    retries: int
    retry_budget: int
    connections: int
    token_renewals: int
    token_failures: int
    circuit: Literal["closed", "open", "half_open"]
    circuit_openings: int
    log_events_dropped: int
    clock_skew_ms: int
    latency_ms: LatencyDict

class PortOne:
    @property
    def circuit(self) -> Literal["closed", "open", "half_open"]: ...
    def metrics(self) -> MetricsDict: ...

@final
class PortOneV1(PortOne):
    def __init__(
        self,
        *,
        imp_key: str,
        imp_secret: str,
        tier: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        connect_timeout_ms: Optional[int] = None,
        max_attempts: Optional[int] = None,
        max_calls: Optional[int] = None,
        ca_file: Optional[_Path] = None,
        proxy: Optional[str] = None,
    ) -> None: ...
    @property
    def api(self) -> Literal["v1"]: ...
    def lookup(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Verification: ...
    def alookup(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Verification]: ...
    def request_otp(
        self,
        *,
        name: str,
        phone: str,
        birth: str,
        gender_digit: str,
        carrier: str,
        channel_key: str,
        is_mvno: bool = False,
        company: Optional[str] = None,
        merchant_uid: Optional[str] = None,
        pg: Optional[str] = None,
        verification_method: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> str: ...
    def arequest_otp(
        self,
        *,
        name: str,
        phone: str,
        birth: str,
        gender_digit: str,
        carrier: str,
        channel_key: str,
        is_mvno: bool = False,
        company: Optional[str] = None,
        merchant_uid: Optional[str] = None,
        pg: Optional[str] = None,
        verification_method: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, str]: ...
    def confirm_otp(
        self, imp_uid: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None
    ) -> Verification: ...
    def aconfirm_otp(
        self, imp_uid: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, Verification]: ...
    def erase(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> None: ...
    def aerase(self, imp_uid: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, None]: ...
    def close(self) -> None: ...
    def aclose(self) -> Coroutine[Any, Any, None]: ...
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

@final
class Page:
    @property
    def items(self) -> List[Verification]: ...
    @property
    def number(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def total_count(self) -> int: ...

@final
class PortOneV2(PortOne):
    def __init__(
        self,
        *,
        api_secret: Optional[str] = None,
        store_id: Optional[str] = None,
        auth: Optional[Literal["secret", "login", "api_key"]] = None,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        connect_timeout_ms: Optional[int] = None,
        max_attempts: Optional[int] = None,
        max_calls: Optional[int] = None,
        ca_file: Optional[_Path] = None,
        proxy: Optional[str] = None,
    ) -> None: ...
    @property
    def api(self) -> Literal["v2"]: ...
    def lookup(self, id: str, *, timeout_ms: Optional[int] = None) -> Verification: ...
    def alookup(self, id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, Verification]: ...
    def list(
        self,
        *,
        from_: Optional[datetime.datetime] = None,
        until: Optional[datetime.datetime] = None,
        time_range_field: Optional[str] = None,
        statuses: Optional[Sequence[str]] = None,
        pg_providers: Optional[Sequence[str]] = None,
        carriers: Optional[Sequence[str]] = None,
        is_test: Optional[bool] = None,
        identity_verification_id: Optional[str] = None,
        pg_tx_id: Optional[str] = None,
        pg_merchant_id: Optional[str] = None,
        version: Optional[str] = None,
        customer_name: Optional[str] = None,
        customer_phone_number: Optional[str] = None,
        sort_by: Optional[str] = None,
        sort_order: Optional[str] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> Iterator[Verification]: ...
    def alist(
        self,
        *,
        from_: Optional[datetime.datetime] = None,
        until: Optional[datetime.datetime] = None,
        time_range_field: Optional[str] = None,
        statuses: Optional[Sequence[str]] = None,
        pg_providers: Optional[Sequence[str]] = None,
        carriers: Optional[Sequence[str]] = None,
        is_test: Optional[bool] = None,
        identity_verification_id: Optional[str] = None,
        pg_tx_id: Optional[str] = None,
        pg_merchant_id: Optional[str] = None,
        version: Optional[str] = None,
        customer_name: Optional[str] = None,
        customer_phone_number: Optional[str] = None,
        sort_by: Optional[str] = None,
        sort_order: Optional[str] = None,
        page: Optional[int] = None,
        page_size: Optional[int] = None,
        timeout_ms: Optional[int] = None,
    ) -> AsyncIterator[Verification]: ...
    def send(
        self,
        id: str,
        *,
        channel_key: str,
        carrier: str,
        method: str,
        name: str,
        phone_number: str,
        ip_address: str,
        identity_number: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> None: ...
    def asend(
        self,
        id: str,
        *,
        channel_key: str,
        carrier: str,
        method: str,
        name: str,
        phone_number: str,
        ip_address: str,
        identity_number: Optional[str] = None,
        customer_id: Optional[str] = None,
        custom_data: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, None]: ...
    def resend(self, id: str, *, timeout_ms: Optional[int] = None) -> None: ...
    def aresend(self, id: str, *, timeout_ms: Optional[int] = None) -> Coroutine[Any, Any, None]: ...
    def confirm(self, id: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None) -> Verification: ...
    def aconfirm(
        self, id: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None
    ) -> Coroutine[Any, Any, Verification]: ...
    def close(self) -> None: ...
    def aclose(self) -> Coroutine[Any, Any, None]: ...
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

@final
class Verifier:
    def __init__(
        self, portone: Union[PortOneV1, PortOneV2], policy: Policy, *, registry: Optional[Registry] = None
    ) -> None: ...
    def begin(self, subject: str, *, channel_key: Optional[str] = None, redirect_url: Optional[str] = None) -> Flow: ...
    def verify(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Expect = {},
        begun: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Decision: ...
    def averify(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Expect = {},
        begun: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Decision]: ...
    def require(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Expect = {},
        begun: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Verification: ...
    def arequire(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Expect = {},
        begun: bool = False,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Verification]: ...
    @property
    def portone(self) -> Union[PortOneV1, PortOneV2]: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def warnings(self) -> List[str]: ...
    @property
    def registry(self) -> Optional[Registry]: ...

@final
class Sandbox:
    def __init__(
        self, *, host: Optional[str] = None, port: Optional[int] = None, allow_remote: bool = False
    ) -> None: ...
    @property
    def url(self) -> str: ...
    def control(self, operation: str, json: str, /) -> str: ...
    def stop(self) -> None: ...

@final
class Deferred:
    def start(self) -> Any: ...
    def cancel(self) -> None: ...

def run_policy_cases(cases: Union[Dict[str, Any], str]) -> PolicyCaseReport: ...
def error_kinds() -> List[ErrorKind]: ...
def new_id() -> str: ...
def version() -> str: ...
def runtime_versions() -> str: ...
def word_lists() -> Dict[str, Tuple[str, ...]]: ...
def own_openssl() -> bool: ...
def set_certificate_root(root: str) -> None: ...

# Of the web room, for bonin._web alone. A denial is (code, reason, ko, en).
_Denials = List[Tuple[str, str, str, str]]
_Said = Tuple[Optional[str], Optional[str]]  # an id, or the code of a refusal

def web_max_body() -> int: ...
def web_path(api: str, /) -> str: ...
def web_refusals() -> Dict[str, Tuple[int, str, str]]: ...
def web_read_query(api: str, query: bytes, /) -> _Said: ...
def web_read_body(api: str, content_type: str, body: bytes, /) -> _Said: ...
def web_check_body(
    content_type: str, content_encoding: str, content_lengths: List[str], decoded: bool, /
) -> Optional[str]: ...
def web_is_cross_site(sites: List[str], origins: List[str], host: str, allowed: List[str], /) -> bool: ...
def web_is_origin(text: str, /) -> bool: ...
def web_subject(cookies: List[str], /) -> Optional[str]: ...
def web_subject_cookie(subject: str, secure: bool, /) -> str: ...
def web_is_foreign(denials: _Denials, /) -> bool: ...
def web_of_error(kind: str, retry_after_ms: Optional[int], /) -> Tuple[str, Optional[int]]: ...
def web_headers_of_all() -> Dict[str, str]: ...
def web_headers_of(
    code: str, denials: _Denials, retry_after: Optional[int], allow: Optional[str], /
) -> Dict[str, str]: ...
def web_answer(
    code: str,
    denials: _Denials,
    retry_after: Optional[int],
    allow: Optional[str],
    method: str,
    accept: str,
    accept_language: str,
    /,
) -> Tuple[str, int, Dict[str, str]]: ...
