"""Figures in a document, between two marks, so that a new run replaces them."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "bench" / "README.md"


def circumstances(measured: str) -> str:
    """What a reader must know of a run. The load is what the kernel counts: one for each core that is busy all the time."""
    return f"{measured}, on {os.cpu_count()} cores, whose load was {os.getloadavg()[1]:.0f} at the end of the run."


def write(page: Path, mark: str, text: str) -> None:
    begin, end = f"<!-- figures: {mark} -->", f"<!-- end: {mark} -->"
    before, _, rest = page.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page} has no place for the figures of {mark}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")
