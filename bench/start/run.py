"""What loading bonin adds to the start of a bare interpreter, beside its peers, in one run.

What is measured is what users install: `./dev package` must have left its rooms in build/package/rooms. The contenders take
turns, so that a machine that gets busier weighs on all of them alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "build" / "package" / "rooms"
MODULES = str(ROOT / "node_modules")


def contenders() -> dict[str, dict[str, tuple[Path, list[str]]]]:
    """Per interpreter: a name, where it runs and what. The first is bare: the others are its ratios."""
    node, python = ["node", "-e"], str(ROOMS / "python-here" / "venv" / "bin" / "python")
    packages = next((ROOT / ".venv" / "lib").glob("python3*/site-packages"))
    return {
        "Node": {
            "bare": (ROOMS / "node-here", [*node, "0"]),
            "bonin": (ROOMS / "node-here", [*node, "require('bonin')"]),
            "axios": (ROOT, [*node, f"require('{MODULES}/axios')"]),
            "@portone/server-sdk": (ROOT, [*node, f"require('{MODULES}/@portone/server-sdk')"]),
        },
        "Python": {
            "bare": (ROOMS / "python-here", [python, "-c", "pass"]),
            "bonin": (ROOMS / "python-here", [python, "-c", "import bonin"]),
            "requests": (ROOT, [python, "-c", f"import sys; sys.path.append('{packages}'); import requests"]),
        },
    }


def once(place: Path, command: list[str]) -> tuple[float, float]:
    """Milliseconds of the clock and of the CPU."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=place, stdin=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return (time.perf_counter() - began) * 1e3, (used.ru_utime + used.ru_stime) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=31, help="how often each contender starts")
    args = parser.parse_args()
    if not (ROOMS / "node-here").exists() or not (ROOMS / "python-here").exists():
        raise SystemExit("build/package/rooms holds no installed bonin: ./dev package makes it")
    for interpreter, programs in contenders().items():
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
        for turn in range(args.times + 1):
            for name, program in programs.items():
                figures = once(*program)
                if turn:  # the first only warms the file cache
                    seen[name].append(figures)
        wall = {name: statistics.median(one for one, _ in figures) for name, figures in seen.items()}
        cpu = {name: statistics.median(one for _, one in figures) for name, figures in seen.items()}
        print(
            f"\n{interpreter + ', start to end':26}{'ms':>8}{'more':>8}{'ratio':>8}{'CPU ms':>9}{'more':>8}{'ratio':>8}"
        )
        for name in programs:
            row = f"  {name:24}{wall[name]:8.1f}{wall[name] - wall['bare']:8.1f}{wall[name] / wall['bare']:8.2f}"
            print(f"{row}{cpu[name]:9.1f}{cpu[name] - cpu['bare']:8.1f}{cpu[name] / cpu['bare']:8.2f}")


if __name__ == "__main__":
    sys.exit(main())
