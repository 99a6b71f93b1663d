"""`bonin policy diff`: what changes from one policy to another, and for whom."""

from __future__ import annotations

import json
from typing import List

from .._native import policy_diff
from ._parse import Options
from ._policy import policy_of
from ._terminal import ALLOWED, DENIED, painted, printable, say


def coloured(line: str) -> str:
    """What goes and what comes."""
    colour = {"- ": "bad", "+ ": "good"}.get(line[:2])
    return painted(printable(line), colour) if colour else printable(line)


def run(options: Options, policies: List[str]) -> int:
    before, after = map(policy_of, policies)
    diff = policy_diff(before, after, cases_file=options["cases"])
    texts = [diff["ko"], diff["en"]] if options["language"] is None else [diff[options["language"]]]  # type: ignore[literal-required]
    if options["json"]:
        say(json.dumps(diff, ensure_ascii=False, separators=(",", ":")))
    else:
        print("\n".join(map(coloured, "\n".join(texts).rstrip("\n").split("\n"))))
    return DENIED if diff["rules"] or diff["cases"] else ALLOWED
