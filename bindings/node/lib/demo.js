'use strict';
// `bonin demo`: the main job on every persona of the sandbox, in V1 and V2.

const { BoninError, Policy, PortOneV1, PortOneV2, Sandbox, Verifier } = require('./index.cjs');
const { table } = require('./table.js');
const words = require('./words.js');

/** Prints the table; true when every row could be decided. */
async function demo(who, why) {
  let everyRowDecided = true;
  const policy = Policy.preset(words.DEMO_PRESET);
  const sandbox = await Sandbox.start();
  console.log(`${words.demoIntroduction(policy.name, sandbox.url)}\n`);
  const { impKey, impSecret, apiSecret, storeId } = sandbox;
  const clients = {
    v1: new PortOneV1({ impKey, impSecret, baseUrl: sandbox.v1Url }),
    v2: new PortOneV2({ apiSecret, storeId, baseUrl: sandbox.v2Url }),
  };
  const rows = [words.DEMO_COLUMNS.map((column) => [column])];
  for (const { name } of sandbox.personas()) {
    for (const [api, portone] of Object.entries(clients)) {
      try {
        const decision = await new Verifier(portone, policy).verify(sandbox.verify(name, { api }));
        const reasons = decision.denials.flatMap((finding) => [why(finding), finding.ko, finding.en]);
        const verdict = decision.allowed ? words.DEMO_ALLOWED : words.DEMO_DENIED;
        rows.push([[name], [api], [verdict], reasons, [who(decision.verification.person)]]);
      } catch (error) {
        if (!(error instanceof BoninError)) throw error;
        everyRowDecided = false;
        rows.push([[name], [api], ['error'], [error.message], []]);
      }
    }
  }
  console.log(table(rows));
  for (const portone of Object.values(clients)) portone.close();
  await sandbox.close();
  return everyRowDecided;
}

module.exports = { demo };
