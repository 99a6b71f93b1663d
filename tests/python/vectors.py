"""The shared cases of tests/vectors."""

import json
import pathlib
from typing import Any

DIRECTORY = pathlib.Path(__file__).resolve().parents[1] / "vectors"


def load(name: str) -> Any:
    return json.loads((DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))


def laid_over(facts: Any, patch: Any) -> Any:
    """A JSON merge patch."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(facts) if isinstance(facts, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = laid_over(merged.get(key), value)
    return merged


def body_of(case: Any) -> bytes:
    """The body of an answer, however the case writes it down."""
    if "body" in case:
        return json.dumps(case["body"], ensure_ascii=False).encode()
    if "body_text" in case:
        return str(case["body_text"]).encode()
    if "body_base64" in case:
        import base64

        return base64.b64decode(case["body_base64"])
    parts = case["body_repeat"]
    return "".join(text * times for text, times in zip(parts[::2], parts[1::2])).encode()
