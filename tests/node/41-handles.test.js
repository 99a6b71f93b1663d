'use strict';
// A native handle of one kind is not taken for another: it would be read as what it is not.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { run } = require('./support.js');

test('every kind of handle at every native function that takes another', async () => {
  const { code, signal, stdout, stderr } = await run(path.join(__dirname, 'handles.js'));
  assert.deepEqual([code, signal], [0, null], stderr);
  const { crossed, wrong } = JSON.parse(stdout);
  assert.deepEqual(wrong, []);
  assert.ok(crossed > 1000, `${crossed}`);
});
