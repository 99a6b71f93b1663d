"""What one verification costs over TLS: bonin beside its peers and a bare libcurl loop, in one run, in turn.

bonin's bindings are what users install where `./dev package` left its rooms in build/package/rooms; otherwise, or with
--checkout, what the checkout built.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from contenders import bare_interpreters, chosen
from figures import PACKAGED, Figures, as_markdown, as_text
from goals import goals
from installed import packaged
from page import README, add_output, add_source, circumstances, write
from server import Server


def report(how: str, figures: Figures, bare: dict[str, int], form: Any) -> str:
    parts = [how]
    for concurrency in figures.concurrencies():
        parts.append(f"{concurrency} at once:\n\n{form(figures.table(concurrency))}")
    parts.append(f"The goals:\n\n{form(goals(figures, bare))}")
    return "\n\n".join(parts)


def measure(args: argparse.Namespace) -> tuple[list[dict[str, Any]], dict[str, int]]:
    rows = []
    with Server() as server:
        contenders = chosen(args.only, args.installed)
        for turn in range(args.rounds):
            for concurrency in args.concurrency:
                for contender in contenders:
                    row = contender.run(server.settings, concurrency, args.seconds)
                    if contender.program == "bare_curl" and contender.installed:
                        row["name"] += PACKAGED
                    rows.append({**row, "round": turn})
                    cpu = 1e6 * row["cpu"] / row["verifications"]
                    print(f"round {turn + 1}, {concurrency} at once: {row['name']}, {cpu:.1f} µs", file=sys.stderr)
    return rows, bare_interpreters()


def watch(args: argparse.Namespace) -> None:
    """Memory over a long time, 256 at once: a line each twentieth of it."""
    bare = bare_interpreters()
    print(f"bare node {bare['node'] / 1024:.1f} MB, bare python {bare['python'] / 1024:.1f} MB")
    with Server() as server:
        for contender in chosen(args.only or ["bonin node v2", "bonin asyncio"], args.installed):
            process = contender.start(server.settings, max(args.concurrency), 60 * args.minutes)
            began = time.monotonic()
            while process.poll() is None:
                status = Path(f"/proc/{process.pid}/status").read_text()
                for line in status.splitlines():
                    if line.startswith("VmRSS"):
                        minutes = (time.monotonic() - began) / 60
                        print(
                            f"{contender.name}, {minutes:5.1f} minutes: {int(line.split()[1]) / 1024:.1f} MB",
                            flush=True,
                        )
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(3 * args.minutes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each contender runs each time")
    parser.add_argument("--rounds", type=int, default=3, help="how often all take their turn")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 32, 256])
    parser.add_argument("--only", nargs="+", default=[], help="contenders with one of these words in their names")
    parser.add_argument("--minutes", type=float, help="watch bonin's memory for so long instead")
    parser.add_argument("--checkout", action="store_true", help="the checkout's own build, also where packages are")
    add_output(parser)
    add_source(parser)
    args = parser.parse_args()
    args.installed = packaged() and not args.checkout
    if args.minutes:
        return watch(args)
    if args.source:
        stored = json.loads(args.source.read_text())
        rows, bare, how = stored["rows"], stored["bare"], stored["how"]
    else:
        rows, bare = measure(args)
        what = "The installed packages" if args.installed else "The checkout's own build"
        how = circumstances(f"{what}: medians of {args.rounds} rounds of {args.seconds:g} seconds")
    if args.json:
        args.json.write_text(json.dumps({"rows": rows, "bare": bare, "how": how}, indent=1))
    if args.write:
        write(README, "verify", report(how, Figures(rows), bare, as_markdown))
    print(report(how, Figures(rows), bare, as_markdown if args.markdown else as_text))


if __name__ == "__main__":
    main()
