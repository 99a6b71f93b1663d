"""Who takes part, and how one of them is run."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from installed import MODULE, PYTHON, ROOT, bare_curl

HERE = Path(__file__).parent
BUILD = ROOT / "build" / "dev" / "bench"


@dataclass(frozen=True)
class Contender:
    name: str  # what --only is compared with; the row is called as the program calls itself
    program: str
    api: str = "v2"
    module: str = ""  # skipped without it
    installed: bool = False  # what users install, in place of what the checkout built

    def command(self, settings: dict[str, Any]) -> list[str]:
        s = settings
        path = f"/identity-verifications/{s['id']}"
        if self.program == "bare_curl":
            version = self.name.removeprefix("curl ").replace(" ", "-")
            return [str(self._loop()), version, s["url"] + path, f"PortOne {s['apiSecret']}", s["caFile"]]
        if self.program == "bonin_core":
            return [str(BUILD / "bonin_core"), s["url"], s["apiSecret"], s["id"], s["caFile"]]
        python = str(PYTHON) if self.installed else sys.executable
        return ["node" if self.program.endswith(".mjs") else python, str(HERE / self.program)]

    def _loop(self) -> Path:
        return (bare_curl() if self.installed else None) or BUILD / "bare_curl"

    def missing(self) -> str:
        """Why it cannot take part; empty: it can."""
        if self.program == "bare_curl" and self.installed:
            return "" if bare_curl() is not None else "bench/run builds it after ./dev package"
        if "." not in self.program:
            return "" if (BUILD / self.program).exists() else f"{BUILD / self.program} is not built"
        if not self.module:
            return ""
        if self.program.endswith(".py"):
            found = importlib.util.find_spec(self.module) is not None
        else:
            found = any((place / "node_modules" / self.module).exists() for place in (ROOT, ROOT / "bench"))
        return "" if found else f"{self.module} is not installed"

    def start(
        self, settings: dict[str, Any], concurrency: int, seconds: float, before: list[str] | None = None
    ) -> subprocess.Popen[str]:
        environment = {**os.environ, **settings["environment"]}
        if self.installed:
            environment.pop("PYTHONPATH", None)
            settings = {**settings, "module": str(MODULE)}
        environment["BENCH"] = json.dumps({**settings, "api": self.api})
        return subprocess.Popen(
            [*(before or []), *self.command(settings), str(concurrency), str(seconds)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, settings: dict[str, Any], concurrency: int, seconds: float, before: list[str] | None = None
    ) -> dict[str, Any]:
        """`before`: a program that runs it, with its arguments."""
        process = self.start(settings, concurrency, seconds, before)
        out, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"{self.name} failed with {process.returncode}")
        row: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
        return row


CURL = [Contender("curl 1.1", "bare_curl"), Contender("curl 2", "bare_curl")]
CURL_EXAMPLE = [Contender("curl poll 1.1", "bare_curl"), Contender("curl poll 2", "bare_curl")]
BONIN = [
    Contender("bonin c++", "bonin_core"),
    Contender("bonin node v2", "bonin_node.mjs"),
    Contender("bonin node v1", "bonin_node.mjs", "v1"),
    Contender("bonin asyncio", "bonin_python.py"),
    Contender("bonin threads", "bonin_python_threads.py"),
]
PEERS = [
    Contender("undici", "undici_tuned.mjs", module="undici"),
    Contender("fetch", "documents_fetch_v2.mjs"),
    Contender("sdk node", "portone_sdk.mjs", module="@portone/server-sdk"),
    Contender("axios", "documents_axios.mjs", "v1", "axios"),
    Contender("aiohttp", "aiohttp_tuned.py", module="aiohttp"),
    Contender("sdk python asyncio", "portone_sdk_async.py", module="portone_server_sdk"),
    Contender("sdk python threads", "portone_sdk.py", module="portone_server_sdk"),
    Contender("requests", "documents_requests.py", "v1", "requests"),
]


def chosen(only: list[str], installed: bool = False) -> list[Contender]:
    """Those that take part: all, or those with one of the words in their names. Says who is left out. `installed`:
    bonin's bindings as users install them, and beside them the bare loop with their libcurl."""
    curl, bonin = [*CURL, *CURL_EXAMPLE], BONIN
    if installed:
        curl += [replace(one, installed=True) for one in CURL]
        bonin = [replace(one, installed="." in one.program) for one in BONIN]
    wanted = [one for one in [*curl, *bonin, *PEERS] if not only or any(word in one.name for word in only)]
    for one in wanted:
        if why := one.missing():
            print(f"{one.name}: skipped, {why}", file=sys.stderr)
    return [one for one in wanted if not one.missing()]


def bare_interpreters() -> dict[str, int]:
    """Kilobytes that node and python take at most when they do nothing."""
    node = "console.log(require('fs').readFileSync('/proc/self/status', 'utf8'))"
    python = "import asyncio; asyncio.run(asyncio.sleep(0)); print(open('/proc/self/status').read())"

    def peak(*command: str) -> int:
        status = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))

    return {"node": peak("node", "-e", node), "python": peak(sys.executable, "-c", python)}
