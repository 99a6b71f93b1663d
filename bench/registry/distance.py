"""The registry on a PostgreSQL that is 0, 1, 5 and 20 ms away, beside psycopg with the same statements in a pipeline.

python bench/registry/distance.py POSTGRESQL_URL [round trip in ms ...]    an empty database on loopback
"""

import itertools
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from psycopg_pool import ConnectionPool

import bonin

PEPPER = "p" * 32
HERE = Path(__file__).parent

FIND = "SELECT p.account FROM bonin.person_key k JOIN bonin.person p ON p.id = k.person WHERE k.hash = %s"
TAKEN = "SELECT 1 FROM bonin.person WHERE account = %s FOR UPDATE"
LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s))"
ADD = (
    "WITH p AS (INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reserved_for, reserved_until, "
    "kept_until) VALUES (%s, 0, 0, '', '', 0, 0) RETURNING id) INSERT INTO bonin.person_key "
    "SELECT %s, 0, 'one', p.id, 'DANAL', 0 FROM p"
)


class People:
    """Verifications of so many persons, as the sandbox gives them."""

    def __init__(self, how_many):
        with bonin.Sandbox() as sandbox:
            portone = bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url)
            ids = [
                sandbox.verify({"name": f"시험{n}", "birth_date": "1990-01-01", "gender": "male"}, api="v2")
                for n in range(how_many)
            ]
            with ThreadPoolExecutor(32) as pool:
                self.verifications = list(pool.map(portone.lookup, ids))
            portone.close()
        self.next = 0
        self.lock = threading.Lock()

    def fresh(self):
        with self.lock:
            self.next += 1
            return self.verifications[self.next - 1], f"a{self.next - 1}"


def rate(total, width, one):
    """Calls a second, with so many at once."""
    if width == 1:
        start = time.perf_counter()
        for n in range(total):
            one(n)
    else:
        with ThreadPoolExecutor(width) as pool:
            start = time.perf_counter()
            list(pool.map(one, range(total)))
    return total / (time.perf_counter() - start)


class Peer:
    """What a careful hand would write with psycopg: the same statements, in pipelines, on a pool of connections."""

    numbers = itertools.count(1)

    def __init__(self, url, size):
        self.pool = ConnectionPool(url, min_size=size, max_size=size, open=True)
        self.pool.wait()

    def find(self, n):
        with self.pool.connection() as connection:
            connection.autocommit = True
            assert connection.execute(FIND, (self.hash(1 + n % 60),), prepare=True).fetchone()

    def hash(self, n):
        return n.to_bytes(32, "big")

    def claim(self, _):
        n = next(self.numbers)
        with self.pool.connection() as connection:
            connection.autocommit = False
            with connection.pipeline():
                connection.execute(LOCK, (f"p{n}",))
                known = connection.execute(FIND, (self.hash(n),), prepare=True)
                taken = connection.execute(TAKEN, (f"p{n}",), prepare=True)
                assert known.fetchone() is None and taken.fetchone() is None
                connection.execute(ADD, (f"p{n}", self.hash(n)), prepare=True)
                connection.commit()


def measure(url, people, round_trip, known):
    registry = bonin.Registry(url, pepper=("one", PEPPER), timeout_ms=60_000)
    peer, single = Peer(url, 8), Peer(url, 1)
    scale = 1 if round_trip < 5 else 4

    def claim(_):
        registry.claim(*people.fresh())

    def find(n):
        verification, account = known[n % len(known)]
        assert registry.find(verification) == account

    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}]})

    def sign_up(portone, identity):
        decision = bonin.Verifier(portone, policy, registry=registry).verify(identity, subject="bench")
        assert decision.allowed
        decision.commit(f"s{identity}")

    rate(64, 64, claim), rate(64, 64, lambda _: peer.claim(_)), single.claim(0)  # everything is open and prepared
    rows = []
    for name, total, width, ours, theirs in (
        ("find", 400, 1, find, single.find),
        ("find", 6400, 64, find, peer.find),
        ("claim", 200, 1, claim, single.claim),
        ("claim", 2560, 64, claim, peer.claim),
    ):
        total //= scale if width == 1 else 1
        rows.append((name, width, rate(total, width, ours), rate(total // (1 if width == 1 else 2), width, theirs)))
    with bonin.Sandbox() as sandbox:
        portone = bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url)
        ids = [
            sandbox.verify({"name": f"가입{round_trip}{n}", "birth_date": "1990-01-01", "gender": "male"}, api="v2")
            for n in range(21)
        ]
        sign_up(portone, ids[0])
        took = []
        for identity in ids[1:]:
            start = time.perf_counter()
            sign_up(portone, identity)
            took.append(time.perf_counter() - start)
        portone.close()
    print(f"PostgreSQL, {round_trip:g} ms away")
    for name, width, ours, theirs in rows:
        who = "1 connection" if width == 1 else "pool of 8"
        print(
            f"  {name}, {width:>2} at once {ours:>10.0f}/s   psycopg, {who} {theirs:>8.0f}/s   ratio {ours / theirs:.2f}"
        )
    print(f"  one sign-up (verify, then commit), median {sorted(took)[len(took) // 2] * 1000:.1f} ms")
    registry.close()
    for one in (peer, single):
        one.pool.close()


def main(url, round_trips):
    port = urlsplit(url).port
    people = People(12_000)
    with bonin.Registry(url, pepper=("one", PEPPER)) as registry:
        known = [people.fresh() for _ in range(500)]
        with ThreadPoolExecutor(64) as pool:
            list(pool.map(lambda one: registry.claim(*one), known))
    for round_trip in round_trips:
        proxy = subprocess.Popen(
            [sys.executable, HERE / "delay.py", str(port), str(round_trip / 2)], stdout=subprocess.PIPE, text=True
        )
        try:
            distant = url.replace(f":{port}/", f":{int(proxy.stdout.readline())}/")
            measure(distant if round_trip else url, people, round_trip, known)
        finally:
            proxy.terminate()
            proxy.wait()


if __name__ == "__main__":
    main(sys.argv[1], [float(ms) for ms in sys.argv[2:]] or [0, 1, 5, 20])
