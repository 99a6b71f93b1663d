"""The main job, awaited: many verifications at once on one event loop."""

import asyncio
import os
import sys
from typing import List

import bonin


async def main(imp_uids: List[str]) -> int:
    portone = bonin.PortOneV1(
        imp_key=os.environ["BONIN_IMP_KEY"],
        imp_secret=os.environ["BONIN_IMP_SECRET"],
        base_url=os.environ.get("BONIN_BASE_URL"),
    )
    async with portone:
        verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.civil_adult"))
        decisions = await asyncio.gather(*(verifier.averify(imp_uid) for imp_uid in imp_uids))
    for decision in decisions:
        print(decision.verification.id, "allowed" if decision.allowed else "denied")
    return 0 if all(decision.allowed for decision in decisions) else 1


if __name__ == "__main__":
    if len(sys.argv) < 2 or not {"BONIN_IMP_KEY", "BONIN_IMP_SECRET"} <= os.environ.keys():
        print("usage: BONIN_IMP_KEY=... BONIN_IMP_SECRET=... python verify_async.py IMP_UID...", file=sys.stderr)
        sys.exit(2)
    sys.exit(asyncio.run(main(sys.argv[1:])))
