"""Lists come in pages; these walk them, asking for a page when its first item is wanted."""

from __future__ import annotations

from typing import Any, AsyncIterator, Awaitable, Callable, Iterator


def _is_last(page: Any) -> bool:
    return not page.items or page.number * page.size + len(page.items) >= page.total_count


def walk(fetch: Callable[[int], Any]) -> Iterator[Any]:
    number = 0
    while True:
        page = fetch(number)
        yield from page.items
        if _is_last(page):
            return
        number += 1


async def awalk(fetch: Callable[[int], Awaitable[Any]]) -> AsyncIterator[Any]:
    number = 0
    while True:
        page = await fetch(number)
        for item in page.items:
            yield item
        if _is_last(page):
            return
        number += 1
