"""What PortOne says of an id, beside the person."""

from __future__ import annotations

from typing import Literal

Api = Literal["v1", "v2"]
Status = Literal["unknown", "ready", "verified", "failed"]
ChannelType = Literal["missing", "unknown", "unmarked", "live", "test"]
#: Providers whose attributes bonin knows to be checked. PortOne has others: a provider is a str.
Provider = Literal["DANAL", "KCP_V2", "INICIS_UNIFIED", "INICIS"]
