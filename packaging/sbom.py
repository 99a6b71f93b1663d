"""What is inside the packages, as a CycloneDX document."""

import json
import pathlib
import re
from dataclasses import dataclass
from typing import Any, Dict, List

from targets import ROOT
from third_party import locked, tomllib


@dataclass(frozen=True)
class Library:
    name: str
    licence: str  # as SPDX names it
    crate: str = ""
    header: str = ""  # tells the version where the crate's does not
    define: str = ""


LIBRARIES = (
    Library("OpenSSL", "Apache-2.0", "openssl-src"),
    Library("curl", "curl", "curl-sys"),
    Library("nghttp2", "MIT", "libnghttp2-sys"),
    Library("libpq", "PostgreSQL", "pq-src"),
    Library("SQLite", "blessing", "libsqlite3-sys", "sqlite3.h", "SQLITE_VERSION"),
    Library("simdjson", "Apache-2.0", "simdjson-sys", "simdjson.h", "SIMDJSON_VERSION"),
    Library("utf8proc", "MIT", "utf8proc-sys", "utf8proc.h", "UTF8PROC_VERSION_"),
    Library("nlohmann-json", "MIT", "", "nlohmann/detail/abi_macros.hpp", "NLOHMANN_JSON_VERSION_"),
    Library("Boost", "BSL-1.0", "", "boost/version.hpp", "BOOST_LIB_VERSION"),
)


def write(third_party: pathlib.Path, dist: pathlib.Path) -> pathlib.Path:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": _component(project["name"], project["version"], "Apache-2.0")},
        "components": components(third_party / "include"),
    }
    path = dist / "bonin.cdx.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path


def components(include: pathlib.Path) -> List[Dict[str, Any]]:
    crates = {one["name"]: one for one in locked()}
    found = []
    for library in LIBRARIES:
        crate = crates.get(library.crate)
        version = _told(include / library.header, library.define) if library.header else _own(crate["version"])
        component = _component(library.name, version, library.licence)
        if crate is not None:  # the hash is that of the archive which the sources come from
            component["hashes"] = [{"alg": "SHA-256", "content": crate["checksum"]}]
            component["purl"] = f"pkg:cargo/{crate['name']}@{crate['version']}"
        found.append(component)
    return found


def _component(name: str, version: str, licence: str) -> Dict[str, Any]:
    return {"type": "library", "name": name, "version": version, "licenses": [{"license": {"id": licence}}]}


def _own(version: str) -> str:
    """`0.3.14+libpq-18.6` carries 18.6."""
    return re.sub(r"^[^+]*\+([a-z]+-)?", "", version)


def _told(header: pathlib.Path, define: str) -> str:
    text = header.read_text(encoding="utf-8", errors="replace")
    parts = re.findall(rf'^\s*#\s*define\s+{define}(?:MAJOR|MINOR|PATCH)?\s+"?([\w.]+)', text, re.M)
    return ".".join(parts).replace("_", ".")
