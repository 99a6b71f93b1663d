"""`bonin verify`: the decision of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._native import Policy, Verifier
from . import _words as words
from ._client import client
from ._decision import why
from ._parse import Options, Refused
from ._terminal import ALLOWED, DENIED, painted, say

if TYPE_CHECKING:
    from ..types import Expect


def expectation(options: Options) -> Expect:
    expect: Expect = {}
    if options["merchant-uid"] is not None:
        expect["merchant_uid"] = options["merchant-uid"]
    if options["custom-data"] is not None:
        expect["custom_data"] = options["custom-data"]
    return expect


def run(options: Options, id: str) -> int:
    if (options["policy"] is None) == (options["preset"] is None):
        raise Refused(words.text("ONE_POLICY"))
    policy = Policy.load(options["policy"]) if options["policy"] is not None else Policy.preset(options["preset"])
    with client(options["api"], id) as portone:
        decision = Verifier(portone, policy).verify(id, expect=expectation(options), timeout_ms=options["timeout-ms"])
    if options["json"]:
        say(decision.record())
    elif decision.allowed:
        print(painted(words.text("ALLOWED"), "good"))
    else:
        print(painted(words.text("DENIED"), "bad"))
        say(why(decision).rstrip("\n"))
    return ALLOWED if decision.allowed else DENIED
