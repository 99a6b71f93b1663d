"""What a column costs by what it is: a million rows of one rule, in each kind of column, and with ever more names.

The peers are the library's own way to whole numbers: what an analyst would write before the first rule.
"""

import datetime
import itertools
import sys
import time
from typing import Any, Callable, Dict, List

import numpy

import bonin

ROWS = 1_000_000
NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
BASELINE: Dict[str, Any] = {"status": "verified", "channel_type": "live", "verified_at": NOW}


def best_ms(run: Callable[[], Any], rounds: int = 7) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        run()
        best = min(best, time.perf_counter_ns() - start)
    return best / 1e6


def names() -> None:
    """A provider's name and a channel's key, of 10 names and of 300,000."""
    codes = numpy.random.default_rng(1).integers(0, 300_000, ROWS).astype("int32")
    rules = {
        "provider": {"provider": {"in": ["DANAL", "KCP_V2"]}},
        "channel_key": {"channel": {"keys": ["channel-key-1", "channel-key-2"]}},
    }
    for column, rule in rules.items():
        policy = bonin.Policy({"name": column, "rules": [rule]})
        base = 0.0
        for count in (10, 1_000, 300_000):
            pair = (codes % count, [f"name-{i}" for i in range(count)])
            columns = {**BASELINE, column: pair}
            took = best_ms(lambda columns=columns, policy=policy: policy.evaluate_columns(columns, now=NOW))
            base = base or took
            print(f"{column:12} {count:>8,} names {took:9.1f} ms {took / base:7.2f}", flush=True)


def kinds() -> None:
    """A date of birth and a gender, in whatever holds a million of them."""
    import pandas
    import polars
    import pyarrow

    days = numpy.datetime64("1960-01-01") + numpy.random.default_rng(1).integers(0, 24_000, ROWS)
    dates: List[Any] = days.tolist()
    genders = list(itertools.islice(itertools.cycle(["female", "male", "male"]), ROWS))
    policy = bonin.Policy(
        {"name": "both", "rules": [{"age": {"at_least": 19, "by": "year"}}, {"gender": {"in": ["female"]}}]}
    )
    texts = [date.isoformat() for date in dates]
    table = pyarrow.table({"birth_date": dates, "gender": genders})
    frame = pandas.DataFrame({"birth_date": days.astype("datetime64[s]"), "gender": pandas.Categorical(genders)})
    shapes: Dict[str, Any] = {
        "the core's own numbers": {"birth_date": days.astype("int32"), "gender": numpy.zeros(ROWS, "int8")},
        "pandas, datetime64 and categories": frame,
        "pandas, dates and texts as objects": pandas.DataFrame({"birth_date": dates, "gender": genders}, dtype=object),
        "polars": polars.DataFrame(table),
        "polars, categories": polars.DataFrame(table).with_columns(polars.col("gender").cast(polars.Categorical)),
        "pyarrow": table,
        "pyarrow, a dictionary": table.set_column(1, "gender", table["gender"].dictionary_encode()),
        "lists of dates and texts": {"birth_date": dates, "gender": genders},
        "lists of texts": {"birth_date": texts, "gender": genders},
    }
    base = 0.0
    for name, columns in shapes.items():
        took = best_ms(lambda columns=columns: policy.evaluate_columns(columns, now=NOW, assume=BASELINE), 5)
        base = base or took
        print(f"{name:36} {took:9.1f} ms {took / base:7.2f}", flush=True)
    peers: Dict[str, Callable[[], Any]] = {
        "peer: pandas, two conversions": lambda: (
            pandas.to_datetime(pandas.Series(texts)).to_numpy("datetime64[D]"), pandas.Categorical(genders).codes),
        "peer: polars, two conversions": lambda: (
            polars.Series(texts).str.to_date().to_numpy(), polars.Series(genders).cast(polars.Categorical).to_physical().to_numpy()),
    }  # fmt: skip
    for name, run in peers.items():
        took = best_ms(run, 3)
        print(f"{name:36} {took:9.1f} ms {took / base:7.2f}", flush=True)


if __name__ == "__main__":
    names()
    if "names" not in sys.argv:
        kinds()
