'use strict';
// `bonin registry`: a file moved in, a store moved to another, the schema.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, beforeEach, test } = require('node:test');
const { ROOT, bonin, run, until } = require('./support.js');

const { Registry } = bonin;
const CLI = path.join(ROOT, 'bindings', 'node', 'lib', 'cli.js');
const PEPPER = 'k'.repeat(32);
const cli = (args, env = {}) => run(CLI, { args: ['registry', ...args], env: { PEPPER, ...env } });
const ci = (n) => `${String(n).padEnd(86, 'A')}==`;

let folder;
let rows;
let report;
let store;
before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'))));
after(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  const own = fs.mkdtempSync(path.join(folder, 'test-'));
  rows = path.join(own, 'rows.csv');
  report = path.join(own, 'report.csv');
  store = `sqlite:${own}/accounts.db`;
});

async function withRegistry(url, use, options = { pepper: PEPPER }) {
  const registry = new Registry(url, options);
  try {
    return await use(registry);
  } finally {
    await registry.close();
  }
}

async function persons(registry) {
  const all = [];
  for await (const person of registry.export()) all.push(person);
  return all;
}

test('import', async () => {
  fs.writeFileSync(rows, `account,value\na,${ci(1)}\nb,NULL\nc,${ci(3)}\nd,${ci(1)}\ne\n`);
  const where = ['--store', store, '--pepper', 'env:PEPPER', '--kind', 'ci', '--provider', 'danal'];
  const done = await cli(['import', rows, ...where, '--report', report]);
  assert.deepEqual([done.code, done.stderr], [1, '']);
  assert.equal(
    done.stdout,
    'rows          5\npersons       2\nkeys          2\nleft out      3\n' +
      '  other_account     1\n  bad_value         1\n  broken_line       1\n',
  );
  assert.equal(fs.readFileSync(report, 'utf8'), 'line,reason\n3,bad_value\n5,other_account\n6,broken_line\n');
  fs.writeFileSync(rows, `account,value\na,${ci(1)}\nc,${ci(3)}\n`);
  const again = await cli(['import', rows, ...where]);
  assert.deepEqual([again.code, again.stdout], [0, 'rows          2\nexisting      2\n']);
  const there = await withRegistry(store, persons);
  assert.deepEqual(
    there.map(({ accountId, keys }) => [accountId, keys[0].provider]),
    [
      ['a', 'DANAL'],
      ['c', 'DANAL'],
    ],
  );
});

test('peppers and stores of the environment', async () => {
  fs.writeFileSync(rows, `kind,value,account\nci,${ci(1)},a\n`);
  const key = path.join(path.dirname(rows), 'pepper');
  fs.writeFileSync(key, 'another pepper, of 32 bytes and more\n');
  const old = ['--pepper', 'old=env:PEPPER'];
  assert.equal((await cli(['import', rows, '--store', 'env:STORE', ...old], { STORE: store })).code, 0);
  const done = await cli(['import', rows, '--store', 'env:STORE', '--pepper', `new=file:${key}`, ...old], { STORE: store });
  assert.deepEqual([done.code, done.stdout], [0, 'rows          1\nmoved         1\n']);
  const there = await withRegistry(store, persons, { peppers: [{ id: 'new', key: `file:${key}` }] });
  assert.deepEqual(
    there.map(({ keys }) => keys[0].pepperId),
    ['new'],
  );
});

test('move', async () => {
  const other = store.replace('accounts', 'other');
  await withRegistry(store, async (registry) => {
    await registry.import([
      ['ci', ci(1), '', '', 'a'],
      ['ci', ci(2), '', '', 'b'],
    ]);
    await registry.ban({ accountId: 'b' }, { reason: 'spam' });
    await registry.consume('id-1', 'me');
  });
  await withRegistry(other, (registry) => registry.import([['ci', ci(1), '', '', 'x']]));
  const done = await cli(['move', '--from', store, '--to', other, '--pepper', 'env:PEPPER', '--report', report]);
  assert.equal(done.code, 1, done.stderr);
  assert.equal(done.stdout, 'rows          3\npersons       1\nkeys          1\nuses          1\nleft out      1\n  other_account     1\n');
  assert.equal(fs.readFileSync(report, 'utf8'), 'person,reason\n1,other_account\n');
  await withRegistry(other, async (registry) => {
    const banned = (await persons(registry)).filter((person) => person.banned);
    assert.deepEqual(
      banned.map(({ accountId, banReason }) => [accountId, banReason]),
      [['b', 'spam']],
    );
    assert.equal(await registry.consume('id-1', 'me'), 'same_subject');
  });
});

test('schema', async () => {
  assert.equal((await cli(['schema'])).stdout, Registry.schemaSql());
  assert.equal((await cli(['schema', '--schema', 'shop'])).stdout, Registry.schemaSql('shop'));
  assert.equal((await cli(['schema', '--schema', 'no schema'])).code, 2);
});

