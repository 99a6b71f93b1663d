"""`bonin policy test`: runs examples that a policy must decide as written."""

from __future__ import annotations

import re

from .._native import run_policy_cases
from . import _words as words
from ._parse import Options, Refused
from ._terminal import ALLOWED, DENIED, painted, printable


def _line(text: str) -> str:
    """The first word of a case's line is its outcome."""
    found = re.match("(ok|FAILED)  ", text)
    line = printable(text)
    return painted(found[1], "good" if found[1] == "ok" else "bad") + line[len(found[1]) :] if found else line


def run(options: Options, cases: str) -> int:
    try:
        # What is not UTF-8 is for the reader of cases to refuse.
        with open(cases, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    except OSError:
        raise Refused(words.text("NO_CASES")) from None
    report = run_policy_cases(text)
    print("\n".join(map(_line, report.text.rstrip("\n").split("\n"))))
    return ALLOWED if report.passed else DENIED
