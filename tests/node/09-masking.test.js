'use strict';
// A canary in every personal field and every secret; it must come out of nothing that prints.
const assert = require('node:assert/strict');
const { Console } = require('node:console');
const { Writable } = require('node:stream');
const { inspect } = require('node:util');
const { test } = require('node:test');
const { bonin, defended, observed, serve } = require('./support.js');

const CANARY = 'canary';
const person = {
  name: `${CANARY}홍길동`,
  birthDate: '1987-06-05',
  gender: 'FEMALE',
  isForeigner: true,
  phoneNumber: '01098765432',
  operator: 'KT_MVNO',
  ci: `${CANARY}CI`.padEnd(88, 'x'),
  di: `${CANARY}DI`.padEnd(64, 'x'),
};
const body = {
  status: 'VERIFIED',
  id: 'iv-1',
  channel: { type: 'LIVE', pgProvider: 'KCP_V2' },
  verifiedCustomer: person,
  customData: `${CANARY} data`,
  requestedAt: new Date().toISOString(),
  updatedAt: new Date().toISOString(),
  statusChangedAt: new Date().toISOString(),
  verifiedAt: new Date().toISOString(),
  pgTxId: 'tx',
  pgRawResponse: CANARY,
  version: 'V2',
};
const leak = new RegExp([CANARY, '홍길동', '1987', '0109876', '98765432'].join('|'));

/** What console.table prints. */
function table(value) {
  let printed = '';
  const stdout = new Writable({ write: (chunk, _, done) => ((printed += chunk), done()) });
  new Console({ stdout, stderr: stdout }).table(value);
  return printed;
}

/** What tools see that walk the properties of an object and of its class, getters too. */
function walked(value) {
  const seen = [];
  for (let at = value; at !== null && typeof at === 'object' && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) {
      try {
        seen.push(`${String(key)}: ${inspect(value[key])}`);
      } catch {
        // a property of the prototype's own
      }
    }
  }
  for (const getters of [false, true, 'get', 'set']) {
    for (const customInspect of [true, false]) seen.push(inspect(value, { depth: 9, showHidden: true, getters, customInspect }));
  }
  return seen.join('\n');
}

/** What a copy to a worker holds. */
function cloned(value) {
  try {
    return inspect(structuredClone(value), { depth: 9, showHidden: true });
  } catch (error) {
    return String(error);
  }
}

/** What a failed assertion shows. */
function compared(value) {
  try {
    assert.deepStrictEqual(value, { other: 1 });
  } catch (error) {
    return `${error.message}\n${inspect(error)}`;
  }
  return assert.fail('equal to something else');
}

function texts(value) {
  const all = [inspect(value), inspect(value, { depth: 9, showHidden: true, getters: false }), JSON.stringify(value)];
  all.push(table(value), table([value]), cloned(value), compared(value));
  const coercions = [() => String(value), () => `${value}`, () => value + '', () => `${value?.stack}`, () => `${value?.valueOf()}`];
  for (const coerce of coercions) {
    try {
      all.push(coerce());
    } catch (error) {
      all.push(inspect(error));
    }
  }
  return all.filter((text) => text !== undefined);
}

function holds(name, value) {
  for (const text of texts(value)) assert.doesNotMatch(text, leak, name);
}

