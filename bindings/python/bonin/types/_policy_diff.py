"""What differs between two policies."""

from __future__ import annotations

from typing import Any, List, Literal, Optional, TypedDict

from ._finding import FindingDict
from ._policy_rule import RuleText


class _RuleSide(TypedDict):
    pointer: str
    ko: str
    en: str
    rule: Any


class PolicyRuleSide(_RuleSide, total=False):
    """A rule in one of two policies that are compared. ko, en: what it asks for. rule: as the document has it."""

    text: RuleText


class PolicyRuleChange(TypedDict):
    """code: of the rule, or `accept_self_declared`, `accept_page_chosen_di`. before, after: None where it is not."""

    change: Literal["gone", "new", "changed"]
    code: str
    before: Optional[PolicyRuleSide]
    after: Optional[PolicyRuleSide]


class PolicyCaseChange(TypedDict):
    """Somebody who is decided otherwise. before, after: allowed? denials: of the policy that denies."""

    name: str
    before: bool
    after: bool
    denials: List[FindingDict]


class PolicyDiff(TypedDict):
    """The answer of `policy_diff`. before, after: the names. judged: how many cases there were. ko, en: all in words."""

    before: str
    after: str
    rules: List[PolicyRuleChange]
    cases: List[PolicyCaseChange]
    judged: int
    ko: str
    en: str
