'use strict';
// The package as `./dev package` leaves it: what a first verification loads is one file.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { join } = require('../../packaging/join.js');
const { makePackage } = require('./package-tree.js');
const { run } = require('./support.js');

function makeJoined(t) {
  const root = makePackage(t);
  join(path.join(root, 'bindings', 'node', 'lib'));
  return root;
}

test('a verification loads one file besides those of require', async (t) => {
  const root = makeJoined(t);
  const { stdout, stderr } = await run(`
    const { Policy, PortOneV2, Sandbox, Verifier } = require(${JSON.stringify(root)});
    const before = new Set(Object.keys(require.cache));
    (async () => {
      const sandbox = await Sandbox.start();
      const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, baseUrl: sandbox.v2Url });
      const decision = await new Verifier(portone, Policy.preset('kr.youth_protection')).verify(sandbox.verify('adult'));
      const files = Object.keys(require.cache).map((file) => require('node:path').basename(file));
      console.log(JSON.stringify({ allowed: decision.allowed, files: files.sort() }));
      portone.close();
      await sandbox.close();
    })();`);
  const { allowed, files } = JSON.parse(stdout || assert.fail(stderr));
  assert.ok(allowed);
  const ofRequire = ['addon.js', 'bonin.node', 'elf.js', 'index.cjs', 'native.js', 'package.json', 'platform.js'];
  assert.deepEqual(files, [...ofRequire, 'joined.js'].sort());
});

test('every module gets the same parts', async (t) => {
  const root = makeJoined(t);
  const { stdout, stderr } = await run(`
    const root = ${JSON.stringify(root)};
    const bonin = require(root);
    const { refusalOf } = require(root + '/bindings/node/lib/web.cjs');
    const { CLASSES } = require(root + '/bindings/node/lib/errors.js');
    const { Registry } = bonin;
    const refused = (run) => { try { run(); } catch (error) { return error; } };
    import(root + '/bindings/node/lib/index.mjs').then((imported) => console.log(JSON.stringify([
      Object.keys(bonin).every((name) => imported[name] === bonin[name]),
      Object.entries(CLASSES).every(([name, type]) => bonin[name] === type),
      refused(() => new Registry('sqlite::memory:', {})) instanceof bonin.BoninError,
      refused(() => new bonin.Policy({})) instanceof bonin.InvalidPolicy,
      typeof refusalOf,
    ])));`);
  assert.deepEqual(JSON.parse(stdout || assert.fail(stderr)), [true, true, true, true, 'function']);
});

test('an error of what was joined says where', async (t) => {
  const root = makeJoined(t);
  const { stdout } = await run(`
    const { Policy } = require(${JSON.stringify(root)});
    try { new Policy({}); } catch (error) { console.log(error.stack); }`);
  assert.match(stdout, /joined\.js:\d+:\d+\)/);
});

test('the files that stay are lines, and nothing else was changed', (t) => {
  const lib = path.join(makePackage(t), 'bindings', 'node', 'lib');
  const before = Object.fromEntries(fs.readdirSync(lib).map((name) => [name, fs.statSync(path.join(lib, name)).size]));
  join(lib);
  const lines = fs.readdirSync(lib).filter((name) => fs.statSync(path.join(lib, name)).size !== before[name]);
  const apart = ['addon', 'allocator', 'browser', 'built', 'bundled', 'certificates', 'cli', 'doctor', 'elf', 'native', 'opentelemetry'];
  const kept = fs.readdirSync(lib).filter((name) => name.endsWith('.js') && !lines.includes(name));
  assert.deepEqual(
    kept,
    [...apart, 'platform', 'spans', 'unloadable'].map((name) => `${name}.js`),
  );
  assert.deepEqual(
    lines.filter((name) => !name.endsWith('.js')),
    ['index.cjs'],
  );
});
