"""The client that the environment's credentials make."""

from __future__ import annotations

import os
from typing import Optional, Union

from .._native import PortOneV1, PortOneV2
from . import _words as words
from ._parse import Refused

Client = Union[PortOneV1, PortOneV2]


def client(api: Optional[str], id: str) -> Client:
    environment = os.environ
    has_v1 = bool(environment.get("BONIN_IMP_KEY") and environment.get("BONIN_IMP_SECRET"))
    has_v2 = bool(environment.get("BONIN_API_SECRET"))
    if api is None:
        if not has_v1 and not has_v2:
            raise Refused(words.text("NO_CREDENTIALS"))
        api = "v1" if has_v1 and (not has_v2 or id.startswith("imp_")) else "v2"
    base_url = environment.get("BONIN_BASE_URL") or None
    if api == "v1":
        if not has_v1:
            raise Refused(words.text("NO_V1_CREDENTIALS"))
        return PortOneV1(
            imp_key=environment["BONIN_IMP_KEY"], imp_secret=environment["BONIN_IMP_SECRET"], base_url=base_url
        )
    if not has_v2:
        raise Refused(words.text("NO_V2_CREDENTIALS"))
    return PortOneV2(
        api_secret=environment["BONIN_API_SECRET"],
        store_id=environment.get("BONIN_STORE_ID") or None,
        base_url=base_url,
    )
