"""Sees to it that a module needs the C library alone, and that no symbol of what is linked in leaves or enters it."""

import pathlib
import re

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

LIBC = re.compile(r"(lib(c|m|dl|rt|pthread)\.so(\.\d+)?|ld-linux-[\w-]+\.so\.\d+|libc\.musl-\w+\.so\.\d+)$")
SHOWN = {"napi_register_module_v1", "node_api_module_get_api_version_v1", "PyInit__native"}
OTHERS = re.compile(r"(SSL|EVP|CRYPTO|OPENSSL|X509|curl|Curl|sqlite3|PQ|nghttp2|utf8proc|inflate|deflate)_?|_ZN(8simdjson|5boost|St3__1)")


def check(module: pathlib.Path) -> None:
    with module.open("rb") as file:
        elf = ELFFile(file)
        needed = [tag.needed for tag in _dynamic(elf).iter_tags("DT_NEEDED")]
        symbols = elf.get_section_by_name(".dynsym")
        assert isinstance(symbols, SymbolTableSection)
        shown = {one.name for one in symbols.iter_symbols() if one.name and one["st_shndx"] != "SHN_UNDEF"}
        taken = {one.name for one in symbols.iter_symbols() if one.name and one["st_shndx"] == "SHN_UNDEF"}
    wrong = [f"needs {name}" for name in needed if not LIBC.match(name)]
    wrong += [f"shows {name}" for name in sorted(shown - SHOWN)]
    wrong += [f"takes {name} from outside" for name in sorted(taken) if OTHERS.match(name)]
    if wrong:
        raise SystemExit(f"{module}: " + "; ".join(wrong[:20]))


def _dynamic(elf: ELFFile) -> DynamicSection:
    section = elf.get_section_by_name(".dynamic")
    assert isinstance(section, DynamicSection)
    return section
