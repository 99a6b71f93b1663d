"""What an expert writes with aiohttp: a session that is kept, V2's secret, the checks of the bench's policy by hand."""

import asyncio
import ssl
from datetime import datetime, timedelta, timezone

import aiohttp
from measure import CONCURRENCY, SETTINGS, measure

ID = SETTINGS["id"]
URL = f"{SETTINGS['url']}/identity-verifications/{ID}"
HEADERS = {"Authorization": f"PortOne {SETTINGS['apiSecret']}"}
DAY, KOREA = timedelta(days=1), timezone(timedelta(hours=9))


async def main() -> None:
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, ssl=ssl.create_default_context(cafile=SETTINGS["caFile"]))
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:

        async def verify() -> None:
            async with session.get(URL) as answer:
                verification = await answer.json()
            now = datetime.now(KOREA)
            verified_at = datetime.strptime(verification["verifiedAt"], "%Y-%m-%dT%H:%M:%S.%f%z")
            allowed = (
                answer.status == 200
                and verification["id"] == ID
                and verification["status"] == "VERIFIED"
                and verification["channel"]["type"] == "LIVE"
                and now - verified_at < DAY
                and now.year - int(verification["verifiedCustomer"]["birthDate"][:4]) >= 19
            )
            if not allowed:
                raise RuntimeError("denied")

        await measure("aiohttp tuned (V2)", verify)


asyncio.run(main())
