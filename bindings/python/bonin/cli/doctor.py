"""`bonin doctor`: what this machine has, reaches and believes."""

from __future__ import annotations

import json
import sys

from .._native import doctor
from . import _words as words
from ._columns import width, wrapped
from ._parse import Options
from ._store import of_environment, pepper_of
from ._terminal import ALLOWED, DENIED, columns, language, painted, printable, say

_COLOURS = {"ok": "good", "warning": "odd", "failed": "bad"}


def _page(report: str, speech: words.Language, room: int) -> str:
    """A line for each thing that was looked at; below it, what to do."""
    found = json.loads(report)
    names = words.TABLE["words"]
    beside = room >= 60
    indent = " " * (25 if beside else 2)
    lines = [words.text("DOCTOR_HEAD", at=found["at"]), ""]
    for check in found["checks"]:
        state = names[check["state"]][speech]
        head = painted(state, _COLOURS[check["state"]]) + " " * (9 - width(state)) + printable(check["name"])
        below = wrapped(printable(check[speech]), room - len(indent))
        if check[f"next_{speech}"]:
            first, *rest = wrapped(printable(check[f"next_{speech}"]), room - len(indent) - 3)
            below += [f"-> {first}", *(f"   {line}" for line in rest)]
        if beside:
            head += " " * (16 - len(check["name"])) + below.pop(0)
        lines += [head, *(indent + line for line in below)]
    last = names["all_well" if found["ok"] else "not_well"][speech]
    return "\n".join([*lines, "", painted(last, "good" if found["ok"] else "bad")])


def run(options: Options) -> int:
    version = ".".join(map(str, sys.version_info[:3]))
    peppers = options["pepper"] or []
    for one in peppers:
        pepper_of(one)  # refuses a key itself
    report = doctor(
        host=f"{sys.implementation.name.capitalize()} {version}".replace("Cpython", "Python"),
        store=of_environment(options["store"]) if options["store"] is not None else None,
        schema=options["schema"],
        peppers=peppers,
        timeout_ms=options["timeout-ms"],
    )
    if options["json"]:
        say(report)
    else:
        print(_page(report, language(options["language"]), columns()))
    return ALLOWED if json.loads(report)["ok"] else DENIED
