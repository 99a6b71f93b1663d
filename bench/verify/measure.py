"""Runs a verification over and over and prints one JSON line."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any, Awaitable, Callable

CONCURRENCY, SECONDS = int(sys.argv[1]), float(sys.argv[2])
SETTINGS: dict[str, Any] = json.loads(os.environ["BENCH"])


def _report(name: str, latencies: list[float], wall: float, cpu: float, main: float) -> None:
    latencies.sort()
    print(
        json.dumps(
            {
                "name": name,
                "concurrency": CONCURRENCY,
                "verifications": len(latencies),
                "seconds": wall,
                "cpu": cpu,
                "main": main,
                "p50_ms": 1000 * latencies[int(0.5 * (len(latencies) - 1))],
                "p99_ms": 1000 * latencies[int(0.99 * (len(latencies) - 1))],
            }
        )
    )


async def measure(name: str, verify: Callable[[], Awaitable[None]]) -> None:
    """Measures a coroutine function, CONCURRENCY tasks at once."""
    import asyncio

    async def worker(end: float, latencies: list[float]) -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            await verify()
            latencies.append(time.perf_counter() - began)

    async def run(seconds: float) -> list[float]:
        latencies: list[float] = []
        end = time.perf_counter() + seconds
        await asyncio.gather(*(worker(end, latencies) for _ in range(CONCURRENCY)))
        return latencies

    await run(0.5)
    wall, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
    latencies = await run(SECONDS)
    _report(name, latencies, time.perf_counter() - wall, time.process_time() - cpu, time.thread_time() - main)


def measure_threads(name: str, verify: Callable[[], None]) -> None:
    """Measures a blocking function, CONCURRENCY threads at once; all of its time counts as the main thread's."""

    def run(seconds: float) -> list[float]:
        latencies: list[float] = []
        end = time.perf_counter() + seconds

        def worker() -> None:
            while time.perf_counter() < end:
                began = time.perf_counter()
                verify()
                latencies.append(time.perf_counter() - began)

        threads = [threading.Thread(target=worker) for _ in range(CONCURRENCY)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return latencies

    run(0.5)
    wall, cpu = time.perf_counter(), time.process_time()
    latencies = run(SECONDS)
    used = time.process_time() - cpu
    _report(name, latencies, time.perf_counter() - wall, used, used)
