from __future__ import annotations

from typing import TYPE_CHECKING

from . import policy, portone, registry, verifier_metrics
from .look import Html, code, fold, joined, line, pill, title
from .words import say

if TYPE_CHECKING:
    from .._native import Verifier


def face(verifier: Verifier) -> Html:
    client = verifier.portone
    parts = [title(say("Verifier"), code(repr(client)))]
    parts += [line(pill(say("warning"), "doubt"), " ", text) for text in verifier.warnings]
    parts.append(policy.face(verifier.policy, warn=False))
    parts.append(fold(say("Decisions"), verifier_metrics.body(dict(verifier.metrics()))))
    parts.append(fold(code(client.api), portone.face(client), shut=True))
    if verifier.registry is not None:
        parts.append(fold(say("Registry"), registry.face(verifier.registry), shut=True))
    return joined(*parts)
