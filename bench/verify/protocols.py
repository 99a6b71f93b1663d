"""HTTP/1.1 or HTTP/2 for bonin? The same verifications over both: near and 20 ms away, few and many at once, through one
client and ten, and the first burst of a process.

The server decides: one port offers both protocols, the other HTTP/1.1 alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

from contenders import BONIN, BUILD, CURL, Contender
from figures import Figures, as_markdown, as_text, cpu, main_thread, p50, p99, per_second
from page import ROOT, add_output, add_source, write
from server import Server

BURST = Contender("first burst", "first_burst.mjs")
NODE = next(one for one in BONIN if one.name == "bonin node v2")
PROTOCOLS = ("HTTP/1.1", "HTTP/2")


class Distance:
    """A server seen through a delaying proxy: half of the round trip either way."""

    def __init__(self, url: str, milliseconds: int) -> None:
        program = [str(BUILD / "delay"), str(urlsplit(url).port), str(milliseconds // 2)]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"https://localhost:{self.process.stdout.readline().strip()}"

    def close(self) -> None:
        self.process.communicate("")


def scenarios() -> list[tuple[Contender, int, int, int]]:
    """(who, milliseconds away, at once, clients)"""
    return [
        *((NODE, away, at_once, clients) for away in (0, 20) for clients in (1, 10) for at_once in (1, 4, 32, 256)),
        *((BURST, away, at_once, 1) for away in (0, 20) for at_once in (1, 4, 32, 256)),
        *((one, away, at_once, 1) for one in CURL for away in (0, 20) for at_once in (1, 4, 32, 256)),
    ]


def label(who: str, away: int, clients: int) -> str:
    return f"{who}, {away} ms away" + (f", {clients} clients" if clients > 1 else "")


def measure(args: argparse.Namespace) -> tuple[list[dict[str, Any]], str]:
    rows = []
    with Server() as server:
        logged = {**server.settings, "url": server.settings["urlLogged"]}
        NODE.run(logged, 1, 0.01)
        spoken = server.spoken()
        urls = {"HTTP/1.1": server.settings["urlHttp1"], "HTTP/2": server.settings["url"]}
        distant = {protocol: Distance(url, 20) for protocol, url in urls.items()}
        try:
            for turn in range(args.rounds):
                for who, away, at_once, clients in scenarios():
                    for protocol in PROTOCOLS:
                        if who in CURL and protocol.replace("HTTP/", "curl ") != who.name:
                            continue
                        url = distant[protocol].url if away else urls[protocol]
                        row = who.run({**server.settings, "url": url, "clients": clients}, at_once, args.seconds)
                        name = (
                            "bare libcurl" if who in CURL else "bonin's first burst" if who is BURST else "bonin Node"
                        )
                        rows.append({**row, "name": label(name, away, clients), "protocol": protocol, "round": turn})
                        print(f"round {turn + 1}: {rows[-1]['name']}, {at_once} at once, {protocol}", file=sys.stderr)
        finally:
            for one in distant.values():
                one.close()
    return rows, spoken


def tables(rows: list[dict[str, Any]]) -> list[list[list[str]]]:
    """One for lasting load and one for the first burst: each figure over HTTP/1.1 and over HTTP/2."""
    by = {protocol: Figures([row for row in rows if row["protocol"] == protocol]) for protocol in PROTOCOLS}
    lasting = [["HTTP/1.1 and HTTP/2", "at once", "CPU µs", "main µs", "p50 ms", "p99 ms", "a second"]]
    burst = [["HTTP/1.1 and HTTP/2", "at once", "CPU ms", "half are back, ms", "all are back, ms"]]

    def pair(name: str, at_once: int, figure: Any, form: str, scale: float = 1) -> str:
        seen = [by[protocol].median(name, at_once, figure) for protocol in PROTOCOLS]
        return ", ".join(format(one * scale, form) if one is not None else "none" for one in seen)

    for name in by["HTTP/1.1"].names():
        for at_once in by["HTTP/1.1"].concurrencies():
            if "burst" in name:
                cells = [pair(name, at_once, cpu, ".1f", at_once / 1000), pair(name, at_once, p50, ".1f")]
                burst.append([name, str(at_once), *cells, pair(name, at_once, p99, ".1f")])
            else:
                cells = [pair(name, at_once, cpu, ".0f"), pair(name, at_once, main_thread, ".0f")]
                cells += [pair(name, at_once, p50, ".2f"), pair(name, at_once, p99, ".2f")]
                lasting.append([name, str(at_once), *cells, pair(name, at_once, per_second, ",.0f")])
    return [lasting, burst]


def report(rows: list[dict[str, Any]], spoken: str, form: Any) -> str:
    head = f"Where the server offers both, bonin spoke {spoken} in this run."
    return "\n\n".join([head, *(form(table) for table in tables(rows))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each runs each time")
    parser.add_argument("--rounds", type=int, default=3)
    add_output(parser, "the decision record")
    add_source(parser)
    args = parser.parse_args()
    if args.source:
        stored = json.loads(args.source.read_text())
        rows, spoken = stored["rows"], stored["spoken"]
    else:
        rows, spoken = measure(args)
    if args.json:
        args.json.write_text(json.dumps({"rows": rows, "spoken": spoken}, indent=1))
    if args.write:
        write(next((ROOT / "docs" / "adr").glob("*-http-1-1-or-2.md")), "protocols", report(rows, spoken, as_markdown))
    print(report(rows, spoken, as_markdown if args.markdown else as_text))


if __name__ == "__main__":
    main()
