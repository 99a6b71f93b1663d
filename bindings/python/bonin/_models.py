"""What the routes take and answer, as pydantic models: for FastAPI's OpenAPI, and for routes of one's own."""

from __future__ import annotations

import datetime
from typing import Any, Dict, List, Literal, Optional, Type, get_type_hints

import pydantic
from pydantic import BaseModel, create_model

from .types import (
    Bypass,
    CarrierOfLine,
    Customer,
    FlowCarrier,
    IframeOptions,
    OtpMethod,
    PopupOptions,
    RefusalCode,
    WindowTypes,
)

_OLD = pydantic.VERSION.startswith("1.")


def _never_null(schema: Dict[str, Any], _: Any = None) -> None:
    """What there is not is left out of the JSON."""
    for field in schema.get("properties", {}).values():
        kinds = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1:
            field.update(kinds[0])
        elif kinds:
            field["anyOf"] = kinds
        if field.get("default", ...) is None:
            del field["default"]


class _Model(BaseModel):
    if _OLD:

        class Config:
            schema_extra = staticmethod(_never_null)
    else:
        model_config = {"json_schema_extra": _never_null}


# ---- answers --------------------------------------------------------------------------------------------------------


class AllowedAnswer(_Model):
    """The person is let through. again: they had signed up with this very verification before."""

    allowed: Literal[True]
    again: Optional[Literal[True]] = None


class RefusedFinding(_Model):
    """A rule that the person does not meet, or a field that cannot be used. ko, en: for the person. until: of a ban or a
    rejoin period, when it is over."""

    code: str
    reason: str
    ko: str
    en: str
    until: Optional[datetime.datetime] = None


class RefusedAnswer(_Model):
    """The person is not let through. ko, en: for the person."""

    allowed: Literal[False]
    code: RefusalCode
    ko: str
    en: str
    findings: List[RefusedFinding]


def _model_of(shape: Any) -> Type[BaseModel]:
    """Of a TypedDict, whose fields may be missing."""
    return _made(shape.__name__, shape.__doc__, {}, **get_type_hints(shape))


def _made(title: str, doc: str, needed: Dict[str, Any], /, **kinds: Any) -> Type[BaseModel]:
    fields: Dict[str, Any] = {field: (kind, ...) for field, kind in needed.items()}
    for field, kind in kinds.items():
        fields[field] = (Optional[_model_of(kind) if hasattr(kind, "__total__") else kind], None)
    made: Type[BaseModel] = create_model(title, __base__=_Model, __module__=__name__, **fields)
    made.__doc__ = doc
    return made


BeginAnswerV1 = _made(
    "BeginAnswerV1",
    "What `IMP.certification` takes. merchant_uid: of this flow.",
    {"merchant_uid": str},
    channelKey=str,
    pg=str,
    m_redirect_url=str,
    popup=bool,
    name=str,
    phone=str,
    carrier=FlowCarrier,
    min_age=int,
    company=str,
)

BeginAnswerV2 = _made(
    "BeginAnswerV2",
    "What `PortOne.requestIdentityVerification` takes. identityVerificationId: of this flow.",
    {"storeId": str, "channelKey": str, "identityVerificationId": str},
    redirectUrl=str,
    customer=Customer,
    windowType=WindowTypes,
    forceRedirect=bool,
    customData=str,
    bypass=Bypass,
    popup=PopupOptions,
    iframe=IframeOptions,
)


class SentAnswer(_Model):
    """A code was sent. id: what confirming takes. expiresAt: of this flow."""

    id: str
    expiresAt: datetime.datetime


class SentAgainAnswer(_Model):
    """The code was sent again."""

    sent: Literal[True]


# ---- bodies ---------------------------------------------------------------------------------------------------------


class FinishBodyV1(_Model):
    """What the script of V1 handed to the page. guardianOf: the child's imp_uid, when it is a guardian's consent."""

    imp_uid: Optional[str] = None
    merchant_uid: Optional[str] = None
    success: Optional[bool] = None
    error_code: Optional[str] = None
    error_msg: Optional[str] = None
    guardianOf: Optional[str] = None


class FinishBodyV2(_Model):
    """What the script of V2 handed to the page. guardianOf: the id of the child's, when it is a guardian's consent."""

    identityVerificationId: Optional[str] = None
    identityVerificationTxId: Optional[str] = None
    transactionType: Optional[str] = None
    code: Optional[str] = None
    message: Optional[str] = None
    pgCode: Optional[str] = None
    pgMessage: Optional[str] = None
    guardianOf: Optional[str] = None


class SendBody(_Model):
    """Who is to get a code. identityNumber: the first seven digits of the resident registration number."""

    name: str
    phone: str
    identityNumber: str
    carrier: CarrierOfLine
    method: Optional[OtpMethod] = None


class SendAgainBody(_Model):
    """id: of the answer to sending."""

    id: str


class ConfirmBody(_Model):
    """id: of the answer to sending. otp: the code; left out for the method APP."""

    id: str
    otp: Optional[str] = None


def schema_of(model: Type[BaseModel]) -> Dict[str, Any]:
    """JSON schema of a model without parts of its own."""
    schema: Dict[str, Any] = model.schema() if _OLD else model.model_json_schema()
    return schema
