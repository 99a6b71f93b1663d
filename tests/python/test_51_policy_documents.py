"""Policy documents: what they extend, what they say to the person, how they look, and what changes between two."""

import contextlib
import json
import pathlib
from typing import Any, Dict, Iterator, List, Optional

import jsonschema
import pytest
import vectors
from conftest import ROOT

import bonin

FILES = vectors.load("policy_files")


def name_of(case: Dict[str, Any]) -> str:
    return str(case["name"])


def without_none(nodes: List[Any]) -> List[Dict[str, Any]]:
    return [
        {**{key: value for key, value in node.items() if value is not None}, "parts": without_none(node["parts"])}
        for node in nodes
    ]


@pytest.mark.parametrize("case", vectors.load("policy_tree")["cases"], ids=name_of)
def test_the_shared_trees(case: Dict[str, Any]) -> None:
    policy = bonin.Policy(case["document"])
    assert without_none(policy.tree("ko")) == case["ko"]
    assert without_none(policy.tree(language="en")) == case["en"]
    assert all(set(node) == {"code", "pointer", "phrase", "text", "base", "law", "parts"} for node in policy.tree("ko"))
    for wrong in ("de", None, 1):
        with pytest.raises(bonin.InvalidArgument):
            policy.tree(wrong)  # type: ignore[arg-type]


def lay_out(folder: pathlib.Path, case: Dict[str, Any]) -> None:
    for name, content in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif "repeat" in content:
            path.write_text(content["repeat"][0] * content["repeat"][1], encoding="utf-8")
        else:
            path.write_text(json.dumps(content), encoding="utf-8")
    for name, target in case.get("links", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target)


@contextlib.contextmanager
def refused(case: Dict[str, Any], kind: str) -> Iterator[None]:
    with pytest.raises(bonin.InvalidArgument) as raised:
        yield
    assert raised.value.kind == kind
    if case["pointer"] is not None:
        assert (raised.value.parameter or "") == case["pointer"], raised.value
    for part in case["says"]:
        assert part in str(raised.value)


