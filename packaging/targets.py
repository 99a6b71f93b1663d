"""The platforms that a package is made for."""

import os
import pathlib
import platform
from dataclasses import dataclass
from typing import Dict, Tuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "package"


@dataclass(frozen=True)
class Target:
    name: str  # as Node says it: platform (with its libc) and architecture
    triple: str  # as zig says it, with the oldest libc that will do
    openssl: str  # as OpenSSL's Configure says it
    wheel: str  # the wheel's platform tags; empty: no wheel is made
    soabi: str  # how CPython ends the name of a module

    @property
    def system(self) -> str:
        return "Darwin" if self.name.startswith("darwin") else "Linux"

    @property
    def processor(self) -> str:
        return self.triple.split("-")[0]

    @property
    def libc(self) -> str:
        return "musl" if "musl" in self.name else "glibc" if self.system == "Linux" else "libSystem"

    @property
    def folder(self) -> pathlib.Path:
        return BUILD / self.name


def _manylinux(processor: str) -> str:
    return f"manylinux_2_17_{processor}.manylinux2014_{processor}"


TARGETS: Dict[str, Target] = {
    target.name: target
    for target in (
        Target("linux-x64", "x86_64-linux-gnu.2.17", "linux-x86_64", _manylinux("x86_64"), "x86_64-linux-gnu"),
        Target("linux-arm64", "aarch64-linux-gnu.2.17", "linux-aarch64", _manylinux("aarch64"), "aarch64-linux-gnu"),
        Target("linuxmusl-x64", "x86_64-linux-musl", "linux-x86_64", "musllinux_1_2_x86_64", "x86_64-linux-musl"),
        Target("linuxmusl-arm64", "aarch64-linux-musl", "linux-aarch64", "musllinux_1_2_aarch64", "aarch64-linux-musl"),
        Target("darwin-x64", "x86_64-macos.11.0", "darwin64-x86_64-cc", "", "darwin"),
        Target("darwin-arm64", "aarch64-macos.11.0", "darwin64-arm64-cc", "", "darwin"),
    )
}


def this_machine() -> Target:
    architecture = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), platform.machine())
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), platform.system())
    musl = system == "linux" and any(name.startswith("ld-musl") for name in _loaders())
    name = f"{system}{'musl' if musl else ''}-{architecture}"
    if name not in TARGETS:
        raise SystemExit(f"bonin is packaged for {', '.join(TARGETS)}; this machine is {name}")
    return TARGETS[name]


def _loaders() -> Tuple[str, ...]:
    return tuple(os.listdir("/lib"))
