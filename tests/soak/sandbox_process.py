"""A sandbox in a process of its own, so that its memory and its work are not those of whoever is measured."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from typing import Any, Dict, Iterator


class Remote:
    def __init__(self, url: str) -> None:
        self.url = url
        self.info: Dict[str, Any] = self.control("info")

    def control(self, operation: str, **arguments: Any) -> Any:
        body = json.dumps(arguments).encode()
        with urllib.request.urlopen(f"{self.url}/sandbox/{operation}", body, timeout=60) as answer:
            return json.load(answer)


SCRIPT = """
import sys, bonin
with bonin.Sandbox() as sandbox:
    print(sandbox.url, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def sandbox_process() -> Iterator[Remote]:
    child = subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdin and child.stdout
        yield Remote(child.stdout.readline().strip())
        child.stdin.close()
        child.wait(30)
    finally:
        child.kill()
        child.wait()
