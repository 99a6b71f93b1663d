"""Completion in the shells themselves: the script is read by bash, zsh and fish, which then complete lines."""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
from typing import Callable, Dict, Iterator, List, Set

import pytest
from conftest import environment, python

import bonin
from bonin.cli import _words

PRESETS = set(bonin._native.word_lists()["preset"])

# What is typed, and what a shell offers.
CASES: Dict[str, Set[str]] = {
    "bonin pol": {"policy"},
    "bonin policy ch": {"check"},
    "bonin verify --pre": {"--preset"},
    "bonin verify --preset kr.youth": {one for one in PRESETS if one.startswith("kr.youth")},
    "bonin policy check --language k": {"ko"},
    "bonin registry import --kin": {"--kind"},
    "bonin registry import x.csv --kind d": {"di"},
    "bonin completion f": {"fish"},
    "bonin sandbox ver": {"verify"},
    "bonin sandbox verify kakao": {"kakao_without_ci"},
    "bonin policy check sign": {"sign-up.json"},
    "bonin verify --policy sign": {"sign-up.json"},
    "bonin verify x --timeout-ms ": set(),
    "bonin policy check --langu": {"--language"},
    "bonin --ver": {"--version"},
}


def need(shell: str) -> str:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    return shell


@pytest.fixture
def script(tmp_path: pathlib.Path) -> Callable[[str], pathlib.Path]:
    def made(shell: str) -> pathlib.Path:
        done = python(["-m", "bonin", "completion", need(shell)], environment())
        assert (done.returncode, done.stderr) == (0, "")
        file = tmp_path / f"script.{shell}"
        file.write_text(done.stdout, encoding="utf-8")
        (tmp_path / "sign-up.json").write_text("{}", encoding="utf-8")
        return file

    return made


def asked(command: List[str], folder: pathlib.Path) -> Set[str]:
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return {line.split("\t")[0] for line in done.stdout.splitlines() if line}


def test_the_cases_are_of_the_table() -> None:
    names = {" ".join(case.split()[1:3]) for case in CASES} | {case.split()[1] for case in CASES}
    assert names & set(_words.COMMANDS)
    assert {"kr.youth_protection"} <= PRESETS


@pytest.mark.parametrize("typed", CASES)
def test_bash(script: Callable[[str], pathlib.Path], typed: str) -> None:
    file = script("bash")
    words = [*typed.split(" ")]
    ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bonin; printf "%s\\n" "${COMPREPLY[@]}"'
    assert asked(["bash", "--norc", "-c", ask, "x", str(file), *words], file.parent) == CASES[typed]


def test_bash_splits_an_option_at_its_sign(script: Callable[[str], pathlib.Path]) -> None:
    file = script("bash")
    ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _bonin; printf "%s\\n" "${COMPREPLY[@]}"'
    words = ["bonin", "verify", "--preset", "=", "kr.youth"]
    assert asked(["bash", "--norc", "-c", ask, "x", str(file), *words], file.parent) == {"kr.youth_protection"}
    assert (
        asked(["bash", "--norc", "-c", ask, "x", str(file), "bonin", "verify", "--preset", "="], file.parent) == PRESETS
    )


@pytest.mark.parametrize("typed", CASES)
def test_fish(script: Callable[[str], pathlib.Path], typed: str) -> None:
    file = script("fish")
    ask = f"source {file.name}; complete -C '{typed}'"
    assert asked(["fish", "--no-config", "-c", ask], file.parent) == CASES[typed]


@pytest.fixture(scope="module")
def zsh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """An interactive zsh: what the line is after a tab."""
    need("zsh")
    folder = tmp_path_factory.mktemp("zsh")
    done = python(["-m", "bonin", "completion", "zsh"], environment())
    (folder / "script.zsh").write_text(done.stdout, encoding="utf-8")
    (folder / "sign-up.json").write_text("{}", encoding="utf-8")
    ours, theirs = pty.openpty()
    env = {**environment(), "TERM": "dumb", "PS1": "> ", "ZDOTDIR": str(folder)}
    child = subprocess.Popen(["zsh", "-f", "-i"], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)

    def until(mark: str) -> str:
        shown = ""
        while not re.search(mark, shown):
            assert select.select([ours], [], [], 60)[0], shown
            shown += os.read(ours, 4096).decode(errors="replace")
        return shown

    def completed(typed: str) -> str:
        # Ctrl-X p prints the line as it is then.
        os.write(ours, typed.encode() + b"\t\x18p")
        return re.findall(r"LINE<([^>]*)>", until("LINE<[^>]*>"))[-1]

    setup = (
        "unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null; autoload -Uz compinit; compinit -u -D;"
        " source ./script.zsh; show() { print -r -- \"LINE<$BUFFER>\"; BUFFER=''; }; zle -N show; bindkey '^Xp' show;"
        " setopt no_list_beep; print REA''DY\n"
    )
    os.write(ours, setup.encode())
    until("READY")
    yield completed
    child.kill()
    child.wait()
    os.close(ours)


@pytest.mark.parametrize("typed", [case for case, offered in CASES.items() if len(offered) == 1])
def test_zsh(zsh: Callable[[str], str], typed: str) -> None:
    (offered,) = CASES[typed]
    assert zsh(typed).rstrip() == f"{typed.rpartition(' ')[0]} {offered}"


def test_another_shell_is_refused() -> None:
    done = python(["-m", "bonin", "completion", "tcsh"], environment())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "bonin: completion takes bash, zsh or fish\n"
