'use strict';
// Several copies of the package in one process, as a tree of packages may hold them: each in a process of its own.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { run } = require('./support.js');
const { makePackage, prebuiltOf, put, temporary } = require('./package-tree.js');

/** Two copies in one project: `bonin`, and one that another package brought along. */
function twoCopies(t, link = false) {
  const one = makePackage(t);
  const folder = path.join(one, '..', 'shop');
  const other = makePackage(t, { folder, prebuilt: link ? [] : undefined });
  if (link) {
    // as pnpm does: both names are one file
    fs.mkdirSync(path.dirname(prebuiltOf(other)), { recursive: true });
    fs.linkSync(prebuiltOf(one), prebuiltOf(other));
  }
  return [one, other];
}

const USE = `
  async function use({ NotFound, Policy, PortOneV2, Registry, Sandbox, Verifier }) {
    const sandbox = await Sandbox.start();
    const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
    const registry = new Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
    const policy = new Policy({ name: 'sign-up', extends: 'kr.youth_protection', rules: [{ account: 'new' }] });
    const verifier = new Verifier(portone, policy, { registry });
    const decide = (persona) => verifier.verify(sandbox.verify(persona), { subject: 'me' });
    const [adult, minor] = await Promise.all(['adult', 'minor'].map(decide));
    await adult.commit('account');
    const refusal = await portone.lookup('nobody').catch((error) => error instanceof NotFound);
    return { answers: [adult.allowed, minor.allowed, refusal], portone, registry, sandbox };
  }
  async function end({ portone, registry, sandbox }) {
    portone.close();
    await registry.close();
    await sandbox.close();
  }
  async function useAll(copies) {
    const used = await Promise.all(copies.map(use));
    console.log(JSON.stringify(used.map(({ answers }) => answers)));
    return used;
  }`;
const EXPECTED = [
  [true, false, true],
  [true, false, true],
];
const load = (copies) => `[${copies.map((copy) => `require(${JSON.stringify(copy)})`).join(', ')}]`;

/** Runs a script with `one` and `other`, the two copies, to its end: what it printed. */
async function runWith(copies, script) {
  const { code, signal, stdout, stderr } = await run(`${USE}\nconst [one, other] = ${load(copies)};\n${script}`);
  assert.deepEqual([code, signal, stderr], [0, null, '']);
  return JSON.parse(stdout);
}

for (const [what, link] of [
  ['two files', false],
  ['one file with two names', true],
]) {
  test(`two copies work side by side: ${what}`, async (t) => {
    const copies = twoCopies(t, link);
    assert.deepEqual(await runWith(copies, 'useAll([one, other]).then((used) => used.forEach(end));'), EXPECTED);
  });

  test(`the process ends while both are at work: ${what}`, async (t) => {
    const script = `useAll([one, other]).then((used) => {
      for (const { portone, sandbox } of used) {
        sandbox.fault('delay', { delayMs: 60_000, times: 1000 });
        for (let i = 0; i < 20; i++) portone.lookup('iv-' + i).catch(() => {});
      }
      setImmediate(() => process.exit());
    });`;
    assert.deepEqual(await runWith(twoCopies(t, link), script), EXPECTED);
  });

  test(`two copies in a worker that ends before the process: ${what}`, async (t) => {
    const copies = twoCopies(t, link);
    const job = `${USE}; const { parentPort } = require('node:worker_threads');
      useAll(${load(copies)}).then(() => process.exit());`;
    const script = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(job)}, { eval: true });
      worker.once('exit', () => useAll([one, other]).then((used) => used.forEach(end)));`;
    const { code, signal, stdout, stderr } = await run(`${USE}\nconst [one, other] = ${load(copies)};\n${script}`);
    assert.deepEqual([code, signal, stderr], [0, null, '']);
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
      [EXPECTED, EXPECTED],
    );
  });

  test(`what one copy made is refused by the other: ${what}`, async (t) => {
    const script = `
      const portone = new other.PortOneV2({ apiSecret: 'secret' });
      const registry = new other.Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
      const policy = one.Policy.preset('kr.work');
      const texts = [];
      for (const make of [
        () => new one.Verifier(portone, policy),
        () => new one.Verifier(new one.PortOneV2({ apiSecret: 'secret' }), other.Policy.preset('kr.work')),
        () => new one.Verifier(new one.PortOneV2({ apiSecret: 'secret' }), policy, { registry }),
      ]) {
        try { make(); } catch (error) { texts.push(error instanceof one.InvalidArgument && error.message); }
      }
      console.log(JSON.stringify(texts));`;
    const hint = 'of this copy of bonin, and is of another (`npm ls bonin` shows them)';
    const expected = [
      `\`portone\` must be a PortOneV1 or a PortOneV2 ${hint}`,
      `\`policy\` must be a Policy ${hint}`,
      `\`registry\` must be a Registry ${hint}`,
    ];
    assert.deepEqual(await runWith(twoCopies(t, link), script), expected);
  });
}

