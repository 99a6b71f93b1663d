"""The Pythons that wheels are made for: their headers are enough, and those of x86_64 serve every 64-bit platform alike."""

import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import List

from roots import debian_root
from targets import BUILD, Target

MINORS = range(9, 15)  # of 3.x; one whose headers are not found is left out, and said so
IN_DEBIAN = {14: "forky"}  # whose bare root has a version's headers, if this machine has none
ASK = "import sys, sysconfig; print(sys.version_info[1], sysconfig.get_path('include'))"


@dataclass(frozen=True)
class Python:
    minor: int
    headers: pathlib.Path

    @property
    def tag(self) -> str:
        return f"cp3{self.minor}"

    def suffix(self, target: Target) -> str:
        """The end of a module's file name."""
        return f".cpython-3{self.minor}-{target.soabi}.so"


def this_python() -> Python:
    return _ask(sys.executable)


def all_pythons() -> List[Python]:
    """The newest of each version that is on the PATH or among pyenv's."""
    found = {}
    for minor in MINORS:
        for command in _candidates(minor):
            try:
                found[minor] = _ask(command)
                break
            except (OSError, LookupError, subprocess.CalledProcessError):
                continue
        else:
            if minor in IN_DEBIAN:
                found[minor] = Python(minor, _from_debian(minor))
            else:
                print(f"no headers of Python 3.{minor} are on this machine: no wheel is made for it")
    return list(found.values())


def _candidates(minor: int) -> List[str]:
    named = shutil.which(f"python3.{minor}")
    pyenv = pathlib.Path.home() / ".pyenv" / "versions"
    versions = sorted(pyenv.glob(f"3.{minor}.*"), key=lambda one: [int(part) for part in re.findall(r"\d+", one.name)])
    return [*(str(one / "bin" / "python") for one in reversed(versions)), *([named] if named else [])]


def _ask(command: str) -> Python:
    done = subprocess.run(
        [command, "-c", ASK], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    minor, headers = done.stdout.split(maxsplit=1)
    place = pathlib.Path(headers.strip())
    if not (place / "Python.h").exists():
        raise LookupError(f"{place} holds no Python.h")
    return Python(int(minor), place)


def _from_debian(minor: int) -> pathlib.Path:
    place = BUILD / "headers" / f"python3.{minor}"
    if not place.exists():
        include = debian_root(IN_DEBIAN[minor]).folder / "usr" / "include"
        shutil.copytree(include / f"python3.{minor}", place)
        # Debian's own only points to the one of each architecture.
        shutil.copy(next(include.glob(f"*-linux-gnu/python3.{minor}/pyconfig.h")), place)
    return place
