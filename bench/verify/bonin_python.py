"""bonin from Python: asyncio, V1 or V2."""

import asyncio

from measure import SETTINGS, measure

import bonin

POLICY = bonin.Policy({"name": "bench", "rules": [{"fresh": {"within": "24h"}}]})


async def main() -> None:
    url, api = SETTINGS["url"], SETTINGS["api"]
    if api == "v1":
        portone = bonin.PortOneV1(imp_key=SETTINGS["impKey"], imp_secret=SETTINGS["impSecret"], base_url=url)
        which = SETTINGS["impUid"]
    else:
        portone = bonin.PortOneV2(api_secret=SETTINGS["apiSecret"], base_url=url)
        which = SETTINGS["id"]
    verifier = bonin.Verifier(portone, POLICY)

    async def verify() -> None:
        decision = await verifier.averify(which)
        if not decision.allowed:
            raise RuntimeError("denied")

    await measure(f"bonin Python ({api.upper()}, asyncio)", verify)


asyncio.run(main())
