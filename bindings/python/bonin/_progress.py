"""A bar for what takes a while: tqdm's where it is installed, else a line on stderr where that is a terminal."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


class Bar:
    """Called with the rows done and all rows."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._is_open = False

    def __call__(self, done: int, rows: int) -> None:
        if not self._is_open:
            self._is_open = True
            self._bar = _tqdm(rows)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\rbonin: {done:,} of {rows:,} rows")
            sys.stderr.flush()

    def close(self) -> None:
        """Leaves the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
        elif self._is_open and sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write("\n")


def _tqdm(rows: int) -> Any:
    try:
        return import_module("tqdm.auto").tqdm(total=rows, unit="row", unit_scale=True, desc="bonin")
    except ImportError:
        return None
