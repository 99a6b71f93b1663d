'use strict';
// Many ids in one call: what is answered, what stops it, what is told meanwhile.
const assert = require('node:assert/strict');
const { AsyncLocalStorage } = require('node:async_hooks');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { inspect } = require('node:util');
const { Worker } = require('node:worker_threads');
const { ROOT, bonin, clientOf, run, serve, useSandbox } = require('./support.js');

let sandbox;
let portone;
useSandbox((opened) => ({ sandbox, portone } = opened));
const policy = bonin.Policy.preset('kr.youth_protection');
const verifierWith = (options) => new bonin.Verifier(portone, policy, options);
const many = (n) => Array(n).fill(sandbox.verify('adult'));

test('each id has its answer, in the order of the ids', async () => {
  const ids = [sandbox.verify('adult'), 'iv-nobody', sandbox.verify('minor'), 'no id\n'];
  const judged = await verifierWith().verifyMany(ids);
  assert.ok(judged instanceof bonin.Judged);
  assert.equal(judged.length, 4);
  assert.deepEqual(judged.allowed, Uint8Array.of(1, 0, 0, 0));
  assert.equal(judged.allowed, judged.allowed, 'it is built once');
  assert.deepEqual({ ...judged.counts }, { allowed: 1, denied: 1, failed: 2, left: 0 });
  assert.deepEqual([judged.next, judged.stopped], [4, undefined]);
  assert.equal(judged.at(0).verification.id, ids[0]);
  assert.ok(judged.at(1) instanceof bonin.NotFound);
  assert.equal(judged.at(2).denials[0].reason, 'too_young');
  assert.ok(judged.at(-1) instanceof bonin.InvalidId);
  for (const outside of [4, -5, 1e10, -1e10, Infinity]) assert.equal(judged.at(outside), undefined, String(outside));
  assert.deepEqual(
    [...judged].map((answer) => answer.allowed),
    [true, undefined, false, undefined],
  );
  assert.ok(Object.isFrozen(judged) && Object.isFrozen(judged.counts));
});

test('whatever is iterable, and nothing', async () => {
  const verifier = verifierWith();
  const id = sandbox.verify('adult');
  assert.equal((await verifier.verifyMany(new Set([id]))).counts.allowed, 1);
  assert.equal(
    (
      await verifier.verifyMany(
        (function* () {
          yield id;
        })(),
      )
    ).counts.allowed,
    1,
  );
  const none = await verifier.verifyMany([]);
  assert.deepEqual([none.length, none.next, [...none]], [0, 0, []]);
});

test('what is no list of ids, and options out of range, are refused', async () => {
  const verifier = verifierWith();
  const refused = async (ids, options, parameter) => {
    const error = await verifier.verifyMany(ids, options).catch((e) => e);
    assert.ok(error instanceof bonin.InvalidArgument, inspect(error));
    assert.equal(error.parameter, parameter);
    return error;
  };
  await refused('iv-1', {}, 'ids');
  await refused(undefined, {}, 'ids');
  await refused({ length: 1 }, {}, 'ids');
  const error = await refused(['iv-1', 1234567], {}, 'ids/1');
  assert.doesNotMatch(inspect(error), /1234567/);
  await refused(['iv-1', undefined], {}, 'ids/1');
  await refused(Array(100_001).fill('iv-1'), {}, 'ids');
  await refused(['iv-1'], { atOnce: 0 }, 'atOnce');
  await refused(['iv-1'], { atOnce: -1 }, 'atOnce');
  await refused(['iv-1'], { atOnce: 1.5 }, 'atOnce');
  await refused(['iv-1'], { perSecond: 0 }, 'perSecond');
  await refused(['iv-1'], { perSecond: NaN }, 'perSecond');
  await refused(['iv-1'], { perSecond: '5' }, 'perSecond');
  await refused(['iv-1'], { progress: true }, 'progress');
  await refused(['iv-1'], { begun: true }, 'begun');
  await refused(['iv-1'], { expect: undefined }, 'expect');
  assert.equal((await verifier.verifyMany(['iv-1'], { timeoutMs: 0 }).catch((e) => e)).kind, 'invalid_timeout');
});

