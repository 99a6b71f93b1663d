'use strict';
// A policy that the command line names: a file or a preset.

const { existsSync } = require('node:fs');

function policyOf(name) {
  const { Policy } = require('../index.cjs');
  const isFile = name.endsWith('.json') || name.includes('/') || existsSync(name);
  return isFile && !Policy.presetNames.includes(name) ? Policy.load(name) : Policy.preset(name);
}

module.exports = { policyOf };
