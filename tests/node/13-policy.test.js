'use strict';
// The shared cases of the policy room, through objects that came over the wire.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { bonin, camelKeys, clientOf, patched, serve, vectors } = require('./support.js');

const { Policy, PolicyFile, runPolicyCases } = bonin;
const { given, cases } = vectors('policy');
const policyOf = (policy) => (typeof policy === 'string' ? Policy.preset(policy) : new Policy(policy));

/** What PortOne V2 would send for these facts, or undefined where it could not. */
function answerOf({ api, status, provider, channel, custom_data, verified_at, person }, id) {
  const types = { live: 'LIVE', test: 'TEST', unknown: 'SHADOW' };
  const unattested = person.self_declared ?? [];
  const unreadable = person.unreadable ?? [];
  // Who vouches for what depends on the provider, so one without a provider cannot be an attested one on the wire.
  if (api !== 'v2' || provider === '' || ['unmarked', 'missing'].includes(channel.type)) return undefined;
  if (unattested.length > 0 || unreadable.length > 0) return undefined;
  return {
    id,
    status: status.toUpperCase(),
    channel: { type: types[channel.type], pgProvider: provider, key: channel.key, pgMerchantId: channel.pg_merchant_id },
    customData: custom_data,
    verifiedAt: verified_at,
    verifiedCustomer: {
      name: person.name,
      birthDate: person.birth_date,
      gender: person.gender?.toUpperCase(),
      isForeigner: person.foreigner,
      phoneNumber: person.phone,
      operator: person.carrier && `${person.carrier}${person.mvno ? '_MVNO' : ''}`,
      ci: person.ci,
      di: person.di,
    },
  };
}

const facts = new Map(); // id -> answer
let server;
let client;
before(async () => {
  server = await serve((request, response) => {
    response.end(JSON.stringify(facts.get(request.url.split('/').pop().split('?')[0])));
  });
  client = clientOf('v2', server.url);
});
after(async () => {
  client.close();
  await server.close();
});

test('the shared cases, on verifications from PortOne', async (t) => {
  let judged = 0;
  for (const [i, entry] of cases.entries()) {
    const id = `iv-${i}`;
    const answer = answerOf(patched(given, entry.verification ?? {}), id);
    // PortOne sends no person with the others.
    if (answer === undefined || answer.status !== 'VERIFIED') continue;
    judged += 1;
    facts.set(id, answer);
    await t.test(entry.name, async () => {
      const decision = policyOf(entry.policy).evaluate(await client.lookup(id), {
        now: new Date(entry.now),
        ...(entry.expect && { expect: camelKeys(entry.expect) }),
        standing: entry.standing && camelKeys(entry.standing),
      });
      assert.equal(decision.allowed, entry.allowed);
      const found = decision.denials.map(({ code, outcome, reason, pointer }) => ({ code, outcome, reason, pointer }));
      assert.deepEqual(found, entry.denials);
    });
  }
  assert.ok(judged >= 100, `${judged} cases could be sent`);
});

test('the shared cases, as a cases file', () => {
  const report = runPolicyCases({ given, cases });
  assert.deepEqual(
    report.cases.filter(({ passed }) => !passed),
    [],
  );
  assert.equal(report.passed, true);
  assert.equal(report.cases.length, cases.length);
});

test('the shared documents that must not load', async (t) => {
  for (const { name, document, text, pointer } of vectors('policy_errors').cases) {
    await t.test(name, () => {
      // What is no object is refused by name before it is read; as text it comes to the pointer.
      const error = catching(() => new Policy(text ?? (Array.isArray(document) ? JSON.stringify(document) : document)));
      assert.ok(error instanceof bonin.InvalidPolicy, `${error}`);
      assert.equal(error.parameter ?? '', pointer);
    });
  }
});

function catching(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail('no error');
}

test('the shared ages, on verifications from PortOne', async () => {
  for (const [i, { born, now, full, year }] of vectors('ages').cases.entries()) {
    const id = `age-${i}`;
    facts.set(id, answerOf({ ...given, verified_at: now, person: { ...given.person, birth_date: born } }, id));
    const verification = await client.lookup(id);
    for (const [by, age] of Object.entries({ full, year })) {
      const holds = (rule) =>
        new Policy({ name: 'age', rules: [{ age: { ...rule, by } }] }).evaluate(verification, { now: new Date(now) }).allowed;
      assert.deepEqual([holds({ between: [age, age] }), holds({ below: age + 1 })], [true, true], `${born} ${now} ${by}`);
      assert.equal(holds({ at_least: age + 1 }), false, `${born} ${now} ${by}`);
      if (age > 0) assert.equal(holds({ below: age }), false, `${born} ${now} ${by}`);
    }
  }
});

