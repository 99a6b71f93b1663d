"""Lists come in pages; these walk them, asking for a page when its first item is wanted."""

from __future__ import annotations

from typing import Any, AsyncIterator, Awaitable, Callable, Iterator


def walk(fetch: Callable[[int], Any]) -> Iterator[Any]:
    number = seen = 0
    while True:
        page = fetch(number)
        yield from page.items
        seen += len(page.items)
        if not page.items or seen >= page.total_count:
            return
        number += 1


async def awalk(fetch: Callable[[int], Awaitable[Any]]) -> AsyncIterator[Any]:
    number = seen = 0
    while True:
        page = await fetch(number)
        for item in page.items:
            yield item
        seen += len(page.items)
        if not page.items or seen >= page.total_count:
            return
        number += 1