test('bonin/web of one copy refuses a verifier, a decision and an error of the other', async (t) => {
  const [one, other] = twoCopies(t);
  const script = `
    const web = require(${JSON.stringify(path.join(one, 'bindings/node/lib/web.cjs'))});
    const told = (act) => { try { act(); return 'nothing'; } catch (error) { return [error instanceof one.InvalidArgument, error.message]; } };
    const portone = new other.PortOneV2({ apiSecret: 'secret' });
    const verifier = new other.Verifier(portone, other.Policy.preset('kr.work'));
    portone.lookup('..').catch((error) => console.log(JSON.stringify([
      told(() => web.identityHandler({ verifier })),
      told(() => web.refusalOf(error)),
    ])));`;
  const [ofVerifier, ofError] = await runWith([one, other], script);
  assert.deepEqual([ofVerifier[0], ofError[0]], [true, true]);
  assert.match(ofVerifier[1], /another \(`npm ls bonin` shows them\)/);
  assert.match(ofError[1], /`told` must be/);
});

test('a native handle of one copy is refused by the other', async (t) => {
  const copies = twoCopies(t);
  const script = `
    const [ours, theirs] = ${load(copies.map((copy) => path.join(copy, 'bindings/node/lib/native.js')))};
    const policy = theirs.policy.parse('{"name": "work", "extends": "kr.work"}');
    try { ours.policy.explain(policy, 'en'); } catch (error) { console.log(JSON.stringify(error.message)); }`;
  assert.match(await runWith(copies, script), /^the handle of a Policy was expected/);
});

test('modules that are loaded anew do not take the calls of the first: as Jest loads them', async (t) => {
  const one = makePackage(t);
  const script = `
    ${USE}
    const load = () => {
      for (const file of Object.keys(require.cache)) if (file.endsWith('js')) delete require.cache[file];
      const bonin = require(${JSON.stringify(one)});
      void bonin.NotFound; // a test file names what it needs before the next one runs
      return bonin;
    };
    const copies = [load(), load(), load()];
    useAll(copies).then((used) => {
      const addons = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
      console.log(copies[0].NotFound !== copies[1].NotFound, addons.length);
      used.forEach(end);
    });`;
  const { code, signal, stdout, stderr } = await run(script);
  assert.deepEqual([code, signal, stderr], [0, null, '']);
  assert.deepEqual(stdout, `${JSON.stringify([...EXPECTED, EXPECTED[0]])}\ntrue 1\n`);
});

const noProc = process.platform !== 'linux' && 'reads /proc';
test('an addon that a worker alone has loaded stays when the worker ends', { skip: noProc }, async (t) => {
  const one = makePackage(t);
  const script = `
    const { Worker } = require('node:worker_threads');
    const isMapped = () => require('node:fs').readFileSync('/proc/self/maps', 'utf8').includes('bonin.node');
    const before = isMapped();
    new Worker(${JSON.stringify(path.join(one, 'bindings/node/lib/index.cjs'))}).once('exit', () => {
      setImmediate(() => console.log(before, isMapped()));
    });`;
  const { stdout, stderr } = await run(script);
  assert.equal(stdout, 'false true\n', stderr);
});

test('what is wrong with one copy does not hinder another', async (t) => {
  const one = makePackage(t);
  const folder = temporary(t);
  const other = makePackage(t, { folder });
  put(prebuiltOf(other), 'damaged');
  const script = `console.log(require(${JSON.stringify(one)}).version);
    try { require(${JSON.stringify(other)}); } catch (error) { console.log(error.message); }`;
  const { stdout } = await run(script);
  assert.match(stdout, new RegExp(`^\\d+\\.\\d+\\.\\d+\nbonin: ${prebuiltOf(other)} is damaged`));
});
