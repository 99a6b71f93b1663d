'use strict';
// The addon and its JavaScript half, once for each environment.

require('./bundled.js').checkRequire();
const { isMainThread } = require('node:worker_threads');
const native = require('./addon.js').loadOwn();
const errors = require('./errors.js');
const calls = require('./calls.js');
const { bringCertificates } = require('./certificates.js');

errors.learnKinds(native.errorKinds());
calls.learn(native);
native.install(calls.deliver, errors.fromNative, bringCertificates, isMainThread);
delete native.install; // it is called once; addon.js loads the addon again for another set of modules
// process.exit() runs no native hooks: without this the I/O thread would race the end of the process.
if (isMainThread) process.once('exit', () => native.runtime.shutdown());

module.exports = native;
