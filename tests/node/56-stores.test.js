'use strict';
// The stores of examples/stores, which docs/stores.md and the page of each ORM show, each on real databases: one suite for all of them.
const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { verification } = require('bonin/testing');
const { startMariadb, startPostgres } = require('./databases.js');
const { ROOT, bonin, until } = require('./support.js');

process.env.TZ = 'Asia/Seoul'; // before anything asks for the zone

const RECIPES = path.join(ROOT, 'examples', 'stores');
const ORMS = path.join(ROOT, 'tests', 'frameworks', 'orm');
const missingOrms = !fs.existsSync(path.join(ORMS, 'node_modules')) && 'npm ci --ignore-scripts in tests/frameworks/orm';
const requireOrm = createRequire(path.join(ORMS, 'package.json'));

// The recipes import the ORMs, so a copy of them lies where these are found.
const copy = path.join(ORMS, 'node_modules', '.bonin-stores', String(process.pid));
const recipe = (name) => import(pathToFileURL(path.join(copy, `${name}.mjs`)));

let sandbox;
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
function advance(ms) {
  sandbox.advance({ ms });
  ahead += ms;
}
before(async () => {
  if (!missingOrms) {
    fs.cpSync(RECIPES, copy, { recursive: true });
    fs.mkdirSync(path.join(copy, 'node_modules'));
    fs.symlinkSync(ROOT, path.join(copy, 'node_modules', 'bonin'));
  }
  sandbox = await bonin.Sandbox.start();
});
after(async () => {
  fs.rmSync(copy, { recursive: true, force: true });
  await sandbox.close();
});

// ---- who signs up -----------------------------------------------------------------------------------------------------

const peppers = [
  { id: 'new', key: 'n'.repeat(32) },
  { id: 'old', key: 'o'.repeat(32) },
];
const person = (ci, di) =>
  verification(
    { name: '김보닌', birthDate: '1990-03-15', ci: ci?.padEnd(88, 'c') ?? null, di: di?.padEnd(64, 'd') ?? null },
    { id: `iv-${ci}-${di}` },
  );

// ---- the shops --------------------------------------------------------------------------------------------------------

/** What a client answers to a text of SQL: the first value of its first row. */
const CONNECT = {
  async PostgreSQL(url) {
    const client = new (requireOrm('pg').Client)(url);
    await client.connect();
    const sql = async (text) => Object.values([(await client.query({ text, rowMode: 'array' })).rows?.[0] ?? []].flat())[0];
    return { sql, end: () => client.end() };
  },
  async MariaDB(uri) {
    const client = await requireOrm('mysql2/promise').createConnection({ uri, multipleStatements: true });
    const sql = async (text) => Object.values((await client.query(text))[0][0] ?? {})[0];
    return { sql, end: () => client.end() };
  },
};

// How many transactions wait for a lock.
const WAITING = {
  PostgreSQL: "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
  MariaDB: "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'",
};
const PATIENT = { PostgreSQL: "SET LOCAL deadlock_timeout = '5s';", MariaDB: '' };

const numbered = new Map();
/** A new database with the shop's tables. */
async function freshDatabase(kind, server) {
  const count = (numbered.get(kind) ?? 0) + 1;
  numbered.set(kind, count);
  const name = `shop${count}`;
  server.sql(kind === 'PostgreSQL' ? 'postgres' : '', `CREATE DATABASE ${name}`);
  server.sql(name, fs.readFileSync(path.join(RECIPES, `${kind.toLowerCase()}.sql`), 'utf8'));
  return { url: server.url(name), ...(await CONNECT[kind](server.url(name))) };
}

/** Prisma's client for a kind of database, made of the recipe's schema. */
const prismaClients = new Map();
function prismaClient(kind) {
  if (!prismaClients.has(kind)) {
    const place = path.join(copy, kind.toLowerCase());
    fs.mkdirSync(place);
    const schema = fs.readFileSync(path.join(RECIPES, 'schema.prisma'), 'utf8');
    const mysql = (text) => text.replace('"postgresql"', '"mysql"').replaceAll('Timestamptz', 'DateTime');
    fs.writeFileSync(path.join(place, 'schema.prisma'), kind === 'PostgreSQL' ? schema : mysql(schema));
    const cli = path.join(path.dirname(requireOrm.resolve('prisma/package.json')), 'build', 'index.js');
    // `generate` wants an engine to be there, and does not run it.
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
    execFileSync(process.execPath, [cli, 'generate', '--schema', 'schema.prisma'], { cwd: place, env, timeout: 60_000 });
    prismaClients.set(kind, require(path.join(place, 'client')).PrismaClient);
  }
  return prismaClients.get(kind);
}

