"""A policy document: policy.schema.json."""

from __future__ import annotations

from typing import List, Literal, TypedDict, Union

from ._person import AttributeName
from ._policy_rule import PolicyRule
from ._preset import PresetName, PresetWithoutADay

_Schema = TypedDict("_Schema", {"$schema": str}, total=False)


class _Document(_Schema):
    name: str


class _Common(_Document, total=False):
    description: str
    accept_self_declared: List[AttributeName]
    accept_page_chosen_di: List[str]


class _MayHaveRules(TypedDict, total=False):
    rules: List[PolicyRule]


class DocumentOfRules(_Common):
    """A policy document that stands alone."""

    rules: List[PolicyRule]


class DocumentOfPreset(_Common, _MayHaveRules):
    """A policy document that adds to a preset, or to another document."""

    extends: Union[PresetWithoutADay, PolicyDocument]


class DocumentOfVote(_Common, _MayHaveRules):
    """A policy document that adds to `kr.vote`. election_day: `YYYY-MM-DD`."""

    extends: Literal["kr.vote"]
    election_day: str


class _MayHaveADay(TypedDict, total=False):
    election_day: str


class DocumentOfBases(_Common, _MayHaveRules, _MayHaveADay):
    """A policy document that adds to several others. election_day: with `kr.vote`, and only with it."""

    extends: List[Union[PresetName, PolicyDocument]]


#: What `Policy()` takes, as policy.schema.json describes it: `name`, and `rules`, `extends` or both. A document in a file
#: may name files in `extends` as well.
PolicyDocument = Union[DocumentOfRules, DocumentOfPreset, DocumentOfVote, DocumentOfBases]
