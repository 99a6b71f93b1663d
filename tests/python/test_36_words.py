"""Types, schema and guides repeat the sets of words that the core has: each must repeat them whole."""

import json
import re
import typing
from typing import Dict, List, Set

import pytest
from conftest import ROOT

import bonin.types as types
from bonin import _native

WORDS: Dict[str, Set[str]] = {name: set(words) for name, words in _native.word_lists().items()}
WORDS["finding_code"] = WORDS["rule"] | {"begun"}

# The set of words -> its name in bonin.types and in index.d.cts.
TYPES = {
    "api": "Api",
    "status": "Status",
    "channel_type": "ChannelType",
    "attestation": "Attestation",
    "gender": "Gender",
    "carrier": "Carrier",
    "outcome": "Outcome",
    "language": "Language",
    "auth": "Auth",
    "circuit_state": "CircuitState",
    "key_kind": "KeyKind",
    "account": "StandingAccount",
    "use": "StandingUse",
    "place": "StandingPlace",
    "claim_outcome": "ClaimOutcome",
    "claim_reason": "ClaimReason",
    "import_reason": "ImportReason",
    "attribute": "AttributeName",
    "expect_field": "ExpectField",
    "provider": "Provider",
    "preset": "PresetName",
    "finding_code": "FindingCode",
    "reason": "Reason",
    "error_kind": "ErrorKind",
    "refusal_code": "RefusalCode",
    "proof_state": "ProofState",
    "window_type": "WindowType",
    "flow_carrier": "FlowCarrier",
    "customer_gender": "CustomerGender",
    "inicis_agency": "InicisAgency",
    "persona": "Persona",
    "fault": "FaultKind",
    "sandbox_operation": "SandboxOperation",
}
LIB = ROOT / "bindings" / "node" / "lib"
DECLARATIONS = "".join((LIB / name).read_text(encoding="utf-8") for name in ("index.d.cts", "express.d.cts"))


def test_every_set_is_compared() -> None:
    assert set(TYPES) | {"rule"} == set(WORDS)


@pytest.mark.parametrize("name", TYPES)
def test_the_types_of_python(name: str) -> None:
    assert set(typing.get_args(getattr(types, TYPES[name]))) == WORDS[name]


@pytest.mark.parametrize("name", TYPES)
def test_the_types_of_typescript(name: str) -> None:
    union = re.search(rf"^export type {TYPES[name]} =([^;]*);", DECLARATIONS, re.M)
    assert union, TYPES[name]
    assert set(re.findall(r"'([^']*)'", union[1])) == WORDS[name]


def test_the_schema_of_policies() -> None:
    schema = json.loads((ROOT / "policy.schema.json").read_text(encoding="utf-8"))
    definitions = schema["$defs"]
    assert set(definitions["base"]["anyOf"][0]["enum"]) == WORDS["preset"]
    assert set(definitions["attribute"]["enum"]) == WORDS["attribute"]
    assert set(definitions["field"]["enum"]) == WORDS["expect_field"]
    assert set(definitions["genders"]["items"]["enum"]) == WORDS["gender"]
    assert set(definitions["carriers"]["items"]["enum"]) == WORDS["carrier"]
    assert set(definitions["rule"]["properties"]) == WORDS["rule"] | {"text"}


# What each guide names in `code`, in both languages.
GUIDES: Dict[str, List[str]] = {
    "errors": ["error_kind"],
    "policy": ["preset", "rule", "attribute", "expect_field", "reason"],
    "registry": ["claim_outcome", "claim_reason"],
    "registry-import": ["import_reason"],
    "sandbox": ["persona", "fault", "sandbox_operation"],
    "web": ["refusal_code"],
    "providers": ["window_type", "flow_carrier", "customer_gender", "inicis_agency", "provider"],
}


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", ["", ".ko"])
def test_the_guides(guide: str, language: str) -> None:
    text = (ROOT / "docs" / f"{guide}{language}.md").read_text(encoding="utf-8")
    code = set(re.findall(r"[A-Za-z0-9_.]+", " ".join(re.findall(r"```.*?```|`[^`]+`", text, re.S))))
    for name in GUIDES[guide]:
        assert WORDS[name] <= code, (name, sorted(WORDS[name] - code))
