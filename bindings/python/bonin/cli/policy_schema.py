"""`bonin policy schema`: the JSON Schema of policy documents."""

from __future__ import annotations

import pathlib

from ._parse import Options
from ._terminal import ALLOWED

NAME = "policy.schema.json"


def path() -> pathlib.Path:
    """In the package; of a checkout at its root."""
    package = pathlib.Path(__file__).resolve().parents[1]
    installed = package / NAME
    return installed if installed.exists() else package.parents[2] / NAME


def run(options: Options) -> int:
    print(path().read_text(encoding="utf-8"), end="")
    return ALLOWED
