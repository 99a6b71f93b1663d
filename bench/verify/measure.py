"""Runs a verification over and over and prints one JSON line."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from array import array
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

CONCURRENCY, SECONDS = int(sys.argv[1]), float(sys.argv[2])
SETTINGS: dict[str, Any] = json.loads(os.environ["BENCH"])


class Latencies:
    """The latest so many are kept, so that a long run needs no more memory than a short one."""

    KEPT = 1 << 16

    def __init__(self) -> None:
        self._kept = array("d", bytes(8 * self.KEPT))
        self.count = 0

    def add(self, seconds: float) -> None:
        self._kept[self.count % self.KEPT] = seconds
        self.count += 1

    def at(self, share: float) -> float:
        """In milliseconds."""
        kept = sorted(self._kept[: min(self.count, self.KEPT)])
        return 1000 * kept[int(share * (len(kept) - 1))]


def _kilobytes(field: str) -> int:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(field))
    return int(line.split()[1])


def _report(name: str, latencies: Latencies, wall: float, cpu: float, main: float) -> None:
    rss, peak = _kilobytes("VmRSS"), _kilobytes("VmHWM")
    figures = {
        "name": name,
        "concurrency": CONCURRENCY,
        "verifications": latencies.count,
        "seconds": wall,
        "cpu": cpu,
        "main": main,
        "p50_ms": latencies.at(0.5),
        "p99_ms": latencies.at(0.99),
        "rss_kb": rss,
        "peak_kb": peak,
    }
    print(json.dumps(figures))


BEGAN = time.monotonic()


def _cold() -> bool:
    """Until connections are made and the caches are warm: a second of CPU, which a busy machine gives late."""
    return time.process_time() < 1 and time.monotonic() - BEGAN < 6


async def measure(name: str, verify: Callable[[], Awaitable[None]]) -> None:
    """Measures a coroutine function, CONCURRENCY tasks at once."""
    import asyncio

    async def worker(end: float, latencies: Latencies) -> None:
        began = time.perf_counter()
        while began < end:
            await verify()
            now = time.perf_counter()
            latencies.add(now - began)
            began = now

    async def run(seconds: float) -> Latencies:
        latencies = Latencies()
        end = time.perf_counter() + seconds
        await asyncio.gather(*(worker(end, latencies) for _ in range(CONCURRENCY)))
        return latencies

    while _cold():
        await run(0.5)
    wall, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
    latencies = await run(SECONDS)
    _report(name, latencies, time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - main)


def measure_threads(name: str, verify: Callable[[], None]) -> None:
    """Measures a blocking function, CONCURRENCY threads at once. `main` is the CPU of those threads: Python's share."""
    used = array("d", [0.0] * CONCURRENCY)

    def run(seconds: float) -> Latencies:
        latencies = Latencies()  # the GIL guards it
        end = time.perf_counter() + seconds

        def worker(number: int) -> None:
            cpu, began = time.thread_time(), time.perf_counter()
            while began < end:
                verify()
                now = time.perf_counter()
                latencies.add(now - began)
                began = now
            used[number] = time.thread_time() - cpu

        threads = [threading.Thread(target=worker, args=(number,)) for number in range(CONCURRENCY)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return latencies

    while _cold():
        run(0.5)
    wall, cpu = time.perf_counter(), time.process_time()
    latencies = run(SECONDS)
    _report(name, latencies, time.perf_counter() - wall, time.process_time() - cpu, sum(used))
