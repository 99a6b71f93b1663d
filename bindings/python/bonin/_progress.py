"""A bar for what takes a while: tqdm's where it is installed, else a line on stderr where that is a terminal."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


class Bar:
    """Called with how many are done, and how many there are. unit: what they are."""

    def __init__(self, unit: str = "row") -> None:
        self._unit = unit
        self._bar: Any = None
        self._is_open = False

    def __call__(self, done: int, rows: int) -> None:
        if not self._is_open:
            self._is_open = True
            self._bar = _tqdm(rows, self._unit)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\rbonin: {done:,} of {rows:,} {self._unit}s")
            sys.stderr.flush()

    def close(self) -> None:
        """Leaves the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
        elif self._is_open and sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write("\n")
        self._is_open = False


def _tqdm(rows: int, unit: str) -> Any:
    try:
        return import_module("tqdm.auto").tqdm(total=rows, unit=unit, unit_scale=True, desc="bonin")
    except ImportError:
        return None
