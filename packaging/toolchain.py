"""Compilers for a target: zig's, which bring the headers and the C library of each platform."""

import os
import pathlib
import shutil
import subprocess
from typing import Dict

import ziglang
from targets import ROOT, Target

SCRIPT = """#!/bin/sh
exec "{zig}" {tool} "$@"
"""
# Given first, and said again by who knows better. Without -s zig writes debug information that the link throws away, and it compiles a
# libc++ of its own for each of -O0 and -O2, with and without -s: what only tries whether the compiler works shares the one of the modules.
ALWAYS = "-O2 -s"

CMAKE = """set(CMAKE_SYSTEM_NAME {target.system})
set(CMAKE_SYSTEM_PROCESSOR {target.processor})
set(CMAKE_C_COMPILER {folder}/bonin-cc)
set(CMAKE_CXX_COMPILER {folder}/bonin-c++)
set(CMAKE_AR {folder}/bonin-ar)
set(CMAKE_RANLIB {folder}/bonin-ranlib)
set(CMAKE_C_COMPILER_AR {folder}/bonin-ar)
set(CMAKE_C_COMPILER_RANLIB {folder}/bonin-ranlib)
set(CMAKE_CXX_COMPILER_AR {folder}/bonin-ar)
set(CMAKE_CXX_COMPILER_RANLIB {folder}/bonin-ranlib)
set(CMAKE_FIND_ROOT_PATH {third_party})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
set(LIBC {target.libc})
"""
DARWIN = """set(CMAKE_INSTALL_NAME_TOOL {true})
"""


def zig() -> str:
    """The program itself: through `python -m ziglang` each of some thousand compilations would start a Python."""
    return str(pathlib.Path(ziglang.__file__).parent / "zig")


def zig_version() -> str:
    return subprocess.run([zig(), "version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def write(target: Target, third_party: pathlib.Path) -> pathlib.Path:
    """Writes the compilers' scripts and CMake's file about them, and answers the latter. No time changes without need."""
    folder = target.folder / "toolchain"
    folder.mkdir(parents=True, exist_ok=True)
    tools = {
        "cc": f"cc -target {target.triple} {ALWAYS}",
        "c++": f"c++ -target {target.triple} {ALWAYS}",
        "ar": "ar",
        "ranlib": "ranlib",
    }
    for name, tool in tools.items():
        script = folder / f"bonin-{name}"
        _write(script, SCRIPT.format(zig=zig(), tool=tool))
        script.chmod(0o755)
    cmake = folder / "toolchain.cmake"
    text = CMAKE.format(target=target, folder=folder, third_party=third_party)
    # CMake insists on Apple's tool for libraries that are moved; none is.
    text += DARWIN.format(true=shutil.which("true")) if target.system == "Darwin" else ""
    _write(cmake, text)
    return cmake


def flags(target: Target) -> str:
    """No path of this machine gets into what is built, and what nothing uses can be left out."""
    # zig's linker for macOS takes no list of what a module shows.
    hidden = " -fvisibility=hidden" if target.system == "Darwin" else ""
    return f"-ffile-prefix-map={ROOT}=. -ffunction-sections -fdata-sections{hidden}"


def environment(target: Target) -> Dict[str, str]:
    """For builds that CMake does not lead: the compilers are found by name, so no path gets into what they build."""
    folder = target.folder / "toolchain"
    return {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "CC": "bonin-cc",
        "CXX": "bonin-c++",
        "AR": "bonin-ar",
        "RANLIB": "bonin-ranlib",
    }


def _write(path: pathlib.Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
