"""PortOne's own SDK, V2, asyncio, as its page shows it."""

import asyncio

from measure import SETTINGS, measure
from portone_server_sdk import PortOneClient
from portone_server_sdk.identity_verification import VerifiedIdentityVerification

portone = PortOneClient(secret=SETTINGS["apiSecret"], base_url=SETTINGS["url"]).identity_verification


async def verify() -> None:
    verification = await portone.get_identity_verification_async(identity_verification_id=SETTINGS["id"])
    if not isinstance(verification, VerifiedIdentityVerification):
        raise RuntimeError("denied")


asyncio.run(measure("portone-server-sdk (V2, asyncio)", verify))
