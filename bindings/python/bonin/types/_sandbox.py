"""What the sandbox takes and answers."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, TypedDict, Union

from .._native import PortOneV2
from ._request import Auth, RecordStatus
from ._verification import Provider

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
