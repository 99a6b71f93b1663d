'use strict';
// What a user is told: by errors of what to do next, and by what is printed.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { inspect } = require('node:util');
const { identityRouter } = require('bonin/express');
const { refusalOf } = require('bonin/web');
const { bonin, camel, serve, until, vectors } = require('./support.js');

let sandbox;
let portone;
let verifier;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  portone = sandbox.connect();
  verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
});
after(async () => {
  portone.close();
  await sandbox.close();
});

const pepper = (letter) => letter.repeat(32);
async function closing(use) {
  const registry = new bonin.Registry('sqlite::memory:', { pepper: pepper('a') });
  try {
    await use(registry);
  } finally {
    registry.close();
  }
}
const DO = {
  "another pepper than the store's": async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const store = `sqlite:${folder}/people.db`;
    const first = new bonin.Registry(store, { pepper: pepper('a') });
    const found = await portone.lookup(sandbox.verify('adult'));
    await first.claim(found, 'account-1');
    first.close();
    const second = new bonin.Registry(store, { pepper: pepper('b') });
    t.after(() => second.close());
    await second.find(found);
  },
  'a pepper of a variable that is not set': () => new bonin.Registry('sqlite::memory:', { pepper: 'env:BONIN_NOT_SET' }),
  'a short pepper': () => new bonin.Registry('sqlite::memory:', { pepper: 'short' }),
  'http to another machine': () => new bonin.PortOneV2({ apiSecret: 'x', baseUrl: 'http://example.com' }),
  'a store of no kind': () => new bonin.Registry('oracle:x', { pepper: pepper('a') }),
  'an unknown field of the sandbox': () => sandbox.verify('adult', { chanelType: 'TEST' }),
  'an unknown field of what is expected': () => verifier.verify('an-id', { expect: { names: 'x' } }),
  'a subject that is too long': () => verifier.begin('x'.repeat(1001), { channelKey: 'channel-key-1' }),
  'a reservation without an id': () => closing((registry) => registry.commit('', 'account-1')),
  'both credentials of V2': () => new bonin.PortOneV2({ apiSecret: 'x', apiKey: 'y' }),
  'a closed registry': () => closing((registry) => (registry.close(), registry.count())),
  'an OTP of a channel that a function tells': () => identityRouter({ verifier, channelKey: () => 'channel-key-1', otp: true }),
  'a sandbox for other machines that was not allowed': () => bonin.Sandbox.start({ host: '0.0.0.0' }),
  'a number for an id in the sandbox': () => sandbox.verify('adult', { id: 5 }),
  'a number for a duration': () => new bonin.Policy({ name: 'x', rules: [{ fresh: 600 }] }),
  'a preset that needs a day': () => bonin.Policy.preset('kr.vote'),
  'a policy about accounts without a registry': () =>
    new bonin.Verifier(portone, new bonin.Policy({ name: 'x', rules: [{ account: 'new' }] })),
  'a credential that is kept elsewhere': () => new bonin.PortOneV2({ apiSecret: 'env:BONIN_API_SECRET' }),
  "a preset's name for a document": () => new bonin.Policy('kr.youth_protection'),
  'a file of members that is not there': async (t) => {
    const registry = new bonin.Registry('sqlite::memory:', { pepper: pepper('a') });
    t.after(() => registry.close());
    await registry.importFile('nope.csv', { kind: 'ci' });
  },
  'a flow for nobody': () => verifier.begin('', { channelKey: 'channel-key-1' }),
  'an id of V1 that is none': async (t) => {
    const v1 = sandbox.connect({ api: 'v1' });
    t.after(() => v1.close());
    await v1.lookup('nonsense');
  },
};
const SPELLED = new Set([
  'both `api_secret` and `api_key` are given',
  '`allow_insecure_sandbox`',
  'unless `allow_remote` lets other machines in',
  '`own_store`',
  'did you mean `channel_type`?',
]);

