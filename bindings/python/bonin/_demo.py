"""`bonin demo`: the main job on every persona of the sandbox, in V1 and V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, List, Sequence

from . import _words as words
from ._native import Decision, Policy, PortOneV1, PortOneV2, Verifier
from ._table import table
from .errors import BoninError
from .sandbox import Sandbox

if TYPE_CHECKING:
    from .types import Api


def demo(why: Callable[[Decision], str]) -> bool:
    """Prints the table; True when every row could be decided."""
    every_row_decided = True
    policy = Policy.preset(words.DEMO_PRESET)
    with Sandbox() as sandbox:
        print(words.DEMO_INTRODUCTION.format(policy=policy.name, url=sandbox.url), end="\n\n")
        v1 = PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.v1_url)
        v2 = PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url)
        with v1, v2:
            verifiers: Dict[Api, Verifier] = {"v1": Verifier(v1, policy), "v2": Verifier(v2, policy)}
            rows: List[Sequence[str]] = [words.DEMO_COLUMNS]
            below = [""]
            for persona in sandbox.personas():
                for api, verifier in verifiers.items():
                    try:
                        decision = verifier.verify(sandbox.verify(persona["name"], api=api))
                        verdict = words.DEMO_ALLOWED if decision.allowed else words.DEMO_DENIED
                        below.append(why(decision))
                    except BoninError as error:
                        every_row_decided = False
                        verdict = words.DEMO_ERROR
                        below.append(f"  {error}\n")
                    rows.append((persona["name"], api, verdict))
            for line, reasons in zip(table(rows), below):
                print(line, reasons, sep="\n", end="")
    return every_row_decided
