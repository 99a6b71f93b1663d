"""`bonin registry move`: moves everything of one registry into another with the same peppers."""

from __future__ import annotations

import os

from . import _words as words
from ._parse import Options, Refused
from ._store import file_of_store, keep_from_report, open_registry
from ._watched import watched


def run(options: Options) -> int:
    with (
        open_registry(options["from"], options["from-schema"], options["pepper"]) as source,
        open_registry(options["to"], options["to-schema"], options["pepper"]) as target,
    ):
        source_file = file_of_store(options["from"])
        if source_file is not None and not os.path.exists(source_file):
            raise Refused(words.text("NO_SOURCE"))  # the first call would make it
        keep_from_report(options, source_file, file_of_store(options["to"]))
        return watched(
            options,
            "person",
            lambda conflict, batch: target.import_from(source, conflicts=0, on_conflict=conflict, on_batch=batch),
        )
