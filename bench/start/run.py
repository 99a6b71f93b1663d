"""What loading bonin adds to the start of a bare interpreter, and the time from a process's start to its first
verification over TLS, beside its peers, in one run.

What is measured is what users install where `./dev package` left its rooms in build/package/rooms; otherwise, or with
--checkout, what the checkout built. The contenders take turns, so that a machine that gets busier weighs on all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time

from figures import as_markdown, as_text
from installed import packaged
from page import README, add_output, circumstances, write
from programs import Program, Programs
from server import Server

# What bonin's CPU is to be at most, beside the bare interpreter's.
GOALS = {"Node, loading": 1.15, "Node, to the first verification": 1.5, "Python, loading": 1.8}


def once(program: Program) -> tuple[float, float]:
    """Milliseconds of the clock and of the CPU."""
    began = time.perf_counter()
    process = subprocess.Popen(
        program.command,
        cwd=program.place,
        env=program.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    if process.returncode != 0:
        raise RuntimeError(said.strip().splitlines()[-1] if said.strip() else f"ended with {process.returncode}")
    return (time.perf_counter() - began) * 1e3, (used.ru_utime + used.ru_stime) * 1e3


def measure(programs: list[Program], times: int) -> dict[str, list[tuple[float, float]]]:
    seen: dict[str, list[tuple[float, float]]] = {}
    for program in programs:  # the first only warms the file cache
        try:
            once(program)
            seen[program.name] = []
        except (RuntimeError, FileNotFoundError) as problem:
            print(f"{program.name}: skipped, {problem}")
    for _ in range(times):
        for program in programs:
            if program.name in seen:
                seen[program.name].append(once(program))
    return seen


def table(title: str, seen: dict[str, list[tuple[float, float]]]) -> list[list[str]]:
    lines = [[title, "CPU ms (min to max)", "more", "x bare", "goal", "ms", "more", "x bare"]]
    bare = [statistics.median(one[part] for one in seen["bare"]) for part in (0, 1)]
    for name, figures in seen.items():
        wall, cpu = (statistics.median(one[part] for one in figures) for part in (0, 1))
        low, high = min(one for _, one in figures), max(one for _, one in figures)
        cells = [name, f"{cpu:.0f} ({low:.0f} to {high:.0f})", f"{cpu - bare[1]:.0f}", f"{cpu / bare[1]:.2f}"]
        goal = f"{GOALS[title]:.2f}" if name == "bonin" and title in GOALS else ""
        lines.append([*cells, goal, f"{wall:.0f}", f"{wall - bare[0]:.0f}", f"{wall / bare[0]:.2f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=21, help="how often each contender starts")
    parser.add_argument("--checkout", action="store_true", help="the checkout's own build, also where packages are")
    add_output(parser)
    args = parser.parse_args()
    installed = packaged() and not args.checkout
    print("the installed packages" if installed else "the checkout's own build")
    raw = {}
    with Server() as server:
        for title, programs in Programs(server.settings, installed).groups().items():
            raw[title] = measure(programs, args.times)
            print("\n" + (as_markdown if args.markdown else as_text)(table(title, raw[title])), flush=True)
    how = circumstances(f"Medians of {args.times} starts of {'the installed packages' if installed else 'the build'}")
    if args.write:
        write(README, "start", "\n\n".join([how, *(as_markdown(table(title, seen)) for title, seen in raw.items())]))
    if args.json:
        args.json.write_text(json.dumps(raw, indent=1))


if __name__ == "__main__":
    main()
