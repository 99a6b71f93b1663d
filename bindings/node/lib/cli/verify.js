'use strict';
// `bonin verify`: the decision of a policy.

const { client } = require('./client.js');
const { why } = require('./decision.js');
const { refuse } = require('./parse.js');
const { ALLOWED, DENIED, painted, print, write } = require('./terminal.js');
const { text } = require('./words.js');

async function run(options, id) {
  if ((options.policy === undefined) === (options.preset === undefined)) refuse('ONE_POLICY');
  const { Policy, Verifier } = require('../index.cjs');
  const policy = options.policy === undefined ? Policy.preset(options.preset) : Policy.load(options.policy);
  const expect = {};
  if (options['merchant-uid'] !== undefined) expect.merchantUid = options['merchant-uid'];
  if (options['custom-data'] !== undefined) expect.customData = options['custom-data'];
  const timeoutMs = options['timeout-ms'];
  const decision = await new Verifier(client(options.api, id), policy).verify(id, { expect, timeoutMs });
  if (options.json) {
    print(decision.record());
  } else {
    process.stdout.write(`${decision.allowed ? painted(text('ALLOWED'), 'good') : painted(text('DENIED'), 'bad')}\n`);
    write(why(decision));
  }
  return decision.allowed ? ALLOWED : DENIED;
}

module.exports = { run };
