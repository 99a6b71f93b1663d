"""A policy that the command line names: a file or a preset."""

from __future__ import annotations

import os
from typing import Any, cast

from .._native import Policy


def policy_of(name: str) -> Policy:
    is_file = name.endswith(".json") or "/" in name or os.path.exists(name)
    return Policy.load(name) if is_file and name not in Policy.preset_names() else Policy.preset(cast(Any, name))
