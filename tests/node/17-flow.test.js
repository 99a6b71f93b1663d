'use strict';
// A flow is begun here, finished in a browser, and known again.
const assert = require('node:assert/strict');
const { createHmac } = require('node:crypto');
const { after, before, test } = require('node:test');
const { inspect } = require('node:util');
const { bonin } = require('./support.js');

const FOREIGN = [['begun', 'foreign', '/expect/begun']];
const CHANNEL = { channelKey: 'channel-key-1' };
const EXPIRED = [['begun', 'expired', '/expect/begun']];
let sandbox;
let verifiers;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, v1Url, v2Url } = sandbox;
  const policy = bonin.Policy.preset('kr.youth_protection');
  verifiers = {
    v1: new bonin.Verifier(new bonin.PortOneV1({ impKey, impSecret, baseUrl: v1Url }), policy),
    v2: new bonin.Verifier(new bonin.PortOneV2({ apiSecret, storeId, baseUrl: v2Url }), policy),
  };
});
after(async () => {
  for (const { portone } of Object.values(verifiers)) portone.close();
  await sandbox.close();
});

/** What the browser hands to the server once the person is through. */
const finish = (api, issued) => sandbox.verify('adult', api === 'v1' ? { api, merchantUid: issued } : { api, id: issued });
const denials = (decision) => decision.denials.map(({ code, reason, pointer }) => [code, reason, pointer]);

/** An id as another program makes it that has the same credential. */
function forged(api, subject, issuedAtMs) {
  const sign = (key, text) => createHmac('sha256', key).update(text).digest('hex');
  const head =
    Math.floor(issuedAtMs / 1000)
      .toString(16)
      .padStart(8, '0') + '0123abcd';
  const key = sign(api === 'v1' ? sandbox.impSecret : sandbox.apiSecret, 'bonin flow id 1');
  return head + sign(key, api + head + subject).slice(0, 16);
}

for (const api of ['v1', 'v2']) {
  test(`${api}: begun here for this subject`, async () => {
    const flow = verifiers[api].begin('session-1', CHANNEL);
    assert.equal(flow.api, api);
    assert.match(flow.id, /^[0-9a-f]{32}$/);
    assert.ok(flow.expiresAt instanceof Date);
    const decision = await verifiers[api].verify(finish(api, flow.id), { subject: 'session-1', begun: true });
    assert.equal(decision.allowed, true);
    assert.equal(decision.findings.at(-1).code, 'begun');
  });

  test(`${api}: everything else is foreign`, async () => {
    const verifier = verifiers[api];
    const other = verifiers[api === 'v1' ? 'v2' : 'v1'];
    const begun = finish(api, verifier.begin('session-1', CHANNEL).id);
    assert.deepEqual(denials(await verifier.verify(begun, { subject: 'session-2', begun: true })), FOREIGN);
    for (const issued of [undefined, bonin.newId(), other.begin('session-1', CHANNEL).id]) {
      const id = finish(api, issued);
      assert.deepEqual(denials(await verifier.verify(id, { subject: 'session-1', begun: true })), FOREIGN);
      assert.equal((await verifier.verify(id, { subject: 'session-1', begun: false })).allowed, true);
      assert.equal((await verifier.verify(id)).allowed, true);
    }
  });

  test(`${api}: an hour passes`, async () => {
    const now = Date.now();
    const cases = [
      [now - 3_500_000, []],
      [now - 3_700_000, EXPIRED],
      [now + 30_000, []],
      [now + 300_000, EXPIRED],
    ];
    for (const [issuedAt, expected] of cases) {
      const id = finish(api, forged(api, '세션 1', issuedAt));
      assert.deepEqual(denials(await verifiers[api].verify(id, { subject: '세션 1', begun: true })), expected);
      assert.deepEqual(denials(await verifiers[api].verify(id, { subject: '세션 2', begun: true })), FOREIGN);
    }
  });

  test(`${api}: nothing secret is printed`, async () => {
    const flow = verifiers[api].begin('canary-session', { channelKey: 'channel-key-1' });
    const denied = await verifiers[api].verify(finish(api), { subject: 'canary-session', begun: true });
    const texts = [flow, denied, denied.findings, denied.record()].map((it) => inspect(it, { depth: 9 }) + JSON.stringify(it));
    for (const secret of [sandbox.apiSecret, sandbox.impKey, sandbox.impSecret, 'canary-session']) {
      assert.ok(!texts.some((text) => text.includes(secret)));
    }
  });
}

test('the request is what the script of each API takes', () => {
  const options = { channelKey: 'channel-key-1', redirectUrl: 'https://shop.test/back' };
  const v2 = verifiers.v2.begin('session-1', options);
  assert.deepEqual(v2.request, {
    storeId: sandbox.storeId,
    channelKey: 'channel-key-1',
    identityVerificationId: v2.id,
    redirectUrl: 'https://shop.test/back',
  });
  const v1 = verifiers.v1.begin('session-1', options);
  assert.deepEqual(v1.request, {
    channelKey: 'channel-key-1',
    merchant_uid: v1.id,
    m_redirect_url: 'https://shop.test/back',
  });
  const bare = verifiers.v1.begin('session-1', { pg: 'danal' });
  assert.deepEqual(bare.request, { pg: 'danal', merchant_uid: bare.id });
});

test('require denies a foreign flow', async () => {
  const id = finish('v2', verifiers.v2.begin('session-1', CHANNEL).id);
  assert.equal((await verifiers.v2.require(id, { subject: 'session-1', begun: true })).id, id);
  await assert.rejects(verifiers.v2.require(id, { subject: 'session-2', begun: true }), {
    name: 'Denied',
    message: 'denied by policy `kr.youth_protection`: begun (foreign)',
  });
});

test('a subject is text of 1 to 1,000 bytes', async () => {
  const wrong = { name: 'InvalidArgument', parameter: 'subject' };
  for (const subject of ['', 's'.repeat(1001), '가'.repeat(334), undefined, null, 7.5, true, {}, '\ud800']) {
    assert.throws(() => verifiers.v2.begin(subject), wrong);
    await assert.rejects(verifiers.v2.verify('abc', { subject, begun: true }), wrong);
  }
});

test('wrong options are refused', async () => {
  for (const options of [{ channelKey: 1 }, { redirectUrl: {} }, { redirectURL: 'https://shop.test' }]) {
    const [parameter] = Object.keys(options);
    assert.throws(() => verifiers.v2.begin('session-1', options), { name: 'InvalidArgument', parameter });
  }
  assert.throws(() => verifiers.v2.begin('session-1', 'channel-key-1'), { name: 'InvalidArgument', parameter: 'options' });
  const begun = verifiers.v2.verify('abc', { subject: 'session-1', begun: 'yes' });
  await assert.rejects(begun, { name: 'InvalidArgument', parameter: 'begun' });
});
