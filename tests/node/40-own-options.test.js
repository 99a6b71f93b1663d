'use strict';
// Options are what the object has itself, each read once, and nothing that is left undefined weakens a check.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { OTP, PERSON, SEND, bonin, defended } = require('./support.js');
const { identityRouter, requireIdentity } = require('bonin/express');
const { instrument } = require('bonin/opentelemetry');

const pepper = 'a pepper of at least thirty-two bytes';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-options-'));
const policy = bonin.Policy.preset('kr.youth_protection');
const now = new Date();
let stores = 0;
const store = () => `sqlite:${path.join(folder, `${(stores += 1)}.db`)}`;
let sandbox;
let v1;
let v2;
let verifier;
let registry;
let verification;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, url: baseUrl } = sandbox;
  v1 = new bonin.PortOneV1({ impKey, impSecret, baseUrl });
  v2 = new bonin.PortOneV2({ apiSecret, storeId, baseUrl });
  verifier = new bonin.Verifier(v2, policy, { otpLimits: { sendsPerSubject: 1e6, sendsPerPhone: 1e6, sendsPerAddress: 1e6 } });
  registry = new bonin.Registry(store(), { pepper });
  verification = await v2.lookup(sandbox.verify('adult'));
});
after(async () => {
  v1.close();
  v2.close();
  await registry.close();
  await sandbox.close();
  fs.rmSync(folder, { recursive: true });
});

const signal = () => new AbortController().signal;
const connection = () => ({
  baseUrl: sandbox.url,
  timeoutMs: 5000,
  connectTimeoutMs: 500,
  maxAttempts: 1,
  onLog: () => {},
  logLevel: 'info',
});
const closing = (client) => client.close();
const columns = () => ({ status: Uint8Array.of(2), channelType: Uint8Array.of(3), provider: ['DANAL'], rows: 1 });

/**
 * Every place that takes options: what runs with them, good ones, which of them must have a value where they are there,
 * which are required, and how errors name the object. `call` is run with the whole options.
 */
