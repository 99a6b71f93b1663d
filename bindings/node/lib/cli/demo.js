'use strict';
// `bonin demo`: the main job on every persona of the sandbox, in V1 and V2.

const { BoninError, Policy, PortOneV1, PortOneV2, Sandbox, Verifier } = require('../index.cjs');
const { table } = require('./columns.js');
const { why } = require('./decision.js');
const { ALLOWED, ERROR, painted } = require('./terminal.js');
const { text } = require('./words.js');

async function run() {
  let everyRowDecided = true;
  const policy = Policy.preset(text('DEMO_PRESET'));
  const sandbox = await Sandbox.start();
  process.stdout.write(`${text('DEMO_INTRODUCTION', { policy: policy.name, url: sandbox.url })}\n\n`);
  const { impKey, impSecret, apiSecret, storeId } = sandbox;
  const clients = {
    v1: new PortOneV1({ impKey, impSecret, baseUrl: sandbox.v1Url }),
    v2: new PortOneV2({ apiSecret, storeId, baseUrl: sandbox.v2Url }),
  };
  const rows = [[text('DEMO_PERSONA'), text('DEMO_API'), text('DEMO_DECISION')]];
  const colours = ['strong'];
  const below = [''];
  for (const { name } of sandbox.personas()) {
    for (const [api, portone] of Object.entries(clients)) {
      try {
        const decision = await new Verifier(portone, policy).verify(sandbox.verify(name, { api }));
        rows.push([name, api, text(decision.allowed ? 'DEMO_ALLOWED' : 'DEMO_DENIED')]);
        colours.push(decision.allowed ? 'good' : 'bad');
        below.push(why(decision));
      } catch (error) {
        if (!(error instanceof BoninError)) throw error;
        everyRowDecided = false;
        rows.push([name, api, text('DEMO_ERROR')]);
        colours.push('odd');
        below.push(`  ${error.message}\n`);
      }
    }
  }
  table(rows).forEach((line, i) => {
    const last = rows[i].at(-1);
    process.stdout.write(`${line.slice(0, -last.length)}${painted(last, colours[i])}\n${below[i]}`);
  });
  for (const portone of Object.values(clients)) portone.close();
  await sandbox.close();
  return everyRowDecided ? ALLOWED : ERROR;
}

module.exports = { run };
