'use strict';
// Loads an addon that was built from source here, against the system's libcurl, OpenSSL and so on. A prebuilt addon has
// these libraries inside and is loaded plainly.

const { constants } = require('node:os');
const { isMallocReplaced } = require('./allocator.js');

function load(file) {
  const module = { exports: {} };
  // Node exports the symbols of its own OpenSSL and zlib. DEEPBIND makes the addon's libraries find their own first.
  // AddressSanitizer and another malloc do not work with it. Without it they use Node's OpenSSL, which works as well.
  const shallow = process.env.BONIN_NO_DEEPBIND === '1' || isMallocReplaced();
  const deep = shallow ? 0 : (constants.dlopen.RTLD_DEEPBIND ?? 0);
  process.dlopen(module, file, constants.dlopen.RTLD_NOW | deep);
  return module.exports;
}

module.exports = { load };
