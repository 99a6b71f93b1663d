"""What an analyst is told of columns that leave rules without an answer."""

from __future__ import annotations

import sys
import warnings
from typing import Dict, List, NamedTuple, Sequence, Tuple

from ._native import did_you_mean

_Need = Tuple[str, str, List[str]]  # code and pointer of a rule, and the columns that it reads

# What a column takes, for whoever gave something else.
_EXPECTED = {
    "status": "`unknown`, `ready`, `verified`, `failed`, or 0 to 3",
    "verified_at": "times with a zone, RFC 3339 texts, or milliseconds since 1970, from the year 2000 on",
    "channel_type": "`missing`, `unknown`, `unmarked`, `live`, `test`, or 0 to 4",
    "birth_date": "dates, texts `YYYY-MM-DD`, or days since 1970-01-01, from 1900 until now (`20000101` is none of them)",
    "gender": "`male`, `female`, `other`, or 0 to 2",
    "foreigner": "booleans, or 0 and 1",
    "carrier": "`SKT`, `KT`, `LGU`, or 0 to 2",
    "mvno": "booleans, or 0 and 1",
}
_EXAMPLES = {"status": '"verified"', "channel_type": '"live"', "verified_at": "now"}
_MANY = 10  # one value in so many that no rule understands is worth a word


class ColumnsWarning(UserWarning):
    """Columns leave a rule of the policy without an answer in every row, or in many."""


class _State(NamedTuple):
    name: str
    missing: int
    unreadable: int
    first_unreadable: int
    kind: str


def warn(
    policy: str,
    rows: int,
    needs: Sequence[_Need],
    states: Sequence[Tuple[str, int, int, int, str]],
    others: List[str],
) -> None:
    """Warns whoever called bonin, of the policy of this name. No value is quoted: it may be personal."""
    columns = {state.name: state for state in map(_State._make, states)}
    texts = _near_misses(others, [name for name, state in columns.items() if not state.kind])
    if rows > 0:
        texts += _missing(rows, needs, columns) + _unanswered(needs) + _unreadable(rows, needs, columns)
    for text in texts:
        warnings.warn(f"{text} (policy `{policy}`)", ColumnsWarning, stacklevel=_level())


def _near_misses(others: List[str], not_given: List[str]) -> List[str]:
    hints = {name: did_you_mean(name, not_given) for name in others}
    return [f"the column `{name}` is not read{hint}" for name, hint in hints.items() if hint]


def _missing(rows: int, needs: Sequence[_Need], columns: Dict[str, _State]) -> List[str]:
    missing = [name for name, state in columns.items() if state.missing == rows]
    rules = [code for code, _, names in needs if any(name in missing for name in names)]
    lacking = [name for name in missing if any(name in names for _, _, names in needs)]
    if not lacking:
        return []
    text = f"no row has a value of {_listed(lacking)}, so no row passes {_listed(rules)}"
    known = ", ".join(f'"{name}": {_EXAMPLES[name]}' for name in lacking if name in _EXAMPLES)
    return [text + (f"; what holds for every row can be said: assume={{{known}}}" if known else "")]


def _unanswered(needs: Sequence[_Need]) -> List[str]:
    rules = [f"{code} at {pointer}" for code, pointer, names in needs if not names]
    if not rules:
        return []
    return [f"columns cannot answer {_listed(rules)}: no row passes there"]


def _unreadable(rows: int, needs: Sequence[_Need], columns: Dict[str, _State]) -> List[str]:
    needed = {name for _, _, names in needs for name in names}
    return [
        f"{state.unreadable:,} of {rows - state.missing:,} values of `{name}` are not understood, the first of them "
        f"in row {state.first_unreadable} (the column holds {state.kind}); expected are {_EXPECTED[name]}"
        for name, state in columns.items()
        if name in needed and state.unreadable > 0 and state.unreadable * _MANY >= rows - state.missing
    ]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in dict.fromkeys(words))


def _level() -> int:
    """The level, for warnings.warn in warn(), of the first frame that is not bonin's."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == "bonin":
        level, frame = level + 1, frame.f_back
    return level
