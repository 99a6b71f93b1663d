"""The options of `begin`."""

from __future__ import annotations

from typing import Any, Callable, Dict, Literal, Optional, TypedDict, TypeVar, Union

WindowType = Literal["IFRAME", "POPUP", "REDIRECTION", "UI"]
#: A carrier as V1's script and DANAL name it.
FlowCarrier = Literal["SKT", "KTF", "LGT", "MVNO"]
CustomerGender = Literal["MALE", "FEMALE", "OTHER"]
InicisAgency = Literal[
    "PAYCO",
    "PASS",
    "TOSS",
    "KFTC",
    "KAKAO",
    "NAVER",
    "SAMSUNG",
    "SHINHAN",
    "KB",
    "HANA",
    "WOORI",
    "NH",
    "KAKAOBANK",
    "SMS",
]


class Customer(TypedDict, total=False):
    """V2: who is to be verified, as far as the application knows. birthYear `YYYY`, birthMonth and birthDay digits."""

    customerId: str
    fullName: str
    firstName: str
    lastName: str
    phoneNumber: str
    email: str
    address: Dict[str, str]
    zipcode: str
    gender: CustomerGender
    birthYear: str
    birthMonth: str
    birthDay: str
    firstNameKana: str
    lastNameKana: str
    ipAddress: str


class DanalBypass(TypedDict, total=False):
    """CPTITLE: what the text message names as the service. AGELIMIT: by full age. IsCarrier: such as `SKT;KTF`."""

    CPTITLE: str
    AGELIMIT: int
    IsCarrier: str


class InicisBypass(TypedDict, total=False):
    """flgFixedUser: required; `Y` fills in the customer's data. logoUrl: https."""

    flgFixedUser: Literal["Y", "N"]
    directAgency: InicisAgency
    logoUrl: str
    DI_CODE: str
    FRGNDInfo: Literal["Y", "N"]


class KcpBypass(TypedDict, total=False):
    web_siteid: str


class Bypass(TypedDict, total=False):
    """V2: a provider's own parameters."""

    danal: DanalBypass
    inicisUnified: InicisBypass
    kcpV2: KcpBypass


class WindowTypes(TypedDict, total=False):
    pc: WindowType
    mobile: WindowType


class PopupOptions(TypedDict, total=False):
    center: bool


class IframeOptions(TypedDict, total=False):
    dim: bool


class FlowOptions(TypedDict, total=False):
    """What `begin` takes; None is as not given.

    channel_key: of PortOne's console; V2 needs it, V1 it or pg. redirect_url: a whole address. provider: whose channel it
    is: what this provider needs is then asked for. bind_channel: what is finished on another channel is denied.
    guardian_of: the id of the child's verification, for a guardian's consent. V2: customer, bypass, window_type,
    force_redirect, custom_data (at most 1,000 bytes), iframe. V1: pg (deprecated by PortOne), name, phone, carrier,
    min_age (by full age), company. popup: a dict in V2, True or False in V1.
    """

    channel_key: Optional[str]
    redirect_url: Optional[str]
    customer: Optional[Customer]
    bypass: Optional[Bypass]
    window_type: Optional[WindowTypes]
    force_redirect: Optional[bool]
    custom_data: Optional[str]
    iframe: Optional[IframeOptions]
    pg: Optional[str]
    name: Optional[str]
    phone: Optional[str]
    carrier: Optional[FlowCarrier]
    min_age: Optional[int]
    company: Optional[str]
    popup: Union[PopupOptions, bool, None]
    provider: Optional[str]
    bind_channel: bool
    guardian_of: Optional[str]


_T = TypeVar("_T")
_Of = Union[_T, Callable[[Any], Any], None]


class RouterFlowOptions(TypedDict, total=False):
    """What the routers take for `begin`: each as FlowOptions has it, or a function of the request."""

    channel_key: _Of[str]
    redirect_url: _Of[str]
    customer: _Of[Customer]
    bypass: _Of[Bypass]
    window_type: _Of[WindowTypes]
    force_redirect: _Of[bool]
    custom_data: _Of[str]
    iframe: _Of[IframeOptions]
    pg: _Of[str]
    name: _Of[str]
    phone: _Of[str]
    carrier: _Of[FlowCarrier]
    min_age: _Of[int]
    company: _Of[str]
    popup: _Of[Union[PopupOptions, bool]]
    provider: _Of[str]
    bind_channel: Union[bool, Callable[[Any], Any]]
