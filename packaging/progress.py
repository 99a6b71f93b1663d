"""What a command says while it works: a line for each step, and the log of one that fails."""

import pathlib
import subprocess
import time
from typing import Any, Sequence

_began = time.monotonic()


def say(text: str) -> None:
    print(f"[{time.monotonic() - _began:4.0f} s] {text}", flush=True)


def run(command: Sequence[str], log: pathlib.Path, advice: str = "", **more: Any) -> None:
    """Its output goes to the end of `log`; a failure shows the last lines and what to do, and ends this program."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        raise SystemExit(
            "\n".join(
                [
                    *lines[-40:],
                    "",
                    f"failed: {' '.join(command[:4])} … (all of it in {log})",
                    *([advice] if advice else []),
                ]
            )
        )
