'use strict';
// `bonin policy test`: runs examples that a policy must decide as written.

const { ALLOWED, DENIED, painted, printable } = require('./terminal.js');

/** The first word of a case's line is its outcome. */
const coloured = (text) => text.replace(/^(?:ok|FAILED)(?= {2})/gm, (word) => painted(word, word === 'ok' ? 'good' : 'bad'));

function run(_, file) {
  const report = require('../index.cjs').runPolicyCasesFile(file);
  process.stdout.write(coloured(printable(report.text)));
  return report.passed ? ALLOWED : DENIED;
}

module.exports = { run };
