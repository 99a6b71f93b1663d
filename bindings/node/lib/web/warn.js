'use strict';
// What is said once a process, as a warning that `node --trace-warnings` and process.on('warning') know.

const told = new Set();

/** Nothing for an undefined text. */
function warnOnce(text, code) {
  if (text === undefined || told.has(text)) return;
  told.add(text);
  process.emitWarning(text, { code });
}

module.exports = { warnOnce };
