"""The table of commands, options and texts that both packages read. docs/cli.md is the contract."""

from __future__ import annotations

import json
import os
import pathlib
import re
from typing import Any, Dict, List, Literal, Optional

Language = Literal["ko", "en"]

TABLE: Dict[str, Any] = json.loads(pathlib.Path(__file__).with_name("table.json").read_text(encoding="utf-8"))
COMMANDS: Dict[str, Dict[str, Any]] = {
    one["name"]: one for one in TABLE["commands"] if one.get("only", "python") == "python"
}
PROGRAM: str = TABLE["program"]


def text(key: str, /, **values: object) -> str:
    """A text of the table, with its {places} filled."""
    found: str = TABLE["texts"][key]
    return found.format(**values) if values else found


def options_of(command: Dict[str, Any]) -> Dict[str, Dict[str, Any]]:
    """Option -> what the table says of it, in the order of the table."""
    found = {key: TABLE["options"][key] for key in [*command["options"], "help"]}
    return {option.get("name", key): option for key, option in found.items()}


def spelled(message: str, parameter: Optional[str]) -> str:
    """The text of an error with the options as the command line has them. A name of one word is an option where the error
    is about it."""

    def option_of(found: "re.Match[str]") -> str:
        option = found[1].replace("_", "-")
        is_option = option in TABLE["options"] and ("-" in option or found[1] == parameter)
        return f"`--{option}`" if is_option else found[0]

    return re.sub(r"`(\w+)`", option_of, message)


def metavar(option: Dict[str, Any]) -> Optional[str]:
    """What stands for the value of an option; None of a switch."""
    found: Optional[str] = option.get("metavar")
    return "|".join(option["choices"]) if "choices" in option else found


def choices(names: List[str]) -> str:
    """`a, b or c`"""
    return text("OR").join([*[", ".join(names[:-1])], names[-1]])


def commands_of(group: str) -> List[str]:
    return [name for name in COMMANDS if name.startswith(f"{group} ")]


def language_of(environment: Any = os.environ) -> Language:
    """The language of the locale. Every locale that is not Korean, C's among them, gets English."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "ko" if locale.lower().split(".")[0].split("_")[0] == "ko" else "en"
