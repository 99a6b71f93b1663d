'use strict';
// Every option of `begin` and of the router: tests/vectors/flow.json, the moment after the window, a guardian's consent.
const assert = require('node:assert/strict');
const { after, before, beforeEach, test } = require('node:test');
const { identityRouter } = require('../../bindings/node/lib/express.cjs');
const { camelKeys, bonin, repeated, vectors } = require('./support.js');
const { EXPRESS, PATH, begin, finish, listen } = require('./web.js');

const DANAL = 'channel-key-00000000-0000-4000-8000-000000000001';
let sandbox;
let verifiers;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, url: baseUrl } = sandbox;
  const policy = bonin.Policy.preset('kr.youth_protection');
  verifiers = {
    v1: new bonin.Verifier(new bonin.PortOneV1({ impKey, impSecret, baseUrl }), policy),
    v2: new bonin.Verifier(new bonin.PortOneV2({ apiSecret, storeId, baseUrl }), policy),
  };
});
beforeEach(() => sandbox.reset());
after(async () => {
  for (const { portone } of Object.values(verifiers)) portone.close();
  await sandbox.close();
});

async function serving(t, options) {
  const { url, close } = await listen(EXPRESS['Express 5']().use(identityRouter({ channelKey: DANAL, onError() {}, ...options })));
  t.after(close);
  return url;
}

const post = (url, path, cookie, fields) =>
  fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(fields) });

/** `{200}` stands for so many letters. */
const expanded = (value) => {
  if (typeof value === 'string') return value.replace(/^\{(\d+)\}$/, (_, count) => repeated(['a', Number(count)]));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expanded(item)]));
};

/** The options by Node's names: the first level alone is bonin's. */
const optionsOf = (given) => {
  const names = Object.keys(camelKeys(Object.fromEntries(Object.keys(given).map((name) => [name, 0]))));
  return Object.fromEntries(Object.values(given).map((value, i) => [names[i], expanded(value)]));
};
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
/** The parameter of an error: bonin's own names are camelCase, PortOne's stay. */
const parameterOf = (name) => (name.startsWith('bypass.') ? name : camel(name));

for (const one of vectors('flow').cases) {
  test(`flow: ${one.name}`, (t) => {
    const portone =
      one.api === 'v1'
        ? new bonin.PortOneV1({ impKey: 'key', impSecret: 'secret' })
        : new bonin.PortOneV2({ apiSecret: 'secret', storeId: one.store_id ?? 'store-1' });
    t.after(() => portone.close());
    const verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
    const run = () => verifier.begin('session-1', optionsOf(one.options));
    if (one.error !== undefined) {
      assert.throws(run, (error) => {
        assert.ok(error instanceof bonin.InvalidArgument, error);
        assert.equal(error.parameter, parameterOf(one.error));
        return true;
      });
      return;
    }
    const flow = run();
    const name = one.api === 'v1' ? 'merchant_uid' : 'identityVerificationId';
    assert.deepEqual(flow.request, { ...one.request, [name]: flow.id });
  });
}

test('a wrong type is refused by its name', () => {
  const { v2: verifier } = verifiers;
  for (const [name, value] of [
    ['channelKey', 1],
    ['customer', [1]],
    ['customer', new Map()],
    ['bypass', 1],
    ['windowType', 1],
    ['forceRedirect', 'yes'],
    ['customData', {}],
    ['iframe', 1],
    ['popup', 1],
    ['provider', 1],
    ['bindChannel', 'yes'],
    ['guardianOf', 1],
    ['minAge', '19'],
  ]) {
    assert.throws(() => verifier.begin('s', { channelKey: DANAL, [name]: value }), { name: 'InvalidArgument', parameter: name });
  }
  assert.throws(() => verifier.begin('s', { channelKey: DANAL, custmer: {} }), /did you mean `customer`/);
});

test('customerId can be expected', async () => {
  const id = sandbox.verify('adult', { customerId: 'user-7' });
  const decision = await verifiers.v2.verify(id, { expect: { customerId: 'user-7' } });
  assert.ok(decision.allowed);
  assert.equal(decision.verification.customerId, 'user-7');
  const denied = await verifiers.v2.verify(id, { expect: { customerId: 'user-8' } });
  assert.deepEqual(
    denied.denials.map(({ code, reason }) => [code, reason]),
    [['expect', 'mismatch']],
  );
});

test('a router takes each option as it is, or as a function of the request', async (t) => {
  const url = await serving(t, {
    verifier: verifiers.v2,
    customer: async (req) => ({ customerId: req.headers['x-user'] }),
    customData: 'order-7',
    windowType: { pc: 'IFRAME' },
    redirectUrl: () => undefined,
  });
  const { request } = await begin(url, 'v2', { 'x-user': 'user-7' });
  assert.deepEqual(request.customer, { customerId: 'user-7' });
  assert.deepEqual([request.customData, request.windowType, request.redirectUrl], ['order-7', { pc: 'IFRAME' }, undefined]);
});

