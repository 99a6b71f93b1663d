"""The start of an identity verification."""

from __future__ import annotations

import datetime
from typing import Any, Dict, List, Literal, NamedTuple


class Flow(NamedTuple):
    """An identity verification that is to happen in a browser. Nothing of it is stored, or secret from its browser.

    id: V2 the identity verification id, V1 the merchant_uid: 32 lower-case hex characters. expires_at: whoever finishes
    later begins again. request: what PortOne's script takes in the browser, by the script's own names; send it as JSON.
    warnings: what the request asks for and the policy does not.
    """

    api: Literal["v1", "v2"]
    id: str
    expires_at: datetime.datetime
    request: Dict[str, Any]
    warnings: List[str]

    def __repr__(self) -> str:
        """Of the request the names alone: it may hold what the application knows of the person."""
        request = ", ".join(self.request)
        return (
            f"Flow(api={self.api!r}, id={self.id!r}, expires_at={self.expires_at!r}, request=<{request}>, "
            f"warnings={self.warnings!r})"
        )


class OtpSent(NamedTuple):
    """A code that was sent. id: what `confirm_otp` takes, signed for the subject; no secret from them. expires_at: of the
    flow; the provider's code lives for some minutes.
    """

    api: Literal["v1", "v2"]
    id: str
    expires_at: datetime.datetime
