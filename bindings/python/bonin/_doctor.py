"""What this machine has, reaches and believes, for whoever is asked why bonin does not work there."""

from __future__ import annotations

import json
import sys
from typing import List, Literal, Optional, Sequence, TypedDict

from . import _native

DoctorState = Literal["ok", "warning", "failed"]


class DoctorCheck(TypedDict):
    """One thing that was looked at. No personal data, no secret and no value of a variable is in it.

    ko, en: what is so. next_ko, next_en: what to do; empty where there is nothing to do.
    """

    name: str
    state: DoctorState
    ko: str
    en: str
    next_ko: str
    next_en: str


class DoctorReport(TypedDict):
    """ok: nothing has failed. at: when it was made."""

    ok: bool
    at: str
    checks: List[DoctorCheck]


def doctor(
    *,
    store: Optional[str] = None,
    schema: Optional[str] = None,
    peppers: Optional[Sequence[str]] = None,
    ca_file: Optional[str] = None,
    proxy: Optional[str] = None,
    timeout_ms: Optional[int] = None,
) -> DoctorReport:
    """Looks at everything at once, and ends within timeout_ms (5,000) whatever does not answer. docs/cli.md lists it.

    Credentials are those of the variables that the command line reads. peppers: `env:NAME`, `file:PATH` or
    `ID=env:NAME`.
    """
    name = "Python" if sys.implementation.name == "cpython" else sys.implementation.name
    report: DoctorReport = json.loads(
        _native.doctor(
            host=f"{name} {'.'.join(map(str, sys.version_info[:3]))}",
            store=store,
            schema=schema,
            peppers=peppers,
            ca_file=ca_file,
            proxy=proxy,
            timeout_ms=timeout_ms,
        )
    )
    return report
