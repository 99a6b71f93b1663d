"""OTP: what the routes of it take, and how often one is sent."""

from __future__ import annotations

from typing import Any, Dict, TypedDict, Union


class OtpOptions(TypedDict, total=False):
    """What the routes of an OTP add to what the page says. company: V1. customer_id, custom_data: V2. bypass: of the
    provider, such as {"kcpV2": {"media_type": "MC01"}}.
    """

    channel_key: str
    company: str
    customer_id: str
    custom_data: str
    bypass: Union[Dict[str, Any], str]


class OtpLimits(TypedDict, total=False):
    """How often within an hour, counted in this process: 5, 5, 25 and 5 unless said otherwise."""

    sends_per_subject: int
    sends_per_phone: int
    sends_per_address: int
    codes_per_id: int
