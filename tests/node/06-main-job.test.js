'use strict';
const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');
const { bonin, defended } = require('./support.js');

const { Denied, Policy, PortOneV1, PortOneV2, Verifier } = bonin;
const policy = Policy.preset('kr.youth_protection');
let sandbox;
let clients;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, apiKey, storeId, v1Url, v2Url } = sandbox;
  clients = {
    v1: new PortOneV1({ impKey, impSecret, baseUrl: v1Url }),
    v2: new PortOneV2({ apiSecret, storeId, baseUrl: v2Url }),
    v2Login: new PortOneV2({ auth: 'login', apiSecret, storeId, baseUrl: v2Url }),
    v2ApiKey: new PortOneV2({ auth: 'api_key', apiKey, baseUrl: v2Url }),
  };
});
after(async () => {
  for (const client of Object.values(clients)) client.close();
  await sandbox.close();
});
afterEach(() => sandbox.clearFaults());

const apiOf = (name) => name.slice(0, 2);

for (const name of ['v1', 'v2', 'v2Login', 'v2ApiKey']) {
  test(`an id in, a decision out: ${name}`, async () => {
    const verifier = new Verifier(clients[name], policy);
    const allowed = await verifier.verify(sandbox.verify('adult', { api: apiOf(name) }), { subject: 'session' });
    assert.equal(allowed.allowed, true);
    assert.deepEqual(allowed.denials, []);
    assert.ok(allowed.findings.length >= 4);
    assert.ok(allowed.findings.every(({ outcome, reason }) => outcome === 'pass' && reason === undefined));
    assert.equal(allowed.policyName, 'kr.youth_protection');
    assert.equal(allowed.policyHash, policy.hash);
    assert.ok(allowed.at instanceof Date);
    assert.equal(allowed.verification.status, 'verified');
    assert.equal(allowed.verification, allowed.verification);

    const denied = await verifier.verify(sandbox.verify('minor', { api: apiOf(name) }));
    assert.equal(denied.allowed, false);
    assert.deepEqual(
      denied.denials.map(({ code, outcome, reason }) => [code, outcome, reason]),
      [['age', 'fail', 'too_young']],
    );
    assert.match(denied.denials[0].ko, /19세/);
  });
}

test('require answers the verification, or rejects with the decision', async () => {
  const verifier = new Verifier(clients.v2, policy);
  const verification = await verifier.require(sandbox.verify('adult'));
  assert.ok(verification instanceof bonin.Verification);
  const error = await verifier.require(sandbox.verify('minor')).catch((e) => e);
  assert.ok(error instanceof Denied);
  assert.equal(error.kind, 'denied');
  assert.equal(error.message, 'denied by policy `kr.youth_protection`: age (too_young)');
  assert.equal(error.decision.allowed, false);
});

test('a decision is no boolean', async (t) => {
  const decision = await new Verifier(clients.v2, policy).verify(sandbox.verify('minor'));
  for (const coerce of [() => +decision, () => decision + '', () => decision == true, () => decision < 1]) {
    assert.throws(coerce, { name: 'TypeError', message: /decision\.allowed/ });
  }
  defended(t, 15, 'Node: a decision has no truth of its own to mistake: `allowed`, or `require()`, which throws');
});

test('what the application expects must be there', async (t) => {
  const v1 = new Verifier(clients.v1, policy);
  const impUid = sandbox.verify('adult', { api: 'v1', merchantUid: 'order-1' });
  assert.equal((await v1.verify(impUid, { expect: { merchantUid: 'order-1' } })).allowed, true);
  const other = await v1.verify(impUid, { expect: { merchantUid: 'order-2' } });
  assert.equal(other.allowed, false);
  assert.equal(other.denials[0].pointer, '/expect/merchant_uid');

  const v2 = new Verifier(clients.v2, policy);
  const id = sandbox.verify({ name: '홍길동', birthDate: '1990-01-02', gender: 'male', phone: '01012345678' }, { customData: 'order-9' });
  const right = { customData: 'order-9', name: '홍길동', phone: '010-1234-5678', birthDate: '1990-01-02' };
  assert.equal((await v2.verify(id, { expect: right })).allowed, true);
  for (const [key, value] of Object.entries({ customData: 'x', name: '홍길순', phone: '01012345679', birthDate: '1990-01-03' })) {
    const decision = await v2.verify(id, { expect: { ...right, [key]: value } });
    assert.equal(decision.allowed, false, key);
    assert.equal(decision.denials.length, 1, key);
  }
  assert.equal((await v2.verify(id, { expect: { name: '' } })).allowed, false);
  defended(t, 2, 'Node: what the application expects and the verification is not: denied');
});

