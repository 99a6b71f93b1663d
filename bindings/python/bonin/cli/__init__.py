"""The command `bonin`: a command a file. docs/cli.md is its contract, table.json holds its commands, options and texts."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Optional, Sequence

from .._native import did_you_mean, runtime_versions, version
from ..errors import BoninError
from . import _help as help
from . import _words as words
from ._parse import Refused, parse
from ._terminal import ALLOWED, ERROR, columns, language, print_whatever_comes, say


def _shown(page: str) -> int:
    print(page, end="")
    return ALLOWED


def _refused_with(page: str) -> int:
    print(page, end="", file=sys.stderr)
    return ERROR


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        return _refused_with(help.short(language(file=sys.stderr), columns()))
    first, *rest = arguments
    if first in ("-h", "--help"):
        return _shown(help.whole(language(), columns()))
    if first == "help":
        return _run([*rest, "--help"])
    if first in ("--version", "version"):
        print(f"{words.PROGRAM} {version()} ({runtime_versions()})")
        return ALLOWED
    name = first
    if first in words.TABLE["groups"]:
        if not rest:
            return _refused_with(help.of_group(first, language(file=sys.stderr), columns()))
        if rest[0] in ("-h", "--help"):
            return _shown(help.of_group(first, language(), columns()))
        name = f"{first} {rest.pop(0)}"
    if rest and f"{name} {rest[0]}" in words.COMMANDS:  # `sandbox` is a command, and so is `sandbox verify`
        name = f"{name} {rest.pop(0)}"
    if name not in words.COMMANDS:
        hint = did_you_mean(name, list(words.COMMANDS))
        raise Refused(words.text("NAME_A_COMMAND", names=", ".join(words.COMMANDS), hint=hint))
    options, argument = parse(name, rest)
    if options["help"]:
        return _shown(help.of_command(name, language(options.get("language")), columns()))
    command = importlib.import_module(f".{name.replace(' ', '_')}", __package__)
    status: int = command.run(options) if argument is None else command.run(options, argument)
    return status


def main(arguments: Optional[Sequence[str]] = None) -> int:
    print_whatever_comes()
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()  # here, where a reader that has left is heard of
        return status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left goes nowhere at exit
        return 128 + signal.SIGPIPE
    except BoninError as error:
        say(f"{words.PROGRAM}: {words.spelled(str(error), error.parameter)}", sys.stderr)
    except Refused as error:
        say(f"{words.PROGRAM}: {error}", sys.stderr)
    except OSError as error:
        say(f"{words.PROGRAM}: {error.strerror or 'input or output failed'}: {error.filename or ''}", sys.stderr)
    return ERROR
