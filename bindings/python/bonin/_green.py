"""gevent and eventlet: where the standard library is patched, a call waits in the hub and other greenlets go on.

Both are looked for among the modules that the program has imported itself; nothing here imports them first.
"""

from __future__ import annotations

import sys
import threading
from functools import partial
from importlib import import_module
from typing import Any, Callable, Optional


def waiter() -> Optional[Callable[[int], Any]]:
    """What waits for a descriptor in the hub of this thread; None where no hub runs, or is itself the one who asks."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("socket"):
        hub = import_module("gevent._hub_local").get_hub_if_exists()
        if hub is None or import_module("greenlet").getcurrent() is hub:
            return None
        wait: Callable[[int], Any] = import_module("gevent.socket").wait_read
        return wait
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is not None and patcher.is_monkey_patched("socket"):
        hubs = import_module("eventlet.hubs")
        hub = getattr(hubs._threadlocal, "hub", None)
        if hub is None or import_module("greenlet").getcurrent() is hub.greenlet:
            return None
        return partial(hubs.trampoline, read=True)
    return None


def threads_are_of() -> str:
    """`gevent` or `eventlet`, where a thread of this program is a greenlet of theirs; else nothing."""
    monkey = sys.modules.get("gevent.monkey")
    patcher = sys.modules.get("eventlet.patcher")
    if monkey is not None and monkey.is_module_patched("threading"):
        return "gevent"
    if patcher is not None and patcher.is_monkey_patched("thread"):
        return "eventlet"
    return ""


def start_thread(function: Callable[..., Any], *arguments: Any, name: str) -> None:
    """A thread of the system's. A greenlet in its place would wait, in the one thread of all greenlets, for ever."""
    greenlets = threads_are_of()
    if greenlets == "gevent":
        sys.modules["gevent.monkey"].get_original("_thread", "start_new_thread")(function, arguments)
    elif greenlets == "eventlet":
        sys.modules["eventlet.patcher"].original("_thread").start_new_thread(function, arguments)
    else:
        threading.Thread(target=function, args=arguments, name=name, daemon=True).start()
