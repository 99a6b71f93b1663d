'use strict';
// `bonin policy diff`: what changes from one policy to another, and for whom.

const { policyOf } = require('./policy.js');
const { ALLOWED, DENIED, painted, print, printable } = require('./terminal.js');

/** What goes and what comes. */
const coloured = (text) => text.replace(/^[-+] .*$/gm, (line) => painted(line, line[0] === '-' ? 'bad' : 'good'));

function run({ cases, language, json }, policies) {
  const [before, after] = policies.map(policyOf);
  const diff = require('../index.cjs').policyDiff(before, after, { casesFile: cases });
  if (json) print(JSON.stringify(diff));
  else process.stdout.write(coloured(printable(language === undefined ? `${diff.ko}\n${diff.en}` : diff[language])));
  return diff.rules.length + diff.cases.length > 0 ? DENIED : ALLOWED;
}

module.exports = { run };
