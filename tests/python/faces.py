"""Reads a face: the texts of its tables and status words, and whether its HTML is whole."""

from html.parser import HTMLParser
from typing import Any, Dict, List, Optional, Tuple

_VOID = {"br"}
_KNOWN = {
    "div",
    "span",
    "style",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "details",
    "summary",
    "ul",
    "li",
    "br",
}


class Face(HTMLParser):
    """`rows`: of all tables, cell by cell. `pills`: the words in colour, with their tone. `text`: all of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: List[List[str]] = []
        self.pills: List[Tuple[str, str]] = []
        self.text = ""
        self.widths: List[float] = []
        self.styles = 0
        self.folds = 0
        self._open: List[Tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self._open == [], "tags are left open"
        assert self.styles == 1, "one style sheet a face"

    def handle_starttag(self, tag: str, attributes: List[Tuple[str, Optional[str]]]) -> None:
        assert tag in _KNOWN, tag
        given: Dict[str, Any] = dict(attributes)
        assert set(given) <= {"class", "style", "scope", "open"}, given
        kind = given.get("class", "")
        if "style" in given:
            assert given["style"].startswith("width:") and given["style"].endswith("%"), given
            self.widths.append(float(given["style"][6:-1]))
        if tag in _VOID:
            return
        self._open.append((tag, kind))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "style":
            self.styles += 1
        elif tag == "details":
            self.folds += 1
        if "bonin-pill" in kind:
            self.pills.append(("", kind.split("bonin-")[-1]))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, "tags are not nested"

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "style" in tags:
            assert "@import" not in data and "url(" not in data, "nothing is fetched"
            return
        self.text += data
        if "td" in tags or "th" in tags:
            self.rows[-1][-1] += data
        if any("bonin-pill" in kind for _, kind in self._open):
            word, tone = self.pills[-1]
            self.pills[-1] = (word + data, tone)

    def column(self, header: str) -> List[str]:
        """The cells below a header, of the first table that has it."""
        for at, row in enumerate(self.rows):
            if header in row:
                below = [other for other in self.rows[at + 1 :] if len(other) == len(row)]
                return [other[row.index(header)] for other in below]
        raise AssertionError(f"no column {header}")


def face_of(thing: Any) -> Face:
    return Face(thing._repr_html_())
