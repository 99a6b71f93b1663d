'use strict';
// Moving in from JavaScript: the shared cases, files, iterators, other stores, and nothing personal in any text.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { inspect } = require('node:util');
const { after, before, test } = require('node:test');
const { ROOT, bonin, camelKeys, onThisClock, useSandbox, vectors } = require('./support.js');

const { Registry } = bonin;
const PEPPER = 'k'.repeat(32);
const CASES = vectors('import');
const VALUES = CASES.values;
let sandbox;
let portone;
let folder;
useSandbox((opened) => ({ sandbox, portone } = opened), onThisClock);
before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'))));
after(() => fs.rmSync(folder, { recursive: true }));

const rawOf = (name) => VALUES[name] ?? name;
const rowOf = ([kind, name, ...rest]) => [kind, rawOf(name), ...rest];
/** A verification of somebody by CI and DI, of DANAL and `merchant-1`. */
const who = ([ci, di]) =>
  portone.lookup(
    sandbox.verify(
      { name: '김보닌', birthDate: '1990-03-15', ci: ci && rawOf(ci), di: di && rawOf(di) },
      { provider: 'DANAL', pgMerchantId: 'merchant-1' },
    ),
  );

function fresh(t, store = 'sqlite::memory:') {
  const registry = new Registry(store, { pepper: PEPPER });
  t.after(() => registry.close());
  return registry;
}

const STEPS = {
  claim: async (registry, keys, account) => registry.claim(await who(keys), account),
  release: (registry, account, rejoinAfterMs) => registry.release(account, { rejoinAfterMs }),
  forget: (registry, account) => registry.forget(account),
  ban: async (registry, keys) => registry.ban(await who(keys)),
};

function expectReport(report, { report: counts, left_out: leftOut, listed }) {
  for (const [name, count] of Object.entries(counts)) assert.equal(report[name], count, name);
  assert.deepEqual(
    report.conflicts.map(({ row, reason }) => [row, reason]),
    leftOut.slice(0, listed),
  );
  assert.equal(
    Object.values(report.leftOut).reduce((sum, count) => sum + count, 0),
    leftOut.length,
  );
}

async function expectFound(registry, found) {
  for (const [keys, account] of found) assert.equal((await registry.find(await who(keys))) ?? null, account);
}

for (const one of CASES.cases) {
  test(`import: ${one.name}`, async (t) => {
    const registry = fresh(t);
    for (const [what, ...rest] of one.steps) await STEPS[what](registry, ...rest);
    const rows = one.batches.flat().map(rowOf);
    const told = [];
    const options = camelKeys(one.options ?? {});
    const report = await registry.import(rows, { ...options, onConflict: ({ row, reason }) => told.push([row, reason]) });
    expectReport(report, one);
    assert.deepEqual(told, one.left_out);
    await expectFound(registry, one.found);
    const again = await registry.import(rows, options);
    assert.equal(again.persons + again.keys, 0);
    assert.deepEqual(again.conflicts, report.conflicts);
  });
}

function fileOf(one) {
  let text = one.text_base64 === undefined ? Buffer.from(one.text) : Buffer.from(one.text_base64, 'base64');
  text = text.toString('latin1');
  for (const [name, value] of Object.entries(VALUES)) text = text.replaceAll(name, value);
  const file = path.join(folder, 'rows.csv');
  fs.writeFileSync(file, Buffer.from(text, 'latin1'));
  return file;
}

for (const one of CASES.files) {
  test(`importFile: ${one.name}`, async (t) => {
    const registry = fresh(t);
    expectReport(await registry.importFile(fileOf(one), one.options), one);
    await expectFound(registry, one.found);
  });
}

test('importFile: files that are none', async (t) => {
  const registry = fresh(t);
  for (const one of CASES.bad_files) {
    await assert.rejects(
      registry.importFile(fileOf(one), one.options),
      (error) => error instanceof bonin.InvalidArgument && error.parameter === 'path' && !error.message.includes(VALUES['ci-kim']),
      one.name,
    );
  }
});

const ci = (n) => `${String(n).padEnd(86, 'A')}==`;
function* people(count) {
  for (let n = 0; n < count; n++) yield ['ci', ci(n), 'DANAL', '', `a${n}`];
}

test('import takes whatever can be iterated', async (t) => {
  const registry = fresh(t);
  const reports = [];
  const report = await registry.import(people(2500), { onBatch: (one) => reports.push(one.rows) });
  assert.deepEqual(report, { rows: 2500, existing: 0, persons: 2500, keys: 2500, moved: 0, uses: 0, leftOut: {}, conflicts: [] });
  assert.deepEqual(reports, [1000, 2000, 2500]);
  async function* later() {
    yield { kind: 'ci', value: ci(1), account: 'a1' };
    yield { kind: 'ci', value: ci(9999), provider: null, merchant: undefined, account: 12n };
    yield ['ci', ci(9998), undefined, null, 42];
    yield ['ci', ci(9997), '', '', null];
    yield ['ci', '\ud800', '', '', '\ud800'];
  }
  const odd = await registry.import(later());
  assert.deepEqual([odd.existing, odd.persons, odd.leftOut], [1, 2, { bad_account: 2 }]);
  assert.equal((await registry.import([])).rows, 0);
});