test('an age limit of the window is warned of', async () => {
  const { warnings } = verifiers.v1.begin('s', { channelKey: DANAL, minAge: 19 });
  assert.equal(warnings.length, 1);
  const warned = new Promise((resolve) => process.once('warning', resolve));
  identityRouter({ verifier: verifiers.v1, channelKey: DANAL, minAge: 19 });
  const { message, code } = await warned;
  assert.deepEqual([message, code], [warnings[0], 'BONIN_FLOW']);
});

test('the moment after the window', async (t) => {
  for (const api of ['v1', 'v2']) {
    const url = await serving(t, { verifier: verifiers[api] });
    for (const [kind, more] of [
      ['ready', {}],
      ['status', { status: 404 }],
    ]) {
      sandbox.clearFaults();
      const { issued, cookie } = await begin(url, api);
      const id = finish(sandbox, api, 'adult', issued);
      sandbox.fault(kind, { times: 2, match: { method: 'GET' }, ...more });
      const said = api === 'v1' ? { imp_uid: id, merchant_uid: issued } : { identityVerificationId: id };
      assert.equal((await post(url, PATH[api], cookie, said)).status, 200, `${api} ${kind}`);
    }
  }
  sandbox.clearFaults();
  const atOnce = await serving(t, { verifier: verifiers.v2, settleMs: 0 });
  const { issued, cookie } = await begin(atOnce, 'v2');
  finish(sandbox, 'v2', 'adult', issued);
  sandbox.fault('ready', { match: { method: 'GET' } });
  assert.equal((await post(atOnce, PATH.v2, cookie, { identityVerificationId: issued })).status, 403);
});

test('what the application did not say is not told as the visitor’s', async (t) => {
  const rules = [{ expect: ['name', 'phone'] }, { expect: 'custom_data' }];
  const policy = new bonin.Policy({ name: 'shop', extends: 'kr.youth_protection', rules });
  const errors = [];
  const onError = (error) => errors.push(error);
  const url = await serving(t, { verifier: new bonin.Verifier(verifiers.v2.portone, policy), onError });
  const told = [];
  for (const who of ['adult', 'minor']) {
    const { issued, cookie } = await begin(url, 'v2');
    finish(sandbox, 'v2', who, issued);
    const answer = await post(url, PATH.v2, cookie, { identityVerificationId: issued });
    const { code, findings } = await answer.json();
    told.push([answer.status, code, ...findings.map(({ reason }) => reason)]);
  }
  assert.deepEqual(told, [
    [500, 'internal'],
    [403, 'denied', 'too_young', 'not_supplied'],
  ]);
  assert.deepEqual(
    errors.map(({ kind, parameter }) => [kind, parameter]),
    [['invalid_argument', 'policy']],
  );
  assert.match(errors[0].message, /the rule `expect` at `\/rules\/0` of the policy was not given/);
});

test("a guardian's consent", async (t) => {
  const policy = new bonin.Policy({ name: 'child', rules: [{ guardian: true }] });
  const url = await serving(t, { verifier: new bonin.Verifier(verifiers.v2.portone, policy), redirectUrl: 'https://shop.example/back' });
  const { issued: child, cookie } = await begin(url, 'v2');
  finish(sandbox, 'v2', 'child', child);
  const refused = await (await post(url, PATH.v2, cookie, { identityVerificationId: child })).json();
  assert.equal(refused.code, 'needs_guardian');
  assert.deepEqual(
    refused.findings.map(({ reason }) => reason),
    ['needs_guardian'],
  );
  const begun = await (await post(url, `${PATH.v2}/begin?guardianOf=${child}`, cookie, {})).json();
  assert.equal(begun.redirectUrl, `https://shop.example/back?guardianOf=${child}`);
  const guardian = finish(sandbox, 'v2', 'adult', begun.identityVerificationId);
  const said = { identityVerificationId: guardian, guardianOf: child };
  assert.equal((await post(url, PATH.v2, cookie, said)).status, 200);
  const another = await begin(url, 'v2', { cookie });
  said.identityVerificationId = finish(sandbox, 'v2', 'adult', another.issued);
  assert.equal((await post(url, PATH.v2, cookie, said)).status, 403, 'an adult who was verified for something else');
});

test('a guardian may be judged without PortOne', async () => {
  const policy = new bonin.Policy({ name: 'child', rules: [{ guardian: true }] });
  const [child, adult] = await Promise.all(['child', 'adult'].map((who) => verifiers.v2.portone.lookup(sandbox.verify(who))));
  const now = new Date();
  assert.ok(policy.evaluate(child, { now, guardian: adult }).allowed);
  assert.equal(policy.evaluate(child, { now }).denials[0].reason, 'needs_guardian');
  assert.throws(() => policy.evaluate(child, { now, guardian: 'adult' }), { name: 'InvalidArgument', parameter: 'guardian' });
});
