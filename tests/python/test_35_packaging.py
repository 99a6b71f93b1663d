"""Packaging: a source that was changed, or cannot be fetched, ends it with a sentence that says what to do."""

import hashlib
import importlib
import json
import pathlib
import sys
from typing import Any

import pytest

import bonin

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCK = '[[package]]\nname = "some-sys"\nversion = "1.2.3"\nchecksum = "{checksum}"\n'


@pytest.fixture
def third_party(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """packaging/third_party.py with one crate, in a place of its own."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    module = importlib.import_module("third_party")
    monkeypatch.setattr(module, "HERE", tmp_path / "recipe")
    monkeypatch.setattr(module, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(module, "BUILD", tmp_path)
    crate = tmp_path / "sources" / "some-sys"
    for folder in (module.HERE, crate):
        folder.mkdir(parents=True)
    (module.HERE / "Cargo.toml").write_text("[package]\n")
    (module.HERE / "Cargo.lock").write_text(LOCK.format(checksum="a" * 64))
    (crate / "Cargo.toml").write_text('[package]\nname = "some-sys"\nversion = "1.2.3"\n')
    (crate / "url.c").write_text("int main;\n")
    (crate / "empty.h").touch()
    files = {
        name: hashlib.sha256((crate / name).read_bytes()).hexdigest() for name in ("Cargo.toml", "url.c", "empty.h")
    }
    (crate / ".cargo-checksum.json").write_text(json.dumps({"files": files, "package": "a" * 64}))
    yield module
    for name in ("third_party", "toolchain", "targets", "progress"):
        sys.modules.pop(name, None)


def test_sources_as_they_were_given_pass(third_party: Any) -> None:
    third_party.check(third_party.SOURCES)


@pytest.mark.parametrize("change", ["changed", "missing", "an empty one missing", "another crate"])
def test_a_source_whose_hash_differs(third_party: Any, change: str) -> None:
    crate = third_party.SOURCES / "some-sys"
    if change == "changed":
        (crate / "url.c").write_text("int main; /* and more */\n")
    elif change == "missing":
        (crate / "url.c").unlink()
    elif change == "an empty one missing":
        (crate / "empty.h").unlink()
    else:
        (third_party.HERE / "Cargo.lock").write_text(LOCK.format(checksum="b" * 64))
    with pytest.raises(SystemExit, match=r"is not what Cargo\.lock vouches for; delete .* and run this again"):
        third_party.check(third_party.SOURCES)


def test_no_network(third_party: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cargo = tmp_path / "bin" / "cargo"
    cargo.parent.mkdir()
    cargo.write_text("#!/bin/sh\necho 'error: failed to download from the registry' >&2\nexit 101\n")
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{cargo.parent}:/usr/bin:/bin")
    with pytest.raises(SystemExit) as ended:
        third_party.fetch()
    assert "failed to download from the registry" in str(ended.value)
    assert str(ended.value).endswith("see to it that cargo reaches its registry, and run this again")
    assert not (third_party.SOURCES / ".stamp").exists()  # nothing that is half there counts as fetched


def test_no_cargo(third_party: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="cargo is missing"):
        third_party.fetch()


def test_the_package_carries_the_script_for_pages() -> None:
    """The same file as in npm's package: tests/node/47-browser.test.js says when both are stale."""
    script = bonin.browser_script()
    assert script.parent == pathlib.Path(bonin.__file__).parent
    assert script.read_bytes() == (ROOT / "bindings" / "node" / "lib" / "browser.js").read_bytes()
    assert "/bindings/python/bonin/*.js" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
