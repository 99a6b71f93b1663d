'use strict';
// No leak: a short run of what `./dev soak` runs for 100,000 verifications.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run } = require('./support.js');

const skip = process.env.LD_PRELOAD ? 'the memory of a sanitizer is not ours to judge' : false;

test('verifications leave nothing behind', { skip }, async () => {
  const { code, stdout, stderr } = await run(path.join(ROOT, 'tests', 'soak', 'leak.cjs'), {
    args: ['3000', '10000'],
    env: { NODE_OPTIONS: '--expose-gc' },
  });
  assert.equal(code, 0, stdout + stderr);
});
