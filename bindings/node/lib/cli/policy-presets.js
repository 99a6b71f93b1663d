'use strict';
// `bonin policy presets`: what each preset asks for, and its source in the law.

const { ALLOWED, painted, print } = require('./terminal.js');

function run({ language, json }) {
  const { presets } = require('../index.cjs').Policy;
  if (json) {
    print(JSON.stringify(presets.map(({ electionDay, ...one }) => ({ ...one, election_day: electionDay }))));
    return ALLOWED;
  }
  for (const { name, ko, en, law } of presets) {
    process.stdout.write(`${painted(name, 'strong')}\n`);
    for (const [of, text] of Object.entries({ ko, en })) if ((language ?? of) === of) print(`  ${text}`);
    print(`  ${law}`);
  }
  return ALLOWED;
}

module.exports = { run };
