"""Policy documents: what they look like to somebody who reads, draws or changes them."""

from typing import Any, Dict, List

import pytest
import vectors

import bonin


def without_none(nodes: List[Any]) -> List[Dict[str, Any]]:
    return [
        {**{key: value for key, value in node.items() if value is not None}, "parts": without_none(node["parts"])}
        for node in nodes
    ]


@pytest.mark.parametrize("case", vectors.load("policy_tree")["cases"], ids=lambda case: case["name"])
def test_the_shared_trees(case: Dict[str, Any]) -> None:
    policy = bonin.Policy(case["document"])
    assert without_none(policy.tree("ko")) == case["ko"]
    assert without_none(policy.tree(language="en")) == case["en"]
    assert all(set(node) == {"code", "pointer", "phrase", "base", "law", "parts"} for node in policy.tree("ko"))
    for wrong in ("de", None, 1):
        with pytest.raises(bonin.InvalidArgument):
            policy.tree(wrong)  # type: ignore[arg-type]
