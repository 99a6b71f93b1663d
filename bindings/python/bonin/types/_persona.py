"""The people of the sandbox."""

from __future__ import annotations

import datetime
from typing import Any, Dict, Literal, Optional, TypedDict, Union

from ._person import Carrier, Gender
from ._request import RecordStatus
from ._verification import Provider

#: The people that the sandbox brings; docs/sandbox.md describes each.
Persona = Literal[
    "adult",
    "minor",
    "child",
    "born_today_19",
    "born_tomorrow_19",
    "leap_day",
    "foreigner",
    "kakao_without_ci",
    "naver_self_declared",
    "inicis_without_di",
    "kcp_without_ci",
    "test_channel",
    "unfinished",
    "failed",
    "bare",
]


class PersonaDict(TypedDict):
    """One entry of `Sandbox.personas()`. Of a persona of one's own `name` is another text."""

    name: Persona
    ko: str
    en: str
    provider: str
    channel_type: Optional[str]
    status: RecordStatus
    person: Dict[str, Any]


class SandboxPerson(TypedDict, total=False):
    """A person of one's own. What is left out is not told by the provider, except ci and di, which are made up.

    birth_date: a date or `YYYY-MM-DD`. None means none.
    """

    name: Optional[str]
    birth_date: Union[datetime.date, str, None]
    gender: Optional[Gender]
    foreigner: Optional[bool]
    phone: Optional[str]
    carrier: Optional[Carrier]
    mvno: Optional[bool]
    ci: Optional[str]
    di: Optional[str]


class SandboxPersonOptions(TypedDict, total=False):
    """How a persona of one's own is described and verified.

    provider: `DANAL` by default. channel_type: `LIVE` by default, `TEST`, or any other text; None: a V2 answer without
    a channel. status: `VERIFIED` by default.
    """

    ko: str
    en: str
    provider: Union[Provider, str]
    channel_type: Union[Literal["LIVE", "TEST"], str, None]
    status: RecordStatus
