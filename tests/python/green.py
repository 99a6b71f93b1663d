"""A program of greenlets: `green.py gevent|eventlet CASE`. Run by test_33_hosts.py, in a process of its own."""

import os
import signal
import sys
from typing import Any, Callable, List

KIND, CASE = sys.argv[1:3]
if KIND == "gevent":
    from gevent import monkey

    monkey.patch_all()
    import gevent

    spawn, sleep = gevent.spawn, gevent.sleep
    kill: Callable[[Any], None] = lambda greenlet: greenlet.kill()
    wait: Callable[[Any], Any] = lambda greenlet: greenlet.get()
    thread: Callable[..., Any] = lambda function, *args: gevent.get_hub().threadpool.apply(function, args)
else:
    import eventlet
    import eventlet.tpool

    eventlet.monkey_patch()
    spawn, sleep = eventlet.spawn, eventlet.sleep
    kill = lambda greenlet: greenlet.kill()
    wait = lambda greenlet: greenlet.wait()
    thread = eventlet.tpool.execute

import bonin  # noqa: E402

sandbox = bonin.Sandbox()
STALL = 40_000


def client() -> bonin.PortOneV2:
    return bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url, timeout_ms=STALL)


portone = client()


def stall() -> None:
    sandbox.clear_requests()
    sandbox.fault("delay", delay_ms=STALL, times=100)


def under_way(count: int) -> None:
    """Until so many requests have arrived: comes to an end only if the greenlets that sent them let this one run."""
    while sandbox.requests["total"] < count:
        sleep(0.001)


def many() -> None:
    """Four calls are under way at once, and end in another order than they began."""
    stall()
    ended: List[int] = []
    clients = [client() for _ in range(4)]

    def call(n: int) -> None:
        try:
            clients[n].lookup("iv-1") if n % 2 else list(clients[n].list())
        except bonin.Closed:
            ended.append(n)

    greenlets = [spawn(call, n) for n in range(4)]
    under_way(4)
    assert ended == []
    for n in (1, 0, 3, 2):
        clients[n].close()
        wait(greenlets[n])
    assert ended == [1, 0, 3, 2], ended
    sandbox.clear_faults()
    ids = [sandbox.verify("adult") for _ in range(50)]
    found = [wait(one) for one in [spawn(portone.lookup, id) for id in ids]]
    assert [v.id for v in found] == ids
    assert [v.id for v in portone.list()] and thread(portone.lookup, ids[0]).id == ids[0]


def kill_one() -> None:
    """A greenlet that is killed in the middle of a call leaves it; the others go on."""
    stall()
    call = spawn(portone.lookup, "iv-1")
    under_way(1)
    kill(call)
    sandbox.clear_faults()
    assert portone.lookup(sandbox.verify("adult")).status == "verified"


def ctrl_c() -> None:
    """In the middle of a call of the main greenlet's."""
    stall()
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        under_way(1)
        os.kill(os.getpid(), signal.SIGINT)

    spawn(interrupt)
    try:
        portone.lookup("iv-1")
        raise AssertionError
    except KeyboardInterrupt:
        pass


def end() -> None:
    """The program ends in the middle of a call."""
    stall()
    spawn(portone.lookup, "iv-1")
    under_way(1)


class Users:
    """The application's own store: its functions sleep and lock as patched code does."""

    def __init__(self) -> None:
        import threading

        self.rows: Any = {}
        self.lock = threading.Lock()

    def find(self, keys: Any) -> Any:
        import time

        time.sleep(0.001)
        with self.lock:
            return next((self.rows[key.hash] for key in keys if key.hash in self.rows), None)

    def claim(self, keys: Any, account_id: str) -> Any:
        known = self.find(keys)
        if known is not None:
            return "existing" if known == account_id else bonin.Claim("taken", "other_account")
        with self.lock:
            self.rows.update((key.hash, account_id) for key in keys)
        return "created"


def own() -> None:
    """An own store answers, to one and to many at once."""
    with bonin.Registry(own_store=Users(), pepper="0123456789abcdef" * 4, timeout_ms=30_000) as registry:
        kim = portone.lookup(sandbox.verify("adult"))
        assert registry.find(kim) is None
        assert registry.claim(kim, "a-1").granted
        assert [wait(one) for one in [spawn(registry.find, kim) for _ in range(40)]] == ["a-1"] * 40
        policy = bonin.Policy({"name": "members", "rules": [{"account": "same"}]})
        verifier = bonin.Verifier(portone, policy, registry=registry)
        assert wait(spawn(lambda: verifier.verify(kim.id, subject="a-1"))).allowed


def own_here() -> None:
    """A function runs in the greenlet that asks: with what is its own, beside others, and a kill reaches it."""
    from greenlet import getcurrent

    started: List[Any] = []

    class Mine(Users):
        def find(self, keys: Any) -> Any:
            started.append(getcurrent())
            if len(started) == 1:
                while len(started) < 3:  # until two others are in here as well
                    sleep(0.001)
            return Users.find(self, keys)

    with bonin.Registry(own_store=Mine(), pepper="0123456789abcdef" * 4, timeout_ms=30_000) as registry:
        kim = portone.lookup(sandbox.verify("adult"))
        greenlets = [spawn(registry.find, kim) for _ in range(3)]
        assert [wait(one) for one in greenlets] == [None] * 3
        assert set(started) == set(greenlets), started

    class Endless(Users):
        def find(self, keys: Any) -> Any:
            started.append("endless")
            while True:
                sleep(0.001)

    with bonin.Registry(own_store=Endless(), pepper="0123456789abcdef" * 4, timeout_ms=30_000) as registry:
        call = spawn(registry.find, kim)
        while started[-1] != "endless":
            sleep(0.001)
        kill(call)
    assert portone.lookup(sandbox.verify("adult")).status == "verified"


{"many": many, "kill": kill_one, "ctrl_c": ctrl_c, "end": end, "own": own, "own_here": own_here}[CASE]()
print("done", flush=True)
