"""Makes what people install: ./dev package [all [--only PLATFORM]...] [--raise]

    package        for this machine: the npm tarball with this platform's addon, a wheel for this Python, the sdist
    package all    wheels for every Python and platform, and one npm tarball with an addon for each; then fresh rooms try them
    --raise        after a change of packaging/third_party/Cargo.toml: writes Cargo.lock anew, and says which versions it holds

All of it goes to dist/. What has been built stays in build/package and is not built again.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from typing import List

import build
import linkage
import npm
import pythons
import sbom
import third_party
import wheel
from progress import say
from targets import ROOT, TARGETS, this_machine

DIST = ROOT / "dist"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["all"], help="for every platform and Python")
    parser.add_argument("--only", action="append", choices=list(TARGETS), help="of `all`, these platforms")
    parser.add_argument("--raise", dest="raising", action="store_true", help="write Cargo.lock anew")
    parser.add_argument("--fetch", action="store_true", help="only fetch the third-party sources")
    asked = parser.parse_args()
    if asked.fetch:
        third_party.fetch()
        return 0
    if asked.raising:
        third_party.raise_versions()
        return 0
    # The same input gives the same bytes: whatever writes a time writes that of the last commit.
    os.environ.setdefault("SOURCE_DATE_EPOCH", _committed())
    if asked.what == "all":
        targets, versions = [TARGETS[name] for name in asked.only or TARGETS], pythons.all_pythons()
    else:
        targets, versions = [this_machine()], [pythons.this_python()]
    shutil.rmtree(DIST, ignore_errors=True)
    built = []
    for number, target in enumerate(targets, 1):
        say(f"{target.name} ({number} of {len(targets)})")
        built.append(build.build(target, versions))
        for module in (built[-1].addon, *(built[-1].module(python) for python in built[-1].pythons)):
            linkage.check(module)
    say("packing")
    wheels = [wheel.wheel(one, python, DIST) for one in built for python in one.pythons]
    wheel.check(wheels)
    wheel.sdist(DIST)
    npm.tarball(built, DIST)
    sbom.write(built[0].third_party, DIST)
    _write_sums()
    for file in sorted(DIST.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.1f} MB  {file.relative_to(ROOT)}")
    return 0


def _committed() -> str:
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    return told.stdout.strip() or "1700000000"


def _write_sums() -> None:
    sums: List[str] = []
    for file in sorted(DIST.iterdir()):
        sums.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    (DIST / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