const PLACES = {
  PortOneV1: {
    run: (o) => closing(new bonin.PortOneV1(o)),
    good: () => ({ impKey: 'key', impSecret: 'secret', tier: '001', ...connection() }),
    meant: ['caFile'],
    required: ['impKey', 'impSecret', 'onLog'],
  },
  PortOneV2: {
    run: (o) => closing(new bonin.PortOneV2(o)),
    good: () => ({ apiSecret: 'secret', auth: 'secret', storeId: 'store-1', ...connection() }),
    meant: ['caFile'],
    required: ['apiSecret', 'onLog'],
  },
  lookup: { run: (o) => v2.lookup(verification.id, o), good: () => ({ timeoutMs: 5000, signal: signal() }) },
  requestOtp: { run: (o) => v1.requestOtp(o), good: () => ({ ...OTP, bypass: { a: 1 } }), required: Object.keys(OTP) },
  send: { run: (o) => v2.send(bonin.newId(), o), good: () => ({ ...SEND, bypass: '{"a":1}' }), required: Object.keys(SEND) },
  listPage: {
    run: (o) => v2.listPage(o),
    good: () => ({ from: new Date(now - 9e5), until: now, page: 0, pageSize: 5, statuses: ['VERIFIED'] }),
  },
  list: { run: async (o) => (await v2.list(o).next()).value, good: () => ({ page: 0, pageSize: 5, statuses: ['VERIFIED'] }) },
  Verifier: { run: (o) => new bonin.Verifier(v2, policy, o), good: () => ({ registry, otpLimits: { codesPerId: 3 } }) },
  begin: {
    run: (o) => verifier.begin('me', o),
    good: () => ({ channelKey: 'channel-1', redirectUrl: 'https://shop.example/', customer: { fullName: '김하나' }, popup: {} }),
    required: ['channelKey'],
  },
  sendOtp: {
    run: (o) => verifier.sendOtp('me', o),
    good: () => ({ channelKey: sandbox.channelKey, ...PERSON }),
    required: ['channelKey', ...Object.keys(PERSON)],
  },
  confirmOtp: {
    run: (o) => verifier.confirmOtp('imp_1', '1', o),
    meant: ['subject', 'expect'],
    good: () => ({ subject: 'me', expect: {}, timeoutMs: 5000, signal: signal() }),
    required: ['subject'],
  },
  verify: {
    run: (o) => verifier.verify(verification.id, o),
    meant: ['subject', 'expect', 'begun'],
    good: () => ({ subject: 'me', expect: {}, begun: false, settleMs: 0, timeoutMs: 5000, signal: signal() }),
  },
  require: {
    run: (o) => verifier.require(verification.id, o),
    meant: ['subject', 'expect', 'begun'],
    good: () => ({ subject: 'me', expect: {}, begun: false, settleMs: 0, timeoutMs: 5000, signal: signal() }),
  },
  'verify: expect': {
    run: (expect) => verifier.verify(verification.id, { expect }),
    named: 'expect.',
    good: () => ({ name: '김하나', phone: '01000000001', birthDate: '1990-03-15', customData: 'x', customerId: 'x', merchantUid: 'x' }),
    meant: ['name', 'phone', 'birthDate', 'customData', 'customerId', 'merchantUid'],
  },
  preset: { run: (o) => bonin.Policy.preset('kr.vote', o), good: () => ({ electionDay: '2026-06-03' }), required: ['electionDay'] },
  evaluate: {
    run: (o) => policy.evaluate(verification, o),
    good: () => ({ now, expect: {}, standing: {} }),
    meant: ['expect'],
    required: ['now'],
  },
  'evaluate: expect': {
    run: (expect) => policy.evaluate(verification, { now, expect }),
    named: 'expect.',
    good: () => ({ name: '김하나', customData: 'x' }),
    meant: ['name', 'customData'],
  },
  'evaluate: standing': {
    run: (standing) => policy.evaluate(verification, { now, standing }),
    named: 'standing.',
    meant: ['reserved'],
    good: () => ({
      account: 'none',
      reserved: false,
      use: 'first',
      banned: false,
      bannedUntil: new Date(),
      rejoinPeriodOver: true,
      rejoinAt: new Date(),
    }),
  },
  evaluateMany: {
    run: (o) => policy.evaluateMany([verification], o),
    good: () => ({ now, expect: {}, progress: () => {} }),
    meant: ['expect'],
    required: ['now'],
  },
  evaluateColumns: { run: (o) => policy.evaluateColumns(columns(), o), good: () => ({ now, progress: () => {} }), required: ['now'] },
  'evaluateColumns: columns': {
    run: (o) => policy.evaluateColumns(o, { now }),
    good: columns,
    meant: ['status', 'channelType', 'provider'],
  },
  Registry: {
    run: (o) => new bonin.Registry(store(), o).close(),
    good: () => ({ pepper, keys: ['ci'], reservationLifeMs: 60_000, timeoutMs: 5000 }),
    required: ['pepper'],
  },
  'Registry: pepper': {
    run: (o) => new bonin.Registry(store(), { pepper: o }).close(),
    good: () => ({ id: 'p1', key: pepper }),
    required: ['key'],
  },
  claim: { run: (o) => registry.claim(verification, 'account', o), good: () => ({ subject: 'me' }), meant: ['subject'] },
  release: { run: (o) => registry.release('nobody', o), good: () => ({ rejoinAfterMs: 1000 }), required: ['rejoinAfterMs'] },
  ban: { run: (o) => registry.ban(verification, o), good: () => ({ until: new Date(Date.now() + 60_000), reason: 'r' }) },
  'ban: who': {
    run: (o) => registry.ban(o, { until: new Date(Date.now() + 60_000) }),
    good: () => ({ verification }),
    named: 'who.',
    meant: ['accountId', 'verification', 'person'],
  },
  unban: {
    run: (o) => registry.unban(o),
    good: () => ({ accountId: 'nobody' }),
    named: 'who.',
    meant: ['accountId', 'verification', 'person'],
  },
  admit: {
    run: (o) => registry.admit(verification, 'me', o),
    good: () => ({ consume: false, reserve: false }),
    meant: ['consume', 'reserve'],
  },
  export: { run: async (o) => (await registry.export(o).next()).value, good: () => ({ after: 0, limit: 5 }) },
  sandbox: {
    run: async (o) => (await bonin.Sandbox.start(o)).close(),
    good: () => ({
      host: '127.0.0.1',
      port: 0,
      allowRemote: false,
      impKey: 'k',
      impSecret: 's',
      apiSecret: 'a',
      apiKey: 'b',
      storeId: 'store-1',
    }),
  },
  identityRouter: {
    run: (o) => identityRouter(o),
    required: ['verifier'],
    good: () => ({
      verifier,
      begun: true,
      onAllowed() {},
      onDenied() {},
      onError() {},
      subject: () => 'me',
      expect: () => ({}),
      channelKey: 'c',
      redirectUrl: 'https://shop.example/',
      allowedOrigins: ['https://shop.example'],
    }),
    meant: ['begun', 'onAllowed', 'onDenied', 'onError', 'subject', 'expect', 'channelKey', 'redirectUrl', 'allowedOrigins'],
  },
  requireIdentity: {
    run: (o) => requireIdentity(o),
    good: () => ({ verifier, begun: true, settleMs: 0, subject: () => 'me', expect: () => ({}) }),
    required: ['verifier'],
    meant: ['begun', 'settleMs', 'subject', 'expect'],
  },
  instrument: { run: (o) => instrument(v2, o), good: () => ({ attributes: { store: 'a' } }) },
};

