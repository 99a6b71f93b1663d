"""Tries what is in dist/ where a user would install it: in fresh rooms, without compiler and without our packages.

    rooms.py here      this machine, with nothing on the PATH but the interpreter
    rooms.py all       and bare roots of Debian 11 to 14, musl, and arm64 under qemu; writes docs/platforms.md and .ko.md

The Dockerfiles of examples/ are run step by step as well (images.py): all of them, or two where it is `here`.

Each room installs the file and runs packaging/rooms/job.{py,cjs}: the main job on the sandbox, over TLS, with a registry on SQLite
and, where a server is at hand (BONIN_ROOM_POSTGRESQL), on PostgreSQL. `all` needs root.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Dict, List

import certificates
import images
import report
from progress import say
from roots import Root, arm_root, debian_root
from targets import BUILD, ROOT, this_machine

DIST = ROOT / "dist"
JOBS = ROOT / "packaging" / "rooms"
PLACE = BUILD / "rooms"
NONSENSE = """openssl_conf = all
[all]
ssl_conf = none
providers = nowhere
alg_section = nowhere
[none]
system_default = nothing
[nothing]
MinProtocol = nonsense
CipherString = nonsense
"""
NEIGHBOURS = ("psycopg2-binary", "cryptography", "pycurl")


@dataclass
class Visit:
    """What one interpreter in one room has shown."""

    platform: str
    target: str
    libc: str
    package: pathlib.Path
    install_s: float = 0.0
    done: Dict[str, Any] = field(default_factory=dict)


def run(command: List[str], **more: Any) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **more)
    if done.returncode != 0:
        raise SystemExit(f"failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def only(pattern: str) -> pathlib.Path:
    found = sorted(DIST.glob(pattern))
    if not found:
        raise SystemExit(f"dist/ holds no {pattern}: ./dev package makes it")
    return found[0]


def fresh(name: str) -> pathlib.Path:
    place = PLACE / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def postgresql() -> List[str]:
    url = os.environ.get("BONIN_ROOM_POSTGRESQL", "")
    return [url] if url else []


def nothing() -> Dict[str, str]:
    """The environment of a job: no program to be found, and settings of OpenSSL that it cannot follow."""
    nonsense = PLACE / "openssl.cnf"
    nonsense.write_text(NONSENSE, encoding="utf-8")
    return {"PATH": "", "OPENSSL_CONF": str(nonsense)}


# ---- this machine -------------------------------------------------------------------------------------------------------


def python_here() -> Visit:
    place = fresh("python-here")
    tag = f"cp3{sys.version_info[1]}"
    visit = Visit("this machine", this_machine().name, "glibc", only(f"*-{tag}-{tag}-*{os.uname().machine}.whl"))
    run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")])
    python = str(place / "venv" / "bin" / "python")
    began = time.monotonic()
    run([sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", str(visit.package)])
    visit.install_s = time.monotonic() - began
    job = [python, str(JOBS / "job.py"), str(certificates.folder()), *postgresql()]
    visit.done = json.loads(run(job, cwd=place, env=nothing()))
    return visit


def neighbours_here(visit: Visit) -> None:
    """bonin in one process with packages that bring libraries of the same names."""
    place = PLACE / "python-here"
    python = str(place / "venv" / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--only-binary", ":all:", *NEIGHBOURS]
    fetched = subprocess.run(install, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if fetched.returncode != 0:
        print(f"not tried: {', '.join(NEIGHBOURS)} in one process with bonin, for they cannot be fetched here")
        return
    for order in ("first", "last"):
        job = [python, str(JOBS / "neighbours.py"), order, str(certificates.folder()), *postgresql()]
        run(job, cwd=place, env={"PATH": ""})
    print(f"{visit.done['interpreter']}: works in one process with {', '.join(NEIGHBOURS)}")


def node_here() -> Visit:
    place = fresh("node-here")
    node = shutil.which("node")
    visit = Visit("this machine", this_machine().name, "glibc", only("*.tgz"))
    visit.install_s = npm_install(visit.package, place, ["npm"])
    job = [str(node), "job.cjs", str(certificates.folder()), *postgresql()]
    visit.done = json.loads(run(job, cwd=place, env=nothing()))
    return visit


def npm_install(package: pathlib.Path, place: pathlib.Path, npm: List[str], **more: Any) -> float:
    (place / "package.json").write_text('{ "name": "shop", "version": "1.0.0", "private": true }\n', encoding="utf-8")
    shutil.copy(JOBS / "job.cjs", place)
    began = time.monotonic()
    run([*npm, "install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", str(package)], cwd=place, **more)
    return time.monotonic() - began


# ---- bare roots ---------------------------------------------------------------------------------------------------------


def visit_python(root: Root) -> Visit:
    tag = f"cp3{root.python_minor()}"
    visit = Visit(root.title, root.target("glibc"), "glibc", only(f"*-{tag}-{tag}-*manylinux*_{root.machine}.whl"))
    place = root.fresh("python")
    shutil.copy(visit.package, place)
    for file in (JOBS / "job.py", *certificates.folder().iterdir()):
        shutil.copy(file, place)
    began = time.monotonic()
    root.run(
        ["/usr/bin/python3", "-m", "pip", "install", "-q", "--no-index", "--target", "site", visit.package.name],
        "python",
    )
    visit.install_s = time.monotonic() - began
    visit.done = json.loads(root.run(["/usr/bin/python3", "job.py", ".", *postgresql()], "python", PYTHONPATH="site"))
    return visit


def visit_node(root: Root, version: str, libc: str) -> Visit:
    visit = Visit(root.title if libc == "glibc" else f"{root.title}, musl", root.target(libc), libc, only("*.tgz"))
    name = f"node-{libc}"
    place = root.fresh(name)
    node = root.node(version, libc)
    shutil.copy(visit.package, place)
    for file in (JOBS / "job.cjs", *certificates.folder().iterdir()):
        shutil.copy(file, place)
    (place / "package.json").write_text('{ "name": "shop", "version": "1.0.0", "private": true }\n', encoding="utf-8")
    npm = [*node, root.npm(version, libc), "install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"]
    began = time.monotonic()
    root.run([*npm, visit.package.name], name)
    visit.install_s = time.monotonic() - began
    visit.done = json.loads(root.run([*node, "job.cjs", ".", *postgresql()], name))
    return visit


def visits_everywhere() -> List[Visit]:
    """Of what dist/ holds: a room for which it has nothing is passed over, and said so."""
    visits: List[Visit] = []

    def visit(root: Root, libc: str, node: str) -> None:
        if root.target(libc) in report.addons():
            visits.append(visit_node(root, node, libc))
        else:
            print(f"{root.title}, {libc}: the tarball has no addon for it")
        if libc == "glibc" and not list(DIST.glob(f"*-cp3{root.python_minor()}-*manylinux*_{root.machine}.whl")):
            print(f"{root.title}: dist/ has no wheel for its Python 3.{root.python_minor()}")
        elif libc == "glibc":
            visits.append(visit_python(root))

    for suite, node in (("bullseye", "20"), ("bookworm", "22"), ("trixie", "24"), ("forky", "24")):
        root = debian_root(suite)
        say(f"room: {root.title}")
        visit(root, "glibc", node)
    visit(debian_root("trixie"), "musl", "24")
    root = arm_root("trixie")
    say(f"room: {root.title}")
    visit(root, "glibc", "22")
    visit(root, "musl", "22")
    return visits


def main() -> int:
    what = sys.argv[1] if len(sys.argv) > 1 else "here"
    visits = [python_here(), node_here()]
    neighbours_here(visits[0])
    images.visit_all([] if what == "all" else ["next", "django"])  # the rest differs from these in a few lines
    if what == "all":
        visits += visits_everywhere()
        report.write(visits)
    for visit in visits:
        works = [name for name in ("main job", "TLS", "SQLite", "PostgreSQL") if visit.done[name]]
        print(
            f"{visit.platform}, {visit.done['interpreter']}: {', '.join(works)}; installed in {visit.install_s:.1f} s"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
