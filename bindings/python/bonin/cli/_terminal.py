"""What is printed, and what a terminal can show of it."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from typing import Optional, TextIO

from . import _words as words

ALLOWED, DENIED, ERROR = 0, 1, 2

# What moves a terminal's cursor, colours it or turns its text around: C0, DEL, C1, marks of direction, other line ends.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

_COLOURS = {"good": 32, "bad": 31, "odd": 33, "strong": 1}


def printable(text: str) -> str:
    """One line; what PortOne or a file holds does nothing to a terminal. JSON stays the JSON that it was."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(text: str, file: Optional[TextIO] = None) -> None:
    """Lines that are ours, of words that may not be."""
    print("\n".join(map(printable, text.split("\n"))), file=file)


def warn(text: str, file: Optional[TextIO] = None) -> None:
    """A warning, in one line. Its first word is coloured."""
    line = printable(words.text("WARNING", text=text))
    head, colon, rest = line.partition(":")
    print(painted(head + colon, "odd", file) + rest, file=file)


def is_coloured(file: Optional[TextIO] = None) -> bool:
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return (file or sys.stdout).isatty() and environment.get("TERM") != "dumb"


def painted(text: str, colour: str, file: Optional[TextIO] = None) -> str:
    """The colour repeats what the text says: where there is none, nothing is lost."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if is_coloured(file) else text


def columns(file: Optional[TextIO] = None) -> int:
    """The width to write for. A pipe has 80."""
    return max(30, min(100, shutil.get_terminal_size().columns))


def language(chosen: Optional[str] = None, file: Optional[TextIO] = None) -> words.Language:
    """The language that was chosen, or the locale's. A terminal that cannot show Korean gets English."""
    if chosen in ("ko", "en"):
        return "ko" if chosen == "ko" else "en"
    try:
        "한".encode((file or sys.stdout).encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return words.language_of()


def print_whatever_comes() -> None:
    """A terminal that knows no Korean gets escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
