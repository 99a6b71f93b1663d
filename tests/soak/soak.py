"""Verifications by the thousand while the server misbehaves: no wrong decision, no call that never ends, flat memory.

python tests/soak/soak.py [minutes]. Exits 1 when one of these does not hold. An error is no decision: it is counted,
and it is right whenever a fault may be about.
"""

import asyncio
import collections
import json
import random
import sys
import threading
import time
from typing import Any, Counter, Dict, List, Optional, Tuple, Union

from memory import resident_mb, slope
from sandbox_process import Remote, sandbox_process

import bonin

TASKS, THREADS = 48, 4
REFRESH_S = 60  # all ids are verified anew, far inside the ten minutes they are fresh
UNSETTLED_S = 60  # six times the deadline of a call
MOST_GROWTH_MB = 16.0

# Persona: what kr.youth_protection says to it.
PERSONAS = {
    "adult": True,
    "leap_day": True,
    "foreigner": True,
    "minor": False,
    "test_channel": False,
    "unfinished": False,
    "failed": False,
}
KINDS = ["delay", "unavailable", "throttled", "unauthorized", "reset", "cut"] + [
    "garbage",
    "drip",
    "wrong id",
    "idle",
    "token",
]
OUTAGE_S = 120  # from one to the next: each keeps circuits open for seconds, in which nothing is decided
LOOKUPS = {"v1": "/certifications/imp_*", "v2": "/identity-verifications/*"}


class Tally:
    """What has happened. Threads and the loop add to it."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = collections.Counter()
        self.wrong: List[str] = []
        self.unsettled = 0
        self.lock = threading.Lock()

    def count(self, outcome: str) -> None:
        with self.lock:  # the sum of two threads is not one step
            self.outcomes[outcome] += 1

    def judge(self, persona: str, api: str, decision: bonin.Decision) -> None:
        self.count("allowed" if decision.allowed else "denied")
        if decision.allowed is not PERSONAS[persona]:
            codes = ",".join(f"{f.code}:{f.reason}" for f in decision.denials)
            self.wrong.append(f"{persona} through {api} was {'allowed' if decision.allowed else 'denied: ' + codes}")

    def fail(self, error: BaseException) -> None:
        self.count(error.kind if isinstance(error, bonin.BoninError) else type(error).__name__)
        if not isinstance(error, (bonin.BoninError, asyncio.CancelledError, asyncio.TimeoutError)):
            self.wrong.append(f"an error of another kind: {type(error).__name__}")


def id_of(persona: str, api: str) -> str:
    number = list(PERSONAS).index(persona) + 1
    return f"imp_{number:012d}" if api == "v1" else f"soak-{persona}"


def verify_everybody(sandbox: Remote) -> None:
    for persona in PERSONAS:
        for api in LOOKUPS:
            sandbox.control("verify", persona=persona, api=api, id=id_of(persona, api))


def faults(chance: random.Random, wrong_bodies: Dict[str, List[Any]]) -> Dict[str, Any]:
    """One fault of the mixture, for the look-ups of one API or for its token."""
    api = chance.choice(list(LOOKUPS))
    times = chance.choice([1, 1, 2, 3, 5])  # ten in a row would open a circuit
    kind = chance.choice(KINDS)
    fault: Dict[str, Any] = {"kind": kind, "times": times, "match": {"method": "GET", "path": LOOKUPS[api]}}
    if kind == "delay":
        fault.update(delay_ms=chance.randrange(0, 400))
    elif kind in ("unavailable", "throttled", "unauthorized"):
        status = {"throttled": 429, "unauthorized": 401}.get(kind, 503)
        fault.update(kind="status", status=status)
        if chance.random() < 0.5 and status != 401:
            fault.update(headers={"Retry-After": chance.choice(["0", "1", "99999"])})
    elif kind == "wrong id":
        fault.update(kind="respond", body=chance.choice(wrong_bodies[api]))
    elif kind == "idle":
        fault.update(kind="reset_after_idle")
    elif kind == "token":
        fault.update(kind=chance.choice(["status", "reset", "garbage"]), times=1)
        fault.update(match={"method": "POST", "path": "/users/getToken"})
    return fault


class Soak:
    def __init__(self, sandbox: Remote, seconds: float) -> None:
        self.sandbox, self.tally = sandbox, Tally()
        self.end = time.monotonic() + seconds
        self.chance = random.Random(20261121)
        self.scripted: Counter[str] = collections.Counter()
        info = sandbox.info
        policy = bonin.Policy.preset("kr.youth_protection")
        self.clients: List[Tuple[str, Union[bonin.PortOneV1, bonin.PortOneV2]]] = [
            ("v1", bonin.PortOneV1(imp_key=info["imp_key"], imp_secret=info["imp_secret"], base_url=sandbox.url)),
            ("v2", bonin.PortOneV2(api_secret=info["api_secret"], base_url=sandbox.url)),
            ("v2", bonin.PortOneV2(api_secret=info["api_secret"], store_id=info["store_id"], base_url=sandbox.url)),
        ]
        self.verifiers = [(api, bonin.Verifier(client, policy)) for api, client in self.clients]
        self.samples: List[Tuple[float, float]] = []

    @property
    def running(self) -> bool:
        return time.monotonic() < self.end

    def choose(self, chance: random.Random) -> Tuple[str, str, bonin.Verifier, Optional[int]]:
        api, verifier = chance.choice(self.verifiers)
        return chance.choice(list(PERSONAS)), api, verifier, chance.choice([None] * 15 + [50])

    async def task(self, seed: int) -> None:
        chance = random.Random(seed)
        while self.running:
            persona, api, verifier, timeout_ms = self.choose(chance)
            call = asyncio.ensure_future(verifier.averify(id_of(persona, api), timeout_ms=timeout_ms))
            try:
                if chance.random() < 0.02:  # some who asked go away
                    await asyncio.sleep(chance.random() * 0.01)
                    call.cancel()
                # `wait`, unlike `wait_for`, adds no cancellation of its own.
                done, _ = await asyncio.wait([call], timeout=UNSETTLED_S)
                if not done:
                    self.tally.unsettled += 1
                    return
                self.tally.judge(persona, api, call.result())
            except (Exception, asyncio.CancelledError) as error:
                self.tally.fail(error)
                await asyncio.sleep(0.02)  # an error may come at once, again and again

    def thread(self, seed: int) -> None:
        chance = random.Random(seed)
        while self.running:
            persona, api, verifier, timeout_ms = self.choose(chance)
            try:
                self.tally.judge(persona, api, verifier.verify(id_of(persona, api), timeout_ms=timeout_ms))
            except Exception as error:
                self.tally.fail(error)
                time.sleep(0.02)

    def misbehave(self) -> None:
        """The sandbox's other half: ids are kept fresh, and faults are scripted one after another."""
        bodies = {api: self.wrong_bodies(api) for api in LOOKUPS}
        refresh, outage = time.monotonic() + REFRESH_S, time.monotonic() + OUTAGE_S / 10
        while self.running:
            fault = faults(self.chance, bodies)
            if time.monotonic() > outage:
                outage += OUTAGE_S
                fault = {
                    "kind": "status",
                    "status": 503,
                    "times": self.chance.randrange(50, 400),
                    "match": fault["match"],
                }
            self.scripted[fault["kind"] + (f" {fault['status']}" if "status" in fault else "")] += fault["times"]
            self.sandbox.control("fault", **fault)
            time.sleep(self.chance.random() * 0.1)
            if self.chance.random() < 0.02:  # a quiet moment, so that what has opened closes again
                self.sandbox.control("clear_faults")
                time.sleep(0.5)
            if time.monotonic() > refresh:
                verify_everybody(self.sandbox)
                refresh += REFRESH_S
        self.sandbox.control("clear_faults")

    def wrong_bodies(self, api: str) -> List[Any]:
        """An adult's whole record under an id that nobody asks for."""
        stranger = "imp_999999999999" if api == "v1" else "stranger"
        self.sandbox.control("verify", persona="adult", api=api, id=stranger)
        answer = asyncio.run(self.lookup(api, stranger))
        return [answer, {}, {"code": 0, "message": None, "response": None} if api == "v1" else {"id": stranger}, "null"]

    async def lookup(self, api: str, id: str) -> Any:
        client = dict(self.clients)[api]
        return json.loads((await client.alookup(id)).raw())

    async def measure(self, began: float) -> None:
        while self.running:
            self.samples.append((time.monotonic() - began, resident_mb()))
            await asyncio.sleep(1)

    async def run(self) -> None:
        threads = [threading.Thread(target=self.thread, args=(1000 + i,), daemon=True) for i in range(THREADS)]
        threads.append(threading.Thread(target=self.misbehave, daemon=True))
        for thread in threads:
            thread.start()
        await asyncio.gather(*(self.task(i) for i in range(TASKS)), self.measure(time.monotonic()))
        for thread in threads:
            await asyncio.get_running_loop().run_in_executor(None, thread.join, UNSETTLED_S)
            self.tally.unsettled += thread.is_alive()
        for _, client in self.clients:
            client.close()


