"""`bonin policy presets`: what each preset asks for, and its source in the law."""

from __future__ import annotations

import json

from .._native import Policy
from ._parse import Options
from ._terminal import ALLOWED, painted, say


def run(options: Options) -> int:
    presets = Policy.presets()
    if options["json"]:
        say(json.dumps(presets, ensure_ascii=False, separators=(",", ":")))
        return ALLOWED
    for preset in presets:
        asked = {"ko": preset["ko"], "en": preset["en"]}
        print(painted(preset["name"], "strong"))
        say("\n".join(f"  {text}" for language, text in asked.items() if options["language"] in (None, language)))
        say(f"  {preset['law']}")
    return ALLOWED