test('the audit record is the same bytes each time and holds no id', async () => {
  const id = sandbox.verify('adult');
  const decision = await new Verifier(clients.v2, policy).verify(id);
  assert.equal(decision.record(), decision.record());
  assert.equal(JSON.parse(decision.record()).allowed, true);
  assert.ok(!decision.record().includes(id));
});

test('policies are pure: the moment is an argument', async () => {
  const verification = await clients.v2.lookup(sandbox.verify('adult'));
  const { verifiedAt } = verification;
  const after10 = new Date(verifiedAt.getTime() + 10 * 60_000 + 1);
  assert.equal(policy.evaluate(verification, { now: verifiedAt }).allowed, true);
  const stale = policy.evaluate(verification, { now: after10 });
  assert.deepEqual(
    stale.denials.map(({ code }) => code),
    ['fresh'],
  );
  assert.deepEqual(stale.at, after10);
  assert.throws(() => policy.evaluate(verification), { kind: 'invalid_argument', parameter: 'now' });
  assert.throws(() => policy.evaluate({}, { now: verifiedAt }), { kind: 'invalid_argument', parameter: 'verification' });
  assert.throws(() => policy.evaluate(verification, { now: verifiedAt, standing: { account: 'mine' } }), {
    kind: 'invalid_argument',
    parameter: 'standing.account',
  });
});

test('a policy from an object, from text and from a file is the same', (t) => {
  const fs = require('node:fs');
  const path = require('node:path');
  const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const document = { name: 'mine', rules: [{ fresh: { within: '5m' } }] };
  const file = path.join(folder, 'policy.json');
  fs.writeFileSync(file, JSON.stringify(document));
  const [one, two, three] = [new Policy(document), new Policy(JSON.stringify(document)), Policy.load(file)];
  assert.equal(one.name, 'mine');
  assert.match(one.hash, /^[0-9a-f]{64}$/);
  assert.equal(two.hash, one.hash);
  assert.equal(three.hash, one.hash);
  assert.equal(one.law, undefined);
  assert.deepEqual(one.warnings, []);
  assert.ok(Policy.presetNames.includes('kr.youth_protection'));
  assert.match(policy.explain('ko'), /[가-힣]/);
  assert.ok(policy.explain('en').length > 20);
});

test('hundreds of calls at once all settle, each with its own answer', async () => {
  const verifier = new Verifier(clients.v2, policy);
  const ids = Array.from({ length: 300 }, (_, i) => sandbox.verify(i % 3 === 0 ? 'minor' : 'adult'));
  const decisions = await Promise.all(ids.map((id) => verifier.verify(id)));
  decisions.forEach((decision, i) => {
    assert.equal(decision.verification.id, ids[i]);
    assert.equal(decision.allowed, i % 3 !== 0);
  });
});

test('errors among successes reach their own callers', async () => {
  const id = sandbox.verify('adult');
  const asked = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? '..' : i % 4 === 1 ? bonin.newId() : id));
  const results = await Promise.allSettled(asked.map((one) => clients.v2.lookup(one)));
  results.forEach(({ status, value, reason }, i) => {
    if (i % 4 === 0) assert.ok(reason instanceof bonin.InvalidId);
    else if (i % 4 === 1) assert.ok(reason instanceof bonin.NotFound);
    else assert.equal(status === 'fulfilled' && value.id, id);
  });
});
