"""mypy --strict on the package, the examples and what must and must not type-check."""

import re
import subprocess
import sys
from pathlib import Path

from conftest import PACKAGE, ROOT, environment


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
