'use strict';
// Whose clock a client, a registry, a verifier or proofs follow: a sandbox's, where they are given one.

const { refuseType } = require('./errors.js');

const clocks = new WeakMap();

/** Keeps the handle of a sandbox's clock. */
const keepClock = (sandbox, handle) => clocks.set(sandbox, handle);

/** The handle of what the option `clock` names, or undefined. */
function clockOf(sandbox) {
  if (sandbox === undefined || sandbox === null) return undefined;
  const handle = typeof sandbox === 'object' ? clocks.get(sandbox) : undefined;
  if (handle === undefined) throw refuseType(sandbox, 'a Sandbox', 'clock');
  return handle;
}

module.exports = { clockOf, keepClock };
