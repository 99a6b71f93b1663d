"""A command line, read by argparse and held to the table. No error shows the value that was refused: it may be a key."""

from __future__ import annotations

import argparse
import re
from typing import Any, Dict, List, NoReturn, Sequence, Tuple

from .._native import did_you_mean
from . import _words as words


class Refused(Exception):
    """The command line or the environment is not as it must be."""


Options = Dict[str, Any]


class _Parser(argparse.ArgumentParser):
    """Options in full; an error is one of the table's texts."""

    def error(self, message: str) -> NoReturn:
        name = re.search("argument (?:-[a-z]/)?--([a-z-]+)", message)
        if name is None:
            raise Refused(words.text("UNKNOWN_ARGUMENTS"))
        key = "TAKES_NO_VALUE" if "ignored explicit argument" in message else "TAKES_VALUE"
        raise Refused(words.text(key, option=name[1]))


def _parser(options: Dict[str, Dict[str, Any]]) -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    for name, option in options.items():
        flags = [f"--{name}", *([f"-{option['short']}"] if "short" in option else [])]
        if words.metavar(option) is None:
            parser.add_argument(*flags, dest=name, action="store_true")
        else:
            parser.add_argument(*flags, dest=name, action="append" if option.get("many") else "store")
    return parser


def _refuse_unknown(given: Sequence[str], options: Sequence[str]) -> NoReturn:
    """Names alone: what stands after one is a value."""
    names = [found[0] for one in given if (found := re.match("--[a-z][a-z-]*(?==|$)", one))]
    if not names:
        raise Refused(words.text("UNKNOWN_ARGUMENTS"))
    hint = did_you_mean(names[0], [f"--{one}" for one in options])
    raise Refused(words.text("UNKNOWN_OPTIONS", names=names[0], hint=hint))


def _value(name: str, option: Dict[str, Any], given: Any) -> Any:
    if given is None:
        if option.get("required"):
            key = option["required"] if isinstance(option["required"], str) else "MISSING"
            raise Refused(words.text(key, option=name, metavar=words.metavar(option)))
        return None
    if "choices" in option and given not in option["choices"]:
        raise Refused(words.text("TAKES_CHOICE", option=name, choices=words.choices(option["choices"])))
    if "number" in option:
        # int() alone takes `1_0` and spaces as well.
        if re.fullmatch("-?[0-9]{1,18}", given) is None:
            raise Refused(words.text("TAKES_NUMBER", option=name))
        return int(given)
    return given


def parse(name: str, arguments: Sequence[str]) -> Tuple[Options, Any]:
    """The options by the table's names, and what the command takes: one argument, or a list where the table has a
    `count`. With `help`, nothing is checked."""
    command = words.COMMANDS[name]
    options = words.options_of(command)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    found, others = _parser(options).parse_known_args(arguments[:end])
    given = vars(found)
    if given["help"]:
        return given, None
    unknown = [one for one in others if one.startswith("-") and one != "-"]
    if unknown:
        _refuse_unknown(unknown, list(options))
    taken: List[str] = [*others, *arguments[end + 1 :]]
    takes = command.get("takes")
    several = "count" in takes if takes else False
    if len(taken) != (takes.get("count", 1) if takes else 0):
        key = "TAKES_SEVERAL" if several else "TAKES_ONE" if takes else "TAKES_OPTIONS"
        raise Refused(words.text(key, command=name, metavar=takes["metavar"] if takes else ""))
    if takes and taken[0] not in takes.get("choices", taken):
        raise Refused(words.text("TAKES_ONE_OF", command=name, choices=words.choices(takes["choices"])))
    values = {key: _value(key, option, given[key]) for key, option in options.items()}
    if several:
        return values, taken
    return values, taken[0] if taken else None
