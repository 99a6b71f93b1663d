'use strict';
// Calls under way: cancelled, timed out, closed, left behind by an exit or by the end of a worker.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { bonin, clientOf, observed, run, serve } = require('./support.js');

let silent; // takes requests and never answers
const waiting = [];
before(async () => {
  silent = await serve(() => waiting.splice(0).forEach((resolve) => resolve()));
});
after(() => silent.close());
const asked = () => new Promise((resolve) => waiting.push(resolve));

test('a signal cancels the call', async () => {
  const client = clientOf('v2', silent.url);
  const controller = new AbortController();
  const arrived = asked();
  const call = client.lookup('iv-1', { signal: controller.signal });
  await arrived;
  controller.abort();
  await assert.rejects(call, bonin.Cancelled);
  await assert.rejects(client.lookup('iv-1', { signal: controller.signal }), bonin.Cancelled);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  await assert.rejects(verifier.require('iv-1', { signal: AbortSignal.abort() }), bonin.Cancelled);
  client.close();
});

test('a signal that fires after the end does nothing', async () => {
  const sandbox = await bonin.Sandbox.start();
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret });
  const controller = new AbortController();
  const { signal } = controller;
  const id = sandbox.verify('adult');
  await Promise.all(Array.from({ length: 20 }, () => client.lookup(id, { signal })));
  controller.abort();
  assert.equal((await client.lookup(id)).id, id);
  client.close();
  await sandbox.close();
});

test('a call ends at its time limit', async () => {
  const client = clientOf('v2', silent.url, { maxAttempts: 1 });
  const error = await client.lookup('iv-1', { timeoutMs: 50 }).catch((e) => e);
  assert.ok(error instanceof bonin.TimedOut);
  assert.equal(error.retryable, true);
  client.close();
});

test('close settles what is under way and refuses what comes', async (t) => {
  const client = clientOf('v2', silent.url);
  const arrived = asked();
  const calls = Array.from({ length: 50 }, () => client.lookup('iv-1'));
  await arrived;
  client.close();
  client.close();
  for (const { reason } of await Promise.allSettled(calls)) assert.ok(reason instanceof bonin.Closed);
  await assert.rejects(client.lookup('iv-1'), bonin.Closed);
  observed(t, 42, 'calls under way: `close()` ends each of them with `closed`');
});

test('an idle client lets node exit; a call under way does not', async (t) => {
  const idle = await run(
    `
    const { PortOneV2, Sandbox } = require('bonin');
    (async () => {
      const sandbox = await Sandbox.start();
      const client = new PortOneV2({ apiSecret: sandbox.apiSecret, baseUrl: sandbox.url });
      console.log((await client.lookup(sandbox.verify('adult'))).status);
    })();`,
    { timeout: 20_000 },
  );
  assert.deepEqual([idle.code, idle.stdout], [0, 'verified\n'], idle.stderr);
  observed(t, 42, 'idle: node ends with 0 at once');
});