test('mistakes', async () => {
  fs.writeFileSync(rows, `${ci(1)},${ci(1)}\n`);
  const good = ['--store', store, '--pepper', 'env:PEPPER'];
  const mistakes = [
    [['import', rows, '--store', store], 'name the pepper: --pepper env:NAME or file:PATH'],
    [['import', rows, '--store', store, '--pepper', PEPPER], '--pepper takes env:NAME or file:PATH'],
    [['import', rows, '--store', 'env:NOTHING', '--pepper', 'env:PEPPER'], 'the environment has no NOTHING'],
    [['import', rows, '--store', `env:postgresql://u:${PEPPER}@h/db`, '--pepper', 'env:PEPPER'], 'no such variable'],
    [['import', rows, ...good, '--peper', PEPPER], 'unknown options: --peper'],
    [['import', rows, ...good, `--peper=${PEPPER}`], 'unknown options: --peper'],
    [['import', rows, ...good, PEPPER], 'takes one FILE'],
    [['import', rows, ...good, `-${PEPPER}`], 'arguments that the command does not take'],
    [['import', rows, ...good, '--kind', PEPPER], '--kind'],
    [['import', rows, ...good, `--any-value=${PEPPER}`], '--any-value'],
    [[PEPPER], 'name a command'],
    [['move', '--from', store, '--to', `${store}2`, '--pepper', 'env:PEPPER'], '--from names a file that is not there'],
    [['import', rows, ...good], 'expected a first line that names the columns'],
    [['import', path.join(folder, 'none.csv'), ...good, '--kind', 'ci'], 'none.csv` cannot be read'],
    [['import', rows, ...good, '--report', folder], 'the report cannot be written'],
    [['import', rows, ...good, '--kind', 'x'], '--kind'],
    [['import', rows, '--pepper', 'env:PEPPER'], '--store'],
    [['move', '--from', store, '--to', store], 'name the pepper'],
    [['import'], 'FILE'],
  ];
  for (const [args, says] of mistakes) {
    const { code, stdout, stderr } = await cli(args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.ok(stderr.startsWith('bonin: ') && stderr.includes(says) && stderr.split('\n').length === 2, stderr);
    assert.ok(!stderr.includes(ci(1)) && !stderr.includes(PEPPER));
  }
  assert.ok(!fs.existsSync(store.slice('sqlite:'.length)));
});

test('a report empties no other file', async () => {
  const own = path.dirname(rows);
  const [link, key, target] = ['link.csv', 'pepper', 'other.db'].map((name) => path.join(own, name));
  fs.writeFileSync(rows, `account,value\na,${ci(1)}\n`);
  fs.symlinkSync(rows, link);
  fs.writeFileSync(key, PEPPER);
  await withRegistry(store, (registry) => registry.import([['ci', ci(2), '', '', 'b']]));
  const file = store.slice('sqlite:'.length);
  const peppers = ['--pepper', 'env:PEPPER', '--pepper', `old=file:${key}`];
  const load = ['import', rows, '--kind', 'ci', '--store', 'env:STORE', ...peppers];
  const move = ['move', '--from', 'env:STORE', '--to', `sqlite:${target}`, ...peppers];
  const contents = () => [rows, key, file].map((one) => fs.readFileSync(one, 'hex'));
  for (const [command, to] of [
    [load, rows],
    [load, link],
    [load, file],
    [load, key],
    [move, file],
    [move, target],
  ]) {
    const before = contents();
    const done = await cli([...command, '--report', to], { STORE: store });
    assert.deepEqual([done.code, done.stdout], [2, ''], to);
    assert.equal(done.stderr, 'bonin: --report names a file that the command reads or writes itself\n');
    assert.deepEqual(contents(), before);
    assert.ok(!fs.existsSync(target));
  }
});

test('stopped, it goes on', async () => {
  const total = 200_000;
  const lines = (count) => `account,value\nnobody,\n${Array.from({ length: count }, (_, n) => `a${n},${ci(n)}\n`).join('')}`;
  fs.writeFileSync(rows, lines(total));
  const args = ['registry', 'import', rows, '--store', store, '--pepper', 'env:PEPPER', '--kind', 'ci', '--report', report];
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, PEPPER } });
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += data));
  // The first batch is in when the report has its row.
  await until(() => fs.existsSync(report) && fs.readFileSync(report, 'utf8').includes('bad_value'));
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^bonin: stopped after \d+ rows; run the same command again to go on\n$/);
  const { persons: there } = await withRegistry(store, (registry) => registry.count());
  assert.ok(there > 0 && there < total && (there + 1) % 1000 === 0, `${there}`);
  fs.writeFileSync(rows, lines(there + 1));
  const done = await cli(['import', rows, '--store', store, '--pepper', 'env:PEPPER', '--kind', 'ci']);
  assert.deepEqual([done.code, done.stderr], [1, '']);
  assert.match(done.stdout, new RegExp(`^rows          ${there + 2}\nexisting      ${there}\npersons       1\n`));
});
