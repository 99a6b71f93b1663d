"""A person, as a provider tells of one."""

from __future__ import annotations

import datetime
from typing import Literal, Optional, TypedDict

Attestation = Literal["absent", "unreadable", "self_declared_possible", "attested"]
Gender = Literal["male", "female", "other"]
Carrier = Literal["SKT", "KT", "LGU"]
#: The attributes of a person, as policies name them.
AttributeName = Literal["name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"]


class PersonDict(TypedDict):
    """The answer of `Person.to_dict()`: personal data."""

    name: Optional[str]
    birth_date: Optional[datetime.date]
    gender: Optional[Gender]
    foreigner: Optional[bool]
    phone: Optional[str]
    carrier: Optional[Carrier]
    mvno: Optional[bool]
    ci: Optional[str]
    di: Optional[str]
