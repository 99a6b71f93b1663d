"""`bonin policy presets`, `schema`, `diff` and `test`: the runs that both packages print alike."""

import json
import pathlib
from typing import Any

import pytest
import vectors
from conftest import ROOT, environment, python

import bonin

VECTORS = vectors.load("cli_policy")


def run(*arguments: str) -> Any:
    return python(["-m", "bonin", "policy", *arguments], {**environment(), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"})


@pytest.mark.parametrize("case", VECTORS["runs"], ids=lambda case: " ".join(case["args"]))
def test_the_shared_runs(tmp_path: pathlib.Path, case: Any) -> None:
    for name, content in VECTORS["files"].items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    done = run(*(one.replace("@", f"{tmp_path}/") for one in case["args"]))
    assert (done.returncode, done.stdout) == (case["code"], case["stdout"]), done.stderr
    if case["stderr"] is None:
        assert done.stderr == ""
    else:
        assert done.stderr.startswith("bonin: " + case["stderr"].replace("@", f"{tmp_path}/"))


def test_a_difference_as_json(tmp_path: pathlib.Path) -> None:
    for name, content in VECTORS["files"].items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    old, new, cases = (str(tmp_path / name) for name in ("old.json", "new.json", "cases.json"))
    done = run("diff", old, new, "--cases", cases, "--json")
    assert done.returncode == 1 and done.stdout.count("\n") == 1
    said = bonin.policy_diff(bonin.Policy.load(old), bonin.Policy.load(new), cases_file=cases)
    assert json.loads(done.stdout) == said


def test_presets() -> None:
    done = run("presets", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, bonin.Policy.presets())
    text = run("presets").stdout
    first = bonin.Policy.presets()[0]
    assert text.startswith(f"{first['name']}\n  {first['ko']}\n  {first['en']}\n  {first['law']}\nkr.game_adult\n")
    korean = run("presets", "--language", "ko").stdout
    assert korean.startswith(f"{first['name']}\n  {first['ko']}\n  {first['law']}\nkr.game_adult\n")


def test_the_schema_is_the_packages() -> None:
    done = run("schema")
    assert (done.returncode, done.stdout) == (0, (ROOT / "policy.schema.json").read_text(encoding="utf-8"))
