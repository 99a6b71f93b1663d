"""`bonin demo`: the main job on every persona of the sandbox, in V1 and V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple, cast

from .._native import Policy, PortOneV1, PortOneV2, Verifier
from ..errors import BoninError
from ..sandbox import Sandbox
from . import _words as words
from ._columns import table
from ._decision import why
from ._parse import Options
from ._terminal import ALLOWED, ERROR, painted

if TYPE_CHECKING:
    from ..types import Api, PresetName


def run(options: Options) -> int:
    every_row_decided = True
    policy = Policy.preset(cast("PresetName", words.text("DEMO_PRESET")))
    with Sandbox() as sandbox:
        print(words.text("DEMO_INTRODUCTION", policy=policy.name, url=sandbox.url), end="\n\n")
        v1 = PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.v1_url)
        v2 = PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url)
        with v1, v2:
            verifiers: Dict[Api, Verifier] = {"v1": Verifier(v1, policy), "v2": Verifier(v2, policy)}
            heads = (words.text("DEMO_PERSONA"), words.text("DEMO_API"), words.text("DEMO_DECISION"))
            rows: List[Tuple[str, str, str]] = [heads]
            colours, below = ["strong"], [""]
            for persona in sandbox.personas():
                for api, verifier in verifiers.items():
                    try:
                        decision = verifier.verify(sandbox.verify(persona["name"], api=api))
                        verdict = words.text("DEMO_ALLOWED" if decision.allowed else "DEMO_DENIED")
                        colours.append("good" if decision.allowed else "bad")
                        below.append(why(decision))
                    except BoninError as error:
                        every_row_decided = False
                        verdict = words.text("DEMO_ERROR")
                        colours.append("odd")
                        below.append(f"  {error}\n")
                    rows.append((persona["name"], api, verdict))
            for line, row, colour, reasons in zip(table(rows), rows, colours, below):
                print(line[: -len(row[-1])] + painted(row[-1], colour), reasons, sep="\n", end="")
    return ALLOWED if every_row_decided else ERROR
