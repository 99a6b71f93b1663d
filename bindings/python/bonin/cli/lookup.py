"""`bonin lookup`: what PortOne says about an id, masked."""

from __future__ import annotations

import json
from typing import Dict, Optional

from .._native import Person, Verification, word_lists
from ._client import client
from ._parse import Options
from ._terminal import ALLOWED, printable, say


def attestations(person: Person) -> Dict[str, str]:
    return {name: getattr(person, name).attestation for name in word_lists()["attribute"]}


def who(person: Person) -> str:
    """The names of the attributes that are there."""
    marks = {"attested": "", "self_declared_possible": "?"}
    return ", ".join(name + marks[by] for name, by in attestations(person).items() if by in marks)


def facts(v: Verification) -> Dict[str, Optional[str]]:
    return {
        "id": v.id,
        "api": v.api,
        "status": v.status,
        "provider": v.provider,
        "channel": v.channel.type,
        "merchant_uid": v.merchant_uid,
        "verified_at": v.verified_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if v.verified_at
        else None,
    }


def run(options: Options, id: str) -> int:
    with client(options["api"], id) as portone:
        v = portone.lookup(id, timeout_ms=options["timeout-ms"])
    known = {name: value for name, value in facts(v).items() if value}
    if options["json"]:
        say(json.dumps({**known, "person": attestations(v.person)}, ensure_ascii=False))
    else:
        for name, value in {**known, "person": who(v.person)}.items():
            if value:
                say(f"{name:<14}{printable(value)}")
    return ALLOWED
