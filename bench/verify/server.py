"""nginx on loopback, which answers with fixed bodies over TLS 1.3.

python bench/verify/server.py    starts it, prints the settings of the contenders as JSON, and stops with its input
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from answers import Answers
from authority import Authority

PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """Three ports with the same answers: `url` speaks HTTP/2 and HTTP/1.1, `urlHttp1` HTTP/1.1 alone, `urlLogged` is
    as the first and writes down which of them was spoken."""

    def __init__(self) -> None:
        program = shutil.which("nginx", path=PLACES)
        if program is None:
            raise SystemExit("nginx is not installed (package `nginx`)")
        self.directory = Path(tempfile.mkdtemp(prefix="bonin-bench-"))
        self.authority = Authority(self.directory)
        answers = Answers.of_the_sandbox()
        self.ports = [free_port() for _ in range(3)]
        url, http1, logged = (f"https://localhost:{port}" for port in self.ports)
        self.settings: dict[str, Any] = {
            **answers.settings,
            "url": url,
            "urlHttp1": http1,
            "urlLogged": logged,
            "caFile": str(self.authority.bundle),
            "caDirectory": str(self.authority.hashed),
            "environment": self.authority.environment(),
        }
        file, log = self.directory / "nginx.conf", self.directory / "error.log"
        file.write_text(self._configuration(answers.bodies))
        self.process = subprocess.Popen(
            [program, "-p", str(self.directory), "-c", str(file), "-e", str(log)], stdin=subprocess.DEVNULL
        )
        for port in self.ports:
            self._await(port, log)

    def _configuration(self, bodies: dict[str, str]) -> str:
        at = self.directory
        temporary = "".join(
            f"{kind}_temp_path {at}/temp; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        quoted = {path: body.replace("\\", "\\\\").replace("'", "\\'") for path, body in bodies.items()}
        locations = "".join(f"location = {path} {{ return 200 '{body}'; }}\n" for path, body in quoted.items())
        servers = "".join(
            f"server {{ listen 127.0.0.1:{port} ssl{http2} backlog=1024; access_log {log};\n{locations}}}\n"
            for port, http2, log in zip(
                self.ports, (" http2", "", " http2"), ("off", "off", f"{at}/spoken.log spoken"), strict=True
            )
        )
        return f"""daemon off; master_process off; pid {at}/pid; worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
{temporary}
log_format spoken '$server_protocol';
default_type "application/json; charset=utf-8";
ssl_protocols TLSv1.3; ssl_certificate {self.authority.certificate}; ssl_certificate_key {self.authority.key};
keepalive_requests 1000000000; keepalive_timeout 3600s; tcp_nodelay on;
{servers}}}
"""

    def _await(self, port: int, log: Path) -> None:
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise SystemExit(f"nginx did not start: {log.read_text()}")

    def spoken(self) -> str:
        """The protocol of the last request to `urlLogged`."""
        for _ in range(200):  # the line is written after the answer
            lines = (self.directory / "spoken.log").read_text().split()
            if lines:
                return lines[-1]
            time.sleep(0.01)
        return "nothing"

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


if __name__ == "__main__":
    with Server() as server:
        print(json.dumps(server.settings), flush=True)
        sys.stdin.read()
