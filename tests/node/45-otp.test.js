'use strict';
// The way without a script: a code is sent, and brought back.
const assert = require('node:assert/strict');
const { after, before, beforeEach, test } = require('node:test');
const { inspect } = require('node:util');
const { identityRouter } = require('../../bindings/node/lib/express.cjs');
const { PERSON, bonin } = require('./support.js');
const { EXPRESS, PATH, listen } = require('./web.js');

const KCP = 'channel-key-00000000-0000-4000-8000-000000000002';
const INICIS = 'channel-key-00000000-0000-4000-8000-000000000003';
const SAID = { name: '김보닌', phone: '010-0000-0001', identityNumber: '900315-2', carrier: 'SKT' };
let sandbox;
let clients;
let policy;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, url: baseUrl } = sandbox;
  policy = bonin.Policy.preset('kr.youth_protection');
  clients = {
    v1: new bonin.PortOneV1({ impKey, impSecret, baseUrl }),
    v2: new bonin.PortOneV2({ apiSecret, storeId, baseUrl }),
  };
});
beforeEach(() => sandbox.reset());
after(async () => {
  for (const portone of Object.values(clients)) portone.close();
  await sandbox.close();
});

const verifierOf = (api, options) => new bonin.Verifier(clients[api], policy, options);
const codeOf = (id) => sandbox.otp(id.split('.')[0]);
const another = (code) => (code === '111111' ? '222222' : '111111');

