"""The figures of many runs of the same contenders: medians, spread, ratios, as a table."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
PACKAGED = " (the package's)"
CURL = tuple(
    f"{loop}, HTTP/{version}{whose}"
    for loop, whose in (("bare libcurl", ""), ("libcurl's example", ""), ("bare libcurl", PACKAGED))
    for version in ("1.1", "2")
)


def cpu(row: Row) -> float:
    return 1e6 * float(row["cpu"]) / int(row["verifications"])


def main_thread(row: Row) -> float:
    return 1e6 * float(row["main"]) / int(row["verifications"])


def per_second(row: Row) -> float:
    return int(row["verifications"]) / float(row["seconds"])


def peak(row: Row) -> float:
    return int(row["peak_kb"]) / 1024


def p50(row: Row) -> float:
    return float(row["p50_ms"])


def p99(row: Row) -> float:
    return float(row["p99_ms"])


class Figures:
    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def names(self) -> list[str]:
        return list(dict.fromkeys(row["name"] for row in self.rows))

    def concurrencies(self) -> list[int]:
        return list(dict.fromkeys(row["concurrency"] for row in self.rows))

    def of(self, name: str, concurrency: int) -> list[Row]:
        return [row for row in self.rows if row["name"] == name and row["concurrency"] == concurrency]

    def median(self, name: str, concurrency: int, figure: Callable[[Row], float]) -> float | None:
        rows = self.of(name, concurrency)
        return statistics.median(figure(row) for row in rows) if rows else None

    def spread(self, name: str, concurrency: int, figure: Callable[[Row], float]) -> tuple[float, float]:
        seen = [figure(row) for row in self.of(name, concurrency)]
        return min(seen), max(seen)

    def curl(self, concurrency: int, figure: Callable[[Row], float]) -> float | None:
        """The best of libcurl's: over HTTP/1.1 or HTTP/2, in its own loop or that of the examples, the system's libcurl
        or the package's."""
        medians = [self.median(name, concurrency, figure) for name in CURL]
        return min((one for one in medians if one is not None), default=None)

    def table(self, concurrency: int) -> list[list[str]]:
        base = self.curl(concurrency, cpu)
        lines = [["", "CPU µs (min to max)", "x libcurl", "main µs", "p50 ms", "p99 ms", "a second", "peak MB"]]
        for name in self.names():
            median = {
                figure: self.median(name, concurrency, figure)
                for figure in (cpu, main_thread, p50, p99, per_second, peak)
            }
            if median[cpu] is None:
                continue
            low, high = self.spread(name, concurrency, cpu)
            lines.append(
                [
                    name,
                    f"{median[cpu]:,.1f} ({low:,.1f} to {high:,.1f})",
                    f"{median[cpu] / base:.2f}" if base else "",
                    f"{median[main_thread]:,.1f}",
                    f"{median[p50]:.3f}",
                    f"{median[p99]:.2f}",
                    f"{median[per_second]:,.0f}",
                    f"{median[peak]:.0f}",
                ]
            )
        return lines


def as_text(lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(cells))
        for cells in (zip(line, widths, strict=True) for line in lines)
    )


def as_markdown(lines: list[list[str]]) -> str:
    head, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])
