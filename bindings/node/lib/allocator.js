'use strict';
// Is malloc another than libc's? With RTLD_DEEPBIND the addon and its libraries would find libc's malloc and free all the
// same, and free with the one what the other had given.

const fs = require('node:fs');

/** Libraries that come with glibc and GCC: not to be read at each start. Of glibc's own, malloc is the usual one. */
const USUAL = /\/(ld-linux[-\w]*|libc|libm|libdl|librt|libpthread|libutil|libresolv|libstdc\+\+|libgcc_s|libatomic)(-[\d.]+)?\.so/;
const DYNSYM = 11;
const SYMBOL_SIZE = 24;

/** Does an ELF file (64 bits, little-endian: all that bonin runs on) define a symbol for others? */
function defines(file, symbol) {
  const elf = fs.readFileSync(file);
  if (elf.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return false;
  const at = (offset) => Number(elf.readBigUInt64LE(offset));
  const sections = Array.from({ length: elf.readUInt16LE(60) }, (_, i) => at(40) + i * elf.readUInt16LE(58));
  const table = sections.find((section) => elf.readUInt32LE(section + 4) === DYNSYM);
  if (table === undefined) return false;
  const names = at(sections[elf.readUInt32LE(table + 40)] + 24);
  const wanted = Buffer.from(`${symbol}\0`);
  const end = at(table + 24) + at(table + 32);
  for (let one = at(table + 24); one + SYMBOL_SIZE <= end; one += SYMBOL_SIZE) {
    const name = names + elf.readUInt32LE(one);
    const isDefined = elf.readUInt16LE(one + 6) !== 0;
    if (isDefined && elf.subarray(name, name + wanted.length).equals(wanted)) return true;
  }
  return false;
}

/** Preloaded by LD_PRELOAD or /etc/ld.so.preload, or linked into Node by whoever built it: what is mapped tells. */
function isMallocReplaced() {
  let maps;
  try {
    maps = fs.readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return Boolean(process.env.LD_PRELOAD); // without /proc the safe guess
  }
  const libraries = new Set([...maps.matchAll(/\/.*\.so(?:\.[^\s/]*)?$/gm)].map(([file]) => file));
  return [...libraries].some((file) => {
    if (USUAL.test(file)) return false;
    try {
      return defines(file, 'malloc');
    } catch {
      return /malloc/.test(file); // deleted, or of a kind that is not known
    }
  });
}

module.exports = { isMallocReplaced };
