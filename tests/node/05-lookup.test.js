'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bodyOf, bonin, camel, clientOf, serve, vectors } = require('./support.js');

const ATTRIBUTES = ['name', 'birth_date', 'gender', 'foreigner', 'phone', 'carrier', 'mvno', 'ci', 'di'];
const date = (value) => value?.toISOString() ?? null;

function check(verification, expected) {
  const plain = {
    id: verification.id,
    status: verification.status,
    provider: verification.provider ?? '',
    channel_type: verification.channel.type,
    merchant_uid: verification.merchantUid ?? '',
    custom_data: verification.customData ?? '',
    origin: verification.origin ?? '',
    pg_tx_id: verification.pgTxId ?? '',
    requested_at: date(verification.requestedAt),
    verified_at: date(verification.verifiedAt),
  };
  for (const [key, value] of Object.entries(expected)) {
    if (key === 'person') continue;
    if (key === 'channel' || key === 'failure') {
      if (value === null) assert.equal(verification[key], undefined, key);
      else for (const [name, text] of Object.entries(value)) assert.equal(verification[key][camel(name)] ?? '', text, name);
    } else {
      assert.ok(key in plain, `the test does not know ${key}`);
      assert.deepEqual(plain[key], value, key);
    }
  }
  if (expected.person === undefined) return;
  for (const name of ATTRIBUTES) {
    const [attestation, value] = expected.person[name] ?? ['absent', null];
    const attribute = verification.person[camel(name)];
    assert.equal(attribute.attestation, attestation, name);
    assert.equal(attribute.reveal() ?? null, value, name);
    assert.equal(attribute.present, value !== null, name);
    assert.equal(attribute.attested, attestation === 'attested', name);
    if (value !== null) assert.equal(attribute.matches(value), true, name);
    assert.equal(verification.person.toObject()[camel(name)], value, name);
  }
}

test('the shared cases', async (t) => {
  for (const entry of vectors('lookup')) {
    await t.test(`${entry.name}: ${entry.why}`, async () => {
      const body = bodyOf(entry);
      const server = await serve((_, response) => response.end(body));
      const client = clientOf(entry.api, server.url, { maxAttempts: 1 });
      try {
        const result = await client.lookup(entry.id).catch((error) => error);
        if (entry.expect.error !== undefined) {
          assert.equal(result.kind, entry.expect.error, String(result));
        } else {
          assert.ok(result instanceof bonin.Verification, String(result));
          assert.equal(result.api, entry.api);
          check(result, entry.expect.verification);
        }
      } finally {
        client.close();
        await server.close();
      }
    });
  }
});

test('a birth date is compared as text or refused', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  t.after(() => sandbox.close());
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret });
  t.after(() => client.close());
  const verification = await client.lookup(sandbox.verify('adult'));
  const { person } = verification;
  assert.equal(person.birthDate.matches(person.birthDate.reveal()), true);
  assert.equal(person.birthDate.matches('1990-03-16'), false);
  assert.equal(person.foreigner.matches(false), true);
  assert.equal(person.name.matches('somebody else'), false);
  assert.throws(() => person.birthDate.matches(new Date()), bonin.InvalidArgument);
  assert.throws(() => person.foreigner.matches('false'), bonin.InvalidArgument);
  assert.throws(() => person.name.matches(undefined), bonin.InvalidArgument);
  assert.equal(JSON.parse(verification.raw()).verifiedCustomer.name, person.name.reveal());
  const bare = await client.lookup(sandbox.verify('unfinished'));
  assert.equal(bare.person.name.matches(''), false);
});
