'use strict';
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { bonin, call, camel, camelKeys, clientOf, repeated, vectors } = require('./support.js');

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
    ['invalid_argument', () => verifier.verify('iv-1', { subject: 5 })],
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

test('asynchronous methods reject and never throw', () => {
  const client = clientOf('v2', sandbox.url);
  const v1 = clientOf('v1', sandbox.url);
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.youth_protection'));
  const promises = [
    client.lookup(), client.lookup('..', 5), client.listPage(5), client.send(), client.resend(), client.confirm(),
    v1.requestOtp(), v1.confirmOtp(), v1.erase(), verifier.verify(), verifier.require({}, 7), bonin.Sandbox.start(5),
  ];
  return Promise.all(promises.map((promise) => assert.rejects(promise, bonin.BoninError)));
});

test('a policy names the place that is wrong', async () => {
  const error = await errorOf(() => new bonin.Policy({ name: 'x', rules: [{ fresh: { within: -1 } }] }));
  assert.ok(error instanceof bonin.InvalidPolicy);
  assert.match(error.parameter, /^\/rules\/0\/fresh/);
});