const PAGES = ['stores', ...['prisma', 'typeorm', 'sequelize', 'drizzle', 'mongoose'].map((orm) => `stores-${orm}`)];
const textOf = (end) => PAGES.map((page) => fs.readFileSync(path.join(ROOT, 'docs', page + end), 'utf8')).join('');
const GUIDE = textOf('.md');
const blocksOf = (text) => [...text.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);
const section = (heading) => GUIDE.split(/^##? /m).find((part) => part.startsWith(`${heading}\n`));

/** Runs a block of the guide; answers what it declares under `names`. `load(module)` is asked for what it imports. */
function runBlock(code, load, given, names) {
  const body = code.replace(/^import (?:\* as )?(.+?) from ('[^']+');$/gm, 'const $1 = await load($2);');
  const run = new Function('load', ...Object.keys(given), `return (async () => {${body}\nreturn { ${names} };\n})();`);
  return run(load, ...Object.values(given));
}

/** The shop as the guide connects it; its clock is the sandbox's. */
async function connect(orm, kind, url) {
  const code = blocksOf(section(orm)).find((block) => block.split('\n')[0].includes(kind));
  const load = async (name) => {
    if (name.startsWith('./client')) return { PrismaClient: prismaClient(kind) };
    if (!name.startsWith('./')) return requireOrm(name);
    const module = await recipe(path.basename(name, '.mjs'));
    const withClock = ([key, value]) => [key, key.endsWith('Store') ? (...given) => value(...given, { now }) : value];
    return Object.fromEntries(Object.entries(module).map(withClock));
  };
  const { db, shop } = await runBlock(code, load, { url }, 'db, shop');
  return { db, ...shop };
}

const OPEN = {
  async Prisma(kind, { url }) {
    const { db, ...shop } = await connect('Prisma', kind, url.replace('mysql:', 'mariadb:'));
    return { ...shop, close: () => db.$disconnect() };
  },
  async TypeORM(kind, { url }) {
    const { db, ...shop } = await connect('TypeORM', kind, url);
    return { ...shop, close: () => db.destroy() };
  },
  async Sequelize(kind, { url }) {
    const { db, ...shop } = await connect('Sequelize', kind, url);
    db.options.logging = false;
    return { ...shop, close: () => db.close() };
  },
  async Drizzle(kind, { url }) {
    const { db, ...shop } = await connect('Drizzle', kind, url);
    return { ...shop, close: () => db.$client.end() };
  },
};

test('the guide shows the files as they are', () => {
  const korean = textOf('.ko.md');
  for (const guide of [GUIDE, korean]) {
    const shown = [...guide.matchAll(/^`examples\/stores\/([\w.-]+)`:\n\n```\w+\n([^]*?)^```/gm)];
    assert.deepEqual(shown.map(([, name]) => name).sort(), fs.readdirSync(RECIPES).sort());
    for (const [, name, text] of shown) assert.equal(text, fs.readFileSync(path.join(RECIPES, name), 'utf8'), name);
  }
  assert.deepEqual(blocksOf(korean), blocksOf(GUIDE));
});

test('a user without an id gets no person', { skip: missingOrms }, async () => {
  const { people } = await recipe('people');
  const { signUp } = people({ transaction: (work) => work({}), persons: async () => [] });
  await assert.rejects(
    signUp([], async () => ({})),
    TypeError,
  );
});

// ---- what no server is here for --------------------------------------------------------------------------------------

test('Mongoose: the models have their unique indexes', { skip: missingOrms }, async () => {
  const { define, mongooseStore } = await recipe('mongoose');
  const connection = requireOrm('mongoose').createConnection();
  const models = define(connection);
  const indexes = models.Person.schema
    .indexes()
    .map(([fields, { unique, partialFilterExpression }]) => [fields, unique, partialFilterExpression]);
  const text = (field) => [{ [field]: 1 }, true, { [field]: { $type: 'string' } }];
  assert.deepEqual(indexes, [[{ 'keys.hash': 1 }, true, undefined], text('userId'), text('reservation')]);
  const { ownStore } = mongooseStore(connection, models);
  assert.equal(Object.values(ownStore).filter((member) => typeof member === 'function').length, 11);
});

test('numbers as the ids of users', { skip: missingOrms }, async (t) => {
  const server = await startPostgres();
  if (server.missing) return t.skip(server.missing);
  t.after(() => server.stop());
  server.sql('postgres', 'CREATE DATABASE shop');
  const sql = fs.readFileSync(path.join(RECIPES, 'postgresql.sql'), 'utf8');
  const numbered = sql
    .replace('id       VARCHAR(64)', 'id BIGINT GENERATED ALWAYS AS IDENTITY')
    .replace('user_id        VARCHAR(64)', 'user_id BIGINT');
  server.sql('shop', numbered);
  const tables = path.join(copy, 'drizzle-postgresql.mjs');
  const number = (text) => text.replace(/varchar\('(id|user_id)', \{ length: 64 \}\)/g, "bigint('$1', { mode: 'number' })");
  fs.writeFileSync(path.join(copy, 'drizzle-numbers.mjs'), number(fs.readFileSync(tables, 'utf8')).replace('{ char', '{ bigint, char'));
  const db = requireOrm('drizzle-orm/node-postgres').drizzle(server.url('shop'));
  t.after(() => db.$client.end());
  const { drizzleStore } = await recipe('drizzle');
  const { ownStore, signUp } = drizzleStore(db, await recipe('drizzle-numbers'), { userId: Number });
  const registry = new bonin.Registry(undefined, { peppers, ownStore });
  t.after(() => registry.close());
  const user = await signUp(registry.keys(person('one')), { nickname: '김' });
  assert.equal(user.id, 1);
  assert.equal(await registry.find(person('one')), '1');
  assert.equal((await registry.claim(person('one'), 1)).outcome, 'existing');
  assert.equal(await registry.match(person('one'), '1'), true);
  await assert.rejects(registry.claim(person('two'), 'kim'), { kind: 'store_failed' });
  assert.equal(await ownStore.release('1', null), true);
  assert.equal(await registry.find(person('one')), undefined);
});

test('the recipes keep to the types of their ORMs', { skip: missingOrms }, () => {
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: false,
    target: 'es2022',
    module: 'nodenext',
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules', '@types')],
  };
  const config = path.join(copy, 'tsconfig.json');
  fs.writeFileSync(config, JSON.stringify({ compilerOptions, include: ['*.mjs'] }));
  const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8', timeout: 120_000 });
  assert.deepEqual([stdout, status], ['', 0]);
});

// ---- the suite --------------------------------------------------------------------------------------------------------

const SERVERS = { PostgreSQL: startPostgres, MariaDB: startMariadb };
for (const [kind, start] of Object.entries(SERVERS)) {
  describe(kind, { skip: missingOrms }, () => {
    let server;
    before(async () => (server = await start()));
    after(() => server.stop?.());
    for (const [orm, open] of Object.entries(OPEN)) {
      describe(orm, () =>
        suite(
          () => server,
          (db) => open(kind, db),
          kind,
        ),
      );
    }
  });
}

/** An array of promises as what they come to. */
const settled = async (promises) => (await Promise.allSettled(promises)).map(({ value, reason }) => value ?? reason);
const count = (array, want) => array.filter(want).length;

function suite(serverOf, openShop, kind) {
  let db;
  let shop;
  let registry;
  before(async () => {
    const server = serverOf();
    if (server.missing) return;
    db = await freshDatabase(kind, server);
    shop = await openShop(db);
    registry = new bonin.Registry(undefined, { peppers, ownStore: shop.ownStore, clock: sandbox });
  });
  after(async () => {
    await registry?.close();
    await shop?.close();
    await db?.end();
  });
  const check = (name, run) =>
    test(name, async (t) => {
      const { missing } = serverOf();
      if (missing) return t.skip(missing);
      await db.sql('DELETE FROM person; DELETE FROM users; DELETE FROM used_verification');
      await run(t);
    });
  const rows = async (table, where = '') => Number(await db.sql(`SELECT count(*) FROM ${table} ${where}`));
  const keys = (who) => registry.keys(who);
  const users = (...ids) => db.sql(`INSERT INTO users VALUES ${ids.map((id) => `('${id}', 'x')`).join(', ')}`);
  const refusedWith = (reason) => (error) => error.name === 'Refused' && error.claim.reason === reason;

  const MINUTE = 60_000;
  const soon = (ms = MINUTE) => new Date(now().getTime() + ms);
  const words = {
    otherAccount: { outcome: 'taken', reason: 'other_account' },
    otherPerson: { outcome: 'taken', reason: 'other_person' },
    twoPersons: { outcome: 'taken', reason: 'two_persons' },
    reserved: { outcome: 'taken', reason: 'reserved' },
    lapsed: { outcome: 'refused', reason: 'lapsed' },
  };

  check('fifty sign-ups of one person at once: one account, and nothing half done', async () => {
    const one = keys(person('one', 'one'));
    const all = await settled(Array.from({ length: 50 }, (_, i) => shop.signUp(one, { id: `u-${i}`, nickname: `김${i}` })));
    const [winner] = all.filter(({ id }) => id !== undefined);
    assert.equal(count(all, refusedWith('other_account')), 49, `${all.find((one) => !(one.claim || one.id))}`);
    assert.deepEqual([await rows('users'), await rows('person'), await rows('person_key')], [1, 1, 4]);
    assert.equal(await db.sql('SELECT id FROM users'), winner.id);
    assert.equal(await shop.ownStore.find(one), winner.id);
  });

  check('twenty-four sign-ups at once of a person who comes with the CI, with the DI, with both', async () => {
    const shapes = [keys(person('one', 'one')), keys(person('one')), keys(person('one', 'one')).slice(2)];
    const all = await settled(Array.from({ length: 24 }, (_, i) => shop.signUp(shapes[i % 3], { id: `u-${i}`, nickname: `김${i}` })));
    // A CI alone and a DI alone are two persons until somebody brings both.
    const made = count(all, ({ id }) => id !== undefined);
    assert.ok(made === 1 || made === 2, `${made} accounts`);
    assert.deepEqual([await rows('users'), await rows('person')], [made, made]);
    assert.equal(await rows('users', 'WHERE id NOT IN (SELECT user_id FROM person)'), 0);
  });

  check('a login id that somebody has is the error of the shop, and nothing stays', async () => {
    await shop.signUp(keys(person('one')), { id: 'kim', nickname: '김' });
    const error = await shop.signUp(keys(person('two')), { id: 'kim', nickname: '김' }).catch((e) => e);
    assert.ok(error instanceof Error && error.name !== 'Refused' && error.name !== 'Raced');
    assert.deepEqual([await rows('users'), await rows('person'), await rows('person_key')], [1, 1, 2]);
  });

  check('Kim and kim, `a` and `a ` are two accounts', async () => {
    const ids = ['Kim', 'kim', 'a', 'a ', 'ａ', 'á'];
    for (const [i, id] of ids.entries()) await shop.signUp(keys(person(`ci-${i}`)), { id, nickname: '김' });
    for (const [i, id] of ids.entries()) {
      assert.equal(await shop.ownStore.find(keys(person(`ci-${i}`))), id);
      assert.equal(await shop.ownStore.claim(keys(person(`ci-${i}`)), id), 'existing');
      const other = ids[(i + 1) % ids.length];
      assert.deepEqual(await shop.ownStore.claim(keys(person(`ci-${i}`)), other), words.otherPerson);
    }
  });

  check('a transaction of the shop that rolls back leaves nothing', async () => {
    const one = keys(person('one', 'one'));
    const error = await shop.signUp(one, { id: 'u-1'.padEnd(65, '1'), nickname: '김' }).catch((e) => e);
    assert.ok(error instanceof Error && error.name !== 'Refused');
    await shop.ownStore.ban({ keys: one }, null);
    await assert.rejects(shop.signUp(one, { id: 'u-1', nickname: '김' }), refusedWith('banned'));
    assert.deepEqual([await rows('users'), await rows('person'), await rows('person_key')], [0, 1, 4]);
  });

  check('a user whose row is deleted gives the person up', async () => {
    const one = keys(person('one'));
    await shop.signUp(one, { id: 'u-1', nickname: '김' });
    await db.sql('DELETE FROM users');
    assert.equal(await shop.ownStore.find(one), undefined);
    assert.equal((await shop.signUp(one, { id: 'u-2', nickname: '김' })).id, 'u-2');
    assert.deepEqual([await rows('users'), await rows('person')], [1, 1]);
  });

  check('what is over is deleted by the statements of the guide', async () => {
    await users('u-1');
    const reserve = (who, until) => shop.ownStore.reserve(keys(who), who.person.ci.reveal().slice(0, 9), 'a'.repeat(64), until);
    await shop.ownStore.claim(keys(person('held')), 'u-1');
    await shop.ownStore.ban({ keys: keys(person('banned')) }, null);
    await shop.ownStore.ban({ keys: keys(person('unbanned')) }, soon());
    await reserve(person('reserved'), soon(3 * MINUTE));
    await reserve(person('unreserved'), soon());
    await shop.ownStore.consume('1'.repeat(64), '2'.repeat(64));
    const [, tidy] = /^```sql\n([^]*?)^```/m.exec(section('Leaving, housekeeping, rotation'));
    const at = (ms) => `'${soon(ms).toISOString().slice(0, -1).replace('T', ' ')}${kind === 'PostgreSQL' ? 'Z' : ''}'`;
    await db.sql(tidy.replaceAll(':now', at(2 * MINUTE)).replaceAll(':before', at(-ahead - DAY)));
    assert.deepEqual([await rows('person'), await rows('person_key'), await rows('used_verification')], [3, 6, 1]);
    assert.equal(await rows('person', 'WHERE user_id IS NOT NULL'), 1);
    await db.sql(tidy.replaceAll(':now', at(4 * MINUTE)).replaceAll(':before', at(-ahead + DAY)));
    assert.deepEqual([await rows('person'), await rows('used_verification')], [2, 0]);
  });

  check('CI and DI that lead to two users are a conflict', async () => {
    await shop.signUp(keys(person('one')), { id: 'u-1', nickname: '김' });
    await shop.signUp(keys(person('two', 'two')), { id: 'u-2', nickname: '이' });
    await users('u-3');
    const mixed = [
      keys(person('one', 'two')), // two users
      keys(person('three', 'two')), // a known DI with a second CI
    ];
    for (const these of mixed) {
      await assert.rejects(shop.ownStore.find(these), { kind: 'conflict' });
      await assert.rejects(shop.ownStore.standing(these), { kind: 'conflict' });
      for (const id of ['u-1', 'u-2', 'u-3']) assert.deepEqual(await shop.ownStore.claim(these, id), words.twoPersons);
      assert.equal(await shop.ownStore.reserve(these, 'r-1', 'a'.repeat(64), soon()), 'two_persons');
      await assert.rejects(shop.signUp(these, { id: 'u-4', nickname: '김' }), refusedWith('two_persons'));
    }
    assert.deepEqual([await rows('users'), await rows('person'), await rows('person_key')], [3, 2, 6]);
    const [first, second] = [soon(), soon(2 * MINUTE)];
    await shop.ownStore.ban({ accountId: 'u-2' }, second);
    await shop.ownStore.ban({ accountId: 'u-1' }, first);
    const ends = async (these) => (await shop.ownStore.claim(these, 'u-3')).until;
    assert.deepEqual([await ends(mixed[0]), await ends(mixed[0].toReversed())], [first, second], 'in the order of the keys');
  });

  check('a new key of a known person is learned, by whatever asks', async () => {
    await shop.signUp(keys(person('one')), { id: 'u-1', nickname: '김' });
    assert.equal(await shop.ownStore.find(keys(person('one', 'di-1'))), 'u-1');
    assert.equal((await shop.ownStore.standing(keys(person('one', 'di-2')))).account, 'u-1');
    assert.equal(await shop.ownStore.claim(keys(person('one', 'di-3')), 'u-1'), 'existing');
    assert.equal(await shop.ownStore.reserve(keys(person('one', 'di-4')), 'r', 'a'.repeat(64), soon()), 'has_account');
    for (const di of ['di-1', 'di-2', 'di-3', 'di-4']) {
      assert.equal(await shop.ownStore.find(keys(person('one', di)).slice(2)), 'u-1');
    }
    assert.deepEqual([await rows('person'), await rows('person_key')], [1, 10]);
    const all = await settled(Array.from({ length: 20 }, (_, i) => shop.ownStore.find(keys(person('one', `di-${i % 7}`)))));
    assert.equal(
      count(all, (account) => account === 'u-1'),
      20,
      `${all.find((one) => one !== 'u-1')}`,
    );
    assert.deepEqual([await rows('person'), await rows('person_key')], [1, 16]);
  });

  check('a rotated pepper finds the old rows and moves them', async () => {
    const ofOld = new bonin.Registry('sqlite::memory:', { peppers: [peppers[1]] });
    const ofNew = new bonin.Registry('sqlite::memory:', { peppers: [peppers[0]] });
    const one = person('one', 'one');
    await shop.signUp(ofOld.keys(one), { id: 'u-1', nickname: '김' });
    assert.equal(await shop.ownStore.find(ofNew.keys(one)), undefined, 'the new pepper alone knows nobody');
    assert.equal(await shop.ownStore.find(keys(one)), 'u-1');
    assert.equal(await rows('person_key', "WHERE pepper_id = 'new'"), 2);
    await db.sql("DELETE FROM person_key WHERE pepper_id = 'old'");
    assert.equal(await shop.ownStore.find(ofNew.keys(one)), 'u-1');
    await Promise.all([ofOld.close(), ofNew.close()]);
  });

  check('fifty claims of one account by different persons, of one place by different accounts', async () => {
    await users(...Array.from({ length: 50 }, (_, i) => `u-${i}`));
    const claims = Array.from({ length: 50 }, (_, i) => shop.ownStore.claim(keys(person(`ci-${i}`)), 'u-0'));
    const answers = await settled(claims);
    assert.equal(
      count(answers, (answer) => answer === 'created'),
      1,
    );
    assert.equal(
      count(answers, ({ reason }) => reason === 'other_person'),
      49,
    );
    assert.deepEqual([await rows('person'), await rows('person_key')], [1, 2]);
    await shop.ownStore.reserve(keys(person('one')), 'r-1', 'a'.repeat(64), soon());
    const commits = await settled(Array.from({ length: 49 }, (_, i) => shop.ownStore.commit('r-1', `u-${i + 1}`)));
    assert.equal(
      count(commits, (answer) => answer === 'created'),
      1,
    );
    assert.equal(
      count(commits, ({ reason }) => reason === 'other_account'),
      48,
    );
  });

  check('a deadlock is ended by the database and the transaction is repeated', async () => {
    const [one, two] = [keys(person('one')), keys(person('two'))];
    await shop.ownStore.ban({ keys: one }, soon(), 'old');
    await shop.ownStore.ban({ keys: two }, soon(), 'old');
    const [first, second] = [await db.sql('SELECT min(id) FROM person'), await db.sql('SELECT max(id) FROM person')];
    const lock = (id) => `UPDATE person SET rejoin_at = NULL WHERE id = ${id}`;
    // The other transaction has written more, so MariaDB breaks off the store's. PostgreSQL breaks off who has waited for a
    // second while there is a deadlock, which is the store's unless this process was held up for so long.
    const many = `INSERT INTO users VALUES ${Array.from({ length: 50 }, (_, i) => `('x-${i}', 'x')`).join(', ')}`;
    let broken;
    do {
      await db.sql(`BEGIN; ${PATIENT[kind]} DELETE FROM users; ${many}; ${lock(second)}`);
      const banned = shop.ownStore.ban({ keys: [...one, ...two] }, soon(), 'new');
      await until(async () => Number(await db.sql(WAITING[kind])) > 0);
      broken = await db.sql(`${lock(first)}; COMMIT`).then(
        () => false,
        () => db.sql('ROLLBACK').then(() => true),
      );
      await banned;
    } while (broken);
    assert.equal(await rows('person', "WHERE ban_reason = 'new'"), 2);
  });

  check('an id is used once, by one subject', async () => {
    const [id, mine, theirs] = ['1', '2', '3'].map((digit) => digit.repeat(64));
    assert.equal(await shop.ownStore.consume(id, mine), 'first');
    assert.equal(await shop.ownStore.consume(id, mine), 'same_subject');
    assert.equal(await shop.ownStore.consume(id, theirs), 'other_subject');
    const other = '4'.repeat(64);
    const subjects = Array.from({ length: 50 }, (_, i) => i.toString(16).padStart(64, '0'));
    const all = await settled(subjects.map((subject) => shop.ownStore.consume(other, subject)));
    assert.deepEqual([count(all, (one) => one === 'first'), count(all, (one) => one === 'other_subject')], [1, 49]);
  });

  check('a place is kept, committed, cancelled, and lapses', async () => {
    await users('u-1', 'u-2');
    const one = keys(person('one', 'one'));
    const [mine, theirs] = ['a'.repeat(64), 'b'.repeat(64)];
    const long = (name) => name.padEnd(64, 'Rr');
    assert.equal(await shop.ownStore.reserve(one, long('r-1'), mine, soon()), undefined);
    assert.equal(await shop.ownStore.reserve(one, long('r-2'), theirs, soon()), 'reserved');
    assert.deepEqual(await shop.ownStore.claim(one, 'u-1'), words.reserved);
    await assert.rejects(shop.signUp(one, { id: 'u-3', nickname: '김' }), refusedWith('reserved'));
    assert.deepEqual(await shop.ownStore.commit(long('r-1').toLowerCase(), 'u-1'), words.lapsed, 'ids are compared exactly');
    assert.equal(await shop.ownStore.cancel(long('r-1')), true);
    assert.equal(await shop.ownStore.cancel(long('r-1')), false);
    assert.deepEqual([await rows('person'), await rows('person_key')], [0, 0]);

    assert.equal(await shop.ownStore.reserve(one, 'r-3', mine, soon()), undefined);
    assert.equal(await shop.ownStore.reserve(one, 'r-4', mine, soon()), undefined, 'the same subject again');
    assert.deepEqual(await shop.ownStore.commit('r-3', 'u-1'), words.lapsed);
    assert.equal(await shop.ownStore.commit('r-4', 'u-1'), 'created');
    assert.equal(await shop.ownStore.commit('r-4', 'u-1'), 'existing');
    assert.deepEqual(await shop.ownStore.commit('r-4', 'u-2'), words.otherAccount);
    assert.equal(await shop.ownStore.cancel('r-4'), false);
    assert.equal(await shop.ownStore.reserve(one, 'r-5', mine, soon()), 'has_account');

    const two = keys(person('two', 'two'));
    await shop.ownStore.reserve(two, 'r-6', mine, soon());
    assert.deepEqual(await shop.ownStore.commit('r-6', 'u-1'), words.otherPerson);
    advance(2 * MINUTE);
    assert.deepEqual(await shop.ownStore.commit('r-6', 'u-2'), words.lapsed);
    assert.equal(await shop.ownStore.cancel('r-6'), false);
    assert.equal(await shop.ownStore.reserve(two, 'r-7', theirs, soon()), undefined);
    assert.equal((await shop.signUp(two, { id: 'u-3', nickname: '김' }, 'r-7')).id, 'u-3');
    assert.equal(await shop.ownStore.commit('r-7', 'u-3'), 'existing');

    const places = Array.from({ length: 50 }, (_, i) =>
      shop.ownStore.reserve(keys(person('three', 'three')), `p-${i}`, i.toString(16).padStart(64, '0'), soon()),
    );
    const kept = await settled(places);
    assert.deepEqual([count(kept, (one) => one === undefined), count(kept, (one) => one === 'reserved')], [1, 49]);
  });

  check('a ban of a known DI with another CI holds for both', async () => {
    await users('u-1', 'u-2');
    assert.equal(await shop.ownStore.claim(keys(person('one', 'one')), 'u-1'), 'created');
    for (const end of [null, soon()]) {
      await shop.ownStore.ban({ keys: keys(person('two', 'one')) }, end, '도용');
      for (const who of [person('two'), person('one'), person(undefined, 'one')]) {
        assert.deepEqual((await shop.ownStore.standing(keys(who))).bannedUntil, end ?? true);
      }
    }
    assert.equal(await shop.ownStore.unban({ keys: keys(person('two', 'one')) }), true);
    assert.equal(await shop.ownStore.claim(keys(person('two')), 'u-2'), 'created');
  });

  check('who left waits, who is banned stays out, and both come back', async () => {
    await users('u-1', 'u-2');
    const one = keys(person('one', 'one'));
    const claim = (id) => shop.ownStore.claim(one, id);
    const standing = () => shop.ownStore.standing(one);
    assert.equal(await claim('u-1'), 'created');
    assert.deepEqual(await standing(), { account: 'u-1', bannedUntil: null, rejoinAt: null });
    const back = soon(30 * 24 * 60 * MINUTE);
    assert.equal(await shop.ownStore.release('u-1', back), true);
    assert.equal(await shop.ownStore.release('u-1', back), false);
    assert.deepEqual(await standing(), { account: null, bannedUntil: null, rejoinAt: back });
    assert.deepEqual(await claim('u-2'), { outcome: 'refused', reason: 'rejoin_period', until: back });
    assert.equal(await shop.ownStore.reserve(one, 'r-1', 'a'.repeat(64), soon()), 'rejoin_period');
    advance(31 * 24 * 60 * MINUTE);
    assert.deepEqual(await standing(), { account: null, bannedUntil: null, rejoinAt: null });
    assert.equal(await claim('u-2'), 'created');

    const until = soon();
    await shop.ownStore.ban({ accountId: 'u-2' }, until, '도용');
    assert.deepEqual(await standing(), { account: 'u-2', bannedUntil: until, rejoinAt: null });
    assert.deepEqual(await claim('u-2'), { outcome: 'refused', reason: 'banned', until });
    assert.equal(await shop.ownStore.reserve(one, 'r-1', 'a'.repeat(64), soon()), 'banned');
    await shop.ownStore.ban({ keys: one }, null, '도용');
    assert.deepEqual(await standing(), { account: 'u-2', bannedUntil: true, rejoinAt: null });
    assert.deepEqual(await claim('u-2'), { outcome: 'refused', reason: 'banned' });
    assert.equal(await shop.ownStore.release('u-2', null), true);
    advance(2 * MINUTE);
    assert.deepEqual(await claim('u-1'), { outcome: 'refused', reason: 'banned' });
    assert.equal(await shop.ownStore.find(one), undefined);
    assert.equal(await shop.ownStore.unban({ keys: one }), true);
    assert.equal(await shop.ownStore.unban({ keys: one }), false);
    assert.deepEqual([await rows('person'), await rows('person_key')], [0, 0], 'nothing is kept of who is free');
    assert.equal(await claim('u-1'), 'created');
    await assert.rejects(shop.ownStore.ban({ accountId: 'u-9' }, null), { kind: 'not_found' });
    assert.equal(await shop.ownStore.unban({ accountId: 'u-1' }), false);
    assert.equal(await shop.ownStore.forget('u-1'), true);
    assert.equal(await shop.ownStore.forget('u-1'), false);
    await shop.ownStore.ban({ keys: one }, soon());
    assert.equal((await standing()).account, null);
    assert.deepEqual([await rows('person'), await rows('users')], [1, 2]);
  });

  check('a sign-up through a verifier: once, by one subject, and nobody who is banned', async (t) => {
    const policy = new bonin.Policy({
      name: 'sign-up',
      rules: [{ verified: true }, { account: 'new' }, { single_use: true }, { not_banned: true }, { rejoin_period_over: true }],
    });
    const portone = sandbox.connect();
    t.after(() => portone.close());
    // As the guide has it.
    const { Refused } = await recipe('people');
    const load = (name) =>
      name === 'bonin'
        ? {
            ...bonin,
            Registry: function Registry() {
              return registry;
            },
          }
        : { Refused };
    const [code] = blocksOf(section('What to copy'));
    const { join } = await runBlock(code, load, { shop, portone, policy }, 'join');
    const form = (id) => ({ id, nickname: '김' });
    const fresh = (who = 'adult') => sandbox.verify(who);
    const why = ({ denied }) => denied?.map(({ reason }) => reason);

    const two = await Promise.all([join(fresh(), 's-1', form('u-1')), join(fresh(), 's-2', form('u-2'))]);
    const [[{ user }], [loser]] = [two.filter((one) => one.user), two.filter((one) => !one.user)];
    assert.ok(['being_signed_up', 'taken'].includes(why(loser)[0]), `${why(loser)}`);
    assert.equal(await rows('users'), 1);
    assert.deepEqual(why(await join(fresh(), 's-3', form('u-3'))), ['taken']);
    assert.deepEqual(why(await join(fresh(), user.id, form('u-3'))), ['has_account']);

    const other = fresh({ name: '이보닌', birthDate: '1990-03-15', ci: 'x'.repeat(88) });
    await assert.rejects(join(other, 's-1', form(user.id)), (error) => error.name !== 'Refused'); // the login id is somebody's
    assert.deepEqual(why(await join(other, 's-2', form('u-4'))), ['used']);
    assert.equal((await join(other, 's-1', form('u-4'))).user.id, 'u-4', 'the same visitor may try again');
    assert.deepEqual(why(await join(other, 's-1', form('u-5'))), ['signed_up']);

    await registry.ban({ accountId: user.id }, { reason: '도용' });
    assert.equal(await registry.release(user.id, { rejoinAfterMs: DAY }), true);
    assert.ok(why(await join(fresh(), 's-4', form('u-6'))).includes('banned'));
    assert.equal(await registry.unban({ accountId: 'u-4' }), false);
    assert.equal(await registry.unban(await portone.lookup(fresh())), true);
    assert.ok(why(await join(fresh(), 's-4', form('u-6'))).includes('too_soon'));
    advance(DAY + MINUTE);
    assert.equal((await join(fresh(), 's-4', form('u-6'))).user.id, 'u-6');
    assert.equal(await rows('users'), 3);
  });

  check("random operations: what bonin's own registry answers", async () => {
    await users('u-0', 'u-1', 'u-2', 'u-3');
    const own = new bonin.Registry('sqlite::memory:', { peppers, clock: sandbox });
    for (const seed of SEEDS) await compare(own, registry, random(seed));
    await own.close();
  });
}

// ---- random operations ------------------------------------------------------------------------------------------------

const SEEDS = (process.env.BONIN_SEEDS ?? '1').split(',').map(Number);
const STEPS = Number(process.env.BONIN_STEPS ?? 50);

/** Numbers below `n` that are the same in every run (mulberry32). */
function random(seed) {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const HALF_HOUR = 30 * 60_000;
const DAY = 48 * HALF_HOUR;

/** `own`: bonin's registry with a store of its own. What it answers, `told`, a registry of the shop's tables, must answer. */
async function compare(own, told, below) {
  let reservations = [];
  const anybody = () => {
    for (;;) {
      const [ci, di] = [below(4) ? `ci-${below(3)}` : undefined, below(3) ? `di-${below(4)}` : undefined];
      if (ci ?? di) return person(ci, di);
    }
  };
  const account = () => `u-${below(4)}`;
  const far = (moment) => moment && Math.round((moment - now()) / 20_000);
  const claimed = ({ outcome, reason, until }) => [outcome, reason, far(until)];
  const orKind = ({ kind }) => {
    assert.ok(['conflict', 'not_found'].includes(kind), kind);
    return kind;
  };
  // The store learns new keys whenever it is asked. The registry learns them when it is told something.
  const learn = async (who) => {
    if ((await own.standing(who, 'somebody')).place !== 'free') await own.tryClaim(who, 'nobody');
  };
  const both = async (ask) => [await ask(own).catch(orKind), await ask(told).catch(orKind)];
  const whom = () => (below(2) ? { accountId: account() } : anybody());
  const place = () => reservations[reservations.length - 1 - below(Math.min(5, reservations.length))] ?? ['none', 'none'];

  const operations = {
    async find() {
      const who = anybody();
      const answers = await both((one) => one.find(who));
      await learn(who);
      return answers;
    },
    async standing() {
      const [who, subject] = [anybody(), account()];
      const [right, said] = await both((one) => one.standing(who, subject));
      await learn(who);
      // The store says that the keys lead to two persons, and no more. It does not say who has a reservation.
      if (said.place === 'two_persons') return [await own.find(who).catch(orKind), 'conflict'];
      const facts = ({ account: held, banned, rejoinPeriodOver, place }) => [held, banned, rejoinPeriodOver, place];
      return [facts(right.place === 'reserved' ? { ...right, place: 'free' } : right), facts(said)];
    },
    match() {
      const [who, id] = [anybody(), account()];
      return both((one) => one.match(who, id)).then((answers) => learn(who).then(() => answers));
    },
    claim() {
      const [who, id] = [anybody(), account()];
      return both(async (one) => claimed(await one.tryClaim(who, id)));
    },
    async reserve() {
      const [who, subject] = [anybody(), `s-${below(2)}`];
      const [right, said] = await both((one) => one.reserve(who, subject));
      if (right.reservation && said.reservation) {
        // Who reserves again has the same id in the registry, and the id of the new verification in the store.
        const ids = [right.reservation.id, said.reservation.id];
        reservations = [...reservations.filter((pair) => pair[0] !== ids[0] && pair[1] !== ids[1]), ids];
      }
      if (said.reason === 'two_persons') return [await own.find(who).catch(orKind), 'conflict'];
      return [right, said].map(({ reservation, reason }) => [reservation !== undefined, reason]);
    },
    async commit() {
      const [[mine, theirs], id] = [place(), account()];
      return [claimed(await own.tryCommit(mine, id)), claimed(await told.tryCommit(theirs, id))];
    },
    async cancel() {
      const [mine, theirs] = place();
      return [await own.cancel(mine), await told.cancel(theirs)];
    },
    ban() {
      const [who, until] = [whom(), below(2) ? new Date(now().getTime() + HALF_HOUR * (1 + below(3))) : undefined];
      return both((one) => one.ban(who, { until, reason: 'x' }));
    },
    unban() {
      const who = whom();
      return both((one) => one.unban(who));
    },
    release() {
      const [id, rejoinAfterMs] = [account(), below(2) * DAY];
      return both((one) => one.release(id, { rejoinAfterMs }));
    },
    forget() {
      const id = account();
      return both((one) => one.forget(id));
    },
    consume() {
      const [id, subject] = [`iv-${below(5)}`, `s-${below(2)}`];
      return both((one) => one.consume(id, subject));
    },
    async wait() {
      advance([HALF_HOUR / 2, HALF_HOUR, DAY][below(3)] + 1000);
      return [0, 0];
    },
  };

  const often = ['claim', 'claim', 'find', 'find', 'standing', 'reserve', 'reserve', 'commit', 'release', 'ban', 'unban', 'wait'];
  const names = [...Object.keys(operations), ...often];
  const log = [];
  for (let step = 0; step < STEPS; ++step) {
    const name = names[below(names.length)];
    const [right, said] = await operations[name]();
    log.push([name, right]);
    assert.deepEqual(
      said,
      right,
      `step ${step}: ${log
        .slice(-12)
        .map((one) => JSON.stringify(one))
        .join(' ')}`,
    );
  }
  for (const ci of [undefined, 'ci-0', 'ci-1', 'ci-2']) {
    for (const di of [undefined, 'di-0', 'di-1', 'di-2', 'di-3']) {
      if ((ci ?? di) === undefined) continue;
      const who = person(ci, di);
      await learn(who);
      const [right, said] = await both((one) => one.find(who));
      assert.equal(said, right);
    }
  }
}
