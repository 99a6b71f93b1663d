'use strict';
// npm runs this before it packs or publishes: a tarball without an addon would install and not load.

const { existsSync } = require('node:fs');
const path = require('node:path');
const { PLATFORMS } = require('../bindings/node/lib/platform.js');

const PREBUILT = path.resolve(__dirname, '..', 'bindings', 'node', 'prebuilt');

if (!PLATFORMS.some((name) => existsSync(path.join(PREBUILT, name, 'bonin.node')))) {
  console.error(`bonin: no addon is in ${PREBUILT}: the tarball would not load anywhere. Make it with: ./dev package`);
  process.exitCode = 1;
}
