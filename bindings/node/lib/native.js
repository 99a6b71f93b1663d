'use strict';
// The addon and its JavaScript half, once for each environment.

try {
  require('node:fs');
} catch (error) {
  throw require('./bundled.js').withoutNode(error); // what esbuild makes of ES modules has no such require
}
const native = require('./addon.js').loadOwn();

// What makes errors and brings certificates is loaded when it is needed: a program may need neither.
let makeError = (...given) => require('./errors.js').fromNative(...given);
const isMainThread = native.install(
  (...given) => makeError(...given),
  () => require('./certificates.js').bringCertificates(),
);
/** errors.js says it when it is loaded: where the modules are loaded anew, as Jest does, each copy makes errors of its own. */
native.makeErrorsBy = (make) => {
  makeError = make;
};
delete native.install; // it is called once; addon.js loads the addon again for another set of modules
// process.exit() runs no native hooks: without this the I/O thread would race the end of the process.
if (isMainThread) process.once('exit', () => native.runtime.shutdown());

module.exports = native;
