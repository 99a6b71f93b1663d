"""Words of the requests to PortOne."""

from __future__ import annotations

from typing import Literal

Auth = Literal["secret", "login", "api_key"]
#: A carrier as V2's `send` and `list` name it: `_MVNO` marks a budget line.
CarrierOfLine = Literal["SKT", "KT", "LGU", "SKT_MVNO", "KT_MVNO", "LGU_MVNO"]
OtpMethod = Literal["SMS", "APP"]
#: The status of a verification as PortOne writes it.
RecordStatus = Literal["READY", "VERIFIED", "FAILED"]
TimeField = Literal["REQUESTED_AT", "VERIFIED_AT", "FAILED_AT", "STATUS_UPDATED_AT"]
SortOrder = Literal["ASC", "DESC"]
