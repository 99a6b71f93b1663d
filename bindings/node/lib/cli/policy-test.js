'use strict';
// `bonin policy test`: runs examples that a policy must decide as written.

const { readFileSync } = require('node:fs');
const { refuse } = require('./parse.js');
const { ALLOWED, DENIED, painted, printable } = require('./terminal.js');

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return refuse('NO_CASES');
  }
}

/** The first word of a case's line is its outcome. */
const coloured = (text) => text.replace(/^(?:ok|FAILED)(?= {2})/gm, (word) => painted(word, word === 'ok' ? 'good' : 'bad'));

function run(_, file) {
  const report = require('../index.cjs').runPolicyCases(textOf(file));
  process.stdout.write(coloured(printable(report.text)));
  return report.passed ? ALLOWED : DENIED;
}

module.exports = { run };
