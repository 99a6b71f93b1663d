"""The examples run, and read the sandbox."""

import datetime
import json
from typing import Any, Dict

from conftest import ROOT, environment, python

import bonin

EXAMPLES = ROOT / "examples" / "python"


def test_verify(sandbox: bonin.Sandbox) -> None:
    done = python([str(EXAMPLES / "verify.py"), sandbox.verify("adult")], environment(sandbox))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("welcome Person(name=***")
    done = python([str(EXAMPLES / "verify.py"), sandbox.verify("minor")], environment(sandbox))
    assert done.returncode == 1 and " · " in done.stdout, done.stderr


def test_verify_async(sandbox: bonin.Sandbox) -> None:
    ids = [sandbox.verify(persona, api="v1") for persona in ("adult", "minor")]
    done = python([str(EXAMPLES / "verify_async.py"), *ids], environment(sandbox))
    assert done.returncode == 1, done.stderr
    assert done.stdout == f"{ids[0]} allowed\n{ids[1]} denied\n"


def test_the_notebook() -> None:
    """Every cell runs, in order, and says what its text promises."""
    notebook = json.loads((ROOT / "examples" / "notebook" / "what_if.ipynb").read_text(encoding="utf-8"))
    names: Dict[str, Any] = {}
    for cell in notebook["cells"]:
        assert not cell.get("outputs"), "clear the outputs before saving"
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"what_if.ipynb, {cell['id']}", "exec"), names)
    assert names["seen"][-1] == 1_000_000
    assert names["gained"].sum() > 0 and names["lost"].sum() == 0
    born = names["members"]["birth_date"][names["gained"]]
    assert born.min().item() == datetime.date(2007, 3, 2) and born.max().item() == datetime.date(2007, 12, 31)
