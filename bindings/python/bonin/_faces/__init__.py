"""What a notebook shows: static HTML without script, as masked as `repr`. One noun a file; `look` is what they share."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# The class, by its name, and the module that draws it.
_DRAWN_BY = {
    "CheckReport": "check_report",
    "Claim": "claim",
    "Comparison": "comparison",
    "Counts": "counts",
    "Decision": "decision",
    "Decisions": "decisions",
    "Finding": "finding",
    "Findings": "findings",
    "ImportReport": "import_report",
    "Judged": "judged",
    "Metrics": "metrics",
    "Person": "person",
    "PersonKey": "person_key",
    "PersonPage": "person_page",
    "PersonRecord": "person_record",
    "Personas": "personas",
    "Policy": "policy",
    "PolicyCaseReport": "policy_case_report",
    "PolicyFile": "policy_file",
    "PortOneV1": "portone",
    "PortOneV2": "portone",
    "Registry": "registry",
    "RegistryMetrics": "registry_metrics",
    "Requests": "requests",
    "Reservation": "reservation",
    "Sandbox": "sandbox",
    "Standing": "standing",
    "Verification": "verification",
    "Verifier": "verifier",
    "VerifierMetrics": "verifier_metrics",
}


def html(thing: Any) -> str:
    """The face of an object of bonin's."""
    from .look import page

    noun = next(cls.__name__ for cls in type(thing).__mro__ if cls.__name__ in _DRAWN_BY)
    return page(import_module(f".{_DRAWN_BY[noun]}", __name__).face(thing))
