"""Columns that change while they are read, that contradict themselves, or that are bytes: refused, and never guessed."""

import ctypes
import datetime
import gc
import warnings
from typing import Any, Dict, List, Optional, Tuple

import numpy
import pyarrow
import pytest

import bonin

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
GOOD: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}
DANAL = bonin.Policy({"name": "danal", "rules": [{"provider": {"in": ["DANAL"]}}]})
ADULT = bonin.Policy.preset("kr.youth_protection")


def test_bytes_are_no_numbers() -> None:
    for births in (b"2015-01-01", bytearray(b"2015-01-01")):
        with pytest.raises(bonin.InvalidArgument, match="decode them to text"):
            ADULT.evaluate_columns({"birth_date": births}, now=NOW, assume=GOOD)
        with pytest.raises(bonin.InvalidArgument, match="decode them to text"):
            bonin.age(births, "2026-01-01")


def test_a_value_of_pyarrow_is_one_value() -> None:
    assert bonin.age(pyarrow.scalar("2000-01-01"), "2026-01-01") == 26
    columns = {**GOOD, "status": pyarrow.scalar("verified"), "birth_date": ["1990-05-17", "2015-01-01"]}
    assert list(ADULT.evaluate_columns(columns, now=NOW).allowed) == [True, False]


def test_a_table_of_times_is_no_column() -> None:
    births = numpy.array([["2000-01-01", "2001-01-01"]], "datetime64[D]")
    with pytest.raises(bonin.InvalidArgument, match="2 dimensions"):
        bonin.age(births, "2026-01-01")


def test_a_list_that_is_emptied_before_it_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    providers = [f"NOBODY{row}" for row in range(2000)]
    others: List[str] = []

    def emptied(*_: Any, **__: Any) -> None:
        providers.clear()
        gc.collect()
        others.extend("".join(["DAN", "AL"]) for _ in range(5000))

    monkeypatch.setattr(warnings, "showwarning", emptied)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", emptied)
        decisions = DANAL.evaluate_columns({**GOOD, "provider": providers, "gendr": [1] * 2000}, now=NOW)
    assert others and not providers
    assert not decisions.allowed.any()


def test_a_list_that_its_own_items_empty() -> None:
    column: List[Any] = []

    class Odd:
        dtype = type("dtype", (), {"kind": "i"})()

        def __ne__(self, other: object) -> bool:
            column.clear()
            gc.collect()
            return False

        def item(self) -> int:
            return 2

    column[:] = [Odd(), Odd()]
    assert len(ADULT.evaluate_columns({**GOOD, "status": column, "birth_date": "1990-05-17"}, now=NOW)) == 2


def test_a_code_outside_of_its_own_dictionary_is_missing() -> None:
    first = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, 1], pyarrow.int32()), ["DANAL", "X"])
    second = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([-1, 0, 2], pyarrow.int32()), ["KCP_V2", "Y"], safe=False
    )
    table = {**GOOD, "provider": pyarrow.chunked_array([first, second])}
    assert list(DANAL.evaluate_columns(table, now=NOW).allowed) == [True, False, False, False, False]


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)), ("release", ctypes.c_void_p), ("private", ctypes.c_void_p),
]  # fmt: skip
Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.POINTER(Array)),
    ("release", ctypes.c_void_p), ("private", ctypes.c_void_p),
]  # fmt: skip


class Producer:
    """Of a struct with one child, `birth_date`."""

    def __init__(
        self,
        length: int,
        child: Optional[int],
        *,
        format: Optional[bytes] = b"+s",
        buffer: bool = True,
        offset: int = 0,
    ) -> None:
        self._kept: List[Any] = []
        released = self._keep(ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._released))
        release = ctypes.cast(released, ctypes.c_void_p).value
        self.schema = self._keep(Schema(format=format, n_children=1, release=release))
        born = self._keep(Schema(format=b"tdD", name=b"birth_date", flags=2, release=release))
        self.schema.children = self._keep((ctypes.POINTER(Schema) * 1)(ctypes.pointer(born)))
        self.array = self._keep(Array(length=length, offset=offset, n_buffers=1, release=release))
        self.array.buffers = self._keep((ctypes.c_void_p * 1)(None))
        if child is None:
            return
        days = self._keep((ctypes.c_int32 * 2)(0, 1))
        column = self._keep(Array(length=child, n_buffers=2, release=release))
        column.buffers = self._keep((ctypes.c_void_p * 2)(None, ctypes.addressof(days) if buffer else None))
        self.array.n_children = 1
        self.array.children = self._keep((ctypes.POINTER(Array) * 1)(ctypes.pointer(column)))

    def _keep(self, thing: Any) -> Any:
        self._kept.append(thing)
        return thing

    def _released(self, struct: int) -> None:
        for one in (self.schema, self.array):
            if ctypes.addressof(one) == struct:
                one.release = None

    def __arrow_c_array__(self, requested_schema: Any = None) -> Tuple[Any, Any]:
        capsule = ctypes.pythonapi.PyCapsule_New
        capsule.restype, capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return (
            capsule(ctypes.addressof(self.schema), b"arrow_schema", None),
            capsule(ctypes.addressof(self.array), b"arrow_array", None),
        )


def test_arrow_structs_that_contradict_each_other() -> None:
    assert len(ADULT.evaluate_columns(Producer(2, 2), now=NOW, assume=GOOD)) == 2  # a good one
    for odd in (
        Producer(2, None),
        Producer(10_000_000, 2),
        Producer(2, 2, offset=1),
        Producer(-1, 2),
        Producer(2, 2, offset=-1),
        Producer(2, 2, buffer=False),
        Producer(2, 2, format=None),
    ):
        with pytest.raises(bonin.InvalidArgument, match="contradict each other"):
            ADULT.evaluate_columns(odd, now=NOW, assume=GOOD)
