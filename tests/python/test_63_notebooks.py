"""The notebooks run from the top and show what was saved in them; the guide's snippets run and draw.

To save them anew: PYTHONPATH=bindings/python python tests/python/test_63_notebooks.py
"""

import json
import pathlib
import re
from typing import Any, Dict, List

import pytest
from conftest import PACKAGE, ROOT, no_sanitizer

NOTEBOOKS = sorted((ROOT / "examples" / "notebook").glob("*.ipynb"))
WHAT_IF = ROOT / "examples" / "notebook" / "what_if.ipynb"


def run(notebook_: pathlib.Path) -> str:
    """The notebook with what its cells show now."""
    import nbclient
    import nbformat

    notebook = nbformat.read(notebook_, as_version=4)
    kept = dict(notebook.metadata)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False).execute()
    notebook.metadata = kept  # without the versions of this machine
    return str(nbformat.writes(notebook)) + "\n"


def shown(cell: Any) -> List[Any]:
    """What is below a cell. Of a picture: that there is one. Of a table of pandas: its text."""
    told: List[Any] = []
    for output in cell.get("outputs", []):
        assert output["output_type"] != "error", output
        data = {**output.get("data", {})}
        if "image/png" in data:
            data["image/png"] = "a picture"
        if "bonin-face" not in str(data.get("text/html")):
            data.pop("text/html", None)
        text = output.get("text")
        told.append((output["output_type"], data, text))
    return json.loads(re.sub(r"0x[0-9a-f]+", "0x", json.dumps(told)))  # type: ignore[no-any-return]


each_notebook = pytest.mark.parametrize("notebook_", NOTEBOOKS, ids=[one.stem for one in NOTEBOOKS])


@each_notebook
def test_it_runs_and_shows_what_was_saved(notebook_: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for needed in ("nbclient", "ipykernel", "matplotlib", "pandas"):
        pytest.importorskip(needed)
    no_sanitizer("a kernel is a process of its own")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    saved = json.loads(notebook_.read_text(encoding="utf-8"))["cells"]
    for before, after in zip(saved, json.loads(run(notebook_))["cells"]):
        assert shown(after) == shown(before), "save it anew, as the top of this file says: " + "".join(before["source"])


@each_notebook
def test_it_is_small_and_says_nothing_of_the_machine_that_ran_it(notebook_: pathlib.Path) -> None:
    text = notebook_.read_text(encoding="utf-8")
    assert len(text) < 300_000
    assert "/tmp/" not in text and "/home/" not in text and "site-packages" not in text
    assert '"name": "stderr"' not in text
    ran = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in ran) and any(cell["outputs"] for cell in ran)
    assert "Text(0.5" not in text, "the last line of a cell that draws ends with a semicolon"


def story() -> Dict[str, str]:
    """What the cells show, by the first words of their source."""
    cells = json.loads(WHAT_IF.read_text(encoding="utf-8"))["cells"]
    return {"".join(cell["source"])[:18]: json.dumps(cell.get("outputs"), ensure_ascii=False) for cell in cells}


def test_the_story_is_told_by_its_figures() -> None:
    cells = story()
    last = cells["affected = members"]
    assert "2006-01-01 to 2006-05-01" in last and "100%" in last
    change = cells["change = before.co"]
    lost = re.search(r"(\d+) gained, (\d+) lost", change)
    assert lost and lost[1] == "0" and f"{int(lost[2]):,}" in last
    assert "영화 및 비디오물의 진흥에 관한 법률" in cells["before = bonin.Pol"]
    assert sum("image/png" in shown for shown in cells.values()) == 2


def blocks(guide: str) -> List[str]:
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)


def test_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib").use("agg")
    from matplotlib import pyplot

    from bonin import notebook

    names: Dict[str, Any] = {}
    assert len(blocks("notebooks.md")) == 3
    try:
        for block in blocks("notebooks.md"):
            exec(block, names)
    finally:
        notebook._chosen = None
    promised = re.findall(r"print\(.*\)\s+# (.*)", "".join(blocks("notebooks.md")))
    assert capsys.readouterr().out.splitlines() == promised
    assert len(pyplot.get_fignums()) == 3
    pyplot.close("all")
    plain = [re.sub(r"\s*#.*", "", block) for block in blocks("notebooks.md")]
    assert plain == [re.sub(r"\s*#.*", "", block) for block in blocks("notebooks.ko.md")]


if __name__ == "__main__":
    for one in NOTEBOOKS:
        one.write_text(run(one), encoding="utf-8")
