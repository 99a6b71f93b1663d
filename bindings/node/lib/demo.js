'use strict';
// `bonin demo`: the main job on every persona of the sandbox, in V1 and V2.

const { BoninError, Policy, PortOneV1, PortOneV2, Sandbox, Verifier } = require('./index.cjs');
const { table } = require('./table.js');
const words = require('./words.js');

/** Prints the table; true when every row could be decided. */
async function demo(why) {
  let everyRowDecided = true;
  const policy = Policy.preset(words.DEMO_PRESET);
  const sandbox = await Sandbox.start();
  console.log(`${words.demoIntroduction(policy.name, sandbox.url)}\n`);
  const { impKey, impSecret, apiSecret, storeId } = sandbox;
  const clients = {
    v1: new PortOneV1({ impKey, impSecret, baseUrl: sandbox.v1Url }),
    v2: new PortOneV2({ apiSecret, storeId, baseUrl: sandbox.v2Url }),
  };
  const rows = [words.DEMO_COLUMNS];
  const below = [''];
  for (const { name } of sandbox.personas()) {
    for (const [api, portone] of Object.entries(clients)) {
      try {
        const decision = await new Verifier(portone, policy).verify(sandbox.verify(name, { api }));
        rows.push([name, api, decision.allowed ? words.DEMO_ALLOWED : words.DEMO_DENIED]);
        below.push(why(decision));
      } catch (error) {
        if (!(error instanceof BoninError)) throw error;
        everyRowDecided = false;
        rows.push([name, api, words.DEMO_ERROR]);
        below.push(`  ${error.message}\n`);
      }
    }
  }
  table(rows).forEach((line, i) => process.stdout.write(`${line}\n${below[i]}`));
  for (const portone of Object.values(clients)) portone.close();
  await sandbox.close();
  return everyRowDecided;
}

module.exports = { demo };
