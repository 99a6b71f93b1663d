'use strict';
// Many at once decide as one at a time.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { bonin, vectors } = require('./support.js');

const { Policy } = bonin;
const now = new Date('2026-01-01T12:00:00+09:00');
const ALL = 2n ** 64n - 1n;

let sandbox;
let verifications;
let moment;
before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, v2Url } = sandbox;
  const client = new bonin.PortOneV2({ apiSecret, storeId, baseUrl: v2Url });
  const ids = sandbox.personas().map(({ name }) => sandbox.verify(name, { api: 'v2', customData: `order-${name}` }));
  verifications = await Promise.all(ids.map((id) => client.lookup(id)));
  moment = new Date();
  client.close();
});
after(() => sandbox.close());

/** Codes and pointers of the bits that are set. */
const namesOf = (bits, rules) => rules.filter((_, i) => (bits >> BigInt(i)) & 1n).map(({ code, pointer }) => `${code} ${pointer}`);
const names = (findings, outcome) => findings.filter((f) => f.outcome === outcome).map(({ code, pointer }) => `${code} ${pointer}`);

test('verifications: the answers of evaluate, bit by bit', () => {
  const policy = new Policy({
    name: 'many',
    extends: 'kr.youth_protection',
    rules: [{ has: ['ci'] }, { any_of: [{ foreigner: false }, { has: ['di'] }] }, { gender: { in: ['female'] } }],
  });
  for (const expect of [{}, { customData: 'order-adult', name: '김하나' }]) {
    const { allowed, failed, unknown, rules } = policy.evaluateMany(verifications, { now: moment, expect });
    assert.deepEqual(
      [allowed, failed, unknown].map((array) => array.constructor),
      [Uint8Array, BigUint64Array, BigUint64Array],
    );
    assert.equal(rules.length, policy.rules.length + Object.keys(expect).length);
    assert.equal(allowed.length, verifications.length);
    verifications.forEach((verification, i) => {
      const decision = policy.evaluate(verification, { now: moment, expect });
      assert.equal(allowed[i], decision.allowed ? 1 : 0);
      assert.deepEqual(namesOf(failed[i], rules), names(decision.denials, 'fail'));
      assert.deepEqual(namesOf(unknown[i], rules), names(decision.denials, 'unknown'));
    });
    assert.ok(allowed.includes(1) && allowed.includes(0));
  }
  const none = policy.evaluateMany([], { now: moment });
  assert.equal(none.allowed.length, 0);
  assert.deepEqual(none.rules, policy.rules);
});

const STATUS = ['unknown', 'ready', 'verified', 'failed'];
const CHANNEL = ['missing', 'unknown', 'unmarked', 'live', 'test'];
const BITS = ['name', 'birth_date', 'gender', 'foreigner', 'phone', 'carrier', 'mvno', 'ci', 'di'];

/** One verification a row, from the facts of the shared cases. */
function columnsOf(rows) {
  const bits = (attributes) => attributes.reduce((sum, one) => sum | (1 << BITS.indexOf(one)), 0);
  const code = (words, key) =>
    Int8Array.from(rows, ({ person }) => {
      if (person.unreadable?.includes(key)) return 100;
      return person[key] === undefined ? -1 : words.indexOf(person[key]);
    });
  return {
    status: Uint8Array.from(rows, ({ status }) => STATUS.indexOf(status)),
    verifiedAt: Float64Array.from(rows, ({ verified_at }) => Date.parse(verified_at)),
    channelType: Uint8Array.from(rows, ({ channel }) => CHANNEL.indexOf(channel.type)),
    birthDate: rows.map(({ person }) => (person.unreadable?.includes('birth_date') ? '1990-02-30' : person.birth_date)),
    gender: code(['male', 'female', 'other'], 'gender'),
    foreigner: code([false, true], 'foreigner'),
    carrier: code(['SKT', 'KT', 'LGU'], 'carrier'),
    mvno: code([false, true], 'mvno'),
    present: Uint16Array.from(rows, ({ person }) => bits(BITS.filter((key) => person[key] !== undefined))),
    selfDeclared: Uint16Array.from(rows, ({ person }) => bits(person.self_declared ?? [])),
    provider: rows.map(({ provider }) => provider),
    channelKey: rows.map(({ channel }) => channel.key),
    pgMerchantId: rows.map(({ channel }) => channel.pg_merchant_id ?? null),
  };
}

