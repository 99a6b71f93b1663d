"""Columns on their way into Policy.evaluate_columns and age(). NumPy and pandas are welcome, never required."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from .errors import InvalidArgument


class Plain(NamedTuple):
    """Numbers of NumPy and what their dtype said, for native code.

    `gone`: a byte a row that says which are missing. `per_second`: the unit of times since 1970; 0 of days; -1 of plain
    numbers. `naive`: of times without a zone.
    """

    values: Any
    gone: Any = None
    per_second: int = -1
    naive: bool = False


_PER_SECOND = {"D": 0, "s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def prepare(columns: Any, names: Sequence[str]) -> Tuple[Dict[str, Any], List[str], Any]:
    """Those columns of a mapping that are among `names`, what the others are called, and the index of pandas columns."""
    known: Dict[str, Any] = {}
    others = []
    index = getattr(columns, "index", None) if hasattr(columns, "iloc") else None
    for name in columns.keys():  # noqa: SIM118 (a DataFrame)
        if not isinstance(name, str) or name not in names:
            others += [name] if isinstance(name, str) else []
            continue
        column = columns[name]
        if getattr(column, "ndim", 1) == 2 and hasattr(column, "iloc"):
            raise InvalidArgument(f"`{name}` is there twice", parameter=name)
        if hasattr(column, "iloc"):
            if index is not None and column.index is not index and not column.index.equals(index):
                raise InvalidArgument(
                    f"`{name}` has another index than the columns before it: rows are matched by their place, "
                    "so bring both into one order, or reset_index()",
                    parameter=name,
                )
            index = column.index
        known[name] = plain(column)
    return known, others, index


def plain(column: Any) -> Any:
    """What native code reads: one value, a list, a pair of codes and names, Arrow, a buffer, or a Plain."""
    if isinstance(column, tuple) and len(column) == 2 and not isinstance(column, Plain):
        codes, names = column
        is_other = hasattr(names, "__iter__") and not isinstance(names, (str, list))
        return plain(codes), list(names) if is_other else names
    if hasattr(column, "as_py"):
        return column.as_py()  # one value of pyarrow, whose text is a buffer of bytes
    if isinstance(column, (bytes, bytearray)):
        raise InvalidArgument("a column holds bytes: decode them to text first")  # not numbers, as a buffer's would be
    dtype = getattr(column, "dtype", None)
    if dtype is None or isinstance(column, type):
        return column
    if hasattr(column, "array") and hasattr(column, "to_numpy"):
        return _of_pandas(column, column.array, dtype)
    if hasattr(column, "codes") and hasattr(column, "categories"):
        return plain(column.codes), list(column.categories)
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        # A Series of polars up to 1.20 streams dates as numbers and says that they are dates. A frame does not.
        return column.to_frame() if hasattr(column, "to_frame") else column
    if hasattr(column, "isna") and hasattr(column, "to_numpy"):
        return _of_pandas(column, column, dtype)
    return _of_numpy(column)


def _of_pandas(column: Any, array: Any, dtype: Any) -> Any:
    if hasattr(array, "codes") and hasattr(array, "categories"):
        return plain(array.codes), list(array.categories)
    if getattr(dtype, "tz", None) is not None:
        return _of_numpy(column.to_numpy(f"datetime64[{getattr(dtype, 'unit', 'ns')}]"))._replace(naive=False)
    if hasattr(dtype, "pyarrow_dtype") or getattr(dtype, "storage", "") == "pyarrow":
        return array.__arrow_array__()
    if hasattr(dtype, "numpy_dtype") and hasattr(dtype, "na_value"):  # Int64, boolean: values and a mask
        gone = column.isna()
        gone = gone.to_numpy() if hasattr(gone, "to_numpy") else gone
        return Plain(column.to_numpy(dtype.numpy_dtype, na_value=0), gone)
    return _of_numpy(column.to_numpy())


def _of_numpy(array: Any) -> Any:
    kind = getattr(array.dtype, "kind", "")
    if hasattr(array, "mask") and hasattr(array, "filled"):  # numpy.ma, whose buffer does not know what is masked
        if kind != "M":
            mask = import_module("numpy").ma.getmaskarray(array)
            return Plain(array.data, mask) if kind in "biuf" else array.tolist()
        array = array.filled(import_module("numpy").datetime64("NaT"))
    if kind == "M":
        if array.ndim > 1:
            raise InvalidArgument(f"a column has {array.ndim} dimensions, and one was expected")
        unit, step = import_module("numpy").datetime_data(array.dtype)
        if unit in ("Y", "M"):
            return array  # holds no day: refused
        if unit not in _PER_SECOND or step != 1:
            array, unit = array.astype("datetime64[s]"), "s"
        array = array.astype(array.dtype.newbyteorder("=")).reshape(-1)
        return Plain(array.view("int64"), None, _PER_SECOND[unit], True)
    if getattr(array, "ndim", 1) == 0:
        return array.item()
    return array.tolist() if kind in "UOT" else array
