"""Figures in a document, between two marks, so that a new run replaces them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "bench" / "README.md"


def write(page: Path, mark: str, text: str) -> None:
    begin, end = f"<!-- figures: {mark} -->", f"<!-- end: {mark} -->"
    before, _, rest = page.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page} has no place for the figures of {mark}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")