const refusedBy = (error) => error instanceof bonin.InvalidArgument;

/** The error that refuses the options, if any does. What PortOne or the store say of good options is not of interest. */
async function refusal(run, options) {
  try {
    await run(options);
  } catch (error) {
    if (refusedBy(error) || !(error instanceof bonin.BoninError)) return error;
  }
  return undefined;
}

for (const [name, { run, good, meant = [], required = [], named = '' }] of Object.entries(PLACES)) {
  test(`options: ${name}`, async (t) => {
    const keys = [...new Set([...Object.keys(good()), ...meant])];
    assert.equal(await refusal(run, good()), undefined, 'the good ones are good');

    await t.test('what the prototype of all objects holds is no option', async () => {
      const reads = [];
      const values = good();
      for (const key of keys) {
        Object.defineProperty(Object.prototype, key, {
          __proto__: null,
          configurable: true,
          enumerable: true,
          get: () => void reads.push(key),
          set(value) {
            Object.defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
          },
        });
      }
      const least = Object.fromEntries(required.filter((key) => keys.includes(key)).map((key) => [key, values[key]]));
      const answers = [];
      try {
        answers.push(refusal(run, least), refusal(run, undefined));
      } finally {
        for (const key of keys) delete Object.prototype[key];
      }
      await Promise.all(answers);
      assert.deepEqual(reads, []);
    });

    await t.test('each is read once', async () => {
      const times = Object.fromEntries(Object.keys(good()).map((key) => [key, 0]));
      const changing = {};
      for (const [key, value] of Object.entries(good())) {
        Object.defineProperty(changing, key, { enumerable: true, get: () => ((times[key] += 1) === 1 ? value : Symbol(key)) });
      }
      assert.equal(await refusal(run, changing), undefined);
      assert.deepEqual(times, Object.fromEntries(Object.keys(good()).map((key) => [key, 1])));

      const asked = [];
      const proxy = new Proxy(good(), { get: (target, key) => (asked.push(key), target[key]) });
      assert.equal(await refusal(run, proxy), undefined);
      assert.deepEqual(asked.sort(), Object.keys(good()).sort());
    });

    await t.test('what is inherited or of a class is refused', async () => {
      class Options {}
      for (const other of [
        Object.create(good()),
        Object.assign(new Options(), good()),
        Object.create(Object.assign(Object.create(null), good())),
      ]) {
        assert.ok(refusedBy(await refusal(run, other)));
      }
    });

    await t.test('what is there without a value is refused where it weakens', async () => {
      for (const key of meant) {
        for (const nothing of [undefined, null]) {
          const error = await refusal(run, { ...good(), [key]: nothing });
          assert.ok(refusedBy(error), `${key}: ${nothing}`);
          assert.equal(error.parameter, named + key);
        }
      }
      for (const key of required) assert.ok(await refusal(run, { ...good(), [key]: undefined }), key);
      for (const key of keys.filter((one) => !meant.includes(one) && !required.includes(one))) {
        assert.equal(await refusal(run, { ...good(), [key]: undefined }), undefined, key);
      }
    });
  });
}

