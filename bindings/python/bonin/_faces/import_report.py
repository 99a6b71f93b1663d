from __future__ import annotations

from typing import TYPE_CHECKING

from .look import Html, code, joined, table, title
from .words import say

if TYPE_CHECKING:
    from .._import import ImportReport

_NUMBERS = ("rows", "existing", "persons", "keys", "moved", "uses")


def face(report: ImportReport) -> Html:
    parts = [title(say("Import")), table(_NUMBERS, [[getattr(report, name) for name in _NUMBERS]])]
    if report.left_out:
        why = sorted(report.left_out.items(), key=lambda item: -item[1])
        parts.append(table([say("left out"), say("rows")], [(code(reason), rows) for reason, rows in why]))
    return joined(*parts)
