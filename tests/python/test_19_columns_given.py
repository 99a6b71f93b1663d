"""The same columns in everything that holds columns decide the same."""

import datetime
import decimal
import zoneinfo
from typing import Any, Callable, Dict, List, Optional

import numpy
import pandas
import polars
import pyarrow
import pytest

import bonin

UTC = datetime.timezone.utc
SEOUL = zoneinfo.ZoneInfo("Asia/Seoul")
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=UTC)
BASELINE: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}
POLICY = bonin.Policy({
    "name": "adults who are no foreigners",
    "rules": [{"age": {"at_least": 19, "by": "year"}}, {"gender": {"in": ["female"]}}, {"foreigner": False},
              {"provider": {"in": ["DANAL"]}}],
})  # fmt: skip

D = datetime.date
BIRTHS: List[Optional[D]] = [D(1990, 5, 17), D(2020, 1, 1), None, D(1990, 5, 17), D(1960, 2, 29), D(1990, 5, 17)]
GENDERS = ["female", "female", "female", None, "female", "male"]
FOREIGN = [False, False, False, False, None, False]
PROVIDERS = ["DANAL", "DANAL", "DANAL", "DANAL", "DANAL", None]
MEMBERS = [decimal.Decimal(7), None, None, None, None, None]  # nobody's business
WANTED = [True, False, False, False, False, False]
FAILED = [0, 8, 0, 0, 0, 16]
UNKNOWN = [0, 0, 8, 16, 32, 64]


def decide(frame: Any, policy: bonin.Policy = POLICY, **options: Any) -> bonin.Decisions:
    return policy.evaluate_columns(frame, now=NOW, **{"assume": BASELINE, **options})


def check(frame: Any) -> None:
    answer = decide(frame)
    assert answer.allowed.tolist() == WANTED
    assert answer.failed.tolist() == FAILED and answer.unknown.tolist() == UNKNOWN


def table(**types: Any) -> Any:
    kinds = {
        "birth_date": pyarrow.date32(), "gender": pyarrow.string(), "foreigner": pyarrow.bool_(), "provider": pyarrow.string(),
        "member_no": pyarrow.decimal128(5), **types,
    }  # fmt: skip
    values = {
        "birth_date": BIRTHS,
        "gender": GENDERS,
        "foreigner": FOREIGN,
        "provider": PROVIDERS,
        "member_no": MEMBERS,
    }
    return pyarrow.table({name: pyarrow.array(values[name], kind) for name, kind in kinds.items()})


