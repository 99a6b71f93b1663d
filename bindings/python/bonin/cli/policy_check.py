"""`bonin policy check`: a policy document in plain words, and what is odd about it."""

from __future__ import annotations

from typing import Literal, Sequence

from .._native import Policy
from . import _words as words
from ._parse import Options
from ._terminal import ALLOWED, say, warn


def run(options: Options, file: str) -> int:
    policy = Policy.load(file)
    languages: Sequence[Literal["ko", "en"]] = [options["language"]] if options["language"] else ["ko", "en"]
    say("\n".join(policy.explain(language) for language in languages))
    for warning in policy.warnings:
        warn(warning)
    print(words.text("HASH", hash=policy.hash))
    return ALLOWED