test('columns: the shared cases without expectation and standing', () => {
  const { given, cases } = vectors('policy');
  const patched = (a, b = {}) => {
    const out = { ...a, ...b };
    for (const key of Object.keys(out)) if (out[key] === null) delete out[key];
    return out;
  };
  const usable = cases.filter((entry) => entry.expect === undefined && entry.standing === undefined);
  assert.ok(usable.length >= 70);
  for (const { name, policy, now, verification = {}, allowed, denials } of usable) {
    const fact = {
      ...patched(given, verification),
      channel: patched(given.channel, verification.channel),
      person: patched(given.person, verification.person),
    };
    const judge = typeof policy === 'string' ? Policy.preset(policy) : new Policy(policy);
    const answer = judge.evaluateColumns(columnsOf([fact, fact]), { now: new Date(now) });
    for (const row of [0, 1]) {
      assert.equal(answer.allowed[row], allowed ? 1 : 0, name);
      assert.deepEqual(namesOf(answer.failed[row], answer.rules), names(denials, 'fail'), name);
      assert.deepEqual(namesOf(answer.unknown[row], answer.rules), names(denials, 'unknown'), name);
    }
  }
});

test('columns: the shared ages, as days and as text', () => {
  for (const { born, now, full, year } of vectors('ages').cases) {
    const forAll = { status: Uint8Array.of(2), channelType: Uint8Array.of(3), verifiedAt: Float64Array.of(Date.parse(now)) };
    const days = Int32Array.of(Date.parse(born) / 86_400_000);
    for (const [by, age] of Object.entries({ full, year })) {
      for (const [limit, wanted] of [
        [age, 1],
        [age + 1, 0],
      ]) {
        const policy = new Policy({ name: 'age', rules: [{ age: { at_least: limit, by } }] });
        for (const birthDate of [days, [born]]) {
          const { allowed } = policy.evaluateColumns({ ...forAll, birthDate }, { now: new Date(now) });
          assert.equal(allowed[0], wanted, `${born} ${now} ${by} ${limit}`);
        }
      }
    }
  }
});

const adults = (rows) => ({
  status: Uint8Array.of(2),
  channelType: Uint8Array.of(3),
  verifiedAt: BigInt64Array.of(BigInt(now.getTime())),
  birthDate: new Int32Array(rows).map((_, i) => (i % 2 === 0 ? 0 : 20_000)),
});

test('columns: a moment that no 64 bits hold is no moment', () => {
  const turned = [2 ** 64, -(2 ** 64)].map((turn) => turn + now.getTime()); // modulo 2^64 it would be now
  const columns = { ...adults(2), birthDate: new Int32Array(2), verifiedAt: Float64Array.of(...turned) };
  assert.deepEqual([...Policy.preset('kr.not_child').evaluateColumns(columns, { now }).allowed], [0, 0]);
});

test('columns: one entry stands for all rows, what is missing denies, nothing is written to', () => {
  const policy = Policy.preset('kr.not_child');
  const columns = adults(4);
  assert.deepEqual([...policy.evaluateColumns(columns, { now }).allowed], [1, 0, 1, 0]);
  assert.deepEqual([...columns.birthDate], [0, 20_000, 0, 20_000]);
  const { birthDate, ...others } = columns;
  const { allowed, unknown } = policy.evaluateColumns({ ...others, rows: 2 }, { now });
  assert.deepEqual([...allowed], [0, 0]);
  assert.deepEqual([...unknown], [8n, 8n]);
  assert.equal(birthDate.length, 4);
  assert.equal(policy.evaluateColumns({}, { now }).allowed.length, 0);
  const coded = new Policy({ name: 'p', rules: [{ provider: { in: ['DANAL'] } }] });
  for (const provider of [['DANAL', 'KCP_V2', null], { codes: Int32Array.of(1, 0, -1), names: ['KCP_V2', 'DANAL'] }]) {
    assert.deepEqual([...coded.evaluateColumns({ ...others, provider }, { now }).allowed], [1, 0, 0]);
  }
});