test('a cases file runs on the policy at hand, and says what differs', () => {
  const file = {
    policy: 'kr.youth_protection',
    given: { ...given, person: { ...given.person, birth_date: '2008-01-01' } },
    cases: [{ name: 'eighteen', now: '2026-01-01T12:00:00+09:00', allowed: true }],
  };
  const report = runPolicyCases(JSON.stringify(file));
  assert.equal(report.passed, false);
  assert.equal(report.failures, 1);
  assert.deepEqual(report.cases, [
    {
      name: 'eighteen',
      passed: false,
      difference: 'expected to be allowed, was denied\nfound /extends/rules/0 age fail (too_young)\n',
    },
  ]);
  assert.match(report.text, /^FAILED {2}eighteen\n {8}expected to be allowed, was denied\n.*\n1 cases, 1 failed\n$/);
  assert.equal(Policy.preset('kr.not_child').test(file).passed, true);
  assert.throws(() => runPolicyCases({ cases: [] }), { kind: 'invalid_argument', parameter: '/cases' });
  assert.throws(() => runPolicyCases(5), { kind: 'invalid_argument', parameter: 'cases' });
  const bad = { ...file, policy: { name: 'x', rules: [{ aeg: 1 }] } };
  assert.throws(() => runPolicyCases(bad), { kind: 'invalid_policy', parameter: '/policy/rules/0/aeg' });
});

test('a policy tells what it is', () => {
  const policy = new Policy({ name: 'odd', rules: [{ age: { at_least: 19, by: 'year' } }, { age: { below: 14, by: 'year' } }] });
  assert.deepEqual(
    policy.rules.map(({ code, pointer }) => [code, pointer]),
    [
      ['verified', '/baseline/verified'],
      ['fresh', '/baseline/fresh'],
      ['channel', '/baseline/channel'],
      ['age', '/rules/0'],
      ['age', '/rules/1'],
    ],
  );
  assert.equal(policy.warnings.length, 1);
  assert.match(policy.warnings[0], /\/rules\/0.*\/rules\/1/);
  assert.equal(new Policy(policy.document).hash, policy.hash);
  assert.match(policy.explain('ko'), /연 나이 19세 이상 \[\/rules\/0\]/);
  assert.match(policy.explain('en'), /at least 19 years old/);
  assert.throws(() => policy.explain('de'), { kind: 'invalid_argument', parameter: 'language' });
  const vote = Policy.preset('kr.vote', { electionDay: '2026-06-03' });
  assert.match(vote.document, /2026-06-03/);
  assert.throws(() => Policy.preset('kr.vote'), bonin.BoninError);
  assert.throws(() => Policy.preset('kr.work', { electionDay: '2026-06-03' }), bonin.BoninError);
  assert.throws(() => Policy.preset('kr.vote', { electionDay: new Date() }), { parameter: 'electionDay' });
});

test('a policy file keeps the old policy when the new one is bad', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const at = path.join(folder, 'policy.json');
  const write = (name) => fs.writeFileSync(at, JSON.stringify({ name, rules: [{ has: ['ci'] }] }));
  assert.throws(() => new PolicyFile(at), { kind: 'invalid_argument', parameter: 'path' });
  assert.throws(() => new PolicyFile(), { kind: 'invalid_argument', parameter: 'path' });
  write('first');
  const file = new PolicyFile(at);
  const first = file.policy;
  assert.equal(first.name, 'first');
  assert.equal(file.policy, first);
  fs.writeFileSync(at, '{"name": "broken"');
  assert.throws(() => file.reload(), bonin.InvalidPolicy);
  assert.equal(file.policy, first);
  fs.rmSync(at);
  assert.throws(() => file.reload(), { kind: 'invalid_argument', parameter: 'path' });
  assert.equal(file.policy.name, 'first');
  write('second');
  assert.equal(file.reload().name, 'second');
  assert.equal(file.policy.name, 'second');
  assert.equal(first.name, 'first');
});

test('a standing names the place that is wrong', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  t.after(() => sandbox.close());
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret });
  t.after(() => client.close());
  const verification = await client.lookup(sandbox.verify('adult'));
  const policy = Policy.preset('kr.youth_protection');
  const cases = [
    ['standing', new Map()],
    ['standing', []],
    ['standing.account', { account: 5 }],
    ['standing.account', { account: 'mine' }],
    ['standing.use', { use: 'third' }],
    ['standing.reserved', { reserved: 'no' }],
    ['standing.banned', { banned: 0 }],
    ['standing.rejoinPeriodOver', { rejoinPeriodOver: 'yes' }],
  ];
  for (const [parameter, standing] of cases) {
    assert.throws(() => policy.evaluate(verification, { now: new Date(), standing }), { kind: 'invalid_argument', parameter });
  }
});
