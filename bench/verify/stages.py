"""Where the time of one verification goes: `perf` samples bonin in Node, by thread and by what works there.

The libraries are told apart where they are the system's, as in the checkout's own build; a package has them inside its addon.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from contenders import BONIN, Contender
from figures import as_markdown, as_text
from page import README, add_output, circumstances, write
from server import Server

HEAP = ("malloc", "free", "calloc", "realloc", "unlink_chunk", "consolidate", "sysmalloc", "tcache")
LIBRARIES = {
    "libcurl": "libcurl",
    "libnghttp2": "nghttp2",
    "libssl": "TLS",
    "libcrypto": "TLS",
    "libsimdjson": "simdjson",
    "bonin": "bonin",
    "_native": "bonin",
    "[kernel": "kernel",
    "node": "Node, V8",
    "[JIT]": "JavaScript, compiled",
    "python": "Python",
    "libpython": "Python",
}


def stage(library: str, symbol: str) -> str:
    if library.startswith(("libc.so", "libstdc++")):
        return "the heap" if any(word in symbol for word in HEAP) else "libc, the rest"
    return next((name for start, name in LIBRARIES.items() if library.startswith(start)), "the rest")


def sampled(contender: Contender, concurrency: int, seconds: float) -> dict[str, dict[str, float]]:
    """Microseconds a verification, by stage and by thread."""
    with Server() as server, tempfile.TemporaryDirectory() as place:
        data = str(Path(place) / "perf.data")
        # What comes before is the start and the warming up.
        perf = ["perf", "record", "-q", "-D", "4000", "-F", "4000", "-e", "cpu-clock", "-o", data, "--"]
        row = contender.run(server.settings, concurrency, seconds, before=perf)
        told = subprocess.run(
            ["perf", "report", "-i", data, "--stdio", "--field-separator=|", "--sort", "pid,dso,symbol"],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout
    samples = [
        [cell.strip() for cell in line.split("|")]
        for line in told.splitlines()
        if line.strip() and not line.startswith("#")
    ]
    threads = [int(thread.split(":")[0]) for _, thread, *_ in samples]
    whole = sum(float(share.rstrip("%")) for share, *_ in samples)
    cpu = 1e6 * row["cpu"] / row["verifications"]
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (share, _, library, symbol, *_), thread in zip(samples, threads, strict=True):
        where = "main" if thread == min(threads) else "others"
        found[stage(library, symbol)][where] += float(share.rstrip("%")) / whole * cpu
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 32, 256])
    parser.add_argument("--contender", default="bonin node v2")
    add_output(parser)
    args = parser.parse_args()
    if shutil.which("perf") is None:
        print("skipped: perf is not installed (package `linux-perf`)")
        return
    contender = next(one for one in BONIN if one.name == args.contender)
    by = {at_once: sampled(contender, at_once, args.seconds) for at_once in args.concurrency}
    stages = sorted(
        {name for found in by.values() for name in found}, key=lambda name: -sum(by[max(by)][name].values())
    )
    lines = [[f"{args.contender}, µs: main thread + others", *(f"{at_once} at once" for at_once in by)]]
    for name in stages:
        lines.append([name, *(f"{found[name]['main']:.1f} + {found[name]['others']:.1f}" for found in by.values())])
    totals = [[sum(one[where] for one in found.values()) for where in ("main", "others")] for found in by.values()]
    lines.append(["together", *(f"{main:.1f} + {others:.1f}" for main, others in totals)])
    if args.write:
        write(README, "stages", f"{circumstances(f'{args.seconds:g} seconds each')}\n\n{as_markdown(lines)}")
    if args.json:
        args.json.write_text(json.dumps(by, indent=1))
    print((as_markdown if args.markdown else as_text)(lines))


if __name__ == "__main__":
    main()
