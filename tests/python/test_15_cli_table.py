"""The command line's table: help in two languages and every width, mistakes, colours; the same in both packages."""

import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import unicodedata
from typing import Any, Dict, List, Tuple

import pytest
from conftest import PACKAGE, ROOT, environment, python

from bonin.cli import _help, _words

VECTORS = json.loads((ROOT / "tests" / "vectors" / "cli.json").read_text(encoding="utf-8"))
NODE = ROOT / "bindings" / "node" / "lib"
PAGES = [[], ["--help"], *([group, "--help"] for group in _words.TABLE["groups"])]
PAGES += [[*name.split(), "--help"] for name in _words.COMMANDS]


def env_of(more: Dict[str, str]) -> Dict[str, str]:
    env = {**environment(), **VECTORS["environment"], **more}
    return {name: value for name, value in env.items() if value != ""}


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def run(arguments: List[str], more: Dict[str, str]) -> Any:
    return python(["-m", "bonin", *arguments], env_of(more))


def test_the_copies_are_those_of_node() -> None:
    """Otherwise: node packaging/command-line.js."""
    shared = [one for one in (NODE / "cli").iterdir() if one.suffix != ".js"]
    assert shared
    for one in shared:
        assert (PACKAGE / "cli" / one.name).read_bytes() == one.read_bytes(), one.name


def test_the_table_is_whole() -> None:
    table = _words.TABLE
    used = {option for command in table["commands"] for option in command["options"]}
    assert set(table["options"]) == used | {"help", "version"}
    for name, command in _words.COMMANDS.items():
        folder = pathlib.Path(_words.__file__).parent
        assert (folder / f"{name.replace(' ', '_')}.py").exists() and command["examples"], name
        assert all(f"bonin {name}" in one for one in command["examples"])
        if " " in name:
            assert name.split()[0] in {*table["groups"], *_words.COMMANDS}

    def languages(one: Any) -> None:
        if isinstance(one, dict):
            assert ("en" in one) == ("ko" in one), one
            for below in one.values():
                languages(below)

    languages({key: value for key, value in table.items() if key not in ("commands", "texts")})
    for command in table["commands"]:
        languages(command)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("columns", [40, 80, 100])
def test_help_fits(language: Any, columns: int) -> None:
    pages = [_help.short(language, columns), _help.whole(language, columns)]
    pages += [_help.of_group(group, language, columns) for group in _words.TABLE["groups"]]
    pages += [_help.of_command(name, language, columns) for name in _words.COMMANDS]
    for page in pages:
        assert all(width(line) <= columns and line == line.rstrip() for line in page.split("\n")), page


def test_help_says_what_there_is() -> None:
    page = _help.of_command("verify", "en", 80)
    for part in (
        "usage: bonin verify ID (--policy FILE | --preset NAME)",
        "--timeout-ms N",
        "examples:",
        "exit codes:",
    ):
        assert part in page
    assert "BONIN_API_SECRET" in page and "BONIN_API_SECRET" not in _help.of_command("demo", "en", 80)
    assert "1  denied" in page and "0  허용" in _help.of_command("verify", "ko", 80)


@pytest.mark.parametrize("case", VECTORS["help"], ids=lambda one: " ".join(one["args"]))
def test_help(case: Any) -> None:
    done = run(case["args"], {})
    shown, other = (done.stdout, done.stderr) if case["code"] == 0 else (done.stderr, done.stdout)
    assert (done.returncode, other) == (case["code"], "") and shown.startswith("usage: bonin")


@pytest.mark.parametrize("case", VECTORS["wrong"], ids=lambda one: " ".join(one["args"]))
def test_what_is_wrong(case: Any) -> None:
    done = run(case["args"], {})
    assert (done.returncode, done.stdout) == (2, "")
    line = f"bonin: {case['stderr']}"
    assert done.stderr.count("\n") == 1
    assert done.stderr == line + "\n" or (line.endswith(" ") and done.stderr.startswith(line)), done.stderr
    assert done.stderr.endswith(case.get("hint", "") + "\n")


@pytest.mark.parametrize("case", VECTORS["locales"], ids=lambda one: str(one["environment"]))
def test_locales(case: Any) -> None:
    first = "사용법: bonin" if case["language"] == "ko" else "usage: bonin"
    assert run(["demo", "--help"], case["environment"]).stdout.startswith(first)


def test_a_terminal_that_knows_no_korean_gets_english() -> None:
    done = run(["demo", "--help"], {"LC_ALL": "ko_KR.UTF-8", "PYTHONIOENCODING": "ascii"})
    assert done.stdout.startswith("usage: bonin") and "\\u" not in done.stdout


def on_terminal(command: List[str], env: Dict[str, str]) -> Tuple[int, str]:
    """The exit code, and what a terminal would show."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # what a terminal says when nobody writes to it any more
        pass
    os.close(ours)
    return child.wait(timeout=60), shown.decode()


@pytest.mark.parametrize("case", VECTORS["colours"], ids=lambda one: f"{one['environment']} {one['terminal']}")
def test_colours(case: Any, tmp_path: pathlib.Path) -> None:
    cases = tmp_path / "cases.json"
    one = {"name": "nobody", "now": "2026-06-03T12:00:00Z", "verification": {}, "allowed": True}
    cases.write_text(json.dumps({"policy": "kr.work", "cases": [one]}), encoding="utf-8")
    command, env = ["policy", "test", str(cases)], env_of({"TERM": "xterm", **case["environment"]})
    if case["terminal"]:
        code, shown = on_terminal([sys.executable, "-m", "bonin", *command], env)
    else:
        done = python(["-m", "bonin", *command], env)
        code, shown = done.returncode, done.stdout
    assert code == 1 and "FAILED" in shown, shown
    assert shown.startswith("\x1b[31mFAILED\x1b[0m  nobody" if case["coloured"] else "FAILED  nobody"), shown


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="under a sanitizer")
@pytest.mark.parametrize("locale", ["C", "ko_KR.UTF-8"])
def test_both_packages_print_the_same(locale: str) -> None:
    pages = [page for page in PAGES if page not in ([], ["--help"])]  # which name the commands of one package alone
    script = "const help = require('./cli/help.js'), { groups } = require('./cli/table.json');" + (
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((words) => { const name = words.slice(0, -1).join(' ');"
        " return [40, 80, 100].map((columns) => help[groups[name] ? 'ofGroup' : 'ofCommand'](name, process.argv[2], columns)); })))"
    )
    language: Any = "ko" if locale.startswith("ko") else "en"
    done = subprocess.run(
        ["node", "-e", script, json.dumps(pages), language], cwd=NODE, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for page, theirs in zip(pages, json.loads(done.stdout)):
        name = " ".join(page[:-1])
        ours = _help.of_group if name in _words.TABLE["groups"] else _help.of_command
        assert [ours(name, language, columns) for columns in (40, 80, 100)] == theirs, name
