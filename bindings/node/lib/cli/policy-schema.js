'use strict';
// `bonin policy schema`: the JSON Schema of policy documents, which lies at the root of the package.

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { ALLOWED } = require('./terminal.js');

function run() {
  process.stdout.write(readFileSync(path.join(__dirname, '..', '..', '..', '..', 'policy.schema.json'), 'utf8'));
  return ALLOWED;
}

module.exports = { run };