test('no prototype takes the secret to another host', (t) => {
  Object.prototype.baseUrl = 'https://evil.example';
  try {
    for (const client of [new bonin.PortOneV2({ apiSecret: 'secret' }), new bonin.PortOneV1({ impKey: 'k', impSecret: 's' })]) {
      assert.doesNotMatch(String(client), /evil/);
      client.close();
    }
  } finally {
    delete Object.prototype.baseUrl;
  }
  defended(t, 13, 'Node: a `baseUrl` on `Object.prototype` is no option');
});

const cyclic = { rules: [{ age: { at_least: 19 } }] };
cyclic.rules[0].any_of = cyclic.rules;
let deep = {};
for (let i = 0; i < 200; i++) deep = { not: deep };

/** JSON pointer of what cannot be carried -> documents. */
const WEAKER = {
  '/extends': [{ extends: undefined }, { extends: () => 'kr.work' }, { extends: Symbol('kr.work') }, { extends: 1n }],
  '/rules': [
    { extends: 'kr.work', rules: undefined },
    { extends: 'kr.work', rules: new Map() },
  ],
  '/rules/0': [
    { rules: [undefined] },
    { rules: [,] },
    { rules: [new Date()] },
    {
      rules: [
        new (class {
          age = { at_least: 19 };
        })(),
      ],
    },
  ],
  '/rules/0/age': [
    { rules: [{ age: undefined }] },
    { rules: [{ age: Object.create({ at_least: 19 }) }] },
    { rules: [{ age: Object.create({ toJSON: () => ({ at_least: 1 }) }) }] },
  ],
  '/rules/0/age/at_least': [
    { rules: [{ age: { at_least: undefined } }] },
    { rules: [{ age: { at_least: NaN } }] },
    { rules: [{ age: { at_least: Infinity } }] },
  ],
  '/rules/0/age/toJSON': [{ rules: [{ age: { at_least: 19, toJSON: () => ({ at_least: 1 }) } }] }],
  '/toJSON': [{ rules: [], toJSON: () => ({}) }],
  '/baseline/channel/keys': [{ baseline: { channel: { keys: undefined } } }],
  '/rules/0/any_of': [cyclic],
  '/a~1b~0c': [{ 'a/b~c': undefined }],
  [`${'/not'.repeat(100)}`]: [deep],
  '': [{ [Symbol('rules')]: [] }],
};

test('a policy document that JSON cannot carry whole is refused, and says where', (t) => {
  for (const [pointer, documents] of Object.entries(WEAKER)) {
    for (const document of documents) {
      assert.throws(
        () => new bonin.Policy(document),
        (error) => {
          assert.ok(error instanceof bonin.InvalidPolicy, `${pointer}: ${error}`);
          assert.equal(error.parameter, pointer);
          assert.match(error.message, /^`document`( at \/\S+)? is /);
          return true;
        },
        pointer,
      );
    }
  }
  const cases = { cases: [{ name: 'a', expect: undefined }] };
  assert.throws(() => policy.test(cases), { kind: 'invalid_argument', parameter: 'cases', message: /at \/cases\/0\/expect is undefined/ });
  defended(t, 14, 'Node: a document that holds `undefined`, a `toJSON`, a hole or a cycle is refused with its place');
});

test('a policy document says the same as its JSON text', () => {
  const document = {
    name: '이름 "\u2028\\',
    extends: 'kr.work',
    rules: [{ age: { at_least: 19, by: 'full' } }, { any_of: [{ foreigner: true }, { has: 'ci' }] }],
  };
  const { hash } = new bonin.Policy(JSON.stringify(document));
  let once = 0;
  const getters = {
    ...document,
    get extends() {
      return (once += 1) === 1 ? 'kr.work' : undefined;
    },
  };
  assert.equal(new bonin.Policy(document).hash, hash);
  assert.equal(new bonin.Policy(getters).hash, hash);
  assert.equal(new bonin.Policy(new Proxy(document, {})).hash, hash);
  Object.prototype.toJSON = () => ({});
  Array.prototype.toJSON = () => [];
  try {
    assert.equal(new bonin.Policy(document).hash, hash);
  } finally {
    delete Object.prototype.toJSON;
    delete Array.prototype.toJSON;
  }
  Array.prototype[0] = { age: { at_least: 1 } };
  try {
    assert.throws(() => new bonin.Policy({ name: 'p', rules: [,] }), { parameter: '/rules/0' });
  } finally {
    delete Array.prototype[0];
  }
});