test('an option that no id can be judged with refuses the call', async (t) => {
  const registry = new bonin.Registry('sqlite::memory:', { pepper: 'p'.repeat(32), clock: sandbox });
  t.after(() => registry.close());
  const own = new bonin.Policy({ name: 'p', rules: [{ not_banned: true }] });
  const verifier = new bonin.Verifier(portone, own, { registry });
  await assert.rejects(verifier.verifyMany(many(3)), { name: 'InvalidArgument', parameter: 'subject' });
  const judged = await verifier.verifyMany(many(3), { subject: 'job', expect: { merchantUid: 'other' } });
  assert.equal(judged.counts.denied, 3);
  assert.ok(
    judged.at(0).denials.some(({ pointer }) => pointer === '/expect/merchant_uid'),
    inspect(judged.at(0).denials),
  );
});

test('a signal stops it, and what was decided is kept', async () => {
  const verifier = verifierWith();
  const controller = new AbortController();
  const judged = await verifier.verifyMany(many(2000), {
    atOnce: 4,
    signal: controller.signal,
    progress: () => controller.abort(),
  });
  assert.equal(judged.stopped.kind, 'cancelled');
  assert.equal(judged.stopped, judged.stopped);
  assert.ok(judged.counts.allowed > 0 && judged.counts.left > 0 && judged.counts.failed === 0);
  assert.ok(judged.next < 2000);
  assert.equal(judged.at(1999), undefined);
  await assert.rejects(verifier.verifyMany(many(3), { signal: controller.signal }), bonin.Cancelled);
});

test('a watcher is told in order, in the context of the caller, and can stop it', async () => {
  const verifier = verifierWith();
  const storage = new AsyncLocalStorage();
  const told = [];
  const progress = (done, total) => told.push([done, total, storage.getStore()]);
  await storage.run('job', () => verifier.verifyMany(many(300), { progress }));
  assert.deepEqual(told.at(-1), [300, 300, 'job']);
  for (let i = 1; i < told.length; i++) assert.ok(told[i][0] > told[i - 1][0]);
  assert.ok(told.length <= 101);
  const judged = await verifier.verifyMany(many(2000), { atOnce: 4, progress: () => false });
  assert.equal(judged.stopped.kind, 'cancelled');
});

test('what a watcher throws is a warning and changes no answer', async (t) => {
  const warnings = [];
  t.mock.method(process, 'emitWarning', (text, { detail }) => warnings.push(`${text} ${detail}`));
  const progress = () => {
    throw new Error('no room');
  };
  const judged = await verifierWith().verifyMany(many(200), { progress });
  assert.equal(judged.counts.allowed, 200);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /^`progress` threw; .*no room/s);
});

test('a function of records takes the line of each decision before the answer', async () => {
  const taken = [];
  const verifier = verifierWith({ records: (line) => taken.push(line) });
  const judged = await verifier.verifyMany([...many(100), 'iv-nobody', sandbox.verify('minor')]);
  assert.equal(taken.length, 101);
  const own = [...judged].filter((answer) => answer instanceof bonin.Decision).map((decision) => decision.record());
  assert.deepEqual([...taken].sort(), own.sort());
  assert.deepEqual(verifier.metrics().records, { written: 101, waiting: 0, lost: 0 });
});

test('a file of records gets every line', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-many-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const records = path.join(folder, 'records.jsonl');
  await verifierWith({ records }).verifyMany(many(50));
  assert.equal(fs.readFileSync(records, 'utf8').trim().split('\n').length, 50);
});

test('refused credentials, a drained verifier and a closed client stop it', async (t) => {
  const server = await serve((_, response) => response.writeHead(401).end('{"type":"UNAUTHORIZED"}'));
  t.after(server.close);
  const client = clientOf('v2', server.url);
  const judged = await new bonin.Verifier(client, policy).verifyMany(Array(500).fill('iv-1'), { atOnce: 2 });
  assert.ok(judged.stopped instanceof bonin.Unauthorized);
  assert.equal(judged.next, 0);
  assert.ok(judged.counts.failed <= 2 && judged.counts.left >= 498);
  client.close();
  const closed = await new bonin.Verifier(client, policy).verifyMany(['iv-1', 'iv-2']);
  assert.ok(closed.stopped instanceof bonin.Closed);
  assert.deepEqual({ ...closed.counts }, { allowed: 0, denied: 0, failed: 0, left: 2 });
  const verifier = verifierWith();
  await verifier.drain();
  assert.ok((await verifier.verifyMany(many(2))).stopped instanceof bonin.Draining);
});

