"""mypy --strict on the package, the examples and what must and must not type-check."""

import inspect
import pickle
import re
import subprocess
import sys
import typing
from pathlib import Path

from conftest import PACKAGE, ROOT, environment

import bonin.types


def mypy(*arguments: str) -> "subprocess.CompletedProcess[str]":
    env = environment()
    env["MYPYPATH"] = env.pop("PYTHONPATH")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", *arguments],
        env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_package_and_the_examples() -> None:
    done = mypy(str(PACKAGE), *map(str, (ROOT / "examples" / "python").glob("*.py")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_right_and_wrong_uses() -> None:
    """A line marked `# wrong` must be refused; all others must pass."""
    file = ROOT / "tests" / "typing" / "uses.py"
    done = mypy(str(file))
    found = {int(line) for line in re.findall(r"uses\.py:(\d+): error", done.stdout)}
    lines = file.read_text(encoding="utf-8").splitlines()
    wanted = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    assert wanted and found == wanted, done.stdout + done.stderr


def test_the_blocks_of_the_readme(tmp_path: Path) -> None:
    """As they stand: nobody has to add a check that the document left out."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    assert len(blocks) >= 4
    files = []
    for number, block in enumerate(blocks):
        files.append(tmp_path / f"block_{number}.py")
        files[-1].write_text(block, encoding="utf-8")
    done = mypy(*map(str, files))
    assert done.returncode == 0, done.stdout + done.stderr


def test_annotations_can_be_read_while_the_program_runs() -> None:
    """A class of one module of bonin.types that names one of another module, included."""
    shapes = [thing for name in bonin.types.__all__ if isinstance(thing := getattr(bonin.types, name), type)]
    assert shapes
    for shape in shapes:
        for thing in (shape, *filter(inspect.isfunction, vars(shape).values())):
            typing.get_type_hints(thing)  # a name that is not there raises
        assert pickle.loads(pickle.dumps(shape)) is shape
