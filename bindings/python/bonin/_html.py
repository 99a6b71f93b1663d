"""What a notebook shows of a verification and a decision: as masked as `repr`."""

from __future__ import annotations

from html import escape
from typing import Iterable, Tuple

from ._native import Decision, Verification


def _table(rows: Iterable[Tuple[str, ...]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{body}</table>"


def verification(v: Verification) -> str:
    return _table(
        [
            ("id", v.id),
            ("api", v.api),
            ("status", v.status),
            ("provider", v.provider or ""),
            ("channel", v.channel.type),
            ("verified_at", v.verified_at.isoformat() if v.verified_at else ""),
            ("person", repr(v.person)),
        ]
    )


def decision(d: Decision) -> str:
    verdict = "allowed" if d.allowed else "denied"
    rows = [(f.code, f.outcome, f.reason or "", f.ko, f.en) for f in d.findings]
    return f"<b>{verdict}</b> by {escape(d.policy_name)}" + _table(rows)
