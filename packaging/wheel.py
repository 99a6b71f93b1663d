"""Wheels, the sdist, and what both say of the package."""

import pathlib
import shutil
import subprocess
import sys
from typing import List

from build import Built
from licences import write as write_licences
from linkage import name_libc
from progress import run
from pythons import Python
from targets import BUILD, ROOT

PURE = ROOT / "bindings" / "python"
PACKAGES = ("bonin", "bonin_pytest")
METADATA = (
    "import sys; from scikit_build_core.build import prepare_metadata_for_build_wheel as p; print(p(sys.argv[1]))"
)


def wheel(built: Built, python: Python, dist: pathlib.Path) -> pathlib.Path:
    place = built.target.folder / "wheel"
    shutil.rmtree(place, ignore_errors=True)
    for name in PACKAGES:
        shutil.copytree(PURE / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    package = place / "bonin"
    shutil.copy(ROOT / "policy.schema.json", package)
    module = pathlib.Path(shutil.copy(built.module(python), package))
    module.chmod(0o755)
    name_libc(built.target, module)
    info = _metadata(place)
    write_licences(info / "licenses")
    tags = "".join(f"Tag: {python.tag}-{python.tag}-{platform}\n" for platform in built.target.wheel.split("."))
    (info / "WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: bonin\nRoot-Is-Purelib: false\n{tags}", encoding="utf-8"
    )
    dist.mkdir(exist_ok=True)
    log = built.target.folder / "wheel.log"
    run(
        [sys.executable, "-m", "wheel", "pack", "--dest-dir", str(dist), str(place)], log=log, cwd=ROOT
    )  # else `wheel` would be this file
    return _newest(dist, f"*-{python.tag}-{python.tag}-*.whl")


def sdist(dist: pathlib.Path) -> pathlib.Path:
    code = "import sys; from scikit_build_core.build import build_sdist; build_sdist(sys.argv[1])"
    dist.mkdir(exist_ok=True)
    run([sys.executable, "-c", code, str(dist)], cwd=ROOT, log=BUILD / "sdist.log")
    return _newest(dist, "*.tar.gz")


def check(wheels: List[pathlib.Path]) -> None:
    """auditwheel finds what would keep a wheel from the systems that its name promises."""
    for one in wheels:
        promised = one.name.rsplit("-", 1)[1].removesuffix(".whl").split(".")
        shown = subprocess.run(
            [sys.executable, "-m", "auditwheel", "show", str(one)], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        if not any(f'"{tag}"' in shown for tag in promised):
            raise SystemExit(f"{one.name} does not keep what its name promises:\n{shown}")


def _metadata(place: pathlib.Path) -> pathlib.Path:
    done = subprocess.run(
        [sys.executable, "-c", METADATA, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return place / done.stdout.split()[-1]


def _newest(folder: pathlib.Path, pattern: str) -> pathlib.Path:
    return max(folder.glob(pattern), key=lambda one: one.stat().st_mtime)
