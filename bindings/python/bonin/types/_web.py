"""What the adapters of web frameworks say and set."""

from __future__ import annotations

from typing import Literal, Optional, TypedDict

#: The code of a refusal of `bonin.flask` and `bonin.fastapi`.
RefusalCode = Literal[
    "denied",
    "needs_guardian",
    "not_finished",
    "invalid_id",
    "not_found",
    "invalid_body",
    "unsupported_body",
    "body_too_large",
    "cross_site",
    "method_not_allowed",
    "invalid_person",
    "provider_refused",
    "too_often",
    "unavailable",
    "internal",
]


class SubjectCookie(TypedDict, total=False):
    """How the cookie of a subject is set. same_site: `Lax` by default. secure: as the request came by default, and always
    with `None` and with partitioned. partitioned: kept apart for each site that frames the page (CHIPS). domain: this
    host alone by default, and the cookie is then called `__Host-bonin_subject` over https.
    """

    same_site: Literal["Strict", "Lax", "None"]
    secure: Optional[bool]
    partitioned: bool
    domain: str
