"""The Python of docs/testing.md runs as it stands, and its Korean twin shows the same."""

import pathlib
import re
import subprocess
import sys
from typing import List

import pytest
from conftest import ROOT, environment

import bonin


def blocks(guide: str, language: str = "python") -> List[str]:
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


@pytest.mark.parametrize("guide", ["testing", "sandbox"])
@pytest.mark.parametrize("language", ["python", "js", "yaml"])
def test_both_languages_show_the_same_code(guide: str, language: str) -> None:
    english, korean = (
        [re.sub(r"(  #|//|/\*\*).*", "", block) for block in blocks(f"{guide}{end}.md", language)]
        for end in ("", ".ko")
    )
    assert english == korean


def test_the_examples(tmp_path: pathlib.Path) -> None:
    tests = [block for block in blocks("testing.md") if "def test_" in block]
    assert len(tests) == 4
    for number, block in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(block, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "sign-up.json").write_text('{"name": "sign-up", "extends": "kr.not_child"}')
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "bonin_pytest"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "10 passed" in done.stdout, done.stdout + done.stderr


def test_the_units(sandbox: bonin.Sandbox) -> None:
    [units] = [block for block in blocks("testing.md") if block.startswith("stage.advance")]
    exec(units, {"stage": sandbox})


def test_the_names_that_the_window_shows(sandbox: bonin.Sandbox) -> None:
    shown = {(entry["person"]["name"], entry["name"]) for entry in sandbox.personas() if entry["status"] == "VERIFIED"}
    for guide in ("testing.md", "testing.ko.md"):
        text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
        assert set(re.findall(r"([가-힣]{3}|SANDBOX ALEX) \| `(\w+)`", text)) == shown


def test_the_denial_that_the_guide_shows() -> None:
    from bonin.testing import assert_allowed, start

    with start() as stage, pytest.raises(AssertionError) as why:
        assert_allowed(stage.flow("minor"))
    for guide in ("testing.md", "testing.ko.md"):
        assert f"AssertionError: {why.value}\n" in (ROOT / "docs" / guide).read_text(encoding="utf-8")