test('nothing that prints shows the person or the secrets', async (t) => {
  const server = await serve((_, response) => response.end(JSON.stringify(body)));
  t.after(server.close);
  const secret = `${CANARY}secret`;
  const portone = new bonin.PortOneV2({ apiSecret: secret, storeId: 'store-1', baseUrl: server.url });
  const policy = bonin.Policy.preset('kr.youth_protection');
  const verifier = new bonin.Verifier(portone, policy);
  const decision = await verifier.verify('iv-1', { expect: { name: `${CANARY} other`, phone: '01098765432' } });
  const denied = await verifier.require('iv-1', { expect: { customData: `${CANARY} other` } }).catch((e) => e);
  const { verification } = decision;
  assert.equal(verification.person.name.reveal(), person.name, 'the canary is there');
  assert.ok(denied instanceof bonin.Denied);

  const printed = {
    portone,
    v1: new bonin.PortOneV1({ impKey: `${CANARY}key`, impSecret: secret, baseUrl: server.url }),
    policy,
    verifier,
    decision,
    denied,
    verification,
    person: verification.person,
    findings: decision.findings,
    record: decision.record(),
    nested: { decision: [decision], verification },
    report: await verifier.check(),
    judged: await verifier.verifyMany(['iv-1', `${CANARY} no id`]),
    judgedEach: [...(await verifier.verifyMany(['iv-1', `${CANARY} no id`]))],
    draining: await verifier.drain().then(() => verifier.verify('iv-1').catch((error) => error)),
  };
  for (const [name, value] of Object.entries(printed)) holds(name, value);
  // A property of a verification may be read by whoever walks them; what is personal is behind a method.
  const personal = new RegExp(leak.source.replace(CANARY, `${CANARY}(?! data)`));
  for (const [name, value] of Object.entries(printed)) assert.doesNotMatch(walked(value), personal, name);
  assert.match(verification.raw(), /canary홍길동/);
  for (const [name, attribute] of Object.entries(Object.getOwnPropertyDescriptors(bonin.Person.prototype))) {
    if (attribute.enumerable) holds(name, verification.person[name]);
  }
  assert.equal(`${verification.person.name}`, '***');
  assert.equal(Number(verification.person.phone), NaN);
  // Where it would be taken for its value, it says so.
  for (const use of [(a) => a == '***', (a) => a + '', (a) => a != person.name]) {
    assert.throws(() => use(verification.person.name), { name: 'TypeError', message: /\.matches\(\).*\.reveal\(\)/ });
  }
  portone.close();
  observed(t, 46, 'Node: no canary in inspect, JSON, text or stack of what verifies and of what it answers');
  defended(t, 11, 'Node: whatever prints it, an attribute is masked');
});

test("errors print neither input nor PortOne's words", async (t) => {
  const words = { type: 'INVALID_REQUEST', message: `${CANARY} 홍길동`, pgCode: 'E1', pgMessage: `${CANARY}` };
  const server = await serve((_, response) => response.writeHead(400).end(JSON.stringify(words)));
  t.after(server.close);
  const secret = `${CANARY} secret`; // a blank is refused
  const portone = new bonin.PortOneV2({ apiSecret: `${CANARY}secret`, baseUrl: server.url });
  const request = { channelKey: 'k', carrier: 'SKT', method: 'SMS', name: CANARY, phoneNumber: '01098765432', ipAddress: '1' };
  const verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
  const errors = await Promise.all([
    verifier.verify('iv-1', { expect: { name: CANARY.repeat(100) } }).catch((e) => e),
    portone.lookup(`${CANARY}/..`).catch((e) => e),
    portone.lookup('iv-1').catch((e) => e),
    portone.send('iv-1', request).catch((e) => e),
    portone.send('iv-1', { ...request, bypass: `${CANARY}` }).catch((e) => e),
    portone.confirm('iv-1', CANARY).catch((e) => e),
    Promise.resolve()
      .then(() => new bonin.PortOneV2({ apiSecret: secret }))
      .catch((e) => e),
    Promise.resolve()
      .then(() => new bonin.PortOneV2({ apiSecret: 'x', baseUrl: `http://${CANARY}.example` }))
      .catch((e) => e),
  ]);
  for (const error of errors) {
    assert.ok(error instanceof bonin.BoninError, inspect(error));
    holds(error.name, error);
  }
  assert.match(errors[2].portoneMessage, leak);
  portone.close();
  observed(t, 46, 'Node: errors print neither input nor the words of PortOne');
});

