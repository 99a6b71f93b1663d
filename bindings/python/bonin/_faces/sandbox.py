from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import BoninError
from . import personas, requests
from .look import Html, code, fold, joined, pill, quiet, title
from .words import say

if TYPE_CHECKING:
    from ..sandbox import Sandbox


def face(sandbox: Sandbox) -> Html:
    """The credentials are made up; the token that lets another machine in is not shown."""
    try:
        asked, people = sandbox.requests, sandbox.personas()
    except BoninError:  # closed, or in a child of its process
        return title(say("Sandbox"), pill(say("stopped"), "plain"), code(sandbox.url))
    latest = joined(say("Requests"), " ", quiet(f"{asked['total']:,}"))
    return joined(
        title(say("Sandbox"), pill(say("running"), "good"), code(sandbox.url)),
        fold(latest, requests.body(dict(asked))),
        fold(
            joined(say("Personas"), " ", quiet(str(len(people)))),
            personas.face([dict(one) for one in people]),
            shut=True,
        ),
    )
