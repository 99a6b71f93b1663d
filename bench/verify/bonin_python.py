"""bonin from Python: asyncio, V1 or V2."""

import asyncio

from clients import verifiers, which
from measure import SETTINGS, measure

TURN, ID = verifiers(SETTINGS), which(SETTINGS)


async def verify() -> None:
    decision = await next(TURN).averify(ID)
    if not decision.allowed:
        raise RuntimeError("denied")


asyncio.run(measure(f"bonin Python ({SETTINGS['api'].upper()}, asyncio)", verify))
