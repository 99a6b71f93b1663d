"""`bonin policy check`: a policy document in plain words, and what is odd about it."""

from __future__ import annotations

from typing import Literal, Sequence

from . import _words as words
from ._parse import Options
from ._policy import policy_of
from ._terminal import ALLOWED, say, warn


def run(options: Options, name: str) -> int:
    policy = policy_of(name)
    languages: Sequence[Literal["ko", "en"]] = [options["language"]] if options["language"] else ["ko", "en"]
    say("\n".join(policy.explain(language) for language in languages))
    for warning in policy.warnings:
        warn(warning)
    print(words.text("HASH", hash=policy.hash))
    return ALLOWED
