"""Moving in: the Python half of Registry.import_ and its kin."""

from __future__ import annotations

from itertools import islice
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from ._callbacks import expect_sync
from ._keywords import expect_keywords, own_keywords
from ._native import _Import, _ImportFile
from ._registry_words import ImportReason

if TYPE_CHECKING:
    from ._native import Registry


class ImportConflict(NamedTuple):
    """A row that was left out.

    row: its number, from 1; of a file the number of its line; of another registry the number of the person there, 0 for
    the use of an id. reason: docs/registry-import.md lists them.
    """

    row: int
    reason: ImportReason


class ImportReport(NamedTuple):
    """What an import has done.

    rows: read. existing: of these, how many changed nothing. persons, keys, uses: that are new. moved: keys that moved to
    the newest pepper. left_out: rows by the reason. conflicts: the first of these.
    """

    rows: int
    existing: int
    persons: int
    keys: int
    moved: int
    uses: int
    left_out: Dict[ImportReason, int]
    conflicts: List[ImportConflict]

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


Batch = Tuple[List[ImportConflict], bool]


_OPTIONS = ["attests", "any_value", "conflicts", "on_conflict", "on_batch"]


class _Told:
    """An import that tells of each batch. function: who was called, with these options besides its own."""

    def __init__(
        self,
        function: Callable[..., Any],
        registry: Registry,
        *,
        on_conflict: Optional[Callable[[ImportConflict], object]] = None,
        on_batch: Optional[Callable[[ImportReport], object]] = None,
        **options: Any,
    ) -> None:
        expect_keywords(function.__name__, options, [*own_keywords(function), *_OPTIONS])
        expect_sync(on_conflict, "on_conflict")
        expect_sync(on_batch, "on_batch")
        self.all = _Import(registry, **options)
        self._on_conflict = on_conflict
        self._on_batch = on_batch

    def more(self, batch: Batch) -> bool:
        conflicts, more = batch
        if self._on_conflict is not None:
            for conflict in conflicts:
                self._on_conflict(conflict)
        if self._on_batch is not None:
            self._on_batch(self.all.report())
        return more


def _batches(rows: Iterable[Any]) -> Iterator[List[Any]]:
    those = iter(rows)
    while batch := list(islice(those, _Import.BATCH)):
        yield batch


async def _batches_of(rows: Union[Iterable[Any], AsyncIterable[Any]]) -> AsyncIterator[List[Any]]:
    if not isinstance(rows, AsyncIterable):
        for batch in _batches(rows):
            yield batch
        return
    batch = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _Import.BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def import_(
    registry: Registry, rows: Iterable[Any], *, timeout_ms: Optional[int] = None, **options: Any
) -> ImportReport:
    told = _Told(import_, registry, **options)
    for batch in _batches(rows):
        told.more(told.all.add(batch, timeout_ms=timeout_ms))
    return told.all.report()


async def aimport_(
    registry: Registry,
    rows: Union[Iterable[Any], AsyncIterable[Any]],
    *,
    timeout_ms: Optional[int] = None,
    **options: Any,
) -> ImportReport:
    told = _Told(aimport_, registry, **options)
    async for batch in _batches_of(rows):
        told.more(await told.all.aadd(batch, timeout_ms=timeout_ms))
    return told.all.report()


def import_keys(
    registry: Registry, keys: Iterable[Any], *, timeout_ms: Optional[int] = None, **options: Any
) -> ImportReport:
    told = _Told(import_keys, registry, **options)
    for batch in _batches(keys):
        told.more(told.all.add_keys(batch, timeout_ms=timeout_ms))
    return told.all.report()


async def aimport_keys(
    registry: Registry,
    keys: Union[Iterable[Any], AsyncIterable[Any]],
    *,
    timeout_ms: Optional[int] = None,
    **options: Any,
) -> ImportReport:
    told = _Told(aimport_keys, registry, **options)
    async for batch in _batches_of(keys):
        told.more(await told.all.aadd_keys(batch, timeout_ms=timeout_ms))
    return told.all.report()


def import_file(
    registry: Registry,
    path: Any,
    *,
    kind: Optional[str] = None,
    provider: Optional[str] = None,
    merchant: Optional[str] = None,
    timeout_ms: Optional[int] = None,
    **options: Any,
) -> ImportReport:
    told = _Told(import_file, registry, **options)
    file = _ImportFile(path, kind=kind, provider=provider, merchant=merchant)
    while told.more(told.all.add_file(file, timeout_ms=timeout_ms)):
        pass
    return told.all.report()


async def aimport_file(
    registry: Registry,
    path: Any,
    *,
    kind: Optional[str] = None,
    provider: Optional[str] = None,
    merchant: Optional[str] = None,
    timeout_ms: Optional[int] = None,
    **options: Any,
) -> ImportReport:
    told = _Told(aimport_file, registry, **options)
    file = _ImportFile(path, kind=kind, provider=provider, merchant=merchant)
    while told.more(await told.all.aadd_file(file, timeout_ms=timeout_ms)):
        pass
    return told.all.report()


def import_from(
    registry: Registry, source: Registry, *, timeout_ms: Optional[int] = None, **options: Any
) -> ImportReport:
    told = _Told(import_from, registry, **options)
    while told.more(told.all.add_registry(source, timeout_ms=timeout_ms)):
        pass
    return told.all.report()


async def aimport_from(
    registry: Registry, source: Registry, *, timeout_ms: Optional[int] = None, **options: Any
) -> ImportReport:
    told = _Told(aimport_from, registry, **options)
    while told.more(await told.all.aadd_registry(source, timeout_ms=timeout_ms)):
        pass
    return told.all.report()
