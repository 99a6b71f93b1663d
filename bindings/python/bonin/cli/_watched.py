"""An import that shows how far it is, writes what it leaves out, and stops after a batch when asked to."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Callable, Optional, TextIO

from . import _words as words
from ._parse import Options, Refused
from ._terminal import ALLOWED, DENIED, say

if TYPE_CHECKING:
    from .._import import ImportConflict, ImportReport


class Stopped(Exception):
    """Somebody asked for an end; what was read is in."""


class Watched:
    """An import that shows how far it is, writes what it leaves out, and stops after a batch when asked to."""

    def __init__(self, report: Optional[TextIO], numbered: str) -> None:
        self._asked = False
        self._terminal = sys.stderr.isatty()
        self._report = report
        if report is not None:
            print(f"{numbered},reason", file=report)

    def __enter__(self) -> Watched:
        self._before = {one: signal.signal(one, self._ask) for one in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def conflict(self, one: ImportConflict) -> None:
        if self._report is not None:
            print(f"{one.row},{one.reason}", file=self._report)

    def batch(self, report: ImportReport) -> None:
        if self._terminal:
            left_out = sum(report.left_out.values())
            text = words.text("PROGRESS", rows=report.rows, left_out=left_out)
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        if self._asked:
            raise Stopped(words.text("STOPPED", rows=report.rows))


def watched(
    options: Options,
    numbered: str,
    begin: Callable[[Callable[..., object], Callable[..., object]], ImportReport],
) -> int:
    try:
        with ExitStack() as stack:
            file = None
            if options["report"] is not None:
                try:
                    # Line by line: what the batches that are in have left out is there, however it ends.
                    file = stack.enter_context(open(options["report"], "w", encoding="utf-8", buffering=1))
                except OSError:
                    raise Refused(words.text("NO_REPORT")) from None
            watch = stack.enter_context(Watched(file, numbered))
            report = begin(watch.conflict, watch.batch)
    except Stopped as stopped:
        say(f"{words.PROGRAM}: {stopped}", sys.stderr)
        return 128 + signal.SIGINT
    counts = {name: getattr(report, name) for name in ("rows", "existing", "persons", "keys", "moved", "uses")}
    for name, count in {**counts, words.text("LEFT_OUT"): sum(report.left_out.values())}.items():
        if count or name == "rows":
            print(f"{name:<14}{count}")
    for reason, count in report.left_out.items():
        print(f"  {reason:<18}{count}")
    return DENIED if report.left_out else ALLOWED
