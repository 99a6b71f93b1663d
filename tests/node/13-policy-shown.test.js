'use strict';
// What a person is shown of a decision: tests/vectors/shown.json, by a Decision and by the routes' refusal.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Policy } = require('bonin');
const testing = require('bonin/testing');
const { refusalOf } = require('bonin/web');
const native = require('../../bindings/node/lib/native.js');
const { Verification } = require('../../bindings/node/lib/verification.js');
const { patched, vectors } = require('./support.js');

const SHOWN = vectors('shown');
const { messages } = vectors('web');

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const camelled = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value]));

/** `verification` of bonin/testing would fill in what the case leaves out. */
const verificationOf = (facts) => new Verification(native.made.verification(JSON.stringify(facts)));

function decide({ policy, now, expect, standing, guardian, verification }) {
  const made = typeof policy === 'string' ? Policy.preset(policy) : new Policy(policy);
  const options = { now: new Date(now) };
  if (expect !== undefined) options.expect = camelled(expect);
  if (guardian !== undefined) options.guardian = verificationOf(guardian);
  if (standing !== undefined) {
    const dated = ([name, value]) => [name, typeof value === 'string' && /_until$|_at$/.test(name) ? new Date(value) : value];
    options.standing = camelled(Object.fromEntries(Object.entries(standing).map(dated)));
  }
  return made.evaluate(verificationOf(patched(SHOWN.given, verification ?? {})), options);
}

for (const entry of SHOWN.cases) {
  test(`shown: ${entry.name}`, () => {
    const decision = decide(entry);
    assert.equal(decision.allowed, entry.refusal === null);
    assert.equal(decision.needsGuardian, entry.needs_guardian);
    const shown = decision.shown.map(({ code, reason, ko, en, until }) => ({ code, reason, ko, en, ...(until && { until }) }));
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), entry.shown);
    assert.equal(JSON.parse(decision.record()).needs_guardian ?? false, entry.needs_guardian);
    if (decision.allowed) return;
    const refusal = refusalOf(decision);
    const { status, ko, en } = messages[refusal.code];
    assert.equal(refusal.code, entry.refusal);
    assert.equal(refusal.decision, decision);
    assert.deepEqual(JSON.parse(JSON.stringify(refusal)), {
      status,
      code: entry.refusal,
      ko,
      en,
      findings: entry.refusal === 'internal' ? [] : entry.shown,
    });
    if (refusal.code === 'internal') assert.match(refusal.error.message, /\/rules\//);
  });
}

test('a registry says until when', async (t) => {
  const policy = new Policy({ name: 'join', rules: [{ account: 'new' }, { not_banned: true }] });
  const stage = await testing.start({ policy });
  t.after(() => stage.close());
  const first = await stage.flow();
  await first.commit('account-1');
  assert.equal(await stage.registry.release('account-1', { rejoinAfterMs: 24 * 86_400_000 }), true);
  const again = await stage.flow();
  const [{ code, reason, until, ko }] = again.denials;
  assert.deepEqual([code, reason], ['account', 'too_soon']);
  const days = (until - again.at) / 86_400_000;
  assert.ok(days > 23 && days <= 24);
  const standing = await stage.registry.standing(again.verification, 'subject-1');
  assert.deepEqual([standing.rejoinAt, standing.bannedUntil], [until, undefined]);
  // A standing is what evaluate takes.
  assert.equal(policy.evaluate(again.verification, { now: again.at, standing }).denials[0].ko, ko);

  await stage.registry.ban({ verification: again.verification });
  const banned = await stage.flow();
  assert.deepEqual(
    banned.shown.map((one) => [one.reason, one.until]),
    [['banned', undefined]],
  );
  assert.equal((await stage.registry.standing(banned.verification, 'subject-1')).bannedUntil, true);
  assert.match(banned.shown[0].ko, /영구적으로/);
});

test('a preset is explained in Korean', () => {
  const [title] = Policy.preset('kr.youth_protection').explain('ko').split('\n');
  assert.equal(title, 'kr.youth_protection: 술, 담배, 청소년유해매체물');
  assert.match(Policy.preset('kr.youth_protection').explain('en'), /^kr\.youth_protection: alcohol/);
});
