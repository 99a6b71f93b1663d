"""Ages, of one person and of columns: those that a policy counts."""

import datetime
from typing import Any, List

import numpy
import pandas
import polars
import pyarrow
import pytest
import vectors

import bonin

D = datetime.date


def test_the_shared_ages() -> None:
    cases = vectors.load("ages")["cases"]
    assert cases
    for case in cases:
        now = datetime.datetime.fromisoformat(case["now"].replace("Z", "+00:00"))
        for by in ("full", "year"):
            assert bonin.age(case["born"], now, by=by) == case[by]
            assert bonin.age(D.fromisoformat(case["born"]), now, by=by) == case[by]
            assert bonin.age([case["born"], None], now, by=by) == [case[by], None]


def test_a_day_and_its_text() -> None:
    assert bonin.age("2007-03-02", "2026-03-01") == 18
    assert bonin.age("2007-03-01", D(2026, 3, 1)) == 19
    assert bonin.age("2007-12-31", D(2026, 1, 1), by="year") == 19
    assert type(bonin.age("2007-03-01", D(2026, 3, 1))) is int


def test_columns_of_every_kind() -> None:
    births = [D(1990, 5, 17), None, D(2027, 1, 1), D(2026, 3, 1), D(1899, 12, 31)]
    wanted = [35, None, None, 0, None]
    columns: List[Any] = [
        births,
        [None if b is None else b.isoformat() for b in births],
        numpy.array(births, "datetime64[D]"),
        numpy.array(births, "datetime64[s]"),
        pandas.Series(births, index=list("abcde")),
        pandas.Series(births, dtype="datetime64[s]"),
        pandas.Series(births, dtype=pandas.ArrowDtype(pyarrow.date32())),
        polars.Series(births),
        pyarrow.array(births),
        pyarrow.chunked_array([births[:2], births[2:]]),
    ]
    for column in columns:
        ages = bonin.age(column, "2026-03-01")
        listed = ages.to_pylist() if hasattr(ages, "to_pylist") else list(ages)
        assert [
            None if age is None or age is numpy.ma.masked or age is pandas.NA else int(age) for age in listed
        ] == wanted
        if isinstance(column, pandas.Series):
            assert ages.dtype == "Int16" and ages.index.equals(column.index) and ages.name == "age"
        if isinstance(column, polars.Series):
            assert ages.dtype == polars.Int16 and ages.name == "age"
        if isinstance(column, numpy.ndarray):
            assert ages.dtype == numpy.int16 and ages.sum() == 35
    assert bonin.age([], "2026-03-01") == []
    assert bonin.age(numpy.array([20000101, -20000101, 7441, bonin.NO_DATE], "int32"), "2026-03-01").tolist() == [
        None,
        None,
        35,
        None,
    ]


def test_what_is_no_birth_or_no_day() -> None:
    for births, on, by, parameter in (
        ("1990-02-30", "2026-03-01", "full", "births"),
        ("2026-03-02", "2026-03-01", "full", "births"),
        (D(1899, 12, 31), "2026-03-01", "full", "births"),
        (None, "2026-03-01", "full", "births"),
        ([1.5], "2026-03-01", "full", "births"),
        (pandas.Series([pandas.Timestamp("1990-05-17 12:00")]), "2026-03-01", "full", "births"),
        ("1990-05-17", "today", "full", "on"),
        ("1990-05-17", None, "full", "on"),
        ("1990-05-17", datetime.datetime(2026, 3, 1), "full", "on"),
        ("1990-05-17", "2026-03-01", "korean", "by"),
        ("1990-05-17", "2026-03-01", None, "by"),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            bonin.age(births, on, by=by)  # type: ignore[arg-type]
        assert raised.value.parameter == parameter and "1990" not in str(raised.value)
