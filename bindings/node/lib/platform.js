'use strict';
// The name of this machine: a folder of bindings/node/prebuilt/.

const { readFileSync } = require('node:fs');

/** The platforms that have a prebuilt addon. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'linuxmusl-x64', 'linuxmusl-arm64', 'darwin-x64', 'darwin-arm64'];

/** What musl's one library is called where it is mapped: on Alpine, and on Debian. glibc's is libc.so.6. */
const MUSL = /\/(?:ld-musl-.*|libc\.so)$/m;

function isMusl() {
  try {
    const maps = readFileSync('/proc/self/maps', 'utf8'); // for which Node has a short way
    if (maps.includes('.so')) return MUSL.test(maps); // an emulator shows an empty list
  } catch {
    // there is no /proc
  }
  return process.report.getReport().header.glibcVersionRuntime === undefined; // takes milliseconds
}

function platformOf({ platform, arch }) {
  return `${platform === 'linux' && isMusl() ? 'linuxmusl' : platform}-${arch}`;
}

module.exports = { PLATFORMS, platformOf };