test('a client with fewer places is no reason to fail', async (t) => {
  const small = sandbox.connect({ maxCalls: 3 });
  t.after(() => small.close());
  const judged = await new bonin.Verifier(small, policy).verifyMany(many(300));
  assert.deepEqual({ ...judged.counts }, { allowed: 300, denied: 0, failed: 0, left: 0 });
});

test('two at once, beside single ones', async () => {
  const verifier = verifierWith();
  const [first, second, one] = await Promise.all([
    verifier.verifyMany(many(500)),
    verifier.verifyMany(many(300), { atOnce: 1000 }),
    verifier.verify(sandbox.verify('adult')),
  ]);
  assert.deepEqual([first.counts.allowed, second.counts.allowed, one.allowed], [500, 300, true]);
});

test('it keeps the process alive, and process.exit does not wait for it', async () => {
  const script = (end) => `
    const { Sandbox, Policy, Verifier } = require(${JSON.stringify(path.join(ROOT, 'bindings/node/lib/index.cjs'))});
    Sandbox.start().then((sandbox) => {
      const verifier = new Verifier(sandbox.connect(), Policy.preset('kr.youth_protection'));
      const id = sandbox.verify('adult');
      verifier.verifyMany(Array(1000).fill(id), { progress: () => { ${end} } }).then(({ counts }) => console.log(counts.allowed));
    });
  `;
  const whole = await run(script(''));
  assert.deepEqual([whole.code, whole.signal, whole.stdout], [0, null, '1000\n'], whole.stderr);
  const cut = await run(script('process.exit(3)'));
  assert.deepEqual([cut.code, cut.signal, cut.stdout], [3, null, ''], cut.stderr);
});

test('a worker that is terminated in the middle takes nobody along', async () => {
  const { v2Url: baseUrl, apiSecret } = sandbox;
  const script = `
    const { workerData, parentPort } = require('node:worker_threads');
    const { PortOneV2, Policy, Verifier } = require(${JSON.stringify(path.join(ROOT, 'bindings/node/lib/index.cjs'))});
    const { id, ...options } = workerData;
    const verifier = new Verifier(new PortOneV2(options), Policy.preset('kr.youth_protection'), { records: () => {} });
    verifier.verifyMany(Array(5000).fill(id), { progress: (done) => { parentPort.postMessage(done); } });
  `;
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(script, { eval: true, workerData: { baseUrl, apiSecret, id: sandbox.verify('adult') } });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
  }
  assert.equal((await verifierWith().verifyMany(many(10))).counts.allowed, 10);
});

test('nothing that prints it shows a person', async () => {
  const judged = await verifierWith().verifyMany([...many(2), 'iv-nobody']);
  const name = judged.at(0).verification.person.name.reveal();
  const texts = [
    inspect(judged),
    inspect(judged, { depth: 9, showHidden: true, customInspect: false }),
    JSON.stringify(judged),
    `${judged}`,
    inspect([...judged]),
  ];
  for (const text of texts) assert.ok(!text.includes(name), text);
  assert.equal(JSON.stringify(judged), '{"length":3,"counts":{"allowed":2,"denied":0,"failed":1,"left":0},"next":3}');
  assert.match(inspect(judged), /^Judged \{ length: 3,|^Judged \{\n/);
});

for (const guide of ['batch.md', 'batch.ko.md']) {
  test(`the example of docs/${guide} runs, and goes on where it stood`, (t) => {
    const [, example] = /^```js\n(.*?)^```/ms.exec(fs.readFileSync(path.join(ROOT, 'docs', guide), 'utf8'));
    const place = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-batch-'));
    t.after(() => fs.rmSync(place, { recursive: true, force: true }));
    fs.mkdirSync(path.join(place, 'node_modules'));
    fs.symlinkSync(ROOT, path.join(place, 'node_modules', 'bonin'));
    fs.writeFileSync(path.join(place, 'example.cjs'), example);
    const recheck = () => execFileSync(process.execPath, ['example.cjs'], { cwd: place, encoding: 'utf8' });
    assert.equal(recheck().match(/\[ 'age' \]/g).length, 50);
    assert.equal(fs.readFileSync(path.join(place, 'recheck.cursor'), 'utf8'), '[100,[]]');
    assert.equal(recheck(), '');
    assert.equal(fs.readFileSync(path.join(place, 'recheck.jsonl'), 'utf8').trim().split('\n').length, 100);
  });
}
