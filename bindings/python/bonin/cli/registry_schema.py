"""`bonin registry schema`: the SQL that makes the tables in PostgreSQL."""

from __future__ import annotations

from .._native import Registry
from ._parse import Options
from ._terminal import ALLOWED


def run(options: Options) -> int:
    print(Registry.schema_sql(options["schema"]) if options["schema"] else Registry.schema_sql(), end="")
    return ALLOWED
