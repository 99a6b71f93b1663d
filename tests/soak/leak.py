"""Verifications from Python, everything of each decision read: those after the first ones must leave nothing behind.

python tests/soak/leak.py [20000 100000]: so many to warm up, so many that are measured. Exits 1 when the process has
grown by more than MOST_MB since it was warm: 60 bytes for each of 100,000.
"""

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor

from memory import resident_mb
from sandbox_process import sandbox_process

import bonin

WARM, MEASURED = [int(count) for count in sys.argv[1:]] or [20_000, 100_000]
AT_ONCE = 64
MOST_MB = 6.0


def read(decision: bonin.Decision) -> None:
    assert decision.verification is not None
    person = decision.verification.person
    person.name.reveal(), person.birth_date.reveal(), person.ci.matches("x"), repr(person)
    decision.findings, decision.denials, decision.record(), repr(decision)


def main() -> int:
    with sandbox_process() as sandbox:
        ids = [sandbox.control("verify", persona=persona)["id"] for persona in ("adult", "minor")] + ["no-such-id"]
        client = bonin.PortOneV2(api_secret=sandbox.info["api_secret"], base_url=sandbox.url)
        verifier = bonin.Verifier(client, bonin.Policy.preset("kr.youth_protection"))

        async def awaited(count: int) -> None:
            async def some(n: int) -> None:
                for i in range(n):
                    try:
                        read(await verifier.averify(ids[i % 3]))
                    except bonin.NotFound:
                        pass

            await asyncio.gather(*(some(count // AT_ONCE) for _ in range(AT_ONCE)))

        def blocking(n: int) -> None:
            for i in range(n):
                try:
                    read(verifier.verify(ids[i % 3]))
                except bonin.NotFound:
                    pass

        with ThreadPoolExecutor(4) as threads:

            def verify(count: int) -> float:
                asyncio.run(awaited(count * 3 // 4))
                list(threads.map(blocking, [count // 16] * 4))
                gc.collect()
                return resident_mb()

            warm = verify(WARM)
            end = verify(MEASURED)
        client.close()
    print(f"Python: {warm:.1f} MB after {WARM:,} verifications, {end - warm:+.2f} MB after {MEASURED:,} more")
    return 0 if end - warm < MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