test('the process may exit at any time, a hundred times', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  t.after(() => sandbox.close());
  const ID = sandbox.verify('adult');
  const script = `
    const { Policy, PortOneV2, Verifier } = require('bonin');
    const client = new PortOneV2({ apiSecret: process.env.SECRET, baseUrl: process.env.URL });
    const verifier = new Verifier(client, Policy.preset('kr.youth_protection'));
    const end = process.env.HOW === 'exit' ? () => process.exit(7) : () => { throw new Error('uncaught') };
    let answers = 0;
    const one = () => verifier.verify(process.env.ID).then(() => {
      if (++answers === Number(process.env.AFTER)) setImmediate(end); // out of the promise, whose error would be caught
      return one();
    }, () => {});
    for (let i = 0; i < 50; ++i) one();
    if (process.env.AFTER === '0') setImmediate(end);`;
  // Before anything is answered, or while answers come all the time; and never an answer at all.
  const round = async (i) => {
    const HOW = i % 2 === 0 ? 'exit' : 'throw';
    const answered = i % 4 < 2;
    const { url: URL, apiSecret: SECRET } = answered ? sandbox : { url: silent.url, apiSecret: 'secret' };
    const env = { URL, SECRET, HOW, ID, AFTER: answered ? `${i}` : '0' };
    const { code, signal, stderr } = await run(script, { env });
    assert.deepEqual([code, signal], [HOW === 'exit' ? 7 : 1, null], stderr);
  };
  for (let i = 0; i < 100; i += 4) await Promise.all([i, i + 1, i + 2, i + 3].map(round));
  observed(t, 42, 'with 50 calls under way, a hundred times: node ends with its own exit code');
  observed(t, 44, 'Node: `process.exit` and an uncaught error end it as they would without bonin');
});

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { Policy, PortOneV2, Verifier } = require('bonin');
  const client = new PortOneV2({ apiSecret: workerData.apiSecret ?? 'secret', baseUrl: workerData.url });
  const verifier = new Verifier(client, Policy.preset('kr.youth_protection'));
  const once = () => verifier.verify(workerData.id).then(
    (decision) => workerData.answers && parentPort.postMessage(decision.allowed), () => {});
  if (workerData.answers) once();
  else { const many = () => Promise.all(Array.from({ length: 20 }, once)).then(many); many(); setImmediate(() => parentPort.postMessage('started')); }`;

const message = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

test('a worker does the main job, and its end leaves the main thread working', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret });
  const id = sandbox.verify('adult');
  for (let round = 0; round < 3; ++round) {
    const workerData = { url: sandbox.url, apiSecret: sandbox.apiSecret, id, answers: true };
    const worker = new Worker(WORKER, { eval: true, workerData });
    assert.equal(await message(worker), true);
    await worker.terminate();
    assert.equal((await client.lookup(id)).status, 'verified');
  }
  client.close();
  await sandbox.close();
  observed(t, 43, 'a worker verifies; after its end the main thread does');
});

test('workers may be terminated in the middle of calls, a hundred times', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  const id = sandbox.verify('adult');
  for (let round = 0; round < 34; ++round) {
    // Answers that come all the time, and answers that never come.
    const [url, apiSecret] = round % 2 === 0 ? [sandbox.url, sandbox.apiSecret] : [silent.url, 'secret'];
    const workers = Array.from({ length: 3 }, () => new Worker(WORKER, { eval: true, workerData: { url, apiSecret, id } }));
    await Promise.all(workers.map(message));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret });
  assert.equal((await client.lookup(id)).status, 'verified');
  client.close();
  await sandbox.close();
  observed(t, 43, '102 of them terminated in the middle of calls: the main thread goes on');
});

test('a call that could not begin does not keep node alive', async () => {
  const { code, stdout, signal } = await run(
    `
    const { PortOneV1, PortOneV2 } = require('bonin');
    const v2 = new PortOneV2({ apiSecret: 'secret' });
    const request = { channelKey: 'k', carrier: 'SKT', method: 'SMS', name: 'a', phoneNumber: '0', ipAddress: '1' };
    const { send } = v2;
    send('iv-1', request).catch((error) => console.log(error.kind));
    PortOneV1.prototype.erase.call(v2, 'imp_1').catch((error) => console.log(error.kind));`,
    { timeout: 20_000 },
  );
  assert.deepEqual([code, signal, stdout], [0, null, 'invalid_argument\ninvalid_argument\n']);
});

test('an answer that cannot be made rejects its own call and no other', async () => {
  const { begin, deliver } = require('../../bindings/node/lib/calls.js');
  const slots = [];
  const wrap = (value) => {
    if (value === 'bad') throw new RangeError('cannot be made');
    return value;
  };
  const calls = ['bad', 'good'].map(() => begin(undefined, wrap, (slot) => slots.push(slot)));
  deliver(slots[0], 'bad', slots[1], 'good');
  const [bad, good] = await Promise.allSettled(calls);
  assert.ok(bad.reason instanceof RangeError);
  assert.equal(good.value, 'good');
});
