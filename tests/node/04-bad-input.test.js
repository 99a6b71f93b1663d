'use strict';
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { OTP, SEND, bonin, call, camel, camelKeys, clientOf, observed, repeated, vectors } = require('./support.js');

let sandbox;
before(async () => (sandbox = await bonin.Sandbox.start()));
after(() => sandbox.close());

async function errorOf(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return assert.fail('no error');
}

test('the shared cases: the kind, the parameter, and nothing is sent', async (t) => {
  for (const entry of vectors('bad_input')) {
    await t.test(entry.name, async () => {
      const error = await errorOf(async () => {
        const client = clientOf(entry.api, sandbox.url, camelKeys(entry.options ?? {}));
        const args = entry.arguments && camelKeys(entry.arguments);
        await call(client, entry.call, entry.id ?? repeated(entry.id_repeat ?? []), args);
      });
      assert.equal(error.kind, entry.expect.kind);
      assert.equal(error.parameter, camel(entry.expect.parameter));
      assert.ok(error instanceof bonin.InvalidArgument);
      assert.equal(sandbox.requests().total, 0);
    });
  }
});

test('unknown options are refused by name', async () => {
  const client = clientOf('v2', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  const cases = [
    ['storeID', () => clientOf('v2', sandbox.url, { storeID: 'x' })],
    ['tierr', () => clientOf('v1', sandbox.url, { tierr: 'x' })],
    ['timeout', () => client.lookup('iv-1', { timeout: 5 })],
    ['timeoutms', () => verifier.verify('iv-1', { timeoutms: 5 })],
    ['merchant_uid', () => verifier.verify('iv-1', { expect: { merchant_uid: 'x' } })],
    ['phone', () => client.send('iv-1', { phone: 'x' })],
    ['status', () => client.list({ status: 'VERIFIED' }).next()],
    ['when', () => bonin.Policy.preset('kr.vote', { when: '2026-06-03' })],
    ['color', () => bonin.Sandbox.start({ color: 'red' })],
  ];
  for (const [key, run] of cases) {
    const error = await errorOf(run);
    assert.ok(error instanceof bonin.InvalidArgument, `${key}: ${error}`);
    assert.equal(error.parameter, key);
    assert.match(error.message, new RegExp(`^unknown option \`${key}\``));
  }
});

test('what is taken for a policy is told how to become one, and a slip of the pen its right name', () => {
  const client = clientOf('v2', sandbox.url);
  for (const policy of ['kr.youth_protection', './sign-up.json', { name: 'p', rules: [] }]) {
    assert.throws(() => new bonin.Verifier(client, policy), { kind: 'invalid_argument', message: /make one with `Policy\.preset/ });
  }
  const slips = [
    [() => new bonin.PortOneV2({ api_secret: 's' }), /unknown option `api_secret`: .*; did you mean `apiSecret`\?/],
    [() => client.lookup('iv-1', { timeoutMS: 5 }), /did you mean `timeoutMs`\?/],
    [() => bonin.Policy.preset('kr.youthprotection'), /one of `kr\.youth_protection`.*; did you mean `kr\.youth_protection`\?/],
    [() => new bonin.Policy({ name: 'p', rules: [{ aeg: {} }] }), /^at `\/rules\/0\/aeg`: unknown key: .*; did you mean `age`\?$/],
    [() => new bonin.Policy('./sign-up.json'), /a policy's file is read with `Policy\.load`$/],
    [() => new bonin.Policy('{"name": "p",\n // why\n "rules": []}'), /line 2, column 2; JSON has no comments$/],
    [() => sandbox.verify('adlt'), /unknown persona `adlt`: .*; did you mean `adult`\?/],
    [() => sandbox.fault('status', { sttus: 500 }), /unknown field `sttus`: .*; did you mean `status`\?/],
    [() => new bonin.Registry('oracle://x', { pepper: 'p'.repeat(32) }), /`own_?[sS]tore`/],
  ];
  return Promise.all(slips.map(([slip, message]) => assert.rejects(async () => slip(), { message })));
});

test('values of other types are refused, not converted', async () => {
  const client = clientOf('v2', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  const cases = [
    ['invalid_id', () => client.lookup(undefined)],
    ['invalid_id', () => client.lookup(5)],
    ['invalid_id', () => verifier.verify(['iv-1'])],
    ['invalid_id', () => verifier.require(null)],
    ['missing_credentials', () => clientOf('v2', sandbox.url, { apiSecret: 5 })],
    ['missing_credentials', () => new bonin.PortOneV2()],
    ['invalid_timeout', () => client.lookup('iv-1', { timeoutMs: '5' })],
    ['invalid_timeout', () => client.lookup('iv-1', { timeoutMs: 1.5 })],
    ['invalid_timeout', () => client.lookup('iv-1', { timeoutMs: NaN })],
    ['invalid_timeout', () => client.lookup('iv-1', { timeoutMs: Infinity })],
    ['invalid_argument', () => client.lookup('iv-1', null)],
    ['invalid_argument', () => client.lookup('iv-1', { signal: {} })],
    ['invalid_argument', () => client.list({ from: '2026-01-01' }).next()],
    ['invalid_argument', () => client.list({ from: new Date(NaN) }).next()],
    ['invalid_argument', () => client.list({ statuses: 'VERIFIED' }).next()],
    ['invalid_argument', () => verifier.verify('iv-1', { subject: 5.5 })],
    ['invalid_argument', () => verifier.verify('iv-1', { expect: [] })],
    ['invalid_argument', () => verifier.verify('iv-1', { expect: { name: 5 } })],
    ['invalid_argument', () => verifier.verify('iv-1', { expect: { birthDate: new Date() } })],
    ['invalid_argument', () => verifier.verify('iv-1', { expect: { birthDate: '19900101' } })],
    ['invalid_argument', () => new bonin.Verifier({}, bonin.Policy.preset('kr.youth_protection'))],
    ['invalid_argument', () => new bonin.Verifier(client, {})],
    ['invalid_policy', () => new bonin.Policy(5)],
    ['invalid_policy', () => new bonin.Policy('{')],
    ['invalid_argument', () => bonin.Policy.preset('no.such')],
    ['invalid_argument', () => bonin.Policy.preset(5)],
  ];
  for (const [kind, run] of cases) {
    const error = await errorOf(run);
    assert.equal(error.kind, kind, `${run}: ${error.stack}`);
    if (kind !== 'invalid_policy') assert.ok(error.parameter, `${run}`);
  }
  assert.equal(sandbox.requests().total, 0);
});

test('an expectation without a value is refused: it must not come to expect nothing', async () => {
  const client = clientOf('v2', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  for (const value of [undefined, null]) {
    const error = await errorOf(() => verifier.verify('iv-1', { expect: { merchantUid: value } }));
    assert.ok(error instanceof bonin.InvalidArgument);
    assert.equal(error.parameter, 'expect.merchantUid');
  }
});

test('what is expected has a length', async (t) => {
  const policy = bonin.Policy.preset('kr.youth_protection');
  const verifier = new bonin.Verifier(clientOf('v2', sandbox.url), policy);
  const now = new Date(0);
  for (const [field, limit] of [
    ['name', 200],
    ['phone', 1000],
    ['customData', 1000],
    ['merchantUid', 1000],
  ]) {
    const expect = { [field]: 'x'.repeat(limit + 1) };
    for (const use of [() => verifier.verify('iv-1', { expect }), () => policy.evaluateMany([], { now, expect })]) {
      const error = await errorOf(use);
      assert.ok(error instanceof bonin.InvalidArgument, String(error));
      assert.equal(error.parameter, `expect.${field}`);
      assert.match(error.message, new RegExp(`expect\\.${field}.* ${limit} bytes`));
    }
    policy.evaluateMany([], { now, expect: { [field]: 'x'.repeat(limit) } });
  }
  assert.equal(sandbox.requests().total, 0);
  observed(t, 70, 'Node: `InvalidArgument` that names the field and its limit; nothing is sent');
});

test('asynchronous methods reject and never throw', () => {
  const client = clientOf('v2', sandbox.url);
  const v1 = clientOf('v1', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  const promises = [
    client.lookup(),
    client.lookup('..', 5),
    client.listPage(5),
    client.send(),
    client.resend(),
    client.confirm(),
    v1.requestOtp(),
    v1.confirmOtp(),
    v1.erase(),
    verifier.verify(),
    verifier.require({}, 7),
    bonin.Sandbox.start(5),
  ];
  return Promise.all(promises.map((promise) => assert.rejects(promise, bonin.BoninError)));
});

test('a policy names the place that is wrong', async () => {
  const error = await errorOf(() => new bonin.Policy({ name: 'x', rules: [{ fresh: { within: -1 } }] }));
  assert.ok(error instanceof bonin.InvalidPolicy);
  assert.match(error.parameter, /^\/rules\/0\/fresh/);
});

test('what no key shows is no object of options: it must not come to expect nothing', async () => {
  const client = clientOf('v2', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  class Order {
    get merchantUid() {
      return 'order-1';
    }
  }
  for (const value of [new Map([['merchantUid', 'order-1']]), new Set(), new Date(), new Order(), new Uint8Array(1), () => {}]) {
    const cases = [
      ['expect', () => verifier.verify('iv-1', { expect: value })],
      ['options', () => verifier.verify('iv-1', value)],
      ['options', () => client.lookup('iv-1', value)],
      ['query', () => client.listPage(value)],
      ['options', () => new bonin.PortOneV2(value)],
      ['options', () => bonin.Sandbox.start(value)],
      ['document', () => new bonin.Policy(value)],
    ];
    for (const [parameter, run] of cases) {
      const error = await errorOf(run);
      assert.ok(error instanceof bonin.InvalidArgument, `${parameter}: ${error}`);
      assert.equal(error.parameter, parameter);
    }
  }
  const bare = Object.assign(Object.create(null), { apiSecret: 'secret', baseUrl: sandbox.url });
  const elsewhere = require('node:vm').runInNewContext('({ apiSecret: "secret" })');
  for (const options of [bare, elsewhere]) new bonin.PortOneV2(options).close();
  assert.equal((await errorOf(() => new bonin.Policy([]))).parameter, 'document');
});

test('an api key alone says which credential it is; two credentials do not', async () => {
  const { apiKey, apiSecret, url: baseUrl } = sandbox;
  const id = sandbox.verify('adult');
  for (const options of [{ apiKey }, { apiKey, apiSecret, auth: 'api_key' }, { apiKey, apiSecret, auth: 'secret' }]) {
    const client = new bonin.PortOneV2({ ...options, baseUrl });
    assert.equal((await client.lookup(id)).id, id);
    client.close();
  }
  const error = await errorOf(() => new bonin.PortOneV2({ apiKey, apiSecret, baseUrl }));
  assert.deepEqual([error.kind, error.parameter], ['invalid_argument', 'auth']);
  sandbox.reset();
});

test('a bypass that JSON cannot carry is refused', async () => {
  const circular = {};
  circular.self = circular;
  const clients = [
    [clientOf('v1', sandbox.url), 'request_otp', OTP],
    [clientOf('v2', sandbox.url), 'send', SEND],
  ];
  for (const [client, operation, request] of clients) {
    for (const bypass of [circular, { n: 1n }, { n: NaN }, { n: [Infinity] }, new Map(), [], 5, true]) {
      const error = await errorOf(() => call(client, operation, 'iv-1', { ...request, bypass }));
      assert.deepEqual([error.kind, error.parameter], ['invalid_argument', 'bypass'], String(error));
    }
  }
  assert.equal(sandbox.requests().total, 0);
});

test('half a character is refused, not replaced', async () => {
  const client = clientOf('v2', sandbox.url);
  const v1 = clientOf('v1', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  const cases = [
    ['apiSecret', (text) => clientOf('v2', sandbox.url, { apiSecret: text })],
    ['id', (text) => client.lookup(text)],
    ['impUid', (text) => v1.erase(text)],
    ['subject', (text) => verifier.verify('iv-1', { subject: text })],
    ['expect.customData', (text) => verifier.verify('iv-1', { expect: { customData: text } })],
    ['customData', (text) => client.send('iv-1', { ...SEND, customData: text })],
    ['bypass', (text) => client.send('iv-1', { ...SEND, bypass: text })],
    ['statuses', (text) => client.listPage({ statuses: [text] })],
  ];
  for (const [parameter, run] of cases) {
    for (const text of ['\ud800', '\udc00', 'a\udc00\ud800b', `${'x'.repeat(400)}\ud83d`, '\ud83d\ude00\ud83d']) {
      const error = await errorOf(() => run(text));
      assert.equal(error.parameter, parameter, String(error));
      assert.match(error.message, /half a character/);
    }
  }
  assert.equal(sandbox.requests().total, 0);
  // A whole one is not, nor is the replacement character where it is meant.
  const { url, apiSecret } = sandbox;
  const real = new bonin.Verifier(clientOf('v2', url, { apiSecret }), bonin.Policy.preset('kr.youth_protection'));
  const customData = '\ufffd\ud83d\ude00';
  const decision = await real.verify(sandbox.verify('adult', { customData }), { expect: { customData } });
  assert.equal(decision.allowed, true);
  sandbox.reset();
});

test('a V1 id goes by its own name', async () => {
  const v1 = clientOf('v1', sandbox.url);
  for (const run of [() => v1.lookup(5), () => v1.confirmOtp(5), () => v1.erase(5)]) {
    const error = await errorOf(run);
    assert.deepEqual([error.kind, error.parameter], ['invalid_id', 'impUid']);
  }
});

test('a method without its client, or on a client of the other API, is refused and holds nothing up', async () => {
  const client = clientOf('v2', sandbox.url);
  const v1 = clientOf('v1', sandbox.url);
  const { lookup, send, listPage } = client;
  const { erase, requestOtp } = v1;
  const calls = [
    () => lookup('iv-1'),
    () => send('iv-1', SEND),
    () => listPage(),
    () => erase('imp_1'),
    () => requestOtp(OTP),
    () => erase.call(client, 'imp_1'),
    () => requestOtp.call(client, OTP),
    () => v1.confirmOtp.call(client, 'imp_1'),
    () => send.call(v1, 'iv-1', SEND),
    () => listPage.call(v1),
    () => client.resend.call(v1, 'iv-1'),
    () => client.confirm.call(v1, 'iv-1'),
    () => lookup.call({}, 'iv-1'),
  ];
  for (const run of calls) {
    const error = await errorOf(run);
    assert.deepEqual([error.kind, error.parameter], ['invalid_argument', 'this'], `${run}: ${error}`);
  }
  assert.equal(sandbox.requests().total, 0);
});
