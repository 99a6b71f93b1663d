"""A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults."""

from __future__ import annotations

import datetime
import json
import weakref
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Type, Union

from . import _native


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot go to the sandbox")


class Sandbox:
    """A running sandbox, stopped by `close()`, by the end of a `with` block, or with the process.

    `url` serves both APIs; `v1_url` and `v2_url` are what `base_url` takes; `v1_script_url` and `v2_script_url` are what
    a page puts in place of PortOne's scripts. The credentials are made up and guard nothing.
    """

    def __init__(self, *, port: Optional[int] = None, host: Optional[str] = None, allow_remote: bool = False):
        self._native = _native.Sandbox(port=port, host=host, allow_remote=allow_remote)
        self._stop = weakref.finalize(self, self._native.stop)
        self.url: str = self._native.url
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

    def control(self, operation: str, **arguments: Any) -> Any:
        """What `POST /sandbox/{operation}` does; docs/sandbox.md describes each operation. None is JSON's null."""
        return json.loads(self._native.control(operation, json.dumps(arguments, default=_plain)))

    def verify(self, person: Union[str, Mapping[str, Any]] = "adult", *, api: str = "v2", **options: Any) -> str:
        """Finishes a verification as a persona, or as a person of your own (a dict), and answers its id."""
        who = {"persona": person} if isinstance(person, str) else {"person": dict(person)}
        answer = self.control("verify", api=api, **who, **options)
        return str(answer["id"])

    def personas(self) -> List[Dict[str, Any]]:
        """Who can be verified: dicts with `name` and a description in Korean and English."""
        personas: List[Dict[str, Any]] = self.control("personas")["personas"]
        return personas

    def add_person(self, name: str, person: Mapping[str, Any], **options: Any) -> None:
        """Makes a persona of your own under a name."""
        self.control("add_person", name=name, person=dict(person), **options)

    def otp(self, id: str) -> str:
        """The code that the person behind an id was sent; empty for the APP method, which needs none."""
        return str(self.control("otp", id=id)["otp"])

    def fault(self, kind: str, **options: Any) -> None:
        """Scripts a fault: delay, status, respond, reset, cut, garbage, drip or reset_after_idle."""
        self.control("fault", kind=kind, **options)

    def clear_faults(self) -> None:
        self.control("clear_faults")

    def advance(self, seconds: float) -> None:
        """Moves the sandbox's clock."""
        self.control("advance", ms=round(seconds * 1000))

    @property
    def requests(self) -> Dict[str, Any]:
        """What was asked of the sandbox: `total`, `by_route`, `connections` and the latest `requests`."""
        requests: Dict[str, Any] = self.control("requests")
        return requests

    def clear_requests(self) -> None:
        self.control("clear_requests")

    def reset(self) -> None:
        """As freshly started."""
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
