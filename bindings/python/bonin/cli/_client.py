"""The client that the environment's credentials make."""

from __future__ import annotations

import os
from typing import Optional, Union

from .._native import PortOneV1, PortOneV2
from . import _words as words
from ._parse import Refused

Client = Union[PortOneV1, PortOneV2]


def _has_v1() -> bool:
    return bool(os.environ.get("BONIN_IMP_KEY") and os.environ.get("BONIN_IMP_SECRET"))


def _has_v2() -> bool:
    return bool(os.environ.get("BONIN_API_SECRET"))


def api_of(id: str) -> Optional[str]:
    """The API whose credentials are set, None where none are; of both, the one that an id is of."""
    if not _has_v1() and not _has_v2():
        return None
    return "v1" if _has_v1() and (not _has_v2() or id.startswith("imp_")) else "v2"


def client(given: Optional[str], id: str) -> Client:
    environment = os.environ
    api = given or api_of(id)
    if api is None:
        raise Refused(words.text("NO_CREDENTIALS"))
    base_url = environment.get("BONIN_BASE_URL") or None
    if api == "v1":
        if not _has_v1():
            raise Refused(words.text("NO_V1_CREDENTIALS"))
        return PortOneV1(
            imp_key=environment["BONIN_IMP_KEY"], imp_secret=environment["BONIN_IMP_SECRET"], base_url=base_url
        )
    if not _has_v2():
        raise Refused(words.text("NO_V2_CREDENTIALS"))
    return PortOneV2(
        api_secret=environment["BONIN_API_SECRET"],
        store_id=environment.get("BONIN_STORE_ID") or None,
        base_url=base_url,
    )
