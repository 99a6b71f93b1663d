"""Columns that leave rules without an answer are told of, by name and without their values."""

import datetime
import warnings
from typing import Any, Dict, List

import numpy
import pandas
import pyarrow
import pytest

import bonin

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
GOOD: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}
FEMALE = bonin.Policy({"name": "female", "rules": [{"gender": {"in": ["female"]}}]})
ADULT = bonin.Policy.preset("kr.civil_adult")


def told(policy: bonin.Policy, columns: Any, **options: Any) -> List[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        policy.evaluate_columns(columns, now=NOW, **options)
    assert all(w.category is bonin.ColumnsWarning and w.filename == __file__ for w in caught)
    ending = f" (policy `{policy.name}`)"
    assert all(str(w.message).endswith(ending) for w in caught)
    return [str(w.message)[: -len(ending)] for w in caught]


def test_a_name_that_is_nearly_one() -> None:
    births = ["1990-05-17", "1990-05-18"]
    for name in ("birthDate", "birthdate", "Birth_Date", "birth_dat"):
        said = told(ADULT, {**GOOD, "gender": ["male", "male"], name: births})
        assert said[0] == f"the column `{name}` is not read; did you mean `birth_date`?"
        assert "birth_date" in said[1] and len(said) == 2
    assert told(ADULT, {**GOOD, "birth_date": births, "birthDate": births}) == []  # the right one is there
    assert told(ADULT, {**GOOD, "birth_date": births, "member_no": [1, 2], "name": ["a", "b"], 7: [0, 0]}) == []
    frame = pyarrow.table({"genders": ["male"], "birth_date": births[:1]})
    assert told(ADULT, frame, assume=GOOD) == ["the column `genders` is not read; did you mean `gender`?"]


def test_the_baseline_that_is_not_there() -> None:
    (said,) = told(ADULT, {"birth_date": ["1990-05-17"]})
    assert said == (
        "no row has a value of `status`, `verified_at`, `channel_type`, so no row passes `verified`, `fresh`, `channel`; "
        'what holds for every row can be said: assume={"status": "verified", "verified_at": now, "channel_type": "live"}'
    )
    assert told(ADULT, {"birth_date": ["1990-05-17"]}, assume=GOOD) == []
    (said,) = told(ADULT, {**GOOD, "birth_date": [None, None]})
    assert said == "no row has a value of `birth_date`, so no row passes `age`"
    assert told(FEMALE, {**GOOD, "gender": []}) == []


def test_values_that_nobody_understands() -> None:
    cases: List[Any] = [
        (FEMALE, "gender", ["F", "M", None], "texts", "2 of 2", 0),
        (FEMALE, "gender", ["female", "여", "male"], "texts", "1 of 3", 1),
        (FEMALE, "gender", numpy.array([3, 4]), "whole numbers", "2 of 2", 0),
        (ADULT, "birth_date", [20000101, 19900517], "whole numbers", "2 of 2", 0),
        (ADULT, "birth_date", [None, "20000101"], "texts", "1 of 1", 1),
        (ADULT, "birth_date", pandas.Series(["90-05-17", "1990-05-17"]), "texts", "1 of 2", 0),
        (ADULT, "birth_date", [datetime.date(1990, 5, 17), datetime.date(2999, 1, 1)], "dates", "1 of 2", 1),
        (ADULT, "status", ["VERIFIED"], "texts", "1 of 1", 0),
        (ADULT, "channel_type", pyarrow.array(["LIVE", "live"]), "texts", "1 of 2", 0),
        (ADULT, "verified_at", ["yesterday"], "texts", "1 of 1", 0),
        (ADULT, "verified_at", numpy.array([1772366400000, 1772366400]), "whole numbers", "1 of 2", 1),
    ]  # fmt: skip
    for policy, name, column, kind, share, row in cases:
        (said,) = told(policy, {**GOOD, "birth_date": "1990-05-17", name: column})
        assert said.startswith(f"{share} values of `{name}` are not understood, the first of them in row {row} "), said
        assert f"(the column holds {kind})" in said
    (said,) = told(ADULT, {**GOOD, "birth_date": ["19901231"]})
    assert "19901231" not in said
    few = ["female"] * 99 + ["F"]
    assert told(FEMALE, {**GOOD, "gender": few}) == []  # the counts tell of it
    assert told(ADULT, {**GOOD, "birth_date": "1990-05-17", "gender": ["F"]}) == []  # no rule reads it


def test_rules_that_no_column_answers() -> None:
    policy = bonin.Policy({"name": "sign-up", "rules": [
        {"account": "new"}, {"single_use": True}, {"any_of": [{"not_banned": True}, {"guardian": True}]}, {"expect": "name"},
    ]})  # fmt: skip
    (said,) = told(policy, GOOD)
    assert said == (
        "columns cannot answer `account at /rules/0`, `single_use at /rules/1`, "
        "`not_banned at /rules/2/any_of/0`, `guardian at /rules/2/any_of/1`, "
        "`expect at /rules/3`: no row passes there"
    )


def test_the_reasons_are_counted() -> None:
    columns = {
        **GOOD,
        "birth_date": ["1990-05-17", None, "90-05-17", "2020-01-01", "1980-01-01"],
        "gender": ["female", "male", None, "?", "female"],
        "self_declared": [0, 0, 0, 0, 4],
    }
    policy = bonin.Policy(
        {"name": "both", "rules": [{"age": {"at_least": 19, "by": "year"}}, {"gender": {"in": ["female"]}}]}
    )
    with pytest.warns(bonin.ColumnsWarning):
        answer = policy.evaluate_columns(columns, now=NOW)
    age, gender = answer.counts()[3:]
    assert age.reasons == {"too_young": 1, "missing": 1, "unreadable": 1} and (age.failed, age.unknown) == (1, 2)
    assert gender.reasons == {"not_listed": 1, "missing": 1, "unreadable": 1, "unattested": 1}
    assert sum(gender.reasons.values()) == gender.failed + gender.unknown
    assert [count.reasons for count in answer.counts()[:3]] == [{}, {}, {}]


def test_an_error_for_those_who_want_one() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", bonin.ColumnsWarning)
        with pytest.raises(bonin.ColumnsWarning):
            ADULT.evaluate_columns({"birth_date": ["1990-05-17"]}, now=NOW)
