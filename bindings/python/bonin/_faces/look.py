"""The look of all faces: one style sheet, and the few elements they are made of.

Text and background are the notebook's own, so that a face is readable in light and in dark. A status has a colour and a
word. Where a viewer drops style sheets, plain tables are left.
"""

from __future__ import annotations

from html import escape
from typing import Iterable, Sequence, Tuple, Union

from .words import say

STYLE = (
    ".bonin-face{line-height:1.5;max-width:72em;overflow-x:auto}"
    # A table inherits neither colour nor size in a page without a doctype.
    ".bonin-face table.bonin-table{border-collapse:collapse;border:0;margin:.3em 0 .6em;table-layout:auto;width:auto;"
    "color:inherit;font-size:.93em}"
    ".bonin-face table.bonin-table tr,.bonin-face table.bonin-table tbody tr:nth-child(n){background:transparent}"
    ".bonin-face table.bonin-table tbody tr:nth-child(n):hover{background:rgba(128,128,128,.12)}"
    ".bonin-face table.bonin-table thead tr th,.bonin-face table.bonin-table tbody tr td{text-align:left;"
    "vertical-align:baseline;padding:.2em .9em .2em 0;border:0;border-bottom:1px solid rgba(128,128,128,.3);"
    "max-width:36em;white-space:normal;color:inherit}"
    ".bonin-face table.bonin-table thead tr th{font-weight:600;font-size:.86em;opacity:.75;white-space:nowrap}"
    ".bonin-face table.bonin-table tr .bonin-number.bonin-number.bonin-number{text-align:right;"
    "font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".bonin-face .bonin-title{font-weight:600;font-size:1.08em;margin-right:.5em}"
    ".bonin-face .bonin-quiet{opacity:.7;font-size:.9em}"
    ".bonin-face code{background:rgba(128,128,128,.15);color:inherit;border:0;border-radius:3px;padding:0 .35em;"
    "font-size:.9em}"
    ".bonin-face .bonin-pill{display:inline-block;border-radius:1em;padding:0 .65em;color:#fff;font-size:.86em;"
    "font-weight:600;white-space:nowrap;line-height:1.6}"
    ".bonin-face .bonin-good{background:#1a7f37}.bonin-face .bonin-bad{background:#c2410c}"
    ".bonin-face .bonin-doubt{background:#8a5a00}.bonin-face .bonin-plain{background:#5f6b76}"
    ".bonin-face .bonin-new{background:#0b6bb8}"
    ".bonin-face .bonin-bar{display:flex;width:10em;height:.8em;background:rgba(128,128,128,.22);border-radius:2px;"
    "overflow:hidden}"
    ".bonin-face .bonin-bar span{display:block;height:100%}"
    ".bonin-face .bonin-bar .bonin-doubt{background:repeating-linear-gradient(45deg,#8a5a00 0 3px,#c98a1b 3px 6px)}"
    ".bonin-face details{margin:.1em 0}"
    ".bonin-face summary{cursor:pointer}"
    ".bonin-face ul.bonin-rules.bonin-rules{list-style:none;margin:.1em 0 .4em;padding:0 0 0 1.2em;border-left:2px solid rgba(128,128,128,.3)}"
    ".bonin-face li{margin:.15em 0}"
)

Tone = str  # good, bad, doubt, plain, new


class Html(str):
    """Text that is HTML already; every other text is escaped."""

    __slots__ = ()


Shown = Union[Html, str, int, float, None]


def shown(value: Shown) -> Html:
    if isinstance(value, Html):
        return value
    if value is None:
        return Html("—")
    if isinstance(value, bool):
        return Html(say("yes" if value else "no"))
    return Html(escape(f"{value:,}" if isinstance(value, int) else str(value)))


def joined(*parts: Shown) -> Html:
    return Html("".join(shown(part) for part in parts))


def element(tag: str, kind: str, *inside: Shown) -> Html:
    return Html(f'<{tag} class="bonin-{kind}">{joined(*inside)}</{tag}>')


def code(text: Shown) -> Html:
    return Html(f"<code>{shown(text)}</code>")


def quiet(*inside: Shown) -> Html:
    return element("span", "quiet", *inside)


_MARKS = {"good": "✓ ", "bad": "✗ ", "doubt": "? "}


def pill(word: str, tone: Tone) -> Html:
    return Html(f'<span class="bonin-pill bonin-{tone}">{_MARKS.get(tone, "")}{escape(word)}</span>')


def portion(word: str, part: int, whole: int, tone: Tone) -> Html:
    return pill(f"{word} {part:,} · {share(part, whole)}", tone)


def title(noun: str, *more: Shown) -> Html:
    """The first line of a face."""
    return Html(f"<div>{element('span', 'title', noun)}{' '.join(map(shown, more))}</div>")


def line(*parts: Shown) -> Html:
    return Html(f"<div>{joined(*parts)}</div>")


def table(header: Sequence[str], rows: Iterable[Sequence[Shown]]) -> Html:
    """A column of numbers stands to the right, every other to the left."""
    rows = list(rows)
    numbers = [bool(rows) and all(map(_is_number, column)) for column in zip(*rows)] or [False] * len(header)
    head = "".join(f'<th scope="col"{_kind(number)}>{shown(cell)}</th>' for cell, number in zip(header, numbers))
    body = "".join(
        "<tr>" + "".join(f"<td{_kind(number)}>{shown(cell)}</td>" for cell, number in zip(row, numbers)) + "</tr>"
        for row in rows
    )
    return Html(f'<table class="bonin-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def facts(pairs: Iterable[Tuple[str, Shown]]) -> Html:
    """Names and values; what is None is left out."""
    return table((say("field"), say("value")), [(name, value) for name, value in pairs if value is not None])


def _is_number(value: Shown) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _kind(number: bool) -> str:
    return ' class="bonin-number"' if number else ""


def bar(parts: Iterable[Tuple[Tone, int]], whole: int) -> Html:
    """The parts of a whole, from the left."""
    spans = "".join(
        f'<span class="bonin-{tone}" style="width:{100 * count / whole:.2f}%"></span>'
        for tone, count in parts
        if count  # whole: not 0 then
    )
    return Html(f'<div class="bonin-bar">{spans}</div>')


def fold(summary: Shown, *inside: Shown, shut: bool = False) -> Html:
    return Html(f"<details{'' if shut else ' open'}><summary>{shown(summary)}</summary>{joined(*inside)}</details>")


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def page(*parts: Shown) -> str:
    return f'<div class="bonin-face"><style>{STYLE}</style>{joined(*parts)}</div>'
