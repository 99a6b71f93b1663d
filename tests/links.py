"""Every relative link of the documents leads to a file and a heading that are there."""

import re
import sys
from pathlib import Path
from typing import Iterator, Set

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {"build", "dist", "node_modules", ".next", ".venv", ".git"}


def documents() -> Iterator[Path]:
    for file in sorted(ROOT.rglob("*.md")):
        if not SKIPPED & set(file.relative_to(ROOT).parts):
            yield file


def without_code(text: str) -> str:
    """The lines keep their numbers."""
    return re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.M | re.S)


def anchors(file: Path) -> Set[str]:
    """As GitHub makes them of headings: lower case, punctuation left out, spaces as hyphens."""
    headings = re.findall(r"^#+ (.*)$", without_code(file.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken(file: Path) -> Iterator[str]:
    for number, line in enumerate(without_code(file.read_text(encoding="utf-8")).splitlines(), 1):
        for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (file.parent / path).resolve() if path else file
            if not target.exists() or (anchor and anchor not in anchors(target)):
                yield f"{file.relative_to(ROOT)}:{number}: {link} leads nowhere"


def main() -> int:
    found = [problem for file in documents() for problem in broken(file)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
