"""`bonin registry import`: moves the people of a CSV file into a registry."""

from __future__ import annotations

from ._parse import Options
from ._store import file_of_store, keep_from_report, open_registry
from ._watched import watched


def run(options: Options, file: str) -> int:
    with open_registry(options["store"], options["schema"], options["pepper"]) as registry:
        keep_from_report(options, file, file_of_store(options["store"]))
        return watched(
            options,
            "line",
            lambda conflict, batch: registry.import_file(
                file,
                kind=options["kind"],
                provider=options["provider"],
                merchant=options["merchant"],
                attests=options["attests"] or (),
                any_value=options["any-value"],
                conflicts=0,
                on_conflict=conflict,
                on_batch=batch,
            ),
        )