for (const { do: what, says, not } of vectors('texts').cases) {
  test(what, async (t) => {
    const error = await Promise.resolve()
      .then(() => DO[what](t))
      .then(
        () => assert.fail('no error'),
        (thrown) => thrown,
      );
    assert.ok(error instanceof bonin.BoninError, inspect(error));
    assert.ok(error.message.includes(SPELLED.has(says) ? camel(says) : says), error.message);
    if (not) assert.ok(!error.message.includes(not), error.message);
  });
}

test('hints name options as JavaScript does', () => {
  for (const { name, hint } of require('../../bindings/node/lib/native.js').errorKinds()) {
    assert.doesNotMatch(hint.replaceAll('`imp_`', ''), /[a-z]_[a-z]/, name);
  }
});

test('an unknown option of a client is told of those that JavaScript reads', () => {
  for (const [make, names] of [
    [() => new bonin.PortOneV2({ apiSecret: 'x', onlog() {} }), ['`onLog`', '`logLevel`', '`clock`', 'did you mean `onLog`?']],
    [() => new bonin.PortOneV1({ impKey: 'x', impSecret: 'y', v3: 1 }), ['`v2`', '`clock`', 'did you mean `v2`?']],
  ]) {
    assert.throws(make, (error) => names.every((name) => error.message.includes(name)) && error.kind === 'invalid_argument');
  }
});

test('a decision is text where text is wanted, and nothing else', async () => {
  const decision = await verifier.verify(sandbox.verify('minor'));
  assert.equal(`${decision}`, decision.toString());
  assert.match(String(decision), /^denied by policy `kr.youth_protection`: age \(too_young\)$/);
  for (const use of [() => decision == 'allowed', () => decision + '', () => Number(decision), () => decision > 0]) {
    assert.throws(use, /use decision.allowed/);
  }
});

test('a cancelled call says why, and is worth another try', async (t) => {
  const reason = new Error('the shop closes');
  const before = await verifier.verify('an-id', { signal: AbortSignal.abort(reason) }).catch((error) => error);
  assert.deepEqual([before.kind, before.message], ['cancelled', 'the call was cancelled before it began']);
  assert.equal(before.cause, reason);

  const asked = [];
  const silent = await serve((request) => asked.push(request));
  t.after(() => silent.close());
  const client = new bonin.PortOneV2({ apiSecret: 'secret', baseUrl: silent.url });
  t.after(() => client.close());
  const controller = new AbortController();
  const call = client.lookup('an-id', { signal: controller.signal }).catch((error) => error);
  await until(() => asked.length > 0);
  controller.abort(reason);
  const during = await call;
  assert.deepEqual([during.kind, during.cause], ['cancelled', reason]);
  assert.doesNotMatch(during.message, /taken effect/);
  assert.doesNotMatch(JSON.stringify(during), /shop closes/);
  assert.deepEqual([refusalOf(during).status, refusalOf(during).code], [503, 'unavailable']);

  const confirmed = new AbortController();
  const confirm = client.confirm('an-id', '123456', { signal: confirmed.signal }).catch((error) => error);
  await until(() => asked.length > 1);
  confirmed.abort();
  assert.match((await confirm).message, /it may have taken effect: look the id up/);
});

test('a printed flow says nothing of the person', () => {
  const customer = { fullName: '홍길동', phoneNumber: '01012345678' };
  const flow = verifier.begin('session-1', { channelKey: 'channel-key-1', customer });
  const text = inspect(flow, { depth: 9, showHidden: true });
  assert.ok(text.includes(flow.id) && text.includes('customer'));
  assert.doesNotMatch(text, /홍길동|5678/);
  assert.equal(JSON.parse(JSON.stringify(flow)).request.customer.fullName, '홍길동');
});

test('a router that cannot begin says so', async () => {
  const told = [];
  const hear = ({ code, message }) => told.push([code, message]);
  process.on('warning', hear);
  identityRouter({ verifier, begun: false });
  identityRouter({ verifier, channelKey: () => 'channel-key-1' });
  identityRouter({ verifier });
  await until(() => told.length > 0);
  process.off('warning', hear);
  assert.equal(told.length, 1);
  assert.match(told[0].join(': '), /^BONIN_FLOW: `?channelKey`? is missing/);
});
