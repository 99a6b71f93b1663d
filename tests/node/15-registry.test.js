'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { ROOT, bonin, run, onThisClock, useSandbox } = require('./support.js');

const { Policy, Registry, Reservation, Verifier } = bonin;
const KEY = 'k'.repeat(32);
let sandbox;
let portone;
let folder;
useSandbox((opened) => ({ sandbox, portone } = opened), onThisClock);
before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'))));
after(() => fs.rmSync(folder, { recursive: true }));

let next = 0;
const ci = (n) => `ci-of-${n}`.padEnd(88, 'c');
const di = (n) => `di-of-${n}`.padEnd(64, 'd');
/** An id of a verification of somebody. */
const idOf = (person) => sandbox.verify({ name: '김보닌', birthDate: '1990-03-15', ci: null, di: null, ...person });
const somebody = (person = { ci: ci(++next), di: di(next) }) => portone.lookup(idOf(person));

/** A registry of this test's own, closed when it ends. */
function fresh(t, options = {}, store = 'sqlite::memory:') {
  const registry = new Registry(store, { pepper: KEY, ...options });
  t.after(() => registry.close());
  return registry;
}

test('find, claim, match, release, forget', async (t) => {
  const registry = fresh(t);
  const [one, two] = [await somebody(), await somebody()];
  assert.equal(await registry.find(one), undefined);
  assert.equal(await registry.match(one, 'a-1'), false);
  assert.deepEqual(await registry.claim(one, 'a-1'), { outcome: 'created', reason: undefined, until: undefined, granted: true });
  assert.equal((await registry.claim(one, 'a-1')).outcome, 'existing');
  const taken = await registry.tryClaim(one, 'a-2');
  assert.deepEqual([taken.outcome, taken.reason, taken.granted], ['taken', 'other_account', false]);
  assert.equal((await registry.tryClaim(two, 'a-1')).reason, 'other_person');
  assert.equal(await registry.find(one), 'a-1');
  assert.equal(await registry.match(one, 'a-1'), true);
  assert.equal(await registry.match(two, 'a-1'), false);

  assert.equal(await registry.release('a-1', { rejoinAfterMs: 86_400_000 }), true);
  assert.equal(await registry.release('a-1', { rejoinAfterMs: 0 }), false);
  const early = await registry.tryClaim(one, 'a-3');
  assert.deepEqual([early.outcome, early.reason, early.until instanceof Date], ['refused', 'rejoin_period', true]);
  assert.equal((await registry.claim(two, 'a-2')).outcome, 'created');
  assert.equal(await registry.forget('a-2'), true);
  assert.equal(await registry.forget('a-2'), false);
  assert.equal(await registry.find(two), undefined);
});

test('a person known by CI is recognised when only the DI comes', async (t) => {
  const registry = fresh(t);
  await registry.claim(await somebody({ ci: ci('x'), di: di('x') }), 'a-1');
  assert.equal(await registry.find(await somebody({ di: di('x') })), 'a-1');
  assert.equal(await registry.find(await somebody({ ci: ci('y') })), undefined);
  await registry.claim(await somebody({ ci: ci('y'), di: di('y') }), 'a-2');
  await assert.rejects(registry.find(await somebody({ ci: ci('x'), di: di('y') })), bonin.Conflict);
  const onlyCi = fresh(t, { keys: ['ci'] });
  await onlyCi.claim(await somebody({ ci: ci('x'), di: di('x') }), 'a-1');
  await assert.rejects(onlyCi.find(await somebody({ di: di('x') })), { kind: 'invalid_argument', parameter: 'verification' });
});

test('ban and unban: an account, a verification, a number', async (t) => {
  const registry = fresh(t);
  const [one, two] = [await somebody(), await somebody()];
  await registry.claim(one, 'a-1');
  const until = new Date(Date.now() + 3_600_000);
  assert.equal(await registry.ban({ accountId: 'a-1' }, { until, reason: 'chargebacks' }), undefined);
  const [held] = await collect(registry.export());
  assert.deepEqual([held.banned, held.bannedUntil, held.banReason], [true, until, 'chargebacks']);
  assert.deepEqual((await registry.tryClaim(one, 'a-1')).until, until);
  assert.equal(await registry.unban({ person: held.person }), true);
  assert.equal(await registry.unban({ person: held.person }), false);
  await registry.ban(two);
  assert.equal((await registry.standing(two, 's')).banned, true);
  const refused = await registry.tryClaim(two, 'a-2');
  assert.deepEqual([refused.reason, refused.until], ['banned', undefined]);
  assert.equal(await registry.unban({ verification: two }), true);
  await assert.rejects(registry.ban({ accountId: 'nobody' }), bonin.NotFound);
});

