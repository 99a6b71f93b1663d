'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, run } = require('./support.js');

test('import gives the objects that require gives', async () => {
  const imported = await import('bonin');
  assert.deepEqual(
    Object.keys(imported)
      .filter((key) => key !== 'default')
      .sort(),
    Object.keys(bonin).sort(),
  );
  for (const key of Object.keys(bonin)) assert.equal(imported[key], bonin[key], key);
  assert.equal(imported.default, bonin);
});

const { isMallocReplaced } = require('../../bindings/node/lib/allocator.js');
const skip = (process.env.BONIN_NO_DEEPBIND === '1' || isMallocReplaced()) && 'loaded without RTLD_DEEPBIND';

test('the OpenSSL that answers is the one of the addon, not of node', { skip }, () => {
  assert.equal(require('../../bindings/node/lib/native.js').runtime.ownOpenssl(), true);
});

test('loading starts no thread', async () => {
  const count = "require('fs').readdirSync('/proc/self/task').length";
  const { stdout } = await run(`const before = ${count}; require('bonin'); console.log(${count} - before)`);
  assert.equal(stdout.trim(), '0');
});

test('newId makes ids that every provider takes', () => {
  const ids = new Set(Array.from({ length: 100 }, () => bonin.newId()));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});
