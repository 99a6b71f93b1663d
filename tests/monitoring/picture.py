"""A picture of the dashboard's queries against a real Prometheus, drawn by matplotlib: not Grafana's own drawing.

picture.py OUT.png [--seconds 120] [--korean]
"""

import argparse
import pathlib
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from typing import Any, List, Tuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "python"), str(ROOT / "bindings" / "python")]

import test_51_monitoring as monitoring  # noqa: E402

COLUMNS, HEIGHT = 24, 0.36


def series(server: monitoring.Prometheus, expression: str, seconds: int) -> List[Tuple[Any, List[float], List[float]]]:
    end = time.time()
    start = end - seconds
    answer = server.get("/api/v1/query_range", query=expression, start=str(start), end=str(end), step="1")
    return [
        (one["metric"], [float(t) - start for t, _ in one["values"]], [float(v) for _, v in one["values"]])
        for one in answer["data"]["result"]
    ]


def name_of(legend: str, labels: Any) -> str:
    for key, value in labels.items():
        legend = legend.replace("{{" + key + "}}", value)
    return legend


def draw(ax: Any, panel: Any, server: monitoring.Prometheus, seconds: int) -> None:
    ax.set_title(panel["title"], loc="left", fontsize=9, fontweight="bold")
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=7)
    bars = panel["type"] == "bargauge"
    for target in panel["targets"]:
        expression = target["expr"].replace("$job", ".*").replace("$instance", ".*")
        expression = expression.replace("$__rate_interval", "15s").replace("$__range", f"{seconds}s")
        found = series(server, expression, seconds)
        if panel["type"] == "stat":
            value = found[0][2][-1] if found else float("nan")
            unit = panel["fieldConfig"]["defaults"]["unit"]
            ax.text(0.5, 0.4, f"{value:.1%}" if unit == "percentunit" else f"{value:,.1f}", ha="center", fontsize=22)
            ax.axis("off")
        elif bars:
            found = sorted(found, key=lambda one: one[2][-1])
            ax.barh(
                [name_of(target["legendFormat"], one[0]) for one in found],
                [one[2][-1] for one in found],
                color="#c2410c",
            )
        else:
            for labels, times, values in found:
                where = "post" if panel["type"] == "state-timeline" else None
                name = name_of(target["legendFormat"], labels)
                ax.step(times, values, where=where, label=name) if where else ax.plot(times, values, lw=1, label=name)
    if panel["type"] == "state-timeline":
        ax.set_yticks([0, 1, 2], ["closed", "half open", "open"])
    if not bars and panel["type"] != "stat" and ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=7, frameon=False, ncols=2, loc="upper left")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + (high - low) * 0.4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--korean", action="store_true")
    asked = parser.parse_args()
    dashboard = monitoring.load(monitoring.DASHBOARDS[asked.korean])
    plt.rcParams["font.family"] = ["DejaVu Sans", "Noto Sans CJK JP"]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        commands = monitoring.shops(pathlib.Path(folder))
        targets = {name: stack.enter_context(monitoring.shop(command)) for name, command in commands.items()}
        server = stack.enter_context(monitoring.prometheus(pathlib.Path(folder), targets))
        threading.Event().wait(asked.seconds)
        rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
        figure = plt.figure(figsize=(16, rows * HEIGHT))
        for panel in dashboard["panels"]:
            at = panel["gridPos"]
            top = 1 - at["y"] / rows
            if panel["type"] == "row":
                figure.text(0.01, top - 0.6 / rows, panel["title"], fontsize=11, color="#555")
                continue
            box = (
                at["x"] / COLUMNS + 0.03, top - (at["h"] - 0.9) / rows,
                at["w"] / COLUMNS - 0.045, (at["h"] - 2.3) / rows,
            )  # fmt: skip
            if panel["type"] == "bargauge":
                box = (box[0] + 0.1, box[1], box[2] - 0.1, box[3])
            draw(figure.add_axes(box), panel, server, asked.seconds)
        figure.savefig(asked.out, dpi=60)


if __name__ == "__main__":
    main()