async function collect(iterator) {
  const all = [];
  for await (const one of iterator) all.push(one);
  return all;
}

test('consume: one subject an id', async (t) => {
  const registry = fresh(t);
  assert.deepEqual(
    [await registry.consume('iv-1', 's-1'), await registry.consume('iv-1', 's-1'), await registry.consume('iv-1', 's-2')],
    ['first', 'same_subject', 'other_subject'],
  );
  assert.equal((await registry.count()).uses, 1);
  assert.equal(await registry.forgetUses(new Date(Date.now() + 60_000)), 1);
  assert.equal(await registry.consume('iv-1', 's-2'), 'first');
});

test('a standing is what a policy takes', async (t) => {
  const registry = fresh(t);
  const verification = await somebody();
  const policy = new Policy({
    name: 'new',
    rules: [{ account: 'new' }, { not_banned: true }, { rejoin_period_over: true }, { single_use: true }],
  });
  const judge = async (subject) =>
    policy.evaluate(verification, { now: new Date(), standing: await registry.standing(verification, subject) });
  assert.equal((await judge('s-1')).allowed, true);
  await registry.claim(verification, 'a-1');
  assert.deepEqual(
    (await judge('s-1')).denials.map(({ reason }) => reason),
    ['taken'],
  );
  const { standing, reservation } = await registry.admit(verification, 'a-1', { consume: true, reserve: true });
  assert.deepEqual([standing.account, standing.use, reservation], ['same', 'first', undefined]);
  assert.equal((await registry.standing(verification, 'other')).use, 'other_subject');
});

test('a place is kept, committed once, and cancelled', async (t) => {
  const registry = fresh(t);
  const [one, two] = [await somebody(), await somebody()];
  const { reservation, reason } = await registry.reserve(one, 's-1');
  assert.ok(reservation instanceof Reservation);
  assert.equal(reason, undefined);
  assert.ok(reservation.expiresAt > new Date());
  assert.deepEqual(await registry.reserve(one, 's-2'), { reservation: undefined, reason: 'reserved' });
  assert.equal((await registry.tryClaim(one, 'a-9')).reason, 'reserved');
  assert.equal((await reservation.commit('a-1')).outcome, 'created');
  assert.equal((await registry.commit(reservation.id, 'a-1')).outcome, 'existing');
  assert.equal(await registry.find(one), 'a-1');
  const other = (await registry.admit(two, 's-2', { reserve: true })).reservation;
  assert.equal(await other.cancel(), true);
  assert.equal(await registry.cancel(other), false);
  assert.equal((await registry.tryCommit(other, 'a-2')).reason, 'lapsed');
});

test('export gives every person page after page', async (t) => {
  const registry = fresh(t);
  for (let i = 0; i < 7; ++i) await registry.claim(await somebody(), `a-${i}`);
  const all = await collect(registry.export({ limit: 3 }));
  assert.deepEqual(
    all.map(({ accountId }) => accountId),
    ['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6'],
  );
  assert.deepEqual(await collect(registry.export({ after: all[4].person })), all.slice(5));
  assert.deepEqual(
    all[0].keys.map(({ kind }) => kind),
    ['ci', 'di'],
  );
  assert.match(all[0].keys[0].hash, /^[0-9a-f]{64}$/);
  assert.ok(all[0].keys[0].receivedAt instanceof Date);
  assert.deepEqual(await registry.count(), { persons: 7, accounts: 7, keys: 14, uses: 0 });
});

test('rotation: the newest pepper writes, all read', async (t) => {
  const store = `sqlite:${path.join(folder, 'rotate.db')}`;
  const old = { id: 'old', key: KEY };
  const verification = await somebody();
  const before = new Registry(store, { pepper: old });
  await before.claim(verification, 'a-1');
  await before.close();
  const both = fresh(t, { pepper: undefined, peppers: [{ id: 'new', key: 'n'.repeat(40) }, old] }, store);
  assert.equal(await both.find(verification), 'a-1');
  await both.claim(verification, 'a-1');
  assert.deepEqual(await both.rotate(), [
    { pepperId: 'new', keys: 2, writing: true, given: true },
    { pepperId: 'old', keys: 0, writing: false, given: true },
  ]);
});

