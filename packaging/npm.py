"""The npm tarball, with an addon for each platform inside."""

import json
import pathlib
import shutil
import subprocess
from typing import List

from build import Built
from licences import write as write_licences
from linkage import name_libc
from targets import BUILD, ROOT


def tarball(built: List[Built], dist: pathlib.Path) -> pathlib.Path:
    place = BUILD / "npm"
    shutil.rmtree(place, ignore_errors=True)
    listed = subprocess.run(
        ["npm", "pack", "--dry-run", "--json", "--ignore-scripts"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    for file in json.loads(listed.stdout)[0]["files"]:
        if file["path"].endswith(".node"):
            continue  # this checkout's own
        target = place / file["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file["path"], target)
    subprocess.run(["node", str(ROOT / "packaging" / "join.js"), str(place / "bindings" / "node" / "lib")], check=True)
    for one in built:
        folder = place / "bindings" / "node" / "prebuilt" / one.target.name
        folder.mkdir(parents=True)
        shutil.copy(one.addon, folder / "bonin.node")
        name_libc(one.target, folder / "bonin.node")
    write_licences(place / "licenses")
    dist.mkdir(exist_ok=True)
    packed = subprocess.run(
        ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", str(dist)],
        cwd=place,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return dist / json.loads(packed.stdout)[0]["filename"]
