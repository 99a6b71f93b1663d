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

/** The files of the package and the modules of Node that a program loads. */
async function loadedBy(program) {
  const { stdout } = await run(`
    const before = new Set(process.moduleLoadList);
    ${program}
    const path = require('node:path');
    const own = Object.keys(require.cache).filter((file) => /\\.(c?js)$/.test(file)).map((file) => path.basename(file));
    const nodes = process.moduleLoadList.filter((one) => !before.has(one)).map((one) => one.split(' ').at(-1));
    console.log(JSON.stringify({ own: own.sort(), nodes }));`);
  return JSON.parse(stdout);
}
const FIRST = ['addon.js', 'allocator.js', 'built.js', 'elf.js', 'index.cjs', 'native.js', 'platform.js'];

test('require loads the addon: the rest is loaded when it is named', async () => {
  const { own, nodes } = await loadedBy("require('bonin')");
  assert.deepEqual(own, FIRST);
  for (const slow of ['worker_threads', 'stream', 'net', 'http', 'crypto', 'tls']) assert.ok(!nodes.includes(slow), slow);
});

test('the first class that is named loads all of them', async () => {
  const { own } = await loadedBy("require('bonin').Policy");
  const lazy = ['bundled', 'certificates', 'doctor', 'unloadable'];
  for (const name of lazy) assert.ok(!own.includes(`${name}.js`), name);
  const { own: again } = await loadedBy("const { Policy } = require('bonin'); Object.values(require('bonin'));");
  assert.deepEqual(again, own);
});

test('the exports become plain properties when one is named, and are such in Jest', async () => {
  const open = `Object.keys(bonin).filter((name) => Object.getOwnPropertyDescriptor(bonin, name).get !== undefined).length`;
  const script = `const bonin = require('bonin'); const before = ${open}; void bonin.Policy;
    console.log(JSON.stringify([before, ${open}, '__esModule' in bonin]));`;
  const classes = Object.keys(bonin).filter((name) => /^[A-Z]/.test(name)).length;
  assert.deepEqual(JSON.parse((await run(script)).stdout), [classes, 0, false]);
  assert.deepEqual(JSON.parse((await run(script, { env: { JEST_WORKER_ID: '1' } })).stdout), [0, 0, false]);
});

test('an export that was not named yet can be replaced', async () => {
  const { stdout } = await run(`
    const bonin = require('bonin');
    bonin.Sandbox = class Sandbox {};
    void bonin.Verifier;
    console.log(Object.hasOwn(bonin.Sandbox, 'start'), Object.keys(bonin).includes('Sandbox'));`);
  assert.equal(stdout, 'false true\n');
});

test('exports that were not named yet can be deleted, frozen, inherited and mocked', async () => {
  const cases = {
    'delete bonin.Policy; void bonin.Verifier; return ["Policy" in bonin, typeof bonin.Sandbox];': [false, 'function'],
    'Object.freeze(bonin); return [typeof bonin.Policy, typeof bonin.Verifier, bonin.Policy === bonin.Policy];': [
      'function',
      'function',
      true,
    ],
    'const own = Object.create(bonin); own.Policy = 1; return [own.Policy, typeof bonin.Policy];': [1, 'function'],
    'const own = Object.defineProperties({}, Object.getOwnPropertyDescriptors(bonin)); own.Policy = 1; return [own.Policy, typeof bonin.Policy];':
      [1, 'function'],
    'const proxy = new Proxy(bonin, {}); proxy.Policy = 1; void bonin.Verifier; return [proxy.Policy, bonin.Policy];': [1, 1],
    'require("node:test").mock.getter(bonin, "Policy", () => 1); void bonin.Verifier; return [bonin.Policy];': [1],
  };
  for (const [body, expected] of Object.entries(cases)) {
    const { stdout, stderr } = await run(`const bonin = require('bonin');
      console.log(JSON.stringify((() => { ${body} })())); process.exit();`);
    assert.deepEqual(JSON.parse(stdout || assert.fail(stderr)), expected, body);
  }
});

test('newId makes ids that every provider takes', () => {
  const ids = new Set(Array.from({ length: 100 }, () => bonin.newId()));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});