test('fifty claims of one person at once: one winner, in one registry and in several', async (t) => {
  const verification = await somebody();
  const store = `sqlite:${path.join(folder, 'race.db')}`;
  for (const [name, several] of [
    ['one', [fresh(t)]],
    ['several', Array.from({ length: 5 }, () => fresh(t, {}, store))],
  ]) {
    const claims = await Promise.all(Array.from({ length: 50 }, (_, i) => several[i % several.length].tryClaim(verification, `a-${i}`)));
    const won = claims.findIndex(({ granted }) => granted);
    assert.deepEqual(claims.filter(({ outcome }) => outcome === 'created').length, 1, name);
    assert.ok(
      claims.every(({ outcome, reason }, i) => i === won || (outcome === 'taken' && reason === 'other_account')),
      name,
    );
    for (const registry of several) assert.equal(await registry.find(verification), `a-${won}`);
  }
});

const SIGN_UP = { name: 'sign-up', rules: [{ has: ['ci'] }, { account: 'new' }, { single_use: true }, { not_banned: true }] };

test('two-phase sign-up: of fifty sessions of one person exactly one is allowed', async (t) => {
  const registry = fresh(t);
  const verifier = new Verifier(portone, new Policy(SIGN_UP), { registry });
  assert.equal(verifier.registry, registry);
  const person = { ci: ci('sign-up'), di: di('sign-up') };
  const decisions = await Promise.all(Array.from({ length: 50 }, (_, i) => verifier.verify(idOf(person), { subject: `session-${i}` })));
  const [winner, ...more] = decisions.filter(({ allowed }) => allowed);
  assert.equal(more.length, 0);
  for (const decision of decisions) {
    if (decision === winner) continue;
    assert.deepEqual(
      decision.denials.map(({ reason }) => reason),
      ['being_signed_up'],
    );
    assert.equal(decision.reservation, undefined);
  }
  assert.equal(winner.reservation, winner.reservation);
  assert.equal((await winner.reservation.commit('account-1')).outcome, 'created');
  const again = await verifier.verify(idOf(person), { subject: 'session-99' });
  assert.deepEqual(
    again.denials.map(({ reason }) => reason),
    ['taken'],
  );
});

test('a policy about accounts wants a registry and a subject', async (t) => {
  const policy = new Policy(SIGN_UP);
  assert.throws(() => new Verifier(portone, policy), { kind: 'invalid_argument', parameter: 'registry' });
  assert.throws(() => new Verifier(portone, policy, { registry: {} }), { kind: 'invalid_argument', parameter: 'registry' });
  assert.throws(() => new Verifier(portone, policy, { registri: 1 }), { parameter: 'registri' });
  const verifier = new Verifier(portone, policy, { registry: fresh(t) });
  await assert.rejects(verifier.verify(idOf({ ci: ci(1) })), { kind: 'invalid_argument', parameter: 'subject' });
  assert.equal(new Verifier(portone, policy.constructor.preset('kr.work')).registry, undefined);
});

test('wrong options are refused by name and kind', () => {
  const cases = [
    ['invalid_argument', 'store', 'mysql://x', {}],
    ['invalid_argument', 'store', undefined, {}],
    ['invalid_argument', 'store', 5, {}],
    ['invalid_pepper', 'pepper', 'sqlite:x', { pepper: 'short' }],
    ['invalid_pepper', 'pepper', 'sqlite:x', { pepper: 'env:BONIN_NO_SUCH_VARIABLE' }],
    ['invalid_pepper', 'pepper', 'sqlite:x', { pepper: 5 }],
    ['invalid_pepper', 'pepper', 'sqlite:x', { pepper: { id: 'x' } }],
    ['invalid_pepper', 'peppers', 'sqlite:x', { pepper: undefined }],
    ['invalid_pepper', 'peppers', 'sqlite:x', { pepper: undefined, peppers: KEY }],
    ['invalid_pepper', 'peppers/1/id', 'sqlite:x', { pepper: undefined, peppers: [KEY, KEY] }],
    ['invalid_argument', 'peppers', 'sqlite:x', { peppers: [KEY] }],
    ['invalid_argument', 'ID', 'sqlite:x', { pepper: { ID: 'x', key: KEY } }],
    ['invalid_argument', 'keys', 'sqlite:x', { keys: ['ci', 'name'] }],
    ['invalid_argument', 'keys', 'sqlite:x', { keys: 'ci' }],
    ['invalid_argument', 'keys', 'sqlite:x', { keys: [] }],
    ['invalid_argument', 'keys', 'sqlite:x', { keys: ['di', 'di'] }],
    ['invalid_timeout', 'timeoutMs', 'sqlite:x', { timeoutMs: '5' }],
    ['invalid_argument', 'timeout', 'sqlite:x', { timeout: 5 }],
    ['invalid_argument', 'ownStore.claim', undefined, { ownStore: { find() {} } }],
    ['invalid_argument', 'store', 'sqlite:x', { ownStore: { find() {}, claim() {} } }],
  ];
  for (const [kind, parameter, store, options] of cases) {
    assert.throws(() => new Registry(store, { pepper: KEY, ...options }), { kind, parameter }, JSON.stringify(options));
  }
  for (const options of [{ timeoutMs: 0 }, { reservationLifeMs: 10 }])
    assert.throws(() => new Registry('sqlite:x', { pepper: KEY, ...options }), bonin.InvalidArgument);
});

