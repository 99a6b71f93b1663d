"""The table of faults: gathers what the tests saw of each, and compares it with docs/faults.md, or writes it.

    tests/faults.py [--write] [REPORTS]

REPORTS (build/dev/faults) holds the reports of the suites as `dev test` leaves them: JUnit XML of ctest and pytest,
lines of JSON of node:test. Fails when a fault or a threat has no test that passed and saw it, or when the committed
table says something else.
"""

import argparse
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree
from typing import Dict, List, NamedTuple, Set, Tuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "faults.md"
KINDS = ("fault", "threat")

HEAD = """# Faults and threats

What bonin does when something fails, and when somebody means harm: not as it was meant, but as the tests saw it. `tests/faults.py`
writes this page of what each test observed in its last run, and `./dev test` fails when a line is missing or no longer true.

무엇이 잘못되거나 누가 나쁜 뜻을 품을 때 bonin이 하는 일입니다. 의도가 아니라 테스트가 실제로 본 대로 적으며, 한 줄이라도 없거나 더는
사실이 아니면 `./dev test`가 실패합니다.
"""


class Seen(NamedTuple):
    kind: str  # fault or threat
    number: int
    text: str
    test: str

    def row(self) -> str:
        return f"| | | {self.text.replace('|', chr(92) + '|')} | `{self.test}` |"


def from_xml(path: pathlib.Path, seen: Set[Seen], skipped: Set[str]) -> None:
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name')}".split("[")[0].replace("tests.python.", "")
        if case.find("skipped") is not None:
            skipped.add(name)
        if any(case.find(bad) is not None for bad in ("skipped", "failure", "error")):
            continue
        for one in case.iter("property"):
            kind, _, number = one.get("name", "").partition("_")
            if kind in KINDS:
                seen.add(Seen(kind, int(number), one.get("value", ""), name))


def gather(reports: pathlib.Path) -> Tuple[Set[Seen], Set[str]]:
    seen: Set[Seen] = set()
    skipped: Set[str] = set()
    for path in sorted(reports.rglob("*.xml")):
        from_xml(path, seen, skipped)
    for path in sorted(reports.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            seen.add(Seen(**json.loads(line)))
    return seen, skipped


def committed() -> Set[Seen]:
    """The rows of the committed table."""
    rows: Set[Seen] = set()
    kind, number = "", 0
    for line in TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []:
        if line.startswith("## "):
            kind = "threat" if line == "## Threats" else "fault"
        cells = [cell.strip().replace("\\|", "|") for cell in line.replace("\\|", "\0").split("|")]
        cells = [cell.replace("\0", "|") for cell in cells]
        if len(cells) == 6 and cells[1].isdigit():
            number = int(cells[1])
        if len(cells) == 6 and cells[3] and cells[4].startswith("`"):
            rows.add(Seen(kind, number, cells[3], cells[4].strip("`")))
    return rows


def page(seen: Set[Seen]) -> Tuple[str, List[str]]:
    """The page, and what nobody saw."""
    lists = json.loads((ROOT / "tests" / "faults.json").read_text(encoding="utf-8"))
    lines, unseen = [HEAD], []
    for kind in KINDS:
        if kind == "threat":
            lines += ["## Threats", ""]
        for area in lists[kind + "s"]:
            if area["area"]:
                lines += [f"## {area['area'][0].upper()}{area['area'][1:]}", ""]
            lines += [f"| | {kind} | observed | by |", "|---|---|---|---|"]
            for number, name in enumerate(area["names"], area["first"]):
                lines.append(f"| {number} | {name} | | |")
                rows = sorted(one for one in seen if (one.kind, one.number) == (kind, number))
                lines += [one.row() for one in rows]
                if not rows:
                    unseen.append(f"{kind} {number}: {name}")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n", unseen


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    parser.add_argument("reports", nargs="?", type=pathlib.Path, default=ROOT / "build" / "dev" / "faults")
    asked = parser.parse_args()
    seen, skipped = gather(asked.reports)
    kept = {one for one in committed() if one.test in skipped}  # this machine cannot run them
    text, unseen = page(seen | kept)
    for one in sorted({one.test for one in kept}):
        print(f"not seen here, skipped: {one}")
    for what in unseen:
        print(f"no test saw {what}")
    if asked.write:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text:
        there: Dict[str, Set[Seen]] = {"only in docs/faults.md": committed(), "seen, but not there": seen | kept}
        for words, (mine, other) in zip(there, (tuple(there.values()), tuple(there.values())[::-1])):
            for row in sorted(mine - other):
                print(f"{words}: {row.kind} {row.number}: {row.text} ({row.test})")
        print("docs/faults.md is not what the tests saw: look at the difference, then run tests/faults.py --write")
        return 1
    print(f"{len(seen)} observations")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
