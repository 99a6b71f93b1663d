"""`bonin completion`: a script with which a shell completes what is typed. Its rows are made of the table."""

from __future__ import annotations

import pathlib
from typing import Any, Dict, List, Tuple

from .._native import word_lists
from . import _words as words
from ._parse import Options
from ._terminal import ALLOWED, language

# Where, what, name, text. Where: `.` after `bonin` alone. What: `c` a command, `o` an option, `v` a value of an option, `f` an option that takes a file,
# `a` one that takes anything else, `F` a command that takes a file, `w` a word that a command takes.
Row = Tuple[str, str, str, str]


def _values(where: str, name: str, option: Dict[str, Any]) -> List[Row]:
    kind = option.get("complete")
    if "choices" in option:
        return [(where, "v", name, one) for one in option["choices"]]
    if kind == "file":
        return [(where, "f", name, "")]
    if kind is not None:
        return [(where, "v", name, one) for one in word_lists()[kind]]
    return [] if words.metavar(option) is None else [(where, "a", name, "")]


def _taken(where: str, takes: Dict[str, Any]) -> List[Row]:
    if "choices" in takes:
        return [(where, "w", one, "") for one in takes["choices"]]
    if takes.get("complete") == "file":
        return [(where, "F", "", "")]
    return [(where, "w", one, "") for one in word_lists()[takes["complete"]]] if "complete" in takes else []


def rows(speech: words.Language) -> List[Row]:
    table = words.TABLE
    found: List[Row] = [(".", "o", f"--{name}", table["options"][name][speech]) for name in ("version", "help")]
    for group, about in table["groups"].items():
        found += [(".", "c", group, about[speech]), (group, "o", "--help", table["options"]["help"][speech])]
    for name, command in words.COMMANDS.items():
        where, _, last = name.rpartition(" ")
        found.append((where or ".", "c", last, command[speech]))
        for key, option in words.options_of(command).items():
            found.append((name, "o", f"--{key}", option[speech]))
            found += _values(name, f"--{key}", option)
        found += _taken(name, command.get("takes", {}))
    return found


def run(options: Options, shell: str) -> int:
    script = pathlib.Path(__file__).with_name(f"completion.{shell}").read_text(encoding="utf-8")
    # Within single quotes; a tab and a line end stand between cells and rows.
    lines = "\n".join("\t".join(row) for row in rows(language())).replace("'", "’")
    print(script.replace("@ROWS@", lines), end="")
    return ALLOWED
