"""The verifiers that bonin's contenders in Python use: V1 or V2, through one client or several in turn."""

from __future__ import annotations

import itertools
from typing import Any

import bonin

POLICY = bonin.Policy({"name": "bench", "rules": [{"fresh": "24h"}, {"age": {"at_least": 19, "by": "year"}}]})


def verifiers(settings: dict[str, Any]) -> itertools.cycle[bonin.Verifier]:
    place = {"base_url": settings["url"], "ca_file": settings["caFile"]}

    def client() -> bonin.PortOne:
        if settings["api"] == "v1":
            return bonin.PortOneV1(imp_key=settings["impKey"], imp_secret=settings["impSecret"], **place)
        return bonin.PortOneV2(api_secret=settings["apiSecret"], **place)

    return itertools.cycle([bonin.Verifier(client(), POLICY) for _ in range(settings.get("clients", 1))])


def which(settings: dict[str, Any]) -> str:
    return str(settings["impUid"] if settings["api"] == "v1" else settings["id"])
