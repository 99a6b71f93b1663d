"""A policy in words, as a tree."""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ._finding import FindingCode


class PolicyNode(TypedDict):
    """A rule of a policy in words, as `Policy.tree` answers it, with the rules that it is made of.

    code, pointer: as of Finding. phrase: what the rule asks for; of a combined rule with all its parts. text: the
    policy's own words for the person, in this language, where the rule does not pass. base: the name of the preset or the
    policy that brought the rule. law: the source of that preset in the law.
    """

    code: FindingCode
    pointer: str
    phrase: str
    text: Optional[str]
    base: Optional[str]
    law: Optional[str]
    parts: List[PolicyNode]