for (const api of ['v1', 'v2']) {
  test(`${api}: a code is sent and confirmed`, async () => {
    const verifier = verifierOf(api);
    const sent = await verifier.sendOtp('session-1', { channelKey: sandbox.channelKey, ...PERSON });
    assert.equal(sent.api, api);
    assert.ok(sent.expiresAt > new Date());
    const code = codeOf(sent.id);
    await assert.rejects(verifier.confirmOtp(sent.id, another(code), { subject: 'session-1' }), bonin.ProviderFailed);
    const decision = await verifier.confirmOtp(sent.id, code, { subject: 'session-1' });
    assert.ok(decision.allowed, inspect(decision));
    assert.equal(decision.verification.person.name.reveal(), '김보닌');
  });

  test(`${api}: the routes`, async (t) => {
    const path = PATH[api];
    const app = EXPRESS['Express 5']().use(
      identityRouter({ verifier: verifierOf(api), channelKey: sandbox.channelKey, otp: async () => ({ company: 'shop' }) }),
    );
    const { url, close } = await listen(app);
    t.after(close);
    let cookie = '';
    const post = async (step, fields, headers = {}) => {
      const response = await fetch(`${url}${path}${step}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie, ...headers },
        body: JSON.stringify(fields),
      });
      cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return { status: response.status, headers: response.headers, body: await response.json().catch(() => undefined) };
    };
    const refused = await post('/send', { name: '', phone: '1' });
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_person']);
    assert.deepEqual(
      refused.body.findings.map((one) => [one.code, one.reason]),
      [
        ['name', 'missing'],
        ['phone', 'malformed'],
        ['identityNumber', 'missing'],
        ['carrier', 'missing'],
      ],
    );
    const sent = await post('/send', SAID);
    assert.equal(sent.status, 200, inspect(sent.body));
    const { id, expiresAt } = sent.body;
    assert.match(expiresAt, /Z$/);
    let code = codeOf(id);
    const wrong = await post('/confirm', { id, otp: another(code) });
    assert.deepEqual([wrong.status, wrong.body.code], [422, 'provider_refused']);
    const again = await post('/resend', { id });
    assert.equal(again.status, api === 'v2' ? 200 : 404);
    code = codeOf(id);
    assert.deepEqual((await post('/confirm', { id, otp: code })).body, { allowed: true });
    let last;
    for (let i = 0; i < 5; i++) last = await post('/send', SAID);
    assert.deepEqual([last.status, last.body.code], [429, 'too_often']);
    assert.ok(Number(last.headers.get('retry-after')) > 0);
    assert.equal((await post('/send', SAID, { 'sec-fetch-site': 'cross-site' })).body.code, 'cross_site');
  });
}

test('V2: it is sent again, for its own subject', async () => {
  const verifier = verifierOf('v2');
  const { id } = await verifier.sendOtp('session-1', { channelKey: sandbox.channelKey, ...PERSON });
  await verifier.resendOtp('session-1', id);
  await assert.rejects(verifier.resendOtp('session-2', id), bonin.NotFound);
  const stolen = await verifier.confirmOtp(id, codeOf(id), { subject: 'session-2' });
  assert.deepEqual(
    stolen.denials.map(({ reason }) => reason),
    ['foreign'],
  );
  assert.ok((await verifier.confirmOtp(id, codeOf(id), { subject: 'session-1' })).allowed);
  assert.ok((await verifier.confirmOtp(id, '000000', { subject: 'session-1' })).allowed, 'it was confirmed before');
});

test('providers have their own ways', async () => {
  for (const api of ['v1', 'v2']) {
    const verifier = verifierOf(api);
    const kcp = { ...PERSON, channelKey: KCP, bypass: { kcpV2: { media_type: 'MC01' } }, method: 'APP' };
    const { id } = await verifier.sendOtp('s', kcp);
    assert.ok((await verifier.confirmOtp(id, undefined, { subject: 's' })).allowed);
    for (const wrong of [{ channelKey: INICIS }, { channelKey: KCP }, { channelKey: KCP, method: 'SMS' }]) {
      await assert.rejects(verifier.sendOtp('s2', { ...PERSON, ...wrong }), bonin.Rejected);
    }
    for (const [field, value] of [
      ['method', 'APP'],
      ['carrier', 'LGT'],
      ['phone', '0212345678'],
      ['identityNumber', '0000000'],
    ]) {
      const wrong = { channelKey: sandbox.channelKey, ...PERSON, [field]: value };
      const named = (error) => error instanceof bonin.InvalidArgument && error.parameter === field;
      await assert.rejects(verifier.sendOtp('s2', wrong), named, field);
    }
  }
});

test('how often', async () => {
  const verifier = verifierOf('v2', { otpLimits: { sendsPerSubject: 1, codesPerId: 1 } });
  const { id } = await verifier.sendOtp('s1', { channelKey: sandbox.channelKey, ...PERSON });
  const often = (error) => error instanceof bonin.Throttled && error.parameter === 'subject' && error.httpStatus === undefined;
  await assert.rejects(verifier.sendOtp('s1', { channelKey: sandbox.channelKey, ...PERSON }), often);
  await assert.rejects(verifier.confirmOtp(id, another(codeOf(id)), { subject: 's1' }), bonin.ProviderFailed);
  await assert.rejects(verifier.confirmOtp(id, codeOf(id), { subject: 's1' }), bonin.Throttled);
  for (const otpLimits of [{ codesPerId: 0 }, { codesPerId: '1' }, { codes: 1 }, []]) {
    assert.throws(() => verifierOf('v2', { otpLimits }), bonin.InvalidArgument);
  }
});

test('nothing of the person is printed', async () => {
  const canary = { ...PERSON, channelKey: sandbox.channelKey, name: '카나리아', phone: '01099998888', identityNumber: '9912311' };
  for (const api of ['v1', 'v2']) {
    const verifier = verifierOf(api);
    const texts = [inspect(await verifier.sendOtp('canary-session', canary)), inspect(verifier)];
    for (const options of [{ carrier: 'KTF' }, { channelKey: KCP }, { name: 7 }]) {
      await verifier.sendOtp('canary-session', { ...canary, ...options }).then(
        () => assert.fail(),
        (error) => texts.push(inspect(error), JSON.stringify(error), error.stack),
      );
    }
    for (const word of ['카나리아', '99998888', '991231', 'canary-session'])
      assert.deepEqual(
        texts.filter((text) => text.includes(word)),
        [],
      );
  }
});

test('proofs: a yes that lasts', async () => {
  const verifier = verifierOf('v2');
  const yes = await verifier.verify(sandbox.verify('adult'));
  const no = await verifier.verify(sandbox.verify('minor'));
  const old = 'o'.repeat(32);
  const proofs = new bonin.Proofs({ key: old });
  const text = proofs.issue(yes, { subject: 'user-7', days: 365 });
  const proof = proofs.check(text, { subject: 'user-7', policy });
  assert.deepEqual([proof.valid, proof.state, proof.policyName], [true, 'valid', policy.name]);
  assert.equal(proof.until - proof.at, 365 * 86_400_000);
  assert.ok(yes.record().includes(proof.idSha256));
  const state = (keys, subject = 'user-7', by = policy) => new bonin.Proofs({ keys }).check(text, { subject, policy: by }).state;
  assert.equal(state(['n'.repeat(32), old]), 'valid');
  assert.equal(state(['n'.repeat(32)]), 'foreign');
  assert.equal(state([old], 'user-8'), 'foreign');
  assert.equal(state([old], 'user-7', bonin.Policy.preset('kr.game_adult')), 'other_policy');
  for (const nothing of [undefined, null, '', 'x']) {
    const { valid, state: told, ko } = proofs.check(nothing, { subject: 'user-7', policy });
    assert.deepEqual([valid, told], [false, 'unreadable']);
    assert.ok(ko);
  }
  for (const [run, parameter] of [
    [() => proofs.issue(no, { subject: 'user-7', days: 1 }), 'decision'],
    [() => proofs.issue('yes', { subject: 'user-7', days: 1 }), 'decision'],
    [() => proofs.issue(yes, { subject: '', days: 1 }), 'subject'],
    [() => proofs.issue(yes, { subject: 'user-7', days: 367 }), 'days'],
    [() => proofs.issue(yes, { subject: 'user-7', days: undefined }), 'days'],
    [() => proofs.issue(yes, { subject: 'user-7', daze: 1 }), 'daze'],
    [() => proofs.check(text, { subject: 'user-7', policy: {} }), 'policy'],
    [() => proofs.check(7, { subject: 'user-7', policy }), 'proof'],
  ]) {
    assert.throws(run, { parameter });
  }
  for (const options of [{}, { key: 'canary' }, { key: 'env:NOTHING_IS_HERE' }, { keys: [] }, { keys: 'k' }, { key: 1 }]) {
    assert.throws(
      () => new bonin.Proofs(options),
      (error) => error instanceof bonin.InvalidPepper && !inspect(error).includes('canary'),
    );
  }
  assert.ok(!inspect(proofs).includes(old));
});
