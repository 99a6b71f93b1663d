"""Ages by Korean law: of one person, or of a column of them."""

from __future__ import annotations

import datetime
from array import array
from importlib import import_module
from typing import TYPE_CHECKING, Any, List, Optional, Union, overload

from ._columns import plain
from ._native import ages

if TYPE_CHECKING:
    from .types import AgeBy


@overload
def age(births: Union[datetime.date, str], on: Union[datetime.date, str], by: AgeBy = "full") -> int: ...
@overload
def age(births: Any, on: Union[datetime.date, str], by: AgeBy = "full") -> Any: ...
def age(births: Any, on: Union[datetime.date, str], by: AgeBy = "full") -> Any:
    """The age on a day, counted as a policy counts it.

    births: a date, or its text `YYYY-MM-DD`: answers an int, and raises InvalidArgument for a day before 1900 or after
    `on`. Or a column of dates, as evaluate_columns() takes it: answers a column of the same library (a Series of Int16
    of pandas or polars, an Array of pyarrow, a masked array of NumPy, else a list), with a missing age for a birth that
    is missing, unreadable, before 1900 or after `on`.
    on: a date, its text, or an aware datetime, whose day is Korea's. by: `full` (만 나이: the birthday counts) or `year`
    (연 나이: the year less the year of birth).
    """
    counted = ages(plain(births), on, by)
    if isinstance(counted, int):
        return counted
    numbers, gone = array("h", counted[0]), counted[1]
    return _like(births, numbers, gone)


def _like(births: Any, numbers: Any, gone: bytes) -> Any:
    """The ages as the library of `births` has columns."""
    library = type(births).__module__.split(".")[0]
    if library == "pandas":
        pandas, numpy = import_module("pandas"), import_module("numpy")
        masked = pandas.arrays.IntegerArray(_int16(numpy, numbers), numpy.frombuffer(gone, "bool").copy())
        return pandas.Series(masked, index=getattr(births, "index", None), name="age")
    if library == "polars":
        return import_module("polars").Series("age", _listed(numbers, gone), dtype=import_module("polars").Int16)
    if library == "pyarrow":
        arrow = import_module("pyarrow")
        return arrow.array(_listed(numbers, gone), arrow.int16())
    if library == "numpy":
        numpy = import_module("numpy")
        return numpy.ma.MaskedArray(_int16(numpy, numbers), numpy.frombuffer(gone, "bool").copy())
    return _listed(numbers, gone)


def _int16(numpy: Any, numbers: Any) -> Any:
    return numpy.frombuffer(numbers, "int16").copy()


def _listed(numbers: Any, gone: bytes) -> List[Optional[int]]:
    return [None if missing else number for number, missing in zip(numbers, gone)]