test('columns: what does not fit is refused by name', () => {
  const policy = Policy.preset('kr.not_child');
  const cases = [
    ['gender', { ...adults(3), gender: Int8Array.of(0, 1) }],
    ['gender', { ...adults(3), gender: new Int8Array(0) }],
    ['gender', { ...adults(3), gender: ['female', 'male', 'male'] }],
    ['gender', { ...adults(3), gender: Int32Array.of(1) }],
    ['gender', { ...adults(3), gender: undefined }],
    ['status', { ...adults(3), status: Buffer.from([2]).buffer }],
    ['birthDate', { ...adults(3), birthDate: [7000] }],
    ['birthDate', { ...adults(3), birthDate: new Float64Array(3) }],
    ['birthDate', { ...adults(3), birthDate: [new Date()] }],
    ['verifiedAt', { ...adults(3), verifiedAt: new Int32Array(3) }],
    ['provider', { ...adults(3), provider: [1, 2, 3] }],
    ['provider', { ...adults(3), provider: ['DANAL', 'KCP_V2'] }],
    ['provider.codes', { ...adults(3), provider: { codes: [0], names: ['DANAL'] } }],
    ['provider.names', { ...adults(3), provider: { codes: Int32Array.of(0), names: [0] } }],
    ['code', { ...adults(3), provider: { code: Int32Array.of(0) } }],
    ['birth_date', { birth_date: new Int32Array(3) }],
    ['rows', { ...adults(3), rows: -1 }],
    ['rows', { rows: 2 ** 40 }],
    ['birthDate', { ...adults(3), rows: 4 }],
    ['columns', null],
    ['columns', undefined],
    ['columns', []],
  ];
  for (const [parameter, columns] of cases) {
    assert.throws(() => policy.evaluateColumns(columns, { now }), { kind: 'invalid_argument', parameter });
  }
  assert.throws(() => policy.evaluateColumns(adults(2)), { kind: 'invalid_argument', parameter: 'now' });
  assert.throws(() => policy.evaluateColumns(adults(2), { now, expect: {} }), { parameter: 'expect' });
  assert.throws(() => policy.evaluateColumns(adults(2), { now, progress: 1 }), { parameter: 'progress' });
});

test('verifications: what is none is refused by its place', () => {
  const policy = Policy.preset('kr.not_child');
  const refused = (records, options, parameter) =>
    assert.throws(() => policy.evaluateMany(records, options), { kind: 'invalid_argument', parameter });
  refused(verifications[0], { now }, 'records');
  refused([verifications[0], {}], { now }, 'records/1');
  refused([, verifications[0]], { now }, 'records/0');
  refused(verifications, {}, 'now');
  refused(verifications, { now, expect: { customData: undefined } }, 'expect.customData');
  refused(verifications, { now, progress: {} }, 'progress');
  refused(verifications, { now, standing: {} }, 'standing');
});

const WAYS = {
  evaluateColumns: (policy, rows, options) => policy.evaluateColumns(adults(rows), { now, ...options }),
  evaluateMany: (policy, rows, options) =>
    policy.evaluateMany(
      Array.from({ length: rows }, (_, i) => verifications[i % verifications.length]),
      { now: moment, ...options },
    ),
};

for (const [way, run] of Object.entries(WAYS)) {
  test(`${way}: can be watched and stopped, and a watcher may throw`, () => {
    const policy = Policy.preset('kr.not_child');
    const rows = 50_000;
    const seen = [];
    const all = run(policy, rows, { progress: (done, of) => (seen.push(done), assert.equal(of, rows)) });
    assert.ok(seen.length > 2 && seen.at(-1) === rows);
    assert.ok(seen.every((done, i) => i === 0 || done > seen[i - 1]));
    assert.deepEqual(all, run(policy, rows, {}));
    const stopped = run(policy, rows, { progress: () => false });
    assert.deepEqual(stopped.allowed.slice(0, seen[0]), all.allowed.slice(0, seen[0]));
    assert.ok(stopped.allowed.slice(seen[0]).every((one) => one === 0));
    assert.ok(stopped.unknown.slice(seen[0]).every((bits) => bits === ALL));
    const why = new Error('enough');
    assert.throws(
      () =>
        run(policy, rows, {
          progress: () => {
            throw why;
          },
        }),
      (error) => error === why,
    );
  });
}

test('a watcher that takes the columns away changes nothing', () => {
  const policy = Policy.preset('kr.not_child');
  const rows = 100_000;
  const columns = adults(rows);
  const progress = () =>
    void (columns.birthDate.length > 0 && structuredClone(columns.birthDate, { transfer: [columns.birthDate.buffer] }));
  const { allowed } = policy.evaluateColumns(columns, { now, progress });
  assert.equal(columns.birthDate.length, 0);
  assert.deepEqual(allowed, policy.evaluateColumns(adults(rows), { now }).allowed);
});