test("metrics, the log and the circuit's refusals tell nothing of anybody", async (t) => {
  let broken = false;
  const server = await serve((_, response) => {
    const words = JSON.stringify({ type: 'X', message: `${CANARY} 홍길동` });
    response.writeHead(broken ? 503 : 200).end(broken ? words : JSON.stringify(body));
  });
  t.after(server.close);
  const events = [];
  const options = { baseUrl: server.url, maxAttempts: 2, logLevel: 'debug', onLog: (event) => events.push(event) };
  const portone = new bonin.PortOneV2({ apiSecret: `${CANARY}secret`, ...options });
  const v1 = new bonin.PortOneV1({ impKey: `${CANARY}key`, impSecret: `${CANARY}secret`, ...options });
  const request = { channelKey: 'k', carrier: 'SKT', method: 'SMS', name: CANARY, phoneNumber: '01098765432', ipAddress: '1' };
  const id = `${CANARY}-id`;
  const errors = [];
  const fails = (promise) => promise.catch((error) => errors.push(error));
  await portone.lookup('iv-1');
  await fails(portone.lookup(id)); // the answer is about another id
  broken = true;
  for (let i = 0; i < 10; i++) await fails(portone.lookup(`${id}-${i}`)); // of one id alone nobody else hears
  await fails(portone.send(id, request));
  await fails(v1.lookup('imp_19870605'));
  assert.equal(portone.circuit, 'open');
  assert.match(errors.at(-2).message, /pausing/);
  const names = new Set(events.map(({ name }) => name));
  for (const name of ['call.succeeded', 'call.failed', 'call.retry', 'call.refused', 'circuit.opened', 'token.renewed']) {
    assert.ok(names.has(name), name);
  }
  holds('events and metrics', { events, metrics: [portone.metrics(), v1.metrics()] });
  for (const error of errors) holds(error.name, error);
  portone.close();
  v1.close();
});

test("nothing that prints shows the pepper, the person's keys, the store or a reservation", async (t) => {
  const server = await serve((_, response) => response.end(JSON.stringify(body)));
  t.after(server.close);
  const portone = new bonin.PortOneV2({ apiSecret: 'secret', baseUrl: server.url });
  const pepper = `${CANARY} pepper`.padEnd(40, '-');
  const registry = new bonin.Registry('sqlite::memory:', { pepper: { id: 'shown', key: pepper } });
  const rules = [{ account: 'new' }, { single_use: true }];
  const verifier = new bonin.Verifier(portone, new bonin.Policy({ name: 'p', rules }), { registry });
  const decision = await verifier.verify('iv-1', { subject: `${CANARY} subject` });
  const { reservation } = decision;
  assert.match(reservation.id, /^[0-9a-f]{32}$/);
  for (const text of texts({ reservation, decision })) assert.ok(!text.includes(reservation.id));
  const claim = await reservation.commit('account-1');
  const people = [];
  for await (const one of registry.export()) people.push(one);
  const away = new bonin.Registry(`postgresql://${CANARY}:${CANARY}@127.0.0.1:1/${CANARY}`, { pepper, timeoutMs: 2000 });
  const nowhere = new bonin.Registry('sqlite:/', { pepper });
  const own = new bonin.Registry(undefined, { pepper, ownStore: { find: () => Promise.reject(CANARY), claim() {} } });
  const { verification } = decision;
  const errors = await Promise.all([
    away.find(verification).catch((e) => e),
    nowhere.find(verification).catch((e) => e),
    own.find(verification).catch((e) => e),
    registry.commit(`${CANARY}`, 'a-1').catch((e) => e),
    registry.claim(verification, `${CANARY} account`).catch((e) => e),
    registry.consume('iv-1', CANARY),
    Promise.resolve()
      .then(() => new bonin.Registry(`${CANARY}:x`, { pepper }))
      .catch((e) => e),
    Promise.resolve()
      .then(() => new bonin.Registry('sqlite:x', { pepper: CANARY }))
      .catch((e) => e),
    Promise.resolve()
      .then(() => new bonin.Registry('sqlite:x', { peppers: [pepper, pepper] }))
      .catch((e) => e),
    Promise.resolve()
      .then(() => new bonin.Registry('sqlite:x', { pepper: 'file:/no/such/file' }))
      .catch((e) => e),
  ]);
  assert.deepEqual(
    errors.slice(0, 3).map(({ kind }) => kind),
    ['store_unavailable', 'store_unavailable', 'store_failed'],
  );
  assert.deepEqual(
    errors.slice(3, 5).map(({ kind, reason }) => [kind, reason]),
    [
      ['claim_refused', 'lapsed'],
      ['claim_refused', 'other_account'],
    ],
  );
  const printed = { registry, away, nowhere, own, verifier, decision, reservation, claim, people, rules: await registry.rotate(), errors };
  for (const [name, value] of Object.entries(printed)) holds(name, value);
  for (const error of errors) holds(error.name ?? 'answer', error);
  assert.equal(String(registry), 'Registry(sqlite, peppers=[shown])');
  await Promise.all([registry, away, nowhere, own].map((one) => one.close()));
  portone.close();
  observed(t, 46, 'Node: no pepper, key, store address or reservation in anything that is printed');
});
