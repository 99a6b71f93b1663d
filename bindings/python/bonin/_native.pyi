import datetime
from os import PathLike
from types import TracebackType
from typing import (
    Any,
    AsyncIterator,
    Coroutine,
    Dict,
    Generic,
    Iterator,
    List,
    Literal,
    NoReturn,
    Optional,
    Sequence,
    Type,
    TypedDict,
    TypeVar,
    Union,
    final,
)

_T = TypeVar("_T")
_Api = Literal["v1", "v2"]
_Attestation = Literal["attested", "self_declared_possible", "unreadable", "absent"]
_Path = Union[str, PathLike[str]]

class Expect(TypedDict, total=False):
    merchant_uid: Optional[str]
    custom_data: Optional[str]
    name: Optional[str]
    phone: Optional[str]
    birth_date: Union[datetime.date, str, None]

class Standing(TypedDict, total=False):
    account: Optional[Literal["unknown", "none", "same", "other"]]
    reserved: Optional[bool]
    use: Optional[Literal["unknown", "first", "same_subject", "other_subject"]]
    banned: Optional[bool]
    rejoin_period_over: Optional[bool]

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
    @property
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
    def record(self) -> str: ...
    def __bool__(self) -> NoReturn: ...
    def _repr_html_(self) -> str: ...

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
        expect: Optional[Expect] = None,
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

class PortOne: ...

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
        is_mvno: Optional[bool] = None,
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
        is_mvno: Optional[bool] = None,
        company: Optional[str] = None,
        merchant_uid: Optional[str] = None,
        pg: Optional[str] = None,
        verification_method: Optional[str] = None,
        bypass: Union[Dict[str, Any], str, None] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, str]: ...
    def confirm_otp(self, imp_uid: str, otp: Optional[str] = None, *, timeout_ms: Optional[int] = None) -> Verification: ...
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
    def __init__(self, portone: Union[PortOneV1, PortOneV2], policy: Policy) -> None: ...
    def verify(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Optional[Expect] = None,
        timeout_ms: Optional[int] = None,
    ) -> Decision: ...
    def averify(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Optional[Expect] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Decision]: ...
    def require(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Optional[Expect] = None,
        timeout_ms: Optional[int] = None,
    ) -> Verification: ...
    def arequire(
        self,
        id: str,
        *,
        subject: Optional[str] = None,
        expect: Optional[Expect] = None,
        timeout_ms: Optional[int] = None,
    ) -> Coroutine[Any, Any, Verification]: ...
    @property
    def portone(self) -> Union[PortOneV1, PortOneV2]: ...
    @property
    def policy(self) -> Policy: ...

@final
class Sandbox:
    def __init__(
        self, *, host: Optional[str] = None, port: Optional[int] = None, allow_remote: Optional[bool] = None
    ) -> None: ...
    @property
    def url(self) -> str: ...
    def control(self, operation: str, json: str, /) -> str: ...
    def stop(self) -> None: ...

@final
class Deferred:
    def start(self) -> Any: ...
    def cancel(self) -> None: ...

def error_kinds() -> List[ErrorKind]: ...
def new_id() -> str: ...
def version() -> str: ...
def runtime_versions() -> str: ...
def own_openssl() -> bool: ...
