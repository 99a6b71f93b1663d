"""The addon and the Python modules for a target, with everything third-party linked in."""

import pathlib
from dataclasses import dataclass
from typing import List

import toolchain
from progress import run, say
from pythons import Python
from targets import ROOT, Target
from third_party import build as build_third_party


@dataclass(frozen=True)
class Built:
    target: Target
    third_party: pathlib.Path
    addon: pathlib.Path
    pythons: List[Python]

    def module(self, python: Python) -> pathlib.Path:
        folder = self.target.folder / "build" / "bindings" / "python" / python.tag
        return folder / f"_native{python.suffix(self.target)}"


def build(target: Target, pythons: List[Python]) -> Built:
    third_party = build_third_party(target)
    place = target.folder / "build"
    log = target.folder / "build.log"
    log.unlink(missing_ok=True)
    pythons = pythons if target.wheel else []
    options = {
        "CMAKE_TOOLCHAIN_FILE": toolchain.write(target, third_party),
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_UNITY_BUILD": "ON",
        "BONIN_THIRD_PARTY": third_party,
        "BONIN_NODE": "ON",
        "BONIN_PYTHON": "ON" if pythons else "OFF",
        "BONIN_PYTHONS": ";".join(f"{one.tag}={one.headers}={one.suffix(target)}" for one in pythons),
        "pybind11_DIR": _pybind11(),
        "CMAKE_CXX_FLAGS": toolchain.flags(target),
    }
    made = " and ".join(["the addon", *([f"the module of {len(pythons)} Python"] if pythons else [])])
    say(f"building {made} for {target.name}")
    defined = [f"-D{name}={value}" for name, value in options.items()]
    run(["cmake", "-G", "Ninja", "-S", str(ROOT), "-B", str(place), *defined], log=log)
    run(
        ["cmake", "--build", str(place), "--target", "bonin_node", *(f"bonin_native_{one.tag}" for one in pythons)],
        log=log,
    )
    return Built(target, third_party, place / "bindings" / "node" / "bonin.node", pythons)


def _pybind11() -> str:
    import pybind11

    return pybind11.get_cmake_dir()
