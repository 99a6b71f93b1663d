"""Figures in a document, between two marks, so that a new run replaces them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "bench" / "README.md"


def add_output(parser: argparse.ArgumentParser, page: str = "bench/README.md") -> None:
    parser.add_argument("--markdown", action="store_true", help=f"print the tables as {page} has them")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {page}")
    parser.add_argument("--json", type=Path, help="write the raw figures there")


def add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, help="show the raw figures of this file, measure nothing")


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
