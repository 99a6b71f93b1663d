'use strict';
// Was malloc replaced? With RTLD_DEEPBIND the addon and its libraries would use the malloc and free of libc, and memory that
// came from one allocator would be freed by the other.

const fs = require('node:fs');
const { Elf } = require('./elf.js');

/** Libraries of glibc and GCC, which do not replace malloc and need not be read. */
const USUAL = /\/(ld-linux[-\w]*|libc|libm|libdl|librt|libpthread|libutil|libresolv|libstdc\+\+|libgcc_s|libatomic)(-[\d.]+)?\.so/;

/** Looks into what is mapped: an allocator is preloaded by LD_PRELOAD or /etc/ld.so.preload, or linked into Node. */
function isMallocReplaced() {
  let maps;
  try {
    maps = fs.readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return Boolean(process.env.LD_PRELOAD); // /proc is missing
  }
  const libraries = new Set([...maps.matchAll(/\/.*\.so(?:\.[^\s/]*)?$/gm)].map(([file]) => file));
  return [...libraries].some((file) => {
    if (USUAL.test(file)) return false;
    try {
      return Elf.read(file)?.defines('malloc') ?? false;
    } catch {
      return /malloc/.test(file); // deleted, or of a kind that is not known
    }
  });
}

module.exports = { isMallocReplaced };
