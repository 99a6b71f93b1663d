'use strict';
// `bonin policy check`: a policy document in plain words, and what is odd about it.

const { policyOf } = require('./policy.js');
const { ALLOWED, print, warn } = require('./terminal.js');
const { text } = require('./words.js');

function run({ language }, name) {
  const policy = policyOf(name);
  const languages = language === undefined ? ['ko', 'en'] : [language];
  print(languages.map((one) => policy.explain(one)).join('\n'));
  for (const warning of policy.warnings) warn(warning);
  print(text('HASH', { hash: policy.hash }));
  return ALLOWED;
}

module.exports = { run };
