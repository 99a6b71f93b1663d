"""Plain text in columns, where a Korean character takes two."""

from __future__ import annotations

import unicodedata
from typing import List, Sequence


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(rows: Sequence[Sequence[str]]) -> List[str]:
    """One line a row."""
    columns = [max(map(width, column)) for column in zip(*rows)]
    return ["  ".join(map(pad, row, columns)).rstrip() for row in rows]


def wrapped(text: str, columns: int) -> List[str]:
    """Lines of at most so many columns. A word that is longer is cut."""
    lines = [""]
    for word in text.split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += " " + word
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if width(lines[-1]) + width(letter) > columns:
                lines.append("")
            lines[-1] += letter
    return lines


def listed(rows: Sequence[Sequence[str]], columns: int) -> List[str]:
    """Terms with their explanations: beside each other, or below each other where the terminal is narrow."""
    term = min(max((width(name) for name, _ in rows), default=0), 22)
    beside = columns >= 60 or term <= 9
    lines: List[str] = []
    for name, text in rows:
        if not beside or width(name) > term:
            lines += [f"  {line}" for line in wrapped(name, columns - 2)]
            below = wrapped(text, columns - (4 + term if beside else 6))
            lines += [" " * (4 + term if beside else 6) + line for line in below]
            continue
        first, *rest = wrapped(text, columns - term - 4)
        lines += [f"  {pad(name, term)}  {first}", *(" " * (term + 4) + line for line in rest)]
    return [line.rstrip() for line in lines]
