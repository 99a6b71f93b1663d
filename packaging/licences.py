"""The licences of what is linked in travel with it."""

import pathlib
import shutil
from importlib.metadata import distribution

import ziglang
from targets import ROOT
from third_party import SOURCES, fetch

# Where a source does not carry its licence, packaging/licenses does.
OWN = ROOT / "packaging" / "licenses"
FILES = {
    "OpenSSL": SOURCES / "openssl-src" / "openssl" / "LICENSE.txt",
    "curl": SOURCES / "curl-sys" / "curl" / "COPYING",
    "nghttp2": SOURCES / "libnghttp2-sys" / "nghttp2" / "COPYING",
    "SQLite": OWN / "SQLite.txt",
    "PostgreSQL": OWN / "PostgreSQL.txt",
    "simdjson": SOURCES / "simdjson-sys" / "vendor" / "simdjson" / "LICENSE",
    "utf8proc": SOURCES / "utf8proc-sys" / "utf8proc" / "LICENSE.md",
    "nlohmann-json": OWN / "nlohmann-json.txt",
    "Boost": OWN / "Boost.txt",
    "pybind11": next(
        pathlib.Path(str(distribution("pybind11").locate_file("."))).glob("pybind11-*.dist-info/licenses/LICENSE")
    ),
    "node-addon-api": ROOT / "node_modules" / "node-addon-api" / "LICENSE.md",
    "libc++": pathlib.Path(ziglang.__file__).parent / "lib" / "libcxx" / "LICENSE.TXT",
}


def write(folder: pathlib.Path) -> None:
    fetch()
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in FILES.items():
        shutil.copyfile(file, folder / f"{name}.txt")
