"""Takes out each defence, one at a time, and shows that a test fails.

    tests/mutants.py [--list | --check] [--only WORD]

tests/mutants.json names the defences: what it is about (`of`: faults and threats of tests/faults.json), the file, the text that is
replaced (`find`, which must stand there once) and what stands in its place (`put`), and the test that must notice (`test`):

    core:TARGET:FILTER      a program of the core suite and a filter of GoogleTest
    python:FILE[:WORDS]     a file of tests/python, and what pytest's -k takes
    node:FILE[:PATTERN]     a file of tests/node, and a pattern of the test's name

Each test must pass as the code is, and fail without the defence; a test that hangs without it is ended after `limit` seconds and
counts as one that noticed. Works on a copy under build/mutants; the checkout is not touched. Fails when a mutant survives, when one
does not build, and when a fault or a threat has no mutant. Mutants of one target and one file stand next to each other in the list:
each costs the compilation of one file and a link.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, List, Set

ROOT = pathlib.Path(__file__).resolve().parents[1]
TREE = ROOT / "build" / "mutants" / "checkout"
BUILD = TREE / "build" / "dev"
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
    known = TREE.parent / "copied.json"  # what an earlier run has put there
    for name in json.loads(known.read_text(encoding="utf-8")) if known.exists() else []:
        if name not in wanted:
            (TREE / name).unlink(missing_ok=True)
    known.write_text(json.dumps(sorted(wanted)), encoding="utf-8")
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
    # One file changes at a time: it alone is compiled.
    options = [f"-DPython_EXECUTABLE={TREE}/.venv/bin/python", "-DBONIN_BENCH=OFF", "-DCMAKE_UNITY_BUILD=OFF"]
    done = run("cmake", "--preset", "dev", *options)
    if done.returncode != 0:
        sys.exit(done.stdout)


def target_of(test: str) -> str:
    kind, name = test.split(":")[:2]
    return TARGETS.get(kind, name)


def build(*targets: str) -> "subprocess.CompletedProcess[str]":
    return run("cmake", "--build", str(BUILD), "--target", *targets)


def command_of(test: str) -> List[str]:
    kind, name, *rest = test.split(":", 2)
    words = rest[0] if rest else ""
    if kind == "core":
        return [str(BUILD / "tests" / name), f"--gtest_filter={words}", "--gtest_brief=1"]
    if kind == "python":
        chosen = ["-k", words] if words else []
        return [
            ".venv/bin/python",
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            f"tests/python/{name}",
            *chosen,
        ]
    return ["node", "--test", *([f"--test-name-pattern={words}"] if words else []), f"tests/node/{name}"]


def count(kind: str, output: str) -> int:
    """How many tests passed: a filter that finds none proves nothing."""
    pattern = {"core": r"\[  PASSED  \] (\d+) test", "python": r"(\d+) passed", "node": r"^# pass (\d+)"}[kind]
    found = re.search(pattern, output, re.M) or re.search(r"^ℹ pass (\d+)", output, re.M)
    return int(found[1]) if found else 0


def passes(test: str, limit: int = LIMIT) -> bool:
    """Whatever it has started ends with it."""
    environment = {**os.environ, "PYTHONPATH": "bindings/python", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        started = subprocess.Popen(
            command_of(test), cwd=TREE, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = started.wait(limit)
        except subprocess.TimeoutExpired:
            return False
        finally:
            try:
                os.killpg(started.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            started.wait()
        output.seek(0)
        return code == 0 and count(test.split(":")[0], output.read()) > 0


def verdict(mutant: Mutant) -> str:
    """`killed`, or what is wrong."""
    path = TREE / mutant["file"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mutant["find"], mutant["put"]), encoding="utf-8")
    try:
        built = build(target_of(mutant["test"]))
        if built.returncode != 0:
            return "does not build:\n" + "\n".join(built.stdout.splitlines()[-15:]) + "\n"
        return "SURVIVED" if passes(mutant["test"], mutant.get("limit", LIMIT)) else "killed"
    finally:
        path.write_text(text, encoding="utf-8")


def misplaced(mutants: List[Mutant]) -> List[str]:
    """Those that are about code that is not there, or not once."""
    wrong = []
    for mutant in mutants:
        times = (ROOT / mutant["file"]).read_text(encoding="utf-8").count(mutant["find"])
        if times != 1:
            wrong.append(f"`find` stands {times} times in {mutant['file']}: {mutant['defence']}")
    return wrong


def uncovered(mutants: List[Mutant]) -> List[str]:
    """Faults and threats that no mutant is about."""
    of: Set[str] = {one for mutant in mutants for one in mutant["of"]}
    lists = json.loads((ROOT / "tests" / "faults.json").read_text(encoding="utf-8"))
    missing = []
    for kind in ("fault", "threat"):
        for area in lists[kind + "s"]:
            for number, name in enumerate(area["names"], area["first"]):
                if f"{kind} {number}" not in of:
                    missing.append(f"no mutant is about {kind} {number}: {name}")
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print the defences and end")
    parser.add_argument("--check", action="store_true", help="only see that each stands where it is said to, and end")
    parser.add_argument("--only", default="", metavar="WORD", help="only defences whose text or test holds it")
    asked = parser.parse_args()
    mutants: List[Mutant] = json.loads((ROOT / "tests" / "mutants.json").read_text(encoding="utf-8"))["mutants"]
    chosen = [one for one in mutants if asked.only in one["defence"] + one["test"] + one["file"]]
    if asked.list:
        for one in chosen:
            print(f"{', '.join(one['of'])}: {one['defence']} ({one['test']})")
        return 0
    wrong = misplaced(chosen) + ([] if asked.only else uncovered(mutants))
    if wrong:
        sys.exit("\n".join(wrong))
    if asked.check:
        print(f"{len(chosen)} defences stand where tests/mutants.json says")
        return 0
    TREE.mkdir(parents=True, exist_ok=True)
    copy_checkout()
    configure()
    built = build(*sorted({target_of(one["test"]) for one in chosen}))
    if built.returncode != 0:
        sys.exit(built.stdout)
    sound = {test: passes(test) for test in dict.fromkeys(one["test"] for one in chosen)}
    bad = 0
    for number, mutant in enumerate(chosen, 1):
        began = time.monotonic()
        said = verdict(mutant) if sound[mutant["test"]] else "the test does not pass with the defence, or is not there"
        bad += said != "killed"
        took = time.monotonic() - began
        print(f"[{number}/{len(chosen)}, {took:.0f} s] {said}: {mutant['defence']} ({mutant['test']})", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} killed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