def report(soak: Soak, seconds: float) -> bool:
    tally = soak.tally
    total = sum(tally.outcomes.values())
    steady = soak.samples[len(soak.samples) // 4 :]  # a quarter to warm up
    growth = slope(steady) * (steady[-1][0] - steady[0][0])
    print(f"\n{'verifications':<24}{total:>12,}   {total / seconds:,.0f} a second, {seconds / 60:.1f} minutes")
    for outcome, count in tally.outcomes.most_common():
        print(f"  {outcome:<22}{count:>12,}")
    print("faults scripted")
    for kind, count in soak.scripted.most_common():
        print(f"  {kind:<22}{count:>12,}")
    print(f"{'memory':<24}{steady[0][1]:>9.1f} MB   to {steady[-1][1]:.1f} MB; by slope {growth:+.2f} MB since warm")
    print(f"{'calls that never ended':<24}{tally.unsettled:>12}")
    print(f"{'wrong decisions':<24}{len(tally.wrong):>12}")
    for line in tally.wrong[:20]:
        print(f"  {line}")
    decided = tally.outcomes["allowed"] + tally.outcomes["denied"]
    print(f"{'decisions':<24}{decided:>12,}   {decided / seconds:,.0f} a second")
    # A soak that is mostly refused by an open circuit shows little.
    return decided > total / 2 and not tally.wrong and not tally.unsettled and growth < MOST_GROWTH_MB


def main() -> int:
    seconds = 60 * float(sys.argv[1] if len(sys.argv) > 1 else 30)
    with sandbox_process() as sandbox:
        verify_everybody(sandbox)
        soak = Soak(sandbox, seconds)
        asyncio.run(soak.run())
        return 0 if report(soak, seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
