'use strict';
// Loads the addon: the one that was built here from source, else the prebuilt one for this machine.

const { existsSync } = require('node:fs');
const path = require('node:path');
const { version } = require('../../../package.json');
const { endsEarly } = require('./elf.js');
const { platformOf } = require('./platform.js');

/** A path beside lib/. Empty in a bundle of ES modules, which has no __dirname. */
const beside = (...parts) => (typeof __dirname === 'string' ? path.join(__dirname, '..', ...parts) : '');
const BUILT = beside('bonin.node');

function load() {
  const isBuilt = existsSync(BUILT);
  const name = isBuilt ? 'built' : platformOf(process);
  const file = isBuilt ? BUILT : beside('prebuilt', name, 'bonin.node');
  let native;
  try {
    if (existsSync(file) && endsEarly(file)) throw new Error('the file ends early');
    // Written out for tools that trace files, in `try`, where they pass over a file that is not there. A bundler that
    // stops here has no way with .node files: leave bonin out of the bundle, as docs/operations.md says. Turbopack would
    // stop with less: it passes on, and the bundle says it.
    switch (name) {
      case 'built':
        native = require('./built.js').load(file);
        break;
      case 'linux-x64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/linux-x64/bonin.node');
        break;
      case 'linux-arm64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/linux-arm64/bonin.node');
        break;
      case 'linuxmusl-x64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/linuxmusl-x64/bonin.node');
        break;
      case 'linuxmusl-arm64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/linuxmusl-arm64/bonin.node');
        break;
      case 'darwin-x64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/darwin-x64/bonin.node');
        break;
      case 'darwin-arm64':
        native = require(/* turbopackIgnore: true */ '../prebuilt/darwin-arm64/bonin.node');
        break;
      default:
        throw new Error(`no addon for ${name}`);
    }
  } catch (error) {
    throw require('./unloadable.js').unloadable(file, isBuilt, error);
  }
  const found = native.runtime?.version();
  if (found !== version) throw require('./unloadable.js').mismatched(file, isBuilt, found, version);
  return native;
}

/** The addon, with an environment for these modules alone. Jest loads the modules for each test file, but the addon once. */
function loadOwn() {
  const native = load();
  if (native.install !== undefined) return native;
  const module = { exports: {} };
  process.dlopen(module, beside('prebuilt', platformOf(process), 'bonin.node'));
  return module.exports;
}

module.exports = { loadOwn };