test('wrong arguments reject by name, and nothing throws', async (t) => {
  const registry = fresh(t);
  const verification = await somebody();
  const cases = [
    ['verification', () => registry.find()],
    ['verification', () => registry.claim({}, 'a')],
    ['accountId', () => registry.claim(verification)],
    ['accountId', () => registry.claim(verification, '')],
    ['accountId', () => registry.match(verification, 5.5)],
    ['subject', () => registry.claim(verification, 'a', { subject: 5.5 })],
    ['account', () => registry.claim(verification, 'a', { account: 5 })],
    ['rejoinAfterMs', () => registry.release('a')],
    ['rejoinAfterMs', () => registry.release('a', { rejoinAfterMs: 1.5 })],
    ['who', () => registry.ban()],
    ['who', () => registry.ban({})],
    ['who', () => registry.ban({ accountId: 'a', person: 1 })],
    ['verification', () => registry.ban({ verification: {} })],
    ['until', () => registry.ban({ person: 1 }, { until: 5 })],
    ['until', () => registry.ban(verification, { until: new Date(0) })],
    ['name', () => registry.unban({ name: 'x' })],
    ['verificationId', () => registry.consume(5, 's')],
    ['subject', () => registry.consume('iv', '')],
    ['accountId', () => registry.forget()],
    ['subject', () => registry.standing(verification)],
    ['consum', () => registry.admit(verification, 's', { consum: true })],
    ['subject', () => registry.reserve(verification, '')],
    ['reservation', () => registry.commit({}, 'a')],
    ['reservation', () => registry.cancel()],
    ['limit', () => registry.export({ limit: 0 }).next()],
    ['after', () => registry.export({ after: -1 }).next()],
    ['before', () => registry.forgetUses(5)],
  ];
  for (const [parameter, begin] of cases) {
    await assert.rejects(begin(), { kind: 'invalid_argument', parameter }, parameter);
  }
  const unfinished = await portone.lookup(sandbox.verify('unfinished'));
  await assert.rejects(registry.claim(unfinished, 'a'), { kind: 'invalid_argument', parameter: 'verification' });
});

test('a store that fails is an error of its own kind', async (t) => {
  const verification = await somebody();
  const file = path.join(folder, 'garbage.db');
  fs.writeFileSync(file, 'this is no database '.repeat(1000));
  await assert.rejects(fresh(t, {}, `sqlite:${file}`).find(verification), bonin.StoreCorrupt);
  assert.throws(() => fresh(t, {}, `sqlite:${folder}/no/such/folder/x.db`), { kind: 'invalid_argument', message: /no\/such\/folder/ });
  await assert.rejects(fresh(t, {}, `sqlite:${folder}`).find(verification), { kind: 'store_unavailable', message: new RegExp(folder) });
  const store = `sqlite:${path.join(folder, 'pepper.db')}`;
  await fresh(t, {}, store).claim(verification, 'a-1');
  await assert.rejects(fresh(t, { pepper: 'q'.repeat(32) }, store).find(verification), bonin.InvalidPepper);
});

test('close settles what waits and refuses the rest', async (t) => {
  const registry = fresh(t);
  const verification = await somebody();
  const waiting = Array.from({ length: 200 }, (_, i) => registry.claim(verification, `a-${i}`).catch((error) => error));
  await registry.close();
  for (const end of await Promise.all(waiting)) assert.ok(end instanceof bonin.Closed || end.outcome !== undefined);
  await assert.rejects(registry.find(verification), bonin.Closed);
  await registry.close();
  assert.match(String(registry), /closed/);
});

test('an unfinished claim keeps node alive, an open registry does not', async () => {
  const { code, stdout } = await run(`
    const bonin = require('${ROOT}');
    const registry = new bonin.Registry('sqlite::memory:', { pepper: 'k'.repeat(32) });
    registry.consume('iv', 's').then((use) => console.log(use));
  `);
  assert.deepEqual([code, stdout], [0, 'first\n']);
});

