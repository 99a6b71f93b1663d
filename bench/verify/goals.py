"""What bonin is to reach beside a bare libcurl loop, and what it reaches. Nothing fails here: the figures are shown."""

from __future__ import annotations

from figures import Figures, cpu, main_thread, p50, peak

NODE, ASYNCIO, THREADS = "bonin Node (V2)", "bonin Python (V2, asyncio)", "bonin Python (V2, threads)"
MEGABYTES = 40


def goals(figures: Figures, bare: dict[str, int]) -> list[list[str]]:
    """A row each: what, the figure, libcurl's, the ratio, the goal, whether it is met."""
    lines = [["", "measured", "beside", "ratio", "goal", "met"]]

    def add(what: str, measured: float | None, beside: float | None, goal: float) -> None:
        if measured is None or beside is None:
            return
        ratio = measured / beside
        lines.append(
            [what, f"{measured:.3g}", f"{beside:.3g}", f"{ratio:.2f}", f"{goal:.2f}", "yes" if ratio <= goal else "no"]
        )

    for name, at, goal in (
        *((NODE, at, goal) for at, goal in ((256, 1.1), (32, 1.3))),
        *((name, at, goal) for name in (ASYNCIO, THREADS) for at, goal in ((256, 1.25), (32, 1.4))),
    ):
        add(f"{name}, CPU µs, {at} at once", figures.median(name, at, cpu), figures.curl(at, cpu), goal)
    for at, goal in ((256, 0.10), (1, 0.3)):
        add(
            f"{NODE}, main thread µs beside libcurl's CPU, {at} at once",
            figures.median(NODE, at, main_thread),
            figures.curl(at, cpu),
            goal,
        )
    add(f"{NODE}, p50 ms, 1 at once", figures.median(NODE, 1, p50), figures.curl(1, p50), 1.3)
    for name, interpreter in ((NODE, "node"), (ASYNCIO, "python"), (THREADS, "python")):
        most = figures.median(name, 256, peak)
        if most is not None:
            more, bare_mb = most - bare[interpreter] / 1024, bare[interpreter] / 1024
            lines.append(
                [f"{name}, peak MB over bare {interpreter}, 256 at once", f"{most:.0f}", f"{bare_mb:.0f}"]
                + [f"+{more:.0f}", f"+{MEGABYTES}", "yes" if more <= MEGABYTES else "no"]
            )
    return lines
