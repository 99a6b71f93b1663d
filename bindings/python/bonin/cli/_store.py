"""A registry that the command line names, and the files that it must not overwrite."""

from __future__ import annotations

import os
import re
import sys
from typing import List, Optional, Tuple, Union

from .._native import Registry
from . import _words as words
from ._parse import Options, Refused
from ._terminal import warn


def of_environment(address: str) -> str:
    if not address.startswith("env:"):
        return address
    name = address[len("env:") :]
    if not os.environ.get(name):
        # After a slip of the shell it is the address itself, with its password.
        plain = re.fullmatch("[A-Z_][A-Z0-9_]{0,30}", name)
        raise Refused(words.text("NO_VARIABLE", name=name) if plain else words.text("NO_SUCH_VARIABLE"))
    return os.environ[name]


def pepper_of(text: str) -> Union[str, Tuple[str, str]]:
    """What the command line shows to every user of the machine is no key, only where it is."""
    found = re.fullmatch("(?:([^=:]*)=)?((?:env|file):.*)", text, re.DOTALL)
    if found is None:
        raise Refused(words.text("BAD_PEPPER"))
    return found[2] if found[1] is None else (found[1], found[2])


def open_registry(store: str, schema: Optional[str], peppers: List[str]) -> Registry:
    registry = Registry(
        of_environment(store), peppers=[pepper_of(one) for one in peppers], schema=schema, timeout_ms=60_000
    )
    for warning in registry.warnings:
        warn(warning, sys.stderr)
    return registry


def file_of_store(store: str) -> Optional[str]:
    address = of_environment(store)
    return address[len("sqlite:") :] if address.startswith("sqlite:") else None


def is_same_file(one: str, other: str) -> bool:
    """Of files alone: a terminal may be read and written."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.isfile(one) and os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)


def keep_from_report(options: Options, *files: Optional[str]) -> None:
    """A report empties the file that it is written to."""
    if options["report"] is None:
        return
    peppers = [re.sub("^(?:[^=:]*=)?file:", "", one) for one in options["pepper"] if "file:" in one]
    if any(is_same_file(options["report"], one) for one in (*files, *peppers) if one is not None):
        raise Refused(words.text("REPORT_OVER"))
