"""gevent and eventlet: where the standard library is patched, a call waits in the hub and other greenlets go on.

Both are looked for among the modules that the program has imported itself; nothing here imports them first.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Callable, Optional


def waiter() -> Optional[Callable[[int], Any]]:
    """What waits for a descriptor in the hub of this thread; None where no hub runs, or is itself the one who asks."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("socket"):
        from gevent import getcurrent
        from gevent._hub_local import get_hub_if_exists
        from gevent.socket import wait_read

        hub = get_hub_if_exists()
        return wait_read if hub is not None and getcurrent() is not hub else None
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is not None and patcher.is_monkey_patched("socket"):
        from eventlet import hubs
        from greenlet import getcurrent

        hub = getattr(getattr(hubs, "_threadlocal", None), "hub", None)
        return _trampoline if hub is not None and getcurrent() is not hub.greenlet else None
    return None


def _trampoline(descriptor: int) -> None:
    from eventlet import hubs

    hubs.trampoline(descriptor, read=True)


def start_thread(function: Callable[..., Any], *arguments: Any, name: str) -> None:
    """A thread of the system's. A greenlet in its place would wait, in the one thread of all greenlets, for ever."""
    monkey = sys.modules.get("gevent.monkey")
    patcher = sys.modules.get("eventlet.patcher")
    if monkey is not None and monkey.is_module_patched("threading"):
        monkey.get_original("_thread", "start_new_thread")(function, arguments)
    elif patcher is not None and patcher.is_monkey_patched("thread"):
        patcher.original("_thread").start_new_thread(function, arguments)
    else:
        threading.Thread(target=function, args=arguments, name=name, daemon=True).start()
