from __future__ import annotations

from typing import TYPE_CHECKING

from . import registry_metrics
from .look import Html, code, joined, line, pill, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._native import Registry


def face(registry: Registry) -> Html:
    """What this process knows of it. The store is not asked: counting its persons may take minutes."""
    about = repr(registry).partition("(")[2].rstrip(")")
    warnings = [line(pill(say("warning"), "doubt"), " ", text) for text in registry.warnings]
    asked = registry_metrics.body(dict(registry.metrics()))
    is_own = about.startswith("own")  # whose persons the application counts
    how = Html("") if is_own else line(quiet(say("registry.count() counts the persons; it reads the whole store")))
    return joined(title(say("Registry"), code(about)), *warnings, asked, how)
