'use strict';
// Records of decisions: a file that is rotated, a function, what becomes of one that fails.
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { ROOT, bonin, observed, patched, run, until, useSandbox, vectors } = require('./support.js');
const native = require(path.join(ROOT, 'bindings/node/lib/native.js'));
const { Verification } = require(path.join(ROOT, 'bindings/node/lib/verification.js'));

let sandbox;
let portone;
useSandbox((opened) => ({ sandbox, portone } = opened));
const policy = bonin.Policy.preset('kr.youth_protection');

/** A path in a folder of the test's own. */
function place(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-records-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'decisions.jsonl');
}
const textOf = (file) => fs.readFileSync(file, 'utf8');
const linesOf = (file) =>
  textOf(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('a record byte for byte', () => {
  const { given, now, cases } = vectors('records');
  for (const { why, rules, facts = {}, record } of cases) {
    const all = patched(given, facts);
    const verification = new Verification(native.made.verification(JSON.stringify(all)));
    const own = new bonin.Policy({ name: 'p', rules });
    const id = crypto.createHash('sha256').update(all.id).digest('hex');
    const expected = record.replace('{hash}', own.hash).replace('{id}', id);
    assert.equal(own.evaluate(verification, { now: new Date(now) }).record(), expected, why);
  }
});

test('a file gets the line before the decision is answered, and a file that was moved is made anew', async (t) => {
  const file = place(t);
  const verifier = new bonin.Verifier(portone, policy, { records: file });
  const first = await verifier.verify(sandbox.verify('adult'));
  assert.equal(textOf(file), `${first.record()}\n`);
  fs.renameSync(file, `${file}.1`);
  const second = await verifier.verify(sandbox.verify('minor'));
  assert.equal(textOf(file), `${second.record()}\n`);
  await assert.rejects(verifier.verify('iv-nobody'), bonin.NotFound);
  assert.deepEqual(verifier.metrics(), {
    decisions: { DANAL: { allowed: 1, denied: 1 } },
    denials: { age: { too_young: 1 } },
    errors: { not_found: 1 },
    records: { written: 2, waiting: 0, lost: 0 },
  });
});

test('a function takes the line before the answer', async () => {
  const taken = [];
  const verifier = new bonin.Verifier(portone, policy, { records: (line) => taken.push(line) });
  const decision = await verifier.verify(sandbox.verify('adult'));
  assert.deepEqual(taken, [decision.record()]);
  await assert.rejects(verifier.require(sandbox.verify('minor')), bonin.Denied);
  assert.equal(taken.length, 2);
  assert.deepEqual(verifier.metrics().records, { written: 2, waiting: 0, lost: 0 });
});

test('a function that throws or rejects changes no answer', async (t) => {
  const warnings = [];
  t.mock.method(process, 'emitWarning', (text, { detail }) => warnings.push(`${text} ${detail}`));
  const broken = () => {
    throw new Error('no room');
  };
  for (const records of [broken, async () => broken()]) {
    const verifier = new bonin.Verifier(portone, policy, { records });
    for (let i = 0; i < 2; i++) assert.ok((await verifier.verify(sandbox.verify('adult'))).allowed);
    assert.deepEqual(verifier.metrics().records, { written: 0, waiting: 0, lost: 2 });
    assert.equal(warnings.length, 1, 'once');
    assert.match(warnings.pop(), /`records` threw.*no room/s);
  }
});

test('what is no place for records is refused', (t) => {
  const file = place(t);
  for (const [records, words] of [
    [path.join(file, 'x.jsonl'), /cannot be written: No such file or directory/],
    [path.dirname(file), /cannot be written: Is a directory/],
    ['', /must be a path or a function/],
    [7, /must be a path or a function/],
    [null, /must be a path or a function/],
  ]) {
    const make = () => new bonin.Verifier(portone, policy, { records });
    assert.throws(make, (error) => error instanceof bonin.InvalidArgument && error.parameter === 'records' && words.test(error.message));
  }
});

test('nothing personal is in a line or a number', async (t) => {
  const file = place(t);
  const rules = [{ age: { at_least: 60, by: 'full' } }, { has: 'mvno' }];
  const verifier = new bonin.Verifier(portone, new bonin.Policy({ name: 'p', rules }), { records: file });
  const id = sandbox.verify(
    { name: '카나리아', birthDate: '1991-11-11', phone: '01099998888', ci: 'CANARYCI'.repeat(11), di: 'CANARYDI'.repeat(8) },
    { id: 'canary-id-1' },
  );
  await verifier.verify(id, { subject: '카나리아', expect: { name: '아닌이' } });
  assert.equal(linesOf(file)[0].allowed, false);
  assert.doesNotMatch(textOf(file) + JSON.stringify(verifier.metrics()), /카나리아|1991|01099998888|CANARY|아닌이|canary-id-1/);
});

test('a folder that is gone keeps nobody back', async (t) => {
  const file = place(t);
  const events = [];
  const told = new bonin.PortOneV2({
    apiSecret: sandbox.apiSecret,
    baseUrl: sandbox.v2Url,
    onLog: ({ name, fields }) => name.startsWith('records') && events.push([name, fields.reason]),
  });
  const verifier = new bonin.Verifier(told, policy, { records: file });
  fs.rmSync(path.dirname(file), { recursive: true });
  assert.ok((await verifier.verify(sandbox.verify('adult'))).allowed);
  assert.deepEqual(verifier.metrics().records, { written: 0, waiting: 1, lost: 0 });
  fs.mkdirSync(path.dirname(file));
  await verifier.verify(sandbox.verify('adult'));
  await until(() => verifier.metrics().records.written >= 2);
  await verifier.verify(sandbox.verify('adult'));
  assert.equal(linesOf(file).length, 3);
  assert.deepEqual(events, [
    ['records.failed', 'no_directory'],
    ['records.recovered', undefined],
  ]);
  observed(t, 88, 'Node: a folder that is gone keeps nobody back, and the lines are written when it is there again');
});

test('workers and processes share a file, and what was answered survives a kill', async (t) => {
  const file = place(t);
  const work = `
    const { Policy, PortOneV2, Verifier } = require('bonin');
    const portone = new PortOneV2({ apiSecret: ${JSON.stringify(sandbox.apiSecret)}, baseUrl: ${JSON.stringify(sandbox.v2Url)} });
    const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'), { records: ${JSON.stringify(file)} });
    const ids = ${JSON.stringify(Array.from({ length: 100 }, () => sandbox.verify('adult')))};
    Promise.all(ids.map((id) => verifier.verify(id)))`;
  const worker = (after) => new Worker(`${work}.then(() => { ${after} })`, { eval: true });
  const ended = Promise.all([worker(''), worker('')].map((one) => new Promise((resolve) => one.on('exit', resolve))));
  const killed = await run(`${work}.then(() => process.kill(process.pid, 'SIGKILL'))`, { cwd: path.join(ROOT, 'tests', 'node') });
  assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  assert.deepEqual(await ended, [0, 0]);
  assert.equal(linesOf(file).length, 300);
});
