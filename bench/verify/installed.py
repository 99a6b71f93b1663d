"""What users install, where `./dev package` left it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "package"
NODE = PACKAGE / "rooms" / "node-here"
PYTHON = PACKAGE / "rooms" / "python-here" / "venv" / "bin" / "python"
MODULE = NODE / "node_modules" / "bonin" / "bindings" / "node" / "lib" / "index.mjs"


def packaged() -> bool:
    return MODULE.exists() and PYTHON.exists()


def build() -> Path:
    """Where the package of this machine was compiled."""
    sys.path.append(str(ROOT / "packaging"))
    from targets import this_machine

    return this_machine().folder / "build"


def bare_curl() -> Path | None:
    """The bare loop with the package's own libcurl, which bench/run builds."""
    program = build() / "bench" / "bare_curl"
    return program if program.exists() else None


if __name__ == "__main__":
    print(build())
