"""`bonin doctor`: what this machine has, reaches and believes."""

from __future__ import annotations

import json

from .._doctor import DoctorReport, doctor
from . import _words as words
from ._columns import width, wrapped
from ._parse import Options
from ._store import of_environment, pepper_of
from ._terminal import ALLOWED, DENIED, columns, language, painted, printable, say

_COLOURS = {"ok": "good", "warning": "odd", "failed": "bad"}


def _page(found: DoctorReport, speech: words.Language, room: int) -> str:
    """A line for each thing that was looked at; below it, what to do."""
    names = words.TABLE["words"]
    beside = room >= 60
    indent = " " * (25 if beside else 2)
    lines = [words.text("DOCTOR_HEAD", at=found["at"]), ""]
    for check in found["checks"]:
        state = names[check["state"]][speech]
        head = painted(state, _COLOURS[check["state"]]) + " " * (9 - width(state)) + printable(check["name"])
        said, next_step = (check["ko"], check["next_ko"]) if speech == "ko" else (check["en"], check["next_en"])
        below = wrapped(printable(said), room - len(indent))
        if next_step:
            first, *rest = wrapped(printable(next_step), room - len(indent) - 3)
            below += [f"-> {first}", *(f"   {line}" for line in rest)]
        if beside:
            head += " " * (16 - len(check["name"])) + below.pop(0)
        lines += [head, *(indent + line for line in below)]
    last = names["all_well" if found["ok"] else "not_well"][speech]
    return "\n".join([*lines, "", painted(last, "good" if found["ok"] else "bad")])


def run(options: Options) -> int:
    peppers = options["pepper"] or []
    for one in peppers:
        pepper_of(one)  # refuses a key itself
    report = doctor(
        store=of_environment(options["store"]) if options["store"] is not None else None,
        schema=options["schema"],
        peppers=peppers,
        timeout_ms=options["timeout-ms"],
    )
    if options["json"]:
        say(json.dumps(report, ensure_ascii=False, separators=(",", ":")))
    else:
        print(_page(report, language(options["language"]), columns()))
    return ALLOWED if report["ok"] else DENIED