test('a worker may be terminated with calls under way', async () => {
  const store = `sqlite:${path.join(folder, 'worker.db')}`;
  const code = `
    const bonin = require(${JSON.stringify(ROOT)});
    const { parentPort } = require('node:worker_threads');
    const registry = new bonin.Registry(${JSON.stringify(store)}, { pepper: 'k'.repeat(32) });
    let n = 0;
    const go = () => registry.consume('iv-' + Math.random(), 's').then(() => { if (++n === 20) parentPort.postMessage('busy'); go(); });
    for (let i = 0; i < 50; ++i) go();
  `;
  for (let round = 0; round < 5; ++round) {
    const worker = new Worker(code, { eval: true });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
  }
  const registry = new Registry(store, { pepper: KEY });
  assert.ok((await registry.count()).uses >= 100);
  await registry.close();
});

/** A PostgreSQL that takes connections and never says a word. */
async function silentStore(t) {
  const sockets = new Set();
  const server = net.createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `postgresql://bonin@127.0.0.1:${server.address().port}/none?sslmode=disable&connect_timeout=600`;
}

test('every call takes a limit and a signal, however silent the server', async (t) => {
  const verification = await somebody();
  const registry = fresh(t, { timeoutMs: 600_000 }, await silentStore(t));
  const calls = {
    find: (o) => registry.find(verification, o),
    claim: (o) => registry.claim(verification, 'a', o),
    match: (o) => registry.match(verification, 'a', o),
    release: (o) => registry.release('a', { rejoinAfterMs: 0, ...o }),
    ban: (o) => registry.ban({ accountId: 'a' }, o),
    unban: (o) => registry.unban({ accountId: 'a' }, o),
    consume: (o) => registry.consume('id', 's', o),
    forget: (o) => registry.forget('a', o),
    standing: (o) => registry.standing(verification, 's', o),
    admit: (o) => registry.admit(verification, 's', { reserve: true, ...o }),
    reserve: (o) => registry.reserve(verification, 's', o),
    commit: (o) => registry.commit('r', 'a', o),
    cancel: (o) => registry.cancel('r', o),
    count: (o) => registry.count(o),
    export: (o) => registry.export(o).next(),
    rotate: (o) => registry.rotate(o),
    forgetUses: (o) => registry.forgetUses(new Date(), o),
  };
  for (const [name, call] of Object.entries(calls)) {
    await assert.rejects(call({ timeoutMs: 20 }), { name: 'TimedOut' }, name);
    const stop = new AbortController();
    const begun = call({ signal: stop.signal });
    stop.abort();
    await assert.rejects(begun, { name: 'Cancelled' }, name);
    await assert.rejects(call({ timeoutMs: 0 }), { name: 'InvalidTimeout' }, name);
    await assert.rejects(call({ timeout: 20 }), { name: 'InvalidArgument' }, name);
  }
  const left = assert.rejects(registry.find(verification), { name: 'Closed' });
  await registry.close();
  await left;
});

test('warnings and addresses', (t) => {
  const remote = 'postgresql://u:hunter2@db.example.com/x';
  const [warning, ...others] = fresh(t, { schema: 'shop' }, `${remote}?sslmode=disable`).warnings;
  assert.match(warning, /sslmode=verify-full/);
  assert.doesNotMatch(warning, /hunter2/);
  assert.deepEqual([...others, ...fresh(t).warnings], []);
  for (const pepper of ['file:/tmp/a\0b', 'env:A\0B']) {
    assert.throws(() => new Registry('sqlite::memory:', { pepper }), { name: 'InvalidPepper', message: /NUL/ });
  }
  for (const address of ['postgresql://u:hunter2@host/x?schema=y', remote, `${remote}?sslmode=prefer`]) {
    assert.throws(
      () => new Registry(address, { pepper: KEY }),
      (error) => error.name === 'InvalidArgument' && error.parameter === 'store' && !error.message.includes('hunter2'),
    );
  }
  for (const [address, schema] of [
    [`${remote}?sslmode=require`, 'Shop'],
    ['sqlite::memory:', 'shop'],
  ]) {
    assert.throws(() => new Registry(address, { pepper: KEY, schema }), { name: 'InvalidArgument', parameter: 'schema' });
  }
  fresh(t, { connections: 8 }, `${remote}?sslmode=require`);
  for (const [address, connections] of [
    [`${remote}?sslmode=require`, 0],
    ['sqlite::memory:', 2],
  ]) {
    assert.throws(() => new Registry(address, { pepper: KEY, connections }), {
      name: 'InvalidArgument',
      parameter: 'connections',
    });
  }
});
