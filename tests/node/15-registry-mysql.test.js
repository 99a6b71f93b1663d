'use strict';
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, bonin, until } = require('./support.js');

const { Policy, PortOneV2, Registry, Sandbox, Verifier } = bonin;
const KEY = 'k'.repeat(32);

/** The address of an empty database of a private MariaDB; undefined where there is none. */
async function mariadb(t) {
  const free = net.createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  const server = spawn('bash', [path.join(ROOT, 'tests/mariadb.sh'), folder, String(port), '--innodb-flush-method=nosync']);
  const ended = once(server, 'exit');
  t.after(async () => {
    server.kill('SIGKILL');
    await ended;
    fs.rmSync(folder, { recursive: true });
  });
  await until(() => fs.existsSync(path.join(folder, 'socket')) || server.exitCode !== null);
  if (server.exitCode === 77) return undefined;
  assert.equal(server.exitCode, null);
  return `mysql://bonin@127.0.0.1:${port}/bonin`;
}

test('a sign-up in MySQL, from end to end', async (t) => {
  const url = await mariadb(t);
  if (url === undefined) return t.skip('MariaDB is not installed (package `mariadb-server`)');
  const registry = new Registry(url, { pepper: KEY });
  t.after(() => registry.close());
  try {
    await registry.count();
  } catch (error) {
    if (!/libmariadb/.test(error.message)) throw error;
    return t.skip(error.message);
  }
  const sandbox = await Sandbox.start();
  t.after(() => sandbox.close());
  const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  t.after(() => portone.close());
  const idOf = (who) => sandbox.verify({ name: '김보닌', birthDate: '1990-03-15', ci: who.padEnd(88, 'c'), di: who.padEnd(64, 'd') });
  const policy = new Policy({ name: 'sign-up', rules: [{ account: 'new' }, { single_use: true }] });
  const verifier = new Verifier(portone, policy, { registry });
  const decision = await verifier.verify(idOf('kim'), { subject: 'session-1' });
  assert.ok(decision.allowed);
  assert.equal((await decision.commit('a-1')).outcome, 'created');
  const kim = await portone.lookup(idOf('kim'));
  assert.equal(await registry.find(kim), 'a-1');
  const again = await verifier.verify(idOf('kim'), { subject: 'session-2' });
  assert.deepEqual(
    again.denials.map(({ reason }) => reason),
    ['taken'],
  );
  const lee = await portone.lookup(idOf('lee'));
  const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => registry.tryClaim(lee, `b-${i}`)));
  assert.equal(claims.filter(({ outcome }) => outcome === 'created').length, 1);
  assert.equal(claims.filter(({ outcome }) => outcome === 'taken').length, 19);
  assert.equal((await registry.count()).accounts, 2);
});
