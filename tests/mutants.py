"""Takes out each defence, one at a time, and shows that a test fails.

    tests/mutants.py [--list] [--only WORD]

tests/mutants.json names the defences: what it is about (`of`: faults and threats of tests/faults.json), the file, the text that is
replaced (`find`, which must stand there once) and what stands in its place (`put`), and the test that must notice (`test`):

    core:TARGET:FILTER      a program of the core suite and a filter of GoogleTest
    python:FILE[:WORDS]     a file of tests/python, and what pytest's -k takes
    node:FILE[:PATTERN]     a file of tests/node, and a pattern of the test's name

Each test must pass as the code is, and fail without the defence. Works on a copy under build/mutants; the checkout is not touched.
Fails when a mutant survives, when one does not build, and when a fault or a threat has no mutant.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Set

ROOT = pathlib.Path(__file__).resolve().parents[1]
TREE = ROOT / "build" / "mutants" / "checkout"
BUILD = ROOT / "build" / "mutants" / "build"
TARGETS = {"python": "bonin_native", "node": "bonin_node"}
LIMIT = 300  # seconds for one test; a mutant that hangs is one that a test noticed
Mutant = Dict[str, Any]


def run(*command: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=TREE, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def copy_checkout() -> None:
    """What git knows of, so that a file that did not change keeps its time and is not built again."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    wanted = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for old in [path for path in TREE.rglob("*") if path.is_file() and not path.is_symlink()]:
        name = old.relative_to(TREE).as_posix()
        if name not in wanted and not name.endswith((".so", ".node")) and ".venv" not in name:
            old.unlink()
    for name in wanted:
        source, target = ROOT / name, TREE / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for name in (".venv", "node_modules"):
        link = TREE / name
        if not link.is_symlink():
            link.symlink_to((ROOT / name).resolve())


def configure() -> None:
    options = [f"-DPython_EXECUTABLE={TREE}/.venv/bin/python", "-DBONIN_BENCH=OFF"]
    done = run("cmake", "--preset", "dev", "-B", str(BUILD), *options)
    if done.returncode != 0:
        sys.exit(done.stdout)


def build(mutant: Mutant) -> "subprocess.CompletedProcess[str]":
    kind, name = mutant["test"].split(":")[:2]
    return run("cmake", "--build", str(BUILD), "--target", TARGETS.get(kind, name))


def command_of(test: str) -> List[str]:
    kind, name, *rest = test.split(":", 2)
    words = rest[0] if rest else ""
    if kind == "core":
        return [str(BUILD / "tests" / name), f"--gtest_filter={words}", "--gtest_brief=1"]
    if kind == "python":
        chosen = ["-k", words] if words else []
        return [".venv/bin/python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/python/{name}", *chosen]
    return ["node", "--test", *([f"--test-name-pattern={words}"] if words else []), f"tests/node/{name}"]


def count(kind: str, output: str) -> int:
    """How many tests passed: a filter that finds none proves nothing."""
    pattern = {"core": r"\[  PASSED  \] (\d+) test", "python": r"(\d+) passed", "node": r"^# pass (\d+)"}[kind]
    found = re.search(pattern, output, re.M) or re.search(r"^ℹ pass (\d+)", output, re.M)
    return int(found[1]) if found else 0


def passes(test: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": "bindings/python", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = run(*command_of(test), env=environment, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and count(test.split(":")[0], done.stdout) > 0


def verdict(mutant: Mutant, sound: Dict[str, bool]) -> str:
    """`killed`, or what is wrong."""
    path = TREE / mutant["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(mutant["find"]) != 1:
        return f"`find` stands {text.count(mutant['find'])} times in {mutant['file']}"
    test = mutant["test"]
    if test not in sound:
        built = build(mutant)
        sound[test] = built.returncode == 0 and passes(test)
    if not sound[test]:
        return "the test does not pass with the defence in place, or is not there"
    path.write_text(text.replace(mutant["find"], mutant["put"]), encoding="utf-8")
    try:
        built = build(mutant)
        if built.returncode != 0:
            return "does not build: " + "\n".join(built.stdout.splitlines()[-15:])
        return "SURVIVED" if passes(test) else "killed"
    finally:
        path.write_text(text, encoding="utf-8")


def uncovered(mutants: List[Mutant]) -> List[str]:
    """Faults and threats that no mutant is about."""
    of: Set[str] = {one for mutant in mutants for one in mutant["of"]}
    lists = json.loads((ROOT / "tests" / "faults.json").read_text(encoding="utf-8"))
    missing = []
    for kind in ("fault", "threat"):
        for area in lists[kind + "s"]:
            for number, name in enumerate(area["names"], area["first"]):
                if f"{kind} {number}" not in of:
                    missing.append(f"{kind} {number}: {name}")
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print the defences and end")
    parser.add_argument("--only", default="", metavar="WORD", help="only defences whose text or test holds it")
    asked = parser.parse_args()
    mutants: List[Mutant] = json.loads((ROOT / "tests" / "mutants.json").read_text(encoding="utf-8"))["mutants"]
    chosen = [one for one in mutants if asked.only in one["defence"] + one["test"] + one["file"]]
    if asked.list:
        for one in chosen:
            print(f"{', '.join(one['of'])}: {one['defence']} ({one['test']})")
        return 0
    TREE.mkdir(parents=True, exist_ok=True)
    copy_checkout()
    configure()
    bad = 0
    sound: Dict[str, bool] = {}
    for number, mutant in enumerate(chosen, 1):
        said = verdict(mutant, sound)
        bad += said != "killed"
        print(f"[{number}/{len(chosen)}] {said}: {mutant['defence']} ({mutant['test']})", flush=True)
    missing = [] if asked.only else uncovered(mutants)
    for what in missing:
        print(f"no mutant is about {what}")
    print(f"{len(chosen) - bad} of {len(chosen)} killed")
    return 1 if bad or missing else 0


if __name__ == "__main__":
    sys.exit(main())
