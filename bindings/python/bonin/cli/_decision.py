"""A decision, as `verify` and `demo` print it."""

from __future__ import annotations

from .._native import Decision, Finding


def _code(finding: Finding) -> str:
    return f"{finding.code} ({finding.reason})" if finding.reason else finding.code


def why(decision: Decision) -> str:
    """Three lines a finding that did not pass."""
    return "".join(f"  {_code(f)}\n    {f.ko}\n    {f.en}\n" for f in decision.shown)
