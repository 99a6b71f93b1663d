"""Third-party libraries: their sources by hash, and static libraries for a target, built once."""

import hashlib
import json
import pathlib
import shutil
import sys
from typing import Any, Dict, List

import toolchain
from progress import run, say
from targets import BUILD, ROOT, Target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = ROOT / "packaging" / "third_party"
SOURCES = BUILD / "sources"
CRATES = ("openssl-src", "curl-sys", "libnghttp2-sys", "libsqlite3-sys", "pq-src", "simdjson-sys", "utf8proc-sys")


def fetch() -> pathlib.Path:
    """Answers the folder of the sources. Cargo compares each with its hash in Cargo.lock."""
    wanted = _digest(HERE / "Cargo.toml", HERE / "Cargo.lock")
    stamp = SOURCES / ".stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return SOURCES
    if shutil.which("cargo") is None:
        raise SystemExit(
            "cargo is missing: it fetches the third-party sources. On Debian 12: apt-get install cargo-web"
        )
    say("fetching the third-party sources")
    shutil.rmtree(SOURCES, ignore_errors=True)
    SOURCES.parent.mkdir(parents=True, exist_ok=True)
    run(
        ["cargo", "vendor", "--quiet", "--locked", str(SOURCES)],
        cwd=HERE,
        log=BUILD / "fetch.log",
        advice="the third-party sources could not be fetched; see to it that cargo reaches its registry, and run this again",
    )
    stamp.write_text(wanted, encoding="utf-8")
    return SOURCES


def check(sources: pathlib.Path) -> None:
    """Compares each file with the hash that was given with its crate, and each crate with Cargo.lock."""
    lock = {f"{one['name']} {one['version']}": one.get("checksum") for one in locked()}
    for told in sorted(sources.glob("*/.cargo-checksum.json")):
        crate = told.parent
        package = tomllib.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))["package"]
        sums = json.loads(told.read_text(encoding="utf-8"))
        files = sums["files"].items()
        wrong = [name for name, wanted in files if not (crate / name).is_file() or _digest(crate / name) != wanted]
        if lock.get(f"{package['name']} {package['version']}") != sums["package"]:
            wrong.append("its hash as a whole")
        if wrong:
            raise SystemExit(
                f"{crate}: {wrong[0]} is not what Cargo.lock vouches for; delete {sources} and run this again: it is fetched anew"
            )


def raise_versions() -> None:
    """After a change of Cargo.toml. The libraries' own versions follow a + where the crate tells them."""
    run(["cargo", "update", "--quiet"], cwd=HERE, log=BUILD / "fetch.log")
    for name, version in versions().items():
        print(f"{name}: {version}")


def locked() -> List[Dict[str, Any]]:
    """The packages of Cargo.lock: name, version, checksum."""
    packages: List[Dict[str, Any]] = tomllib.loads((HERE / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    return packages


def versions() -> Dict[str, str]:
    return {one["name"]: one["version"] for one in locked() if one["name"] in CRATES}


def build(target: Target) -> pathlib.Path:
    """Answers the folder with include/ and lib/."""
    recipe: List[pathlib.Path] = sorted(file for file in HERE.rglob("*") if file.is_file())
    key = hashlib.sha256(
        f"{_digest(*recipe)} {target} {toolchain.ALWAYS} {toolchain.flags(target)} {toolchain.zig_version()}".encode()
    ).hexdigest()
    place = BUILD / "third-party" / target.name
    file = toolchain.write(target, place)
    stamp = place / "built"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
        return place
    say(f"building the third-party libraries for {target.name} (once; some three minutes)")
    sources = fetch()
    check(sources)
    work = target.folder / "third-party"
    for folder in (place, work):  # of a build that was interrupted
        shutil.rmtree(folder, ignore_errors=True)
    log = target.folder / "third-party.log"
    environment = toolchain.environment(target)
    options = {
        "CMAKE_TOOLCHAIN_FILE": file,
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_INSTALL_PREFIX": place,
        "SOURCES": sources,
        "OPENSSL_TARGET": target.openssl,
        "CMAKE_C_FLAGS": toolchain.flags(target),
        "CMAKE_CXX_FLAGS": toolchain.flags(target),
    }
    defined = [f"-D{name}={value}" for name, value in options.items()]
    run(["cmake", "-G", "Ninja", "-S", str(HERE), "-B", str(work), *defined], env=environment, log=log)
    run(["cmake", "--build", str(work), "--target", "install"], env=environment, log=log)
    shutil.rmtree(work)
    stamp.write_text(key, encoding="utf-8")
    return place


def _digest(*files: pathlib.Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
