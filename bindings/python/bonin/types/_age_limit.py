"""The rule `age` of a policy document."""

from __future__ import annotations

from typing import List, Literal, TypedDict, Union

#: full: completed years (만 나이). year: this year minus the year of birth (연 나이).
AgeBy = Literal["full", "year"]


class _Age(TypedDict):
    by: AgeBy


class _OnADay(_Age, total=False):
    on: str


class _ByTheEnd(_Age):
    by_end_of: str


class _UpTo(TypedDict, total=False):
    below: int


class AgeFrom(_OnADay, _UpTo):
    """at_least: this age and above; below: excludes that age. on: counted on this day in Korea, `YYYY-MM-DD`."""

    at_least: int


class AgeFromByEndOf(_ByTheEnd, _UpTo):
    """As AgeFrom, counted as it is when the day `by_end_of` ends."""

    at_least: int


class AgeBelow(_OnADay):
    """below: excludes that age. on: counted on this day in Korea, `YYYY-MM-DD`."""

    below: int


class AgeBelowByEndOf(_ByTheEnd):
    """As AgeBelow, counted as it is when the day `by_end_of` ends."""

    below: int


class AgeBetween(_OnADay):
    """between: two ages, both included. on: counted on this day in Korea, `YYYY-MM-DD`."""

    between: List[int]


class AgeBetweenByEndOf(_ByTheEnd):
    """As AgeBetween, counted as it is when the day `by_end_of` ends."""

    between: List[int]


#: `by`, and `at_least`, `below`, both of these, or `between`; with them `on` or `by_end_of`.
AgeLimit = Union[AgeFrom, AgeFromByEndOf, AgeBelow, AgeBelowByEndOf, AgeBetween, AgeBetweenByEndOf]
