"""A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults."""

from __future__ import annotations

import datetime
import json
import math
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Mapping, Optional, Type, Union, cast, overload

from . import _native
from ._shown import Personas, Requests
from .errors import InvalidArgument

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._native import PortOneV1, PortOneV2
    from .types import (
        Api,
        FaultKind,
        FaultMatch,
        Persona,
        PersonaDict,
        RequestsDict,
        SandboxOperation,
        SandboxPerson,
        SandboxPersonOptions,
        SandboxV1Options,
        SandboxV2Options,
        SandboxVerifyOptions,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot go to the sandbox")


class Sandbox:
    """A running sandbox, stopped by `close()`, by the end of a `with` block, or with the process.

    `url` serves both APIs; `v1_url` and `v2_url` are what `base_url` takes; `v1_script_url` and `v2_script_url` are what
    a page puts in place of PortOne's scripts. The credentials are made up and guard nothing.

    host: `127.0.0.1` by default; one that is not loopback needs `allow_remote=True`. port: any free one by default.
    token: what a caller who is not on loopback shows to control it, in the header `Sandbox-Token`; 16 to 200
    characters, made up by default. public_url: where a browser reaches it, when that is another address. Raises
    InvalidArgument when it cannot listen there.

    Its clock is the machine's until `advance()` moves it. A client, registry, verifier or `Proofs` that is made with
    `clock=sandbox` follows it; `connect()` makes such a client. Thread-safe. After a fork it is the parent's: in the child
    every method but `close()` raises Closed.
    """

    def __init__(
        self,
        *,
        port: Optional[int] = None,
        host: Optional[str] = None,
        allow_remote: bool = False,
        token: Optional[str] = None,
        public_url: Optional[str] = None,
    ):
        self._native = _native.Sandbox(
            port=port, host=host, allow_remote=allow_remote, token=token, public_url=public_url
        )
        self._clock = self._native.clock
        self._stop = weakref.finalize(self, self._native.stop)
        self.url: str = self._native.url
        #: What a caller who is not on loopback must show; None where there is none.
        self.token: Optional[str] = self._native.token
        self.v1_url: str = self.url
        self.v2_url: str = self.url
        info = self.control("info")
        self.v1_script_url: str = info["v1_script_url"]
        self.v2_script_url: str = info["v2_script_url"]
        self.imp_key: str = info["imp_key"]
        self.imp_secret: str = info["imp_secret"]
        self.api_secret: str = info["api_secret"]
        self.api_key: str = info["api_key"]
        self.store_id: str = info["store_id"]
        #: A channel for the calls that want one.
        self.channel_key: str = info["channel_key"]

    def control(self, operation: SandboxOperation, **arguments: Any) -> Any:
        """What `POST /sandbox/{operation}` does; docs/sandbox.md describes each operation. None is JSON's null.

        Raises InvalidArgument for an argument that the operation does not take.
        """
        return json.loads(self._native.control(operation, json.dumps(arguments, default=_plain)))

    @overload
    def connect(self, api: Literal["v2"] = "v2", **options: Unpack[SandboxV2Options]) -> PortOneV2: ...
    @overload
    def connect(self, api: Literal["v1"], **options: Unpack[SandboxV1Options]) -> PortOneV1: ...
    @overload
    def connect(self, api: Api, **options: Any) -> Union[PortOneV1, PortOneV2]: ...
    def connect(self, api: Api = "v2", **options: Any) -> Union[PortOneV1, PortOneV2]:
        """A client of this sandbox: its address, credentials and clock are set.

        options: any other one of PortOneV1 or PortOneV2. Raises InvalidArgument as they do.
        """
        if api == "v1":
            own: Dict[str, Any] = {"imp_key": self.imp_key, "imp_secret": self.imp_secret, "base_url": self.v1_url}
            return _native.PortOneV1(**{**own, "clock": self, **options})
        if api != "v2":
            raise InvalidArgument("`api` must be `v1` or `v2`", parameter="api")
        own = {"store_id": self.store_id, "base_url": self.v2_url}
        if "api_key" not in options and "api_secret" not in options:
            by_key = options.get("auth") == "api_key"
            own.update({"api_key": self.api_key} if by_key else {"api_secret": self.api_secret})
        return _native.PortOneV2(**{**own, "clock": self, **options})

    def verify(
        self,
        person: Union[Persona, SandboxPerson] = "adult",
        *,
        api: Api = "v2",
        **options: Unpack[SandboxVerifyOptions],
    ) -> str:
        """Finishes a verification as a persona, or as a person of your own (a dict), and answers its id.

        options: id, merchant_uid and origin (V1), custom_data and customer_id (V2), channel_key, provider, pg_merchant_id, pg_tx_id, channel_type,
        status, verified_at_ms and requested_at_ms (ms since 1970), overrides, omit. A persona that `add_person` made is
        `cast(Persona, name)` to a type checker. Raises InvalidArgument for a persona or an option there is not.
        """
        who: Dict[str, Any] = {"persona": person} if isinstance(person, str) else {"person": dict(person)}
        answer = self.control("verify", api=api, **who, **options)
        return str(answer["id"])

    def personas(self) -> List[PersonaDict]:
        """Who can be verified: dicts with `name` and a description in Korean and English."""
        return Personas(self.control("personas")["personas"])

    def add_person(self, name: str, person: SandboxPerson, **options: Unpack[SandboxPersonOptions]) -> None:
        """Makes a persona of your own under a name of 1 to 100 characters, until `reset()`.

        options: ko and en (descriptions), provider, channel_type, status. Raises InvalidArgument for a name that is
        there already.
        """
        self.control("add_person", name=name, person=dict(person), **options)

    def otp(self, id: str) -> str:
        """The code that the person behind an id was sent; empty for the APP method, which needs none.

        Raises InvalidArgument for an id that waits for no code.
        """
        return str(self.control("otp", id=id)["otp"])

    @overload
    def fault(
        self,
        kind: Literal["delay", "reset_after_idle"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        effect: Literal[True] = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["status", "respond"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        status: int = ...,
        headers: Mapping[str, str] = ...,
        body: Any = ...,
        effect: bool = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["reset"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        effect: bool = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["garbage"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        body: Any = ...,
        effect: bool = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["cut"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        bytes: int = ...,
        effect: Literal[True] = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["cut"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        body: Any,
        status: int = ...,
        headers: Mapping[str, str] = ...,
        bytes: int = ...,
        effect: bool = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["drip"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        effect: Literal[True] = ...,
    ) -> None: ...
    @overload
    def fault(
        self,
        kind: Literal["drip"],
        *,
        match: FaultMatch = ...,
        times: int = ...,
        after: int = ...,
        delay_ms: int = ...,
        body: Any,
        status: int = ...,
        headers: Mapping[str, str] = ...,
        effect: bool = ...,
    ) -> None: ...
    def fault(self, kind: FaultKind, **options: Any) -> None:
        """Scripts a fault: delay, status, respond, reset, cut, garbage, drip or reset_after_idle.

        match: dict of method and path, where `*` is any text; every request by default. after: requests that are let
        through first (0). times: requests that are hit then (1). delay_ms: how long the answer waits (0; 20 for
        `reset_after_idle`). effect: carry the request out although its answer is lost. status (503; 200 for `respond`),
        headers, body (text or JSON): of the answer. bytes: how much of the body `cut` sends (half). Raises
        InvalidArgument for an option there is not.
        """
        self.control("fault", kind=kind, **options)

    def clear_faults(self) -> None:
        """Forgets every fault that was scripted."""
        self.control("clear_faults")

    def advance(
        self,
        seconds: Union[float, datetime.timedelta, None] = None,
        *,
        minutes: Optional[float] = None,
        hours: Optional[float] = None,
        days: Optional[float] = None,
        ms: Optional[float] = None,
    ) -> None:
        """Moves the clock of the sandbox and of all that follows it, by the sum of what is given; it may be negative.

        seconds: a number, or a timedelta. Raises InvalidArgument beyond a century.
        """
        given = seconds.total_seconds() if isinstance(seconds, datetime.timedelta) else seconds
        spans = [(ms, 1), (given, 1_000), (minutes, 60_000), (hours, 3_600_000), (days, 86_400_000)]
        counts = [count * length for count, length in spans if count is not None]
        total = sum(counts)
        if not counts or not math.isfinite(total):
            raise InvalidArgument(
                "give by how much: `seconds`, `minutes`, `hours`, `days` or `ms`", parameter="seconds"
            )
        self.control("advance", ms=round(total))

    @property
    def requests(self) -> RequestsDict:
        """What was asked of the sandbox: `total`, `by_route`, `connections` and the latest 10,000 `requests`."""
        return cast("RequestsDict", Requests(self.control("requests")))

    def clear_requests(self) -> None:
        """Forgets the requests, and counts from 0 again."""
        self.control("clear_requests")

    def reset(self) -> None:
        """As freshly started: forgets records, tokens, faults, added personas, requests and the clock's shift."""
        self.control("reset")

    def close(self) -> None:
        """Stops serving. Idempotent."""
        self._stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox({self.url})"

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)
