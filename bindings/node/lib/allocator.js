'use strict';
// Is malloc another than libc's? With RTLD_DEEPBIND the addon and its libraries would find libc's malloc and free all the
// same, and free with the one what the other had given.

const fs = require('node:fs');
const { Elf } = require('./elf.js');

/** Libraries that come with glibc and GCC: not to be read at each start. Of glibc's own, malloc is the usual one. */
const USUAL = /\/(ld-linux[-\w]*|libc|libm|libdl|librt|libpthread|libutil|libresolv|libstdc\+\+|libgcc_s|libatomic)(-[\d.]+)?\.so/;

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
      return Elf.read(file)?.defines('malloc') ?? false;
    } catch {
      return /malloc/.test(file); // deleted, or of a kind that is not known
    }
  });
}

module.exports = { isMallocReplaced };
