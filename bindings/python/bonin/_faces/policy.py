from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, List

from ..notebook import language
from .look import Html, code, element, fold, joined, line, pill, quiet, title
from .words import say

if TYPE_CHECKING:
    from .._native import Policy
    from ..types import PolicyNode

_COMBINED = {"any_of": "one of these", "all_of": "all of these", "not": "none of these"}


def face(policy: Policy, *, warn: bool = True) -> Html:
    """A tree of its rules, by where they come from."""
    nodes = policy.tree(language())
    parts = [title(say("Policy"), code(policy.name), quiet(policy.description or ""))]
    parts += [line(pill(say("warning"), "doubt"), " ", text) for text in policy.warnings if warn]
    parts.append(line(quiet(say("all of these are required"))))
    parts += [_group(where, list(those)) for where, those in groupby(nodes, _where)]
    parts.append(
        line(quiet(say("and whatever else the application expects is equal"), f" · SHA-256 {policy.hash[:12]}…"))
    )
    return joined(*parts)


def _where(node: PolicyNode) -> str:
    """What comes before the rule's own place: the baseline, a preset or this document."""
    return "" if node["pointer"].startswith("/rules/") else node["base"] or node["pointer"].rpartition("/")[0]


def _group(where: str, nodes: List[PolicyNode]) -> Html:
    base, law = nodes[0]["base"], nodes[0]["law"]
    if base:
        head = joined(say("of"), " ", code(base), quiet(f" {say('law')}: {law}") if law else "")
    elif where:
        head = Html(say("the baseline, which every policy has"))
    else:
        head = Html(say("of this document"))
    return fold(head, element("ul", "rules", *map(_rule, nodes)))


def _rule(node: PolicyNode) -> Html:
    said = f" “{node['text']}”" if node["text"] else ""
    place = quiet(code(node["code"]), " ", node["pointer"], said)
    if node["code"] not in _COMBINED:  # the parts of `has` are in its phrase
        return element("li", "rule", node["phrase"], " ", place)
    head = joined(say(_COMBINED[node["code"]]), " ", place)
    return element("li", "rule", fold(head, element("ul", "rules", *map(_rule, node["parts"]))))
