"""Verifications a second and CPU per verification: bonin beside its peers, in one run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bonin

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "dev" / "bench"


def contenders(settings: dict[str, Any]) -> list[tuple[str, list[str], str]]:
    """(group, command, api): the first of a group is what its ratios are to."""
    s = settings
    node, python = ["node"], [sys.executable]
    return [
        ("C++", [str(BUILD / "bonin_core"), s["url"], s["impKey"], s["impSecret"], s["impUid"]], "v1"),
        ("C++", [str(BUILD / "bare_curl"), f"{s['url']}/certifications/{s['impUid']}", s["bearer"]], "v1"),
        ("Node", [*node, str(HERE / "bonin_node.mjs")], "v1"),
        ("Node", [*node, str(HERE / "documents_axios.mjs")], "v1"),
        ("Node", [*node, str(HERE / "bonin_node.mjs")], "v2"),
        ("Node", [*node, str(HERE / "documents_fetch_v2.mjs")], "v2"),
        ("Python", [*python, str(HERE / "bonin_python.py")], "v1"),
        ("Python", [*python, str(HERE / "bonin_python.py")], "v2"),
        ("Python", [*python, str(HERE / "bonin_python_threads.py")], "v1"),
        ("Python", [*python, str(HERE / "documents_requests.py")], "v1"),
    ]


def start_sandbox() -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """The sandbox in a process of its own, with one verified adult in each API."""
    script = (
        "import bonin, json, sys\n"
        "s = bonin.Sandbox()\n"
        "print(json.dumps(dict(url=s.url, impKey=s.imp_key, impSecret=s.imp_secret, apiSecret=s.api_secret,\n"
        "                      impUid=s.verify('adult', api='v1'), id=s.verify('adult', api='v2'))), flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    settings = json.loads(process.stdout.readline())
    portone = bonin.PortOneV1(imp_key=settings["impKey"], imp_secret=settings["impSecret"], base_url=settings["url"])
    portone.lookup(settings["impUid"])
    return process, settings


def token(settings: dict[str, Any]) -> str:
    from urllib.request import Request, urlopen

    body = json.dumps({"imp_key": settings["impKey"], "imp_secret": settings["impSecret"]}).encode()
    request = Request(settings["url"] + "/users/getToken", body, {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return str(json.load(answer)["response"]["access_token"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each contender runs")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 32, 256])
    parser.add_argument("--json", type=Path, help="write the raw figures there")
    args = parser.parse_args()

    process, settings = start_sandbox()
    rows: list[dict[str, Any]] = []
    try:
        settings["bearer"] = token(settings)
        for concurrency in args.concurrency:
            print(f"\n{concurrency} at once")
            print(f"{'':34}{'per second':>11}{'CPU µs':>9}{'main µs':>9}{'p50 ms':>8}{'p99 ms':>8}   CPU beside bonin")
            first: dict[str, float] = {}
            for group, command, api in contenders(settings):
                environment = {**os.environ, "BENCH": json.dumps({**settings, "api": api})}
                out = subprocess.run(
                    [*command, str(concurrency), str(args.seconds)],
                    env=environment,
                    cwd=ROOT,
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
                row = json.loads(out.strip().splitlines()[-1])
                rows.append(row)
                n = row["verifications"]
                cpu = 1e6 * row["cpu"] / n
                base = first.setdefault(group, cpu)
                print(
                    f"{row['name']:34}{n / row['seconds']:11,.0f}{cpu:9.1f}{1e6 * row['main'] / n:9.1f}"
                    f"{row['p50_ms']:8.2f}{row['p99_ms']:8.2f}   x {cpu / base:.2f}"
                )
    finally:
        process.stdin and process.stdin.close()
        process.wait()
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
