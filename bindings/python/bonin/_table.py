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