test('what a verification gives is what a row gives; keys and registries move', async (t) => {
  const registry = fresh(t);
  const kim = await who(['ci-kim', 'di-kim']);
  await registry.import([
    ['ci', kim.person.ci.reveal(), kim.provider, '', 'a'],
    ['di', kim.person.di.reveal(), kim.provider, kim.channel.pgMerchantId, 'a'],
  ]);
  const keys = registry.keys(kim);
  const stored = [];
  for await (const person of registry.export()) for (const key of person.keys) stored.push({ ...key, account: person.accountId });
  assert.deepEqual(stored.map(({ hash }) => hash).sort(), keys.map(({ hash }) => hash).sort());
  const other = fresh(t);
  assert.equal((await other.importKeys(stored)).persons, 1);
  const third = fresh(t);
  assert.equal((await third.importKeys(keys.map((key) => ({ ...key, account: 7 })))).keys, 2);
  assert.equal(await third.find(kim), '7');
  await registry.consume('id-1', 'me');
  const moved = await fresh(t).importFrom(registry);
  assert.deepEqual([moved.persons, moved.keys, moved.uses], [1, 2, 1]);
  await assert.rejects(registry.importFrom(registry), bonin.InvalidArgument);
  await assert.rejects(registry.importFrom('sqlite:x'), bonin.InvalidArgument);
});

test('rows that are none', async (t) => {
  const registry = fresh(t);
  const canary = `CANARYCI${'A'.repeat(80)}`;
  const bad = [
    [[canary], 'rows/1'],
    [[['ci', canary]], 'rows/1'],
    [[{ kind: 'ci', value: canary, canary, account: 'a' }], 'rows/1'],
    [[['ci', Buffer.from(canary), '', '', 'a']], 'rows/1/value'],
    [[['ci', canary, '', '', 1.5]], 'rows/1/account'],
    [[...people(1000), ['ci', 5, '', '', 'a']], 'rows/1001/value'],
  ];
  for (const [rows, parameter] of bad) {
    await assert.rejects(
      registry.import(rows),
      (error) => error instanceof bonin.InvalidArgument && error.parameter === parameter && !inspect(error).includes('CANARY'),
      parameter,
    );
  }
  for (const options of [{ conflicts: -1 }, { attests: ['DANAL'] }, { batch: 1 }, { onBatch: 1 }]) {
    await assert.rejects(registry.import([], options), bonin.InvalidArgument);
  }
  await assert.rejects(registry.import(5), bonin.InvalidArgument);
});

test('nothing personal anywhere', async (t) => {
  const own = fs.mkdtempSync(path.join(folder, 'canary-'));
  const registry = fresh(t, `sqlite:${own}/accounts.db`);
  const canary = `CANARYCI${'A'.repeat(78)}==`;
  const report = await registry.import([['ci', canary, 'DANAL', '', 'a'], ['ci', 'CANARYCI', 'DANAL', '', 'b'], Array(5).fill(canary)]);
  assert.deepEqual(report.leftOut, { bad_value: 1, bad_kind: 1 });
  assert.ok(!inspect([report, registry, registry.metrics()], { depth: 9 }).includes('CANARY'));
  await registry.close();
  for (const file of fs.readdirSync(own)) assert.ok(!fs.readFileSync(path.join(own, file)).includes('CANARY'), file);
});

test('killed, it is begun again; cancelled, it ends', async (t) => {
  const store = `sqlite:${fs.mkdtempSync(path.join(folder, 'killed-'))}/accounts.db`;
  const script = `
    const { Registry } = require('bonin');
    function* rows() { for (let n = 0; ; n++) yield ['ci', String(n).padEnd(86, 'A') + '==', '', '', 'a' + n]; }
    new Registry(${JSON.stringify(store)}, { pepper: '${PEPPER}' }).import(rows(), { onBatch: ({ rows }) => console.log(rows) });`;
  const child = spawn(process.execPath, ['-e', script], { cwd: ROOT });
  for (let lines = 0; lines < 3; ) lines += String((await once(child.stdout, 'data'))[0]).split('\n').length - 1;
  child.kill('SIGKILL');
  await once(child, 'close');
  const registry = fresh(t, store);
  const { persons, keys } = await registry.count();
  assert.ok(persons >= 3000 && persons % 1000 === 0 && keys === persons);
  const report = await registry.import(people(persons + 1));
  assert.deepEqual([report.existing, report.persons], [persons, 1]);
  const controller = new AbortController();
  const cancelled = registry.import(people(10000), { signal: controller.signal, onBatch: () => controller.abort() });
  await assert.rejects(cancelled, bonin.Cancelled);
});

test('the schema', () => {
  assert.ok(Registry.schemaSql().startsWith('BEGIN;'));
  assert.ok(Registry.schemaSql('shop').includes('"shop"'));
  assert.throws(() => Registry.schemaSql('no schema'), bonin.InvalidArgument);
});
