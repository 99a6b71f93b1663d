'use strict';
// `bonin doctor` and `bonin.doctor()`: what it finds, what it never shows, and that it ends whatever does not answer.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { ROOT, bonin, run } = require('./support.js');

const CLI = path.join(ROOT, 'bindings', 'node', 'lib', 'cli.js');
const CANARY = 'CANARY0123456789'.repeat(4);
const UNSET = [
  ...['BONIN_API_SECRET', 'BONIN_IMP_KEY', 'BONIN_IMP_SECRET', 'BONIN_STORE_ID', 'BONIN_BASE_URL', 'BONIN_STORE', 'BONIN_PEPPER'],
  ...['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'http_proxy', 'HTTP_PROXY', 'FORCE_COLOR', 'CLICOLOR_FORCE'],
];
const NONE = Object.fromEntries(UNSET.map((name) => [name, undefined]));
const cli = (args, env) => run(CLI, { args: ['doctor', ...args], env: { ...NONE, LC_ALL: 'C', ...env } });

let sandbox, silent, nobody;
before(async () => {
  sandbox = await bonin.Sandbox.start();
  silent = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  nobody = `http://127.0.0.1:${silent.address().port}`;
});
after(async () => {
  await sandbox.close();
  silent.close();
});

async function examine(env, ...args) {
  const { code, stdout, stderr } = await cli(['--json', ...args], env);
  assert.equal(stderr, '');
  assert.ok(!stdout.includes(CANARY.slice(0, 16)), stdout);
  const report = JSON.parse(stdout);
  assert.equal(code, report.ok ? 0 : 1);
  return Object.fromEntries(report.checks.map((check) => [check.name, check]));
}

test('all is well', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const pepper = 'p'.repeat(40);
  const registry = new bonin.Registry(`sqlite:${folder}/accounts.db`, { pepper });
  await registry.count();
  await registry.close();
  const found = await examine({
    BONIN_BASE_URL: sandbox.url,
    BONIN_API_SECRET: sandbox.apiSecret,
    BONIN_IMP_KEY: sandbox.impKey,
    BONIN_IMP_SECRET: sandbox.impSecret,
    BONIN_STORE: `sqlite:${folder}/accounts.db`,
    BONIN_PEPPER: pepper,
  });
  // A sanitizer's addon is loaded without RTLD_DEEPBIND, and Node's OpenSSL answers it, of which the doctor warns.
  if (process.env.BONIN_NO_DEEPBIND === '1') delete found.versions.state;
  const states = new Set(Object.values(found).flatMap(({ state }) => state ?? []));
  assert.deepEqual([...states], ['ok'], JSON.stringify(found));
  assert.match(found.versions.en, new RegExp(`^bonin ${bonin.version}, Node ${process.versions.node}, libcurl `));
});

test('nothing is there, and no value is shown', async () => {
  const env = {
    BONIN_BASE_URL: `http://user:${CANARY}@127.0.0.1:1`,
    BONIN_API_SECRET: CANARY,
    BONIN_IMP_KEY: CANARY,
    BONIN_STORE: `postgresql://user:${CANARY}@127.0.0.1:1/db?sslmode=disable`,
    BONIN_PEPPER: CANARY,
    HTTPS_PROXY: `http://user:${CANARY}@127.0.0.1:1`,
  };
  const found = await examine(env, '--timeout-ms', '500');
  assert.deepEqual([found.portone.state, found.store.state, found.proxy.state], ['failed', 'failed', 'warning']);
  for (const language of ['ko', 'en']) {
    const { code, stdout, stderr } = await cli(['--language', language, '--timeout-ms', '500'], env);
    assert.equal(code, 1);
    assert.ok(!(stdout + stderr).includes(CANARY.slice(0, 16)));
    assert.match(stdout, language === 'ko' ? /^실패 {5}portone/m : /^failed {3}portone/m);
  }
});

test('a server that is silent', async () => {
  const found = await examine({ BONIN_BASE_URL: nobody, BONIN_API_SECRET: CANARY }, '--timeout-ms', '400');
  assert.equal(found.portone.state, 'failed');
  assert.equal(found.credentials_v2.state, 'warning');
});

test('in a program', async (t) => {
  const before = process.env.BONIN_BASE_URL;
  t.after(() => (before === undefined ? delete process.env.BONIN_BASE_URL : (process.env.BONIN_BASE_URL = before)));
  process.env.BONIN_BASE_URL = nobody;
  const report = await bonin.doctor({ timeoutMs: 300 });
  assert.equal(report.ok, false);
  assert.ok(report.checks.every(({ ko, en }) => ko && en));
  const stop = new AbortController();
  const asked = bonin.doctor({ timeoutMs: 60_000, signal: stop.signal });
  stop.abort();
  await assert.rejects(asked, bonin.Cancelled);
  await assert.rejects(bonin.doctor({ timeoutMs: 0 }), bonin.InvalidTimeout);
  await assert.rejects(bonin.doctor({ storage: 'x' }), bonin.InvalidArgument);
});
