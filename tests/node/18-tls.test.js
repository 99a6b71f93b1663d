'use strict';
// A real TLS server with a certificate of the test's own: trusted when told to, and interruptible while it stalls.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const tls = require('node:tls');
const { after, before, test } = require('node:test');
const native = require('../../bindings/node/lib/native.js');
const { bonin, clientOf, observed } = require('./support.js');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-tls-'));
const key = path.join(folder, 'server.key');
const caFile = path.join(folder, 'server.pem');
let missing = false;
try {
  const make = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', caFile];
  execFileSync('openssl', [...make.split(' '), ...names], { stdio: 'ignore' });
} catch {
  missing = 'the openssl command is not installed';
}

const asked = [];
let server;
let url;
let stalled = () => {};
before(async () => {
  if (missing) return;
  const pair = { key: fs.readFileSync(key), cert: fs.readFileSync(caFile) };
  server = https.createServer(pair, (request, response) => {
    const id = request.url.split('/').pop();
    asked.push(id);
    const body = JSON.stringify({ id, status: 'READY' });
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.slice(0, 5));
    if (id === 'stall') stalled();
    else response.end(body.slice(5));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://localhost:${server.address().port}`;
});
after(async () => {
  if (server) await new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  fs.rmSync(folder, { recursive: true });
});

test('the file of trusted certificates', { skip: missing }, async (t) => {
  const client = clientOf('v2', url, { caFile });
  assert.equal((await client.lookup('iv-1')).status, 'ready');
  const without = clientOf('v2', url);
  const error = await without.lookup('iv-1').catch((e) => e);
  assert.ok(error instanceof bonin.TlsFailed);
  assert.deepEqual([error.attempts, error.retryable, asked], [1, false, ['iv-1']]);
  for (const none of ['', null, undefined]) assert.throws(() => clientOf('v2', url, { caFile: none }), { parameter: 'caFile' });
  client.close();
  without.close();
  observed(t, 6, `without \`caFile\`: \`${error.kind}\` after ${error.attempts} attempt, nothing is asked`);
});

/** Neither the machine nor the environment has certificates; Node brings these. Gives how often it was asked. */
function onBareMachine(t, certificates) {
  const { getCACertificates } = tls;
  const { SSL_CERT_FILE, SSL_CERT_DIR } = process.env;
  t.after(() => {
    native.runtime.setCertificateRoot('');
    Object.assign(tls, { getCACertificates });
    for (const [name, value] of Object.entries({ SSL_CERT_FILE, SSL_CERT_DIR })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  delete process.env.SSL_CERT_FILE;
  delete process.env.SSL_CERT_DIR;
  native.runtime.setCertificateRoot(path.join(folder, 'empty'));
  let asked = 0;
  tls.getCACertificates = certificates && (() => (asked++, certificates));
  return () => asked;
}
async function lookUp() {
  const client = clientOf('v2', url);
  try {
    return await client.lookup('iv-1');
  } catch (error) {
    assert.ok(error instanceof bonin.TlsFailed, error);
    return error;
  } finally {
    client.close();
  }
}

test('the certificates of the environment', { skip: missing }, async (t) => {
  const asked = onBareMachine(t, []);
  process.env.SSL_CERT_FILE = caFile;
  assert.equal((await lookUp()).status, 'ready');
  process.env.SSL_CERT_FILE = '/nowhere.pem';
  assert.match((await lookUp()).message, /^`SSL_CERT_FILE` is `\/nowhere\.pem`, which cannot be read/);
  delete process.env.SSL_CERT_FILE;
  process.env.SSL_CERT_DIR = '/nowhere';
  assert.match((await lookUp()).message, /^`SSL_CERT_DIR` is `\/nowhere`/);
  assert.equal(asked(), 0);
});

test('the certificates of Node where the machine has none', { skip: missing }, async (t) => {
  const asked = onBareMachine(t, [fs.readFileSync(caFile, 'ascii')]);
  assert.equal((await lookUp()).status, 'ready');
  assert.equal(asked(), 1);
});

test('the list that every Node has', { skip: missing }, async (t) => {
  onBareMachine(t, undefined);
  assert.match((await lookUp()).message, /^the certificate of `localhost:\d+` is not trusted/, 'it was read');
});

test('no certificates anywhere', { skip: missing }, async (t) => {
  onBareMachine(t, []);
  const count = asked.length;
  const error = await lookUp();
  assert.match(error.message, /install the package `ca-certificates` .*pass `caFile`/);
  assert.deepEqual([error.parameter, error.retryable, asked.length], ['caFile', false, count]);
});

test('a signal during a stalled answer', { skip: missing }, async () => {
  const client = clientOf('v2', url, { caFile });
  const controller = new AbortController();
  const arrived = new Promise((resolve) => (stalled = resolve));
  const call = client.lookup('stall', { signal: controller.signal });
  await arrived;
  controller.abort();
  await assert.rejects(call, bonin.Cancelled);
  assert.equal((await client.lookup('iv-2')).id, 'iv-2');
  client.close();
});

test('close during a stalled answer', { skip: missing }, async () => {
  const client = clientOf('v2', url, { caFile });
  const arrived = new Promise((resolve) => (stalled = resolve));
  const call = client.lookup('stall');
  await arrived;
  client.close();
  await assert.rejects(call, bonin.Closed);
});
