"""The Python examples of both READMEs run as they stand, and the READMEs say the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.ko.md"]


def blocks(readme: str, language: str) -> "list[str]":
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / readme).read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("readme", READMES)
def test_python_examples_run(readme: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples = blocks(readme, "python")
    assert len(examples) >= 2
    for example in examples:
        exec(compile(example, readme, "exec"), {"__name__": "__main__"})
    printed = capsys.readouterr().out
    assert "too_young" in printed and "***" in printed


@pytest.mark.parametrize("readme", READMES)
def test_the_first_example_prints_what_stands_below_it(readme: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(blocks(readme, "python")[0], readme, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == blocks(readme, "text")[0]


def without_comments(code: str) -> str:
    return re.sub(r"\s*(#|//).*", "", code)


@pytest.mark.parametrize("language", ["python", "js", "sh"])
def test_both_languages_show_the_same_code(language: str) -> None:
    english, korean = (list(map(without_comments, blocks(r, language))) for r in READMES)
    if language == "sh":  # a placeholder is translated
        english, korean = ([re.sub(r"<.*?>", "<>", block) for block in side] for side in (english, korean))
    assert english == korean


@pytest.mark.parametrize("guide", sorted(p.name for p in (ROOT / "docs").glob("*.md") if not p.name.endswith(".ko.md")))
def test_every_guide_stands_in_both_languages(guide: str) -> None:
    korean = ROOT / "docs" / guide.replace(".md", ".ko.md")
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    assert korean.exists() or re.search("[가-힣]", text), f"{guide} has no Korean twin"
    if korean.exists():
        headings = [
            len(re.findall(r"^#+ ", p.read_text(encoding="utf-8"), re.M)) for p in (ROOT / "docs" / guide, korean)
        ]
        assert headings[0] == headings[1]


def test_errors_guide_names_every_kind() -> None:
    from bonin import _native

    for name in ("errors.md", "errors.ko.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for kind in _native.error_kinds():
            assert f"`{kind['class_name']}`" in text, (name, kind["class_name"])


def test_links_lead_somewhere() -> None:
    examples = [page for page in (ROOT / "examples").rglob("README*.md") if "node_modules" not in page.parts]
    for page in [*(ROOT / r for r in READMES), *(ROOT / "docs").glob("*.md"), *examples, ROOT / "ARCHITECTURE.md"]:
        text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            if not link.startswith("http"):
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_tests_that_security_names_are_in_the_table_of_faults() -> None:
    threats = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Threats")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", threats, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 21))
    seen = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    for _, proofs in rows:
        tests = re.findall("`([^`]+)`", proofs)
        assert tests and all(f"| `{test}` |" in seen for test in tests), proofs
