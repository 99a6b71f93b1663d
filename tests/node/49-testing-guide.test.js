'use strict';
// The JavaScript of docs/testing.md runs as it stands.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT } = require('./support.js');

const guide = fs.readFileSync(path.join(ROOT, 'docs', 'testing.md'), 'utf8');
const blocks = [...guide.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);

test('the examples', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-guide-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(ROOT, path.join(folder, 'node_modules', 'bonin'));
  const tests = blocks.filter((code) => code.includes("require('node:test')"));
  assert.equal(tests.length, 3);
  const files = tests.map((code, i) => {
    fs.writeFileSync(path.join(folder, `${i}.test.js`), code);
    return `${i}.test.js`;
  });
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const done = spawnSync(process.execPath, ['--test', ...files], { cwd: folder, env, encoding: 'utf8', timeout: 60_000 });
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /^(#|ℹ) pass 8$/m);
});

test('the units', () => {
  const [code] = blocks.filter((block) => block.startsWith('stage.advance'));
  const moved = [];
  new Function('stage', code)({ advance: (span) => moved.push(span) });
  assert.deepEqual(moved, [{ minutes: 11 }]);
});
