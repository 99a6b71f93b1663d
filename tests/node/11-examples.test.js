'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run } = require('./support.js');

for (const file of ['verify.cjs', 'verify.mjs']) {
  test(`examples/node/${file}`, async () => {
    const { code, stdout, stderr } = await run(path.join(ROOT, 'examples', 'node', file));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^adult may enter\n/);
    assert.match(stdout, /^minor .*19세/m);
  });
}