class Stream:
    """Speaks the Arrow C data interface, and is nothing else."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def records() -> Dict[str, Any]:
    return {"birth_date": BIRTHS, "gender": GENDERS, "foreigner": FOREIGN, "provider": PROVIDERS, "member_no": MEMBERS}


def of_numpy() -> Dict[str, Any]:
    return {
        "birth_date": numpy.array(BIRTHS, "datetime64[D]"), "gender": numpy.array(GENDERS, object),
        "foreigner": numpy.ma.MaskedArray([0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1, 0]),
        "provider": numpy.array([p or "" for p in PROVIDERS]),
    }  # fmt: skip


def of_pandas(births: Any, genders: Any, foreign: Any, providers: Any) -> Any:
    return pandas.DataFrame({
        "member_no": MEMBERS, "birth_date": births, "gender": genders, "foreigner": foreign, "provider": providers
    })  # fmt: skip


FRAMES: Dict[str, Callable[[], Any]] = {
    "lists": records,
    "numpy": of_numpy,
    "numpy, in nanoseconds and with masks": lambda: {
        **of_numpy(), "birth_date": numpy.ma.MaskedArray(
            numpy.array([b or D(1990, 1, 1) for b in BIRTHS], "datetime64[ns]"), [b is None for b in BIRTHS]),
        "foreigner": numpy.array([0, 0, 0, 0, numpy.nan, 0]),
    },
    "pandas, objects": lambda: of_pandas(
        pandas.Series(BIRTHS, dtype=object), pandas.Series(GENDERS, dtype=object), FOREIGN, pandas.Series(PROVIDERS, dtype=object)),
    "pandas, as it reads them": lambda: of_pandas(pandas.to_datetime(pandas.Series(BIRTHS)), GENDERS, FOREIGN, PROVIDERS),
    "pandas, nullable": lambda: of_pandas(
        pandas.Series(BIRTHS, dtype="datetime64[s]"), pandas.array(GENDERS, "string[python]"),
        pandas.array(FOREIGN, "boolean"), pandas.Categorical(PROVIDERS)),
    "pandas, Int8 and Float64": lambda: of_pandas(
        pandas.Series(BIRTHS, dtype="datetime64[ns]"), pandas.array([1, 1, 1, None, 1, 0], "Int8"),
        pandas.array([0, 0, 0, 0, None, 0], "Float64"), PROVIDERS),
    "pandas, pyarrow": lambda: table().to_pandas(types_mapper=pandas.ArrowDtype),
    "pandas, dictionary of pyarrow": lambda: table(
        gender=pyarrow.dictionary(pyarrow.int32(), pyarrow.string())).to_pandas(types_mapper=pandas.ArrowDtype),
    "a dict of pandas columns": lambda: dict(of_pandas(BIRTHS, GENDERS, FOREIGN, PROVIDERS).items()),
    "polars": lambda: polars.DataFrame(records()),
    "polars, categories": lambda: polars.DataFrame(records()).with_columns(
        polars.col("gender").cast(polars.Categorical), polars.col("provider").cast(polars.Enum(["DANAL"]))),
    "polars, times": lambda: polars.DataFrame(records()).with_columns(polars.col("birth_date").cast(polars.Datetime("us"))),
    "polars, in two parts": lambda: polars.concat(
        [polars.DataFrame(records())[:2], polars.DataFrame(records())[2:]], rechunk=False),
    "a dict of polars columns": lambda: polars.DataFrame(records()).to_dict(),
    "pyarrow": table,
    "pyarrow, others": lambda: table(
        birth_date=pyarrow.date64(), gender=pyarrow.large_string(), provider=pyarrow.string_view()),
    "pyarrow, times": lambda: table().set_column(0, "birth_date", table()["birth_date"].cast(pyarrow.timestamp("ns"))),
    "pyarrow, dictionaries": lambda: table(
        gender=pyarrow.dictionary(pyarrow.int8(), pyarrow.string()),
        provider=pyarrow.dictionary(pyarrow.int32(), pyarrow.large_string())),
    "pyarrow, a dictionary a part": lambda: pyarrow.concat_tables([
        table(gender=pyarrow.dictionary(pyarrow.int16(), pyarrow.string())).slice(0, 3),
        pyarrow.table({**{n: table()[n] for n in ("birth_date", "foreigner", "provider", "member_no")},
                       "gender": pyarrow.DictionaryArray.from_arrays(
                           pyarrow.array([1, 1, 1, None, 1, 0], pyarrow.int16()), ["male", "female"])}
                      ).slice(3).select(table().column_names)]),
    "pyarrow, a part of a table": lambda: pyarrow.concat_tables([table(), table()]).slice(6, 6),
    "pyarrow, a batch": lambda: table().combine_chunks().to_batches()[0],
    "a dict of pyarrow arrays": lambda: {n: table()[n].combine_chunks() for n in ("birth_date", "gender", "foreigner", "provider")},
    "any stream": lambda: Stream(table()),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.filterwarnings("error")
def test_a_table_of_any_kind(name: str) -> None:
    check(FRAMES[name]())


def test_texts_of_every_length() -> None:
    """A view of Arrow holds up to 12 bytes itself, and finds longer texts in one of several buffers."""
    keys: List[Optional[str]] = [
        "",
        "열두바이트",
        "channel-key-",
        "channel-key-1",
        "채널" * 30,
        None,
        "channel-key-2" * 9,
    ]
    policy = bonin.Policy({"name": "keys", "rules": [{"channel": {"keys": ["channel-key-1", "채널" * 30]}}]})
    wanted = [key in ("channel-key-1", "채널" * 30) for key in keys] * 2
    birth = {"birth_date": "1990-05-17"}
    for column in (
        keys * 2,
        polars.concat([polars.Series(keys), polars.Series(keys)], rechunk=False),
        polars.Series(keys * 2, dtype=polars.Categorical),
        pyarrow.chunked_array([pyarrow.array(keys, pyarrow.string_view())] * 2),
        pyarrow.chunked_array([pyarrow.array(["x", *keys], pyarrow.string_view()).slice(1)] * 2),
        pyarrow.chunked_array([pyarrow.array(["xyz", *keys], pyarrow.large_string()).slice(1)] * 2),
        pyarrow.chunked_array([pyarrow.array(keys).dictionary_encode(), pyarrow.array(keys[::-1]).dictionary_encode().take(list(range(6, -1, -1)))]),
        pandas.Series(keys * 2),
        numpy.array([key or "" for key in keys * 2]),
    ):  # fmt: skip
        assert decide({**birth, "channel_key": column}, policy).allowed.tolist() == wanted, column
    for column in (["\ud800"], pandas.Series(["\ud800"], dtype=object)):
        with pytest.raises(bonin.InvalidArgument):
            decide({"channel_key": column}, policy)


def test_names_of_every_length() -> None:
    """Names are copied piece by piece: short ones together, a long one alone, and the list may change meanwhile."""
    names = ["", "DANAL", "n" * 70_000, "다날", "KCP_V2", *(f"name-{i}" for i in range(20_000)), "DANAL", "m" * 65_535]
    policy = bonin.Policy({"name": "p", "rules": [{"provider": {"in": ["DANAL", "m" * 200]}}]})
    codes = numpy.arange(len(names), dtype="int32").repeat(20)

    def change(done: int, rows: int) -> None:
        names[:] = ["DANAL"] * 3

    wanted = numpy.array([name == "DANAL" for name in names]).repeat(20)
    answer = decide({"provider": (codes, names)}, policy, progress=change)
    assert (answer.allowed == wanted).all() and len(names) == 3
    unnamed = decide({"provider": (codes, [])}, policy)
    assert not unnamed.allowed.any()


@pytest.mark.parametrize("kind", ["numpy", "pandas", "pyarrow", "int64, which is copied"])
def test_what_is_the_cores_own_is_not_copied(kind: str) -> None:
    """The core reads the column where it lies: what is written to it meanwhile is what it reads."""
    days = numpy.zeros(200_000, "int64" if kind.startswith("int64") else "int32")
    column: Any = days
    if kind == "pandas":
        column = pandas.Series(days, copy=False)
    elif kind == "pyarrow":
        column = pyarrow.Array.from_buffers(pyarrow.date32(), len(days), [None, pyarrow.py_buffer(days)])

    def write(done: int, rows: int) -> None:
        days[150_000:] = 20_000  # a child

    answer = decide({"birth_date": column}, bonin.Policy.preset("kr.work"), progress=write)
    assert answer.allowed[:150_000].all()
    assert bool(answer.allowed[150_000:].any()) == kind.startswith("int64")


def test_times_with_a_zone_are_right_in_every_kind_of_column() -> None:
    """A clock of New York, an hour around its change to daylight saving time; the moment is what counts."""
    zone = zoneinfo.ZoneInfo("America/New_York")
    now = datetime.datetime(2026, 3, 8, 7, 5, tzinfo=UTC)  # 03:05 there, where 02:00 became 03:00
    times = [datetime.datetime(2026, 3, 8, 1, 58, tzinfo=zone), datetime.datetime(2026, 3, 8, 1, 30, tzinfo=zone)]
    fresh = bonin.Policy({"name": "fresh", "rules": [{"fresh": {"within": "10m"}}]})
    columns: List[Any] = [
        times,
        [t.isoformat() for t in times],
        [str(t) for t in times],
        pandas.Series(times),
        pandas.Series(times).dt.as_unit("s"),
        pandas.Series(times, dtype=object),
        pandas.Series(times).astype(pandas.ArrowDtype(pyarrow.timestamp("us", "America/New_York"))),
        pandas.DatetimeIndex(times),
        polars.Series(times).dt.convert_time_zone("America/New_York"),
        *(pyarrow.array(times, pyarrow.timestamp(unit, "America/New_York")) for unit in ("s", "ms", "us", "ns")),
    ]
    for column in columns:
        answer = fresh.evaluate_columns({**BASELINE, "verified_at": column}, now=now)
        assert answer.allowed.tolist() == [True, False], column


NAIVE = [datetime.datetime(2026, 3, 1, 20, 55), None]  # in Seoul five minutes before NOW
NAIVE_COLUMNS: Dict[str, Callable[[], Any]] = {
    "datetimes": lambda: NAIVE,
    "one datetime": lambda: NAIVE[0],
    "numpy": lambda: numpy.array(NAIVE, "datetime64[ms]"),
    "numpy, minutes": lambda: numpy.array(NAIVE, "datetime64[m]"),
    "pandas": lambda: pandas.Series(NAIVE),
    "pandas, objects": lambda: pandas.Series(NAIVE, dtype=object),
    "pandas, pyarrow": lambda: pandas.Series(NAIVE).astype(pandas.ArrowDtype(pyarrow.timestamp("us"))),
    "polars": lambda: polars.Series(NAIVE),
    "pyarrow": lambda: pyarrow.array(NAIVE, pyarrow.timestamp("s")),
    "date64": lambda: pyarrow.array(NAIVE, pyarrow.timestamp("ms")).cast(pyarrow.int64()).cast(pyarrow.date64()),
    "text": lambda: ["2026-03-01 20:55:00", None],
    "text with T": lambda: pyarrow.array(["2026-03-01T20:55:00.000", None]),
    "categories": lambda: pandas.Categorical(["2026-03-01 20:55:00", None]),
}


@pytest.mark.parametrize("name", NAIVE_COLUMNS)
def test_a_time_without_a_zone_is_refused_unless_its_clock_is_named(name: str) -> None:
    given = {"birth_date": BIRTHS[:1] * 2, **BASELINE, "verified_at": NAIVE_COLUMNS[name]()}
    policy = bonin.Policy({"name": "fresh", "rules": [{"fresh": {"within": "10m"}}]})
    with pytest.raises(bonin.InvalidArgument, match=r'time_zone="Asia/Seoul"') as raised:
        policy.evaluate_columns(given, now=NOW)
    assert raised.value.parameter == "verified_at"
    wanted = [True, True] if name == "one datetime" else [True, False]
    for zone in ("Asia/Seoul", SEOUL, datetime.timezone(datetime.timedelta(hours=9))):
        assert policy.evaluate_columns(given, now=NOW, time_zone=zone).allowed.tolist() == wanted
    assert not policy.evaluate_columns(given, now=NOW, time_zone="UTC").allowed.any()


def test_an_hour_that_came_twice_is_refused() -> None:
    for moment in (datetime.datetime(2026, 11, 1, 1, 30), datetime.datetime(2026, 3, 8, 2, 30)):  # twice; never
        with pytest.raises(bonin.InvalidArgument, match="row 1"):
            decide({"verified_at": [datetime.datetime(2026, 1, 1), moment], "birth_date": BIRTHS[:2]},
                   assume={"status": "verified"}, time_zone="America/New_York")  # fmt: skip
    for zone in ("Asia/Soul", "../etc/passwd", 9, ""):
        with pytest.raises(bonin.InvalidArgument) as raised:
            decide(records(), time_zone=zone)
        assert raised.value.parameter == "time_zone"


def test_a_date_of_birth_is_a_day() -> None:
    """No time of day, no zone, no month alone, no guess."""
    noon = datetime.datetime(1990, 5, 17, 12)
    for column in (
        [noon],
        [datetime.datetime(1990, 5, 17, tzinfo=UTC)],
        numpy.array([noon], "datetime64[s]"),
        numpy.array(["1990-05"], "datetime64[M]"),
        numpy.array(["1990"], "datetime64[Y]"),
        pandas.Series([noon]),
        pandas.Series([pandas.Timestamp(noon, tz="Asia/Seoul")]),
        polars.Series([noon]),
        pyarrow.array([noon], pyarrow.timestamp("us")),
        [1990.5],
        [True],
        pyarrow.array([[1]]),
        [decimal.Decimal(1)],
        [BIRTHS[0], "1990-05-17"],
        [BIRTHS[0], noon],
        ("1990-05-17", "1990-05-17", "1990-05-17"),
        pandas.Series([pandas.Period("1990-05")]),
        pyarrow.array(["1990"]).dictionary_encode().cast(pyarrow.dictionary(pyarrow.int32(), pyarrow.binary())),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            decide({"birth_date": column})
        assert raised.value.parameter == "birth_date" and "1990" not in str(raised.value)
    day = datetime.datetime(1990, 5, 17)  # what some SQL drivers give for a date
    for column in ([day, None], pandas.Series([day, None]), numpy.array([day, None], "datetime64[us]")):
        answer = decide({"birth_date": column}, bonin.Policy.preset("kr.not_child"))
        assert answer.allowed.tolist() == [True, False]


def test_tables_that_are_none() -> None:
    twice = pandas.DataFrame([[1, 2]], columns=["gender", "gender"])
    for frame, parameter in (
        (pandas.DataFrame({"a": [1]}), "columns"),
        (pandas.DataFrame(), "columns"),
        (polars.DataFrame({"a": [1]}), "columns"),
        (pyarrow.table({"a": [1]}), "columns"),
        (pyarrow.array([1, 2]), "columns"),
        (polars.DataFrame({"gender": ["female"]}).lazy(), "columns"),
        (twice, "gender"),
        (pyarrow.Table.from_arrays([pyarrow.array([1])] * 2, ["gender", "gender"]), "gender"),
        (
            pyarrow.StructArray.from_arrays([pyarrow.array([1, 2])], ["gender"], mask=pyarrow.array([True, False])),
            "columns",
        ),
        (pandas.Series([1, 2]), "columns"),
        ("gender", "columns"),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            decide(frame)
        assert raised.value.parameter == parameter, frame
    with pytest.raises(bonin.InvalidArgument, match="did you mean `birth_date`"):
        decide(pandas.DataFrame({"birthDate": BIRTHS}))
    stream = pyarrow.RecordBatchReader.from_batches(table().schema, table().to_batches())
    check(stream)
    assert len(decide(stream)) == 0  # a stream can be read once


def test_a_stream_that_breaks_quotes_nothing() -> None:
    def batches() -> Any:
        yield table().to_batches()[0]
        raise ValueError("홍길동")

    with pytest.raises(bonin.InvalidArgument) as raised:
        decide(pyarrow.RecordBatchReader.from_batches(table().schema, batches()))
    assert raised.value.parameter == "columns" and "홍길동" not in str(raised.value)


def test_rows_belong_together() -> None:
    births = pandas.Series(BIRTHS[:2], index=[10, 11])
    with pytest.raises(bonin.InvalidArgument, match="another index") as raised:
        decide({"birth_date": births, "gender": pandas.Series(["female", "male"], index=[11, 10])})
    assert raised.value.parameter == "gender"
    for short in (["female"] * 5, pandas.Series(["female"] * 7), pyarrow.array(["female"] * 2), numpy.zeros(0, "int8")):
        with pytest.raises(bonin.InvalidArgument, match="rows") as raised:
            decide({"birth_date": BIRTHS, "gender": short})
        assert raised.value.parameter == "gender"


def test_what_is_assumed_is_said_and_said_once() -> None:
    frame = pandas.DataFrame({"birth_date": BIRTHS[:2]})
    policy = bonin.Policy.preset("kr.not_child")
    assert decide(frame, policy).allowed.tolist() == [True, False]
    with pytest.warns(bonin.ColumnsWarning):
        assert not policy.evaluate_columns(frame, now=NOW).allowed.any()
    for wrong, parameter in (
        ({"birth_date": "1990-05-17"}, "birth_date"),
        ({"status": ["verified", "verified"]}, "status"),
        ({"statsu": "verified"}, "statsu"),
        ({"status": None}, "status"),
        ({"verified_at": datetime.datetime(2026, 3, 1)}, "verified_at"),
        (5, "assume"),
        ([("status", "verified")], "assume"),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            decide(frame, policy, assume=wrong)
        assert raised.value.parameter == parameter
    same = policy.evaluate_columns({**frame, **BASELINE}, now=NOW)
    assert same.allowed.tolist() == [True, False]
    with pytest.raises(bonin.InvalidArgument):
        policy.evaluate_columns({}, now=NOW, assume=BASELINE)


def test_whether_somebody_checked_is_never_guessed() -> None:
    """A row of `self_declared` that is missing is one in which nobody checked."""
    policy = bonin.Policy({"name": "checked", "rules": [{"attested": ["birth_date"]}]})
    for column in ([0, None], pandas.array([0, None], "Int16"), pyarrow.array([0, None]), polars.Series([0, None])):
        assert decide({"birth_date": BIRTHS[:1] * 2, "self_declared": column}, policy).allowed.tolist() == [True, False]


@pytest.mark.filterwarnings("ignore::bonin.ColumnsWarning")
def test_empty_and_large() -> None:
    for empty in (
        pandas.DataFrame({"birth_date": []}),
        pandas.DataFrame({"birth_date": pandas.Series([], dtype="datetime64[ns]")}),
        polars.DataFrame({"birth_date": []}, schema={"birth_date": polars.Date}),
        table().slice(0, 0),
        pyarrow.table({"birth_date": pyarrow.chunked_array([], pyarrow.date32())}),
        {"birth_date": []},
        {"birth_date": numpy.array([], "datetime64[D]")},
    ):
        answer = decide(empty)
        assert len(answer) == 0 and len(answer.to_pandas()) == 0
    rows = 1_000_000
    for nothing in (
        [None] * rows,
        numpy.full(rows, numpy.nan),
        numpy.full(rows, "NaT", "datetime64[ns]"),
        pandas.Series([pandas.NA] * rows, dtype="Int64"),
        pandas.Series([pandas.NaT, pandas.NA, None, numpy.nan] * (rows // 4), dtype=object),
        polars.Series([None] * rows),
        polars.Series([None] * rows, dtype=polars.Date),
        pyarrow.nulls(rows),
        pyarrow.nulls(rows, pyarrow.string()),
    ):
        answer = decide({"birth_date": nothing, "gender": "female", "foreigner": False, "provider": "DANAL"})
        assert len(answer) == rows and answer.counts()[3].unknown == rows
        assert answer.counts()[3].reasons == {"missing": rows}
