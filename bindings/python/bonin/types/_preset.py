"""The presets of policies."""

from __future__ import annotations

from typing import Literal, TypedDict

PresetWithoutADay = Literal[
    "kr.youth_protection",
    "kr.game_adult",
    "kr.film_adult",
    "kr.music_adult",
    "kr.lottery",
    "kr.civil_adult",
    "kr.not_child",
    "kr.work",
    "kr.adult_work",
    "kr.licence",
    "kr.moped",
]
PresetName = Literal[PresetWithoutADay, "kr.vote"]


class PresetInfo(TypedDict):
    """What a preset asks for beside the baseline. law: its source. election_day: it needs one."""

    name: PresetName
    ko: str
    en: str
    law: str
    election_day: bool
