"""What an application expects of a verification."""

from __future__ import annotations

import datetime
from typing import Literal, TypedDict, Union

#: What an application can expect of a verification.
ExpectField = Literal["merchant_uid", "custom_data", "customer_id", "name", "phone", "birth_date"]


class Expect(TypedDict, total=False):
    """What the verification must carry. A field that is not there expects nothing; None is refused.

    A name of over 200 bytes of UTF-8, or another text of over 1,000, is an InvalidArgument.
    """

    merchant_uid: str
    custom_data: str
    customer_id: str
    name: str
    phone: str
    birth_date: Union[datetime.date, str]
