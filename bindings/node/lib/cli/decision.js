'use strict';
// A decision, as `verify` and `demo` print it.

const codeOf = ({ code, reason }) => (reason ? `${code} (${reason})` : code);

/** Three lines a finding that did not pass. */
const why = (decision) => decision.shown.map((f) => `  ${codeOf(f)}\n    ${f.ko}\n    ${f.en}\n`).join('');

module.exports = { why };