@pytest.mark.parametrize("case", FILES["loads"], ids=name_of)
def test_the_shared_files(tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    lay_out(tmp_path, case)
    policy = bonin.Policy.load(tmp_path / case["load"])
    assert json.loads(policy.document) == case["document"]
    assert [rule.pointer for rule in policy.rules] == case["pointers"]
    assert policy.law == case["law"] and policy.rejoin_after_ms == case.get("rejoin_after_ms")
    assert policy.warnings == []
    assert bonin.Policy(policy.document).hash == policy.hash
    assert bonin.PolicyFile(tmp_path / case["load"]).policy.hash == policy.hash


@pytest.mark.parametrize("case", FILES["refuses"], ids=name_of)
def test_the_shared_files_that_must_not_load(tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    lay_out(tmp_path, case)
    with refused(case, "invalid_policy"):
        bonin.Policy.load(tmp_path / case["load"])


@pytest.mark.parametrize("case", FILES["cases"], ids=name_of)
def test_the_shared_cases_files(tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    lay_out(tmp_path, case)
    if "says" in case:
        with refused(case, case["kind"]):
            bonin.run_policy_cases_file(tmp_path / case["cases"])
    else:
        report = bonin.run_policy_cases_file(str(tmp_path / case["cases"]))
        assert report.passed, report.text


def test_a_file_is_reloaded_with_its_bases(tmp_path: pathlib.Path) -> None:
    lay_out(tmp_path, FILES["loads"][0])
    file = bonin.PolicyFile(tmp_path / "shop.json")
    before = file.policy.hash
    (tmp_path / "house.json").write_text('{"name": "house", "rules": [{"has": "ci"}]}', encoding="utf-8")
    after = file.reload().hash
    assert after != before
    (tmp_path / "house.json").unlink()
    with pytest.raises(bonin.InvalidPolicy, match=r"house\.json"):
        file.reload()
    assert file.policy.hash == after


def test_a_dict_has_no_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, FILES["loads"][0])
    monkeypatch.chdir(tmp_path)  # where the file would be
    for path in ("house.json", "./house.json", str(tmp_path / "house.json")):
        with pytest.raises(bonin.InvalidPolicy, match=r"`Policy\.load`") as raised:
            bonin.Policy({"name": "shop", "extends": path})  # type: ignore[arg-type]
        assert raised.value.parameter == "/extends"
    base = json.loads((tmp_path / "house.json").read_text(encoding="utf-8"))
    document = bonin.Policy({"name": "shop", "extends": [base], "rules": [{"has": "phone"}]}).document
    assert document == bonin.Policy.load("shop.json").document


def of_schema(document: Any) -> Optional[str]:
    schema = json.loads((ROOT / "policy.schema.json").read_text(encoding="utf-8"))
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(document))
    return None if error is None else str(error.message)


def test_the_schema_says_the_same() -> None:
    for case in FILES["loads"]:
        for content in [*case["files"].values(), case["document"]]:
            assert of_schema(content) is None, case["name"]
    for case in vectors.load("policy_texts")["cases"]:
        assert of_schema(case["document"]) is None, case["name"]
    for wrong in (
        {"extends": "house"},
        {"extends": []},
        {"extends": [5]},
        {"extends": ["kr.vote"]},
        {"extends": ["kr.work"], "election_day": "2026-06-03"},
        {"extends": [{"name": "x"}]},
        {"rules": [{"text": {"ko": "x"}}]},
        {"rules": [{"has": "ci", "mvno": True}]},
        {"rules": [{"has": "ci", "text": {}}]},
        {"rules": [{"has": "ci", "text": {"ko": ""}}]},
        {"rules": [{"has": "ci", "text": {"de": "x"}}]},
        {"rules": [{"rejoin_period_over": "soon"}]},
        {"rules": [{"fresh": "0m"}]},
    ):
        document = {"name": "x", **wrong}
        assert of_schema(document) is not None, document
        with pytest.raises(bonin.InvalidPolicy):
            bonin.Policy(document)  # type: ignore[arg-type]


TEXTS = vectors.load("policy_texts")


@pytest.mark.parametrize("case", TEXTS["cases"], ids=name_of)
def test_the_shared_texts(case: Dict[str, Any]) -> None:
    cases = {"given": TEXTS["given"], "cases": [{"name": "x", "now": TEXTS["now"], "allowed": True}]}
    changes = bonin.policy_diff(bonin.Policy.preset("kr.work"), bonin.Policy(case["document"]), cases=cases)["cases"]
    denials = changes[0]["denials"] if changes else []
    assert len(denials) == len(case["ko"])
    for finding, ko, en in zip(denials, case["ko"], case["en"]):
        assert finding["ko"] == ko if ko is not None else finding["ko"] not in TEXTS_OF_OUR_OWN
        assert finding["en"] == en if en is not None else finding["en"] not in TEXTS_OF_OUR_OWN


TEXTS_OF_OUR_OWN = {text for case in TEXTS["cases"] for text in [*case["ko"], *case["en"]]}


@pytest.mark.parametrize("case", vectors.load("policy_diff")["cases"], ids=name_of)
def test_the_shared_differences(tmp_path: pathlib.Path, case: Dict[str, Any]) -> None:
    before, after = bonin.Policy(case["before"]), bonin.Policy(case["after"])
    cases = case.get("cases")
    diff = bonin.policy_diff(before, after, cases=cases) if cases else bonin.policy_diff(before, after)
    pointers = [[rule[side] and rule[side]["pointer"] for side in ("before", "after")] for rule in diff["rules"]]  # type: ignore[literal-required]
    assert [[rule["change"], rule["code"], *two] for rule, two in zip(diff["rules"], pointers)] == case["rules"]
    assert [
        [one["name"], one["before"], one["after"], [finding["code"] for finding in one["denials"]]]
        for one in diff["cases"]
    ] == case.get("changed", [])
    assert diff["judged"] == (len(cases["cases"]) if cases else 0)
    assert ("the rules are the same" in diff["en"]) == ("규칙이 같습니다" in diff["ko"]) == (not case["rules"])
    if cases:
        path = tmp_path / "cases.json"
        path.write_text(json.dumps(cases), encoding="utf-8")
        assert bonin.policy_diff(before, after, cases_file=path) == diff


def test_a_difference_refuses_what_it_does_not_understand(tmp_path: pathlib.Path) -> None:
    policy = bonin.Policy.preset("kr.work")
    for wrong, parameter in (
        ({"cases": "{"}, None),
        ({"cases": {"cases": []}}, "/cases"),
        ({"cases_file": tmp_path / "none.json"}, "path"),
        ({"cases": {}, "cases_file": "x"}, "cases_file"),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            bonin.policy_diff(policy, policy, **wrong)  # type: ignore[arg-type]
        assert raised.value.parameter == parameter
    with pytest.raises(bonin.InvalidArgument, match="`after` must be a Policy"):
        bonin.policy_diff(policy, "kr.work")  # type: ignore[arg-type]


def test_the_presets_in_words() -> None:
    presets = bonin.Policy.presets()
    assert [preset["name"] for preset in presets] == bonin.Policy.preset_names()
    assert [preset["name"] for preset in presets if preset["election_day"]] == ["kr.vote"]
    youth = presets[0]
    assert (youth["ko"], youth["law"]) == ("연 나이 19세 이상", "청소년 보호법 제2조 제1호, 제28조")
