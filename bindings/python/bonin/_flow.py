"""The start of an identity verification in a browser."""

from __future__ import annotations

import datetime
from typing import Dict, Literal, NamedTuple


class Flow(NamedTuple):
    """An identity verification that is to happen in a browser. Nothing of it is stored, or secret from its browser.

    id: V2 the identity verification id, V1 the merchant_uid: 32 lower-case hex characters. expires_at: whoever finishes
    later begins again. request: what PortOne's script takes in the browser, by the script's own names; send it as JSON.
    """

    api: Literal["v1", "v2"]
    id: str
    expires_at: datetime.datetime
    request: Dict[str, str]
