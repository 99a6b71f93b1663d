"""What a service needs before it can verify anybody, looked at for its boot and its readiness."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, NamedTuple, NoReturn, Optional

CheckName = Literal["calls", "certificates", "credentials", "credentials_v2", "clock", "store"]


class Check(NamedTuple):
    """One thing that was looked at. No personal data and no secret is in it.

    reason: why it is not well: the kind of an error (docs/errors.md), `skew` or `unknown`. detail: what is so, in
    English, and what to do next when it is not well. duration_ms: how long the answer took.
    """

    name: CheckName
    ok: bool
    reason: Optional[str]
    detail: str
    duration_ms: int


class CheckReport(NamedTuple):
    """The answer of Verifier.check(). No boolean: ask `.ok`, which is true when every check is well."""

    ok: bool
    checks: List[Check]

    def __bool__(self) -> NoReturn:
        raise TypeError("a CheckReport is neither true nor false: use .ok")

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)

    def to_dict(self) -> Dict[str, Any]:
        """For a JSON answer."""
        return {"ok": self.ok, "checks": [check._asdict() for check in self.checks]}
