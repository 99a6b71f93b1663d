"""`bonin policy test`: runs examples that a policy must decide as written."""

from __future__ import annotations

import re

from .._native import run_policy_cases_file
from ._parse import Options
from ._terminal import ALLOWED, DENIED, painted, printable


def _line(text: str) -> str:
    """The first word of a case's line is its outcome."""
    found = re.match("(ok|FAILED)  ", text)
    line = printable(text)
    return painted(found[1], "good" if found[1] == "ok" else "bad") + line[len(found[1]) :] if found else line


def run(options: Options, cases: str) -> int:
    report = run_policy_cases_file(cases)
    print("\n".join(map(_line, report.text.rstrip("\n").split("\n"))))
    return ALLOWED if report.passed else DENIED
