"""Plain text in columns, where a Korean character takes two."""

from __future__ import annotations

import unicodedata
from typing import Iterable, List, Sequence


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(rows: Iterable[Sequence[Sequence[str]]]) -> str:
    """Rows of cells, a cell being its lines."""
    grid: List[Sequence[Sequence[str]]] = list(rows)
    columns = [max(width(line) for row in grid for line in row[i] or [""]) for i in range(len(grid[0]))]
    lines = []
    for row in grid:
        for n in range(max(1, *(len(cell) for cell in row))):
            cells = [pad(cell[n] if n < len(cell) else "", size) for cell, size in zip(row, columns)]
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
