from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, code, joined, line, portion, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._native import Judged


def face(judged: Judged) -> Html:
    """Counts, and why it stopped. No answer is read."""
    ids, counts, stopped = len(judged), judged.counts, judged.stopped
    head = title(say("Judged"), quiet(f"{ids:,} {say('ids')}"))
    parts = [
        portion(say("allowed"), counts.allowed, ids, "good"),
        " ",
        portion(say("denied"), counts.denied, ids, "bad"),
    ]
    for word, number in (("failed", counts.failed), ("left", counts.left)):
        if number:
            parts += [" ", portion(say(word), number, ids, "doubt")]
    why = (
        line(say("stopped early"), " ", code(stopped.kind), " ", quiet(f"next = {judged.next:,}"))
        if stopped
        else Html("")
    )
    return joined(head, line(*parts) if ids else Html(""), why)
