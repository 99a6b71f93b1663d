'use strict';
// Loads the addon, once an environment.

const { constants } = require('node:os');
const path = require('node:path');
const { isMainThread } = require('node:worker_threads');
const { isMallocReplaced } = require('./allocator.js');

const FILE = path.join(__dirname, '..', 'bonin.node');

const MISSING = `bonin: the native addon is not built (${FILE}).
npm may not have run bonin's install script. Any one of these builds it:
  npx bonin build                                   (now, in place)
  npm approve-scripts bonin && npm rebuild bonin    (npm 12 asks before it runs a script)
  npm rebuild bonin                                 (earlier npm)`;

function load() {
  const module = { exports: {} };
  // Node exports the symbols of its own OpenSSL and zlib. DEEPBIND makes the libraries of the addon find their own first.
  // Neither AddressSanitizer nor another malloc can live with it. Without it they find Node's, which does as well.
  const shallow = process.env.BONIN_NO_DEEPBIND === '1' || isMallocReplaced();
  const deep = shallow ? 0 : (constants.dlopen.RTLD_DEEPBIND ?? 0);
  try {
    process.dlopen(module, FILE, constants.dlopen.RTLD_NOW | deep);
  } catch (error) {
    if (!require('node:fs').existsSync(FILE)) throw new Error(MISSING);
    throw new Error(`bonin: the native addon does not load (${error.message}). Build it anew: npx bonin build --clean`);
  }
  return module.exports;
}

const native = load();
const errors = require('./errors.js');
const calls = require('./calls.js');
const { bringCertificates } = require('./certificates.js');

errors.learnKinds(native.errorKinds());
native.install(calls.deliver, errors.fromNative, bringCertificates, isMainThread);

// process.exit() runs no native hooks: without this the I/O thread would race the end of the process.
if (isMainThread) process.once('exit', () => native.runtime.shutdown());

module.exports = native;
