'use strict';
// The name of this machine: a folder of bindings/node/prebuilt/.

const { readFileSync } = require('node:fs');

/** All that there are addons for. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'linuxmusl-x64', 'linuxmusl-arm64', 'darwin-x64', 'darwin-arm64'];

/** A process on musl has musl's loader mapped, however it was started. */
function isMusl() {
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-');
  } catch {
    return process.report.getReport().header.glibcVersionRuntime === undefined; // takes milliseconds
  }
}

function platformOf({ platform, arch }) {
  return `${platform === 'linux' && isMusl() ? 'linuxmusl' : platform}-${arch}`;
}

module.exports = { PLATFORMS, platformOf };
