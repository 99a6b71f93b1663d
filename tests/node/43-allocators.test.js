'use strict';
// Another malloc that was preloaded: the main job over TLS, in a process of its own for each there is.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { run } = require('./support.js');

const FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
const NAMES = { jemalloc: /^libjemalloc\.so\.\d+$/, tcmalloc: /^libtcmalloc_minimal\.so\.\d+$/, mimalloc: /^libmimalloc\.so\.[\d.]+$/ };

function find(pattern) {
  for (const folder of FOLDERS) {
    const name = fs.existsSync(folder) && fs.readdirSync(folder).find((one) => pattern.test(one));
    if (name) return path.join(folder, name);
  }
  return undefined;
}

/** Begins, looks up and judges over TLS, uses the registry and the sandbox, throws errors, and collects it all. */
const JOB = `
  const fs = require('node:fs');
  const https = require('node:https');
  const { Policy, PortOneV1, PortOneV2, Registry, Sandbox, Verifier } = require('bonin');
  const [key, cert] = process.argv.slice(1);
  (async () => {
    const sandbox = await Sandbox.start();
    // TLS of the test's own in front of the sandbox.
    const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, async (req, res) => {
      const chunks = [];
      for await (const chunk of req) chunks.push(chunk);
      const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
      const { host, connection, 'content-length': length, ...headers } = req.headers;
      const answer = await fetch(sandbox.url + req.url, { method: req.method, headers, body });
      res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const connection = { baseUrl: 'https://localhost:' + server.address().port, caFile: cert };
    const { impKey, impSecret, apiSecret, storeId } = sandbox;
    const v1 = new PortOneV1({ impKey, impSecret, ...connection });
    const v2 = new PortOneV2({ apiSecret, storeId, ...connection });
    const registry = new Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
    const policy = new Policy({ name: 'sign-up', extends: 'kr.youth_protection', rules: [{ account: 'new' }] });
    const answers = [];
    for (const [client, api] of [[v1, 'v1'], [v2, 'v2']]) {
      const verifier = new Verifier(client, policy, { registry });
      for (const persona of ['adult', 'minor']) {
        const decision = await verifier.verify(sandbox.verify(persona, { api }), { subject: 'me' });
        answers.push(decision.allowed);
        if (decision.allowed) await decision.reservation.cancel();
      }
      answers.push(await client.lookup(api === 'v1' ? 'imp_999999999999' : 'nobody').catch((error) => error.kind));
    }
    const untrusting = new PortOneV2({ apiSecret, baseUrl: connection.baseUrl });
    answers.push(await untrusting.lookup('iv-1').catch((error) => error.kind));
    for (const client of [v1, v2, untrusting]) client.close();
    await registry.close();
    await sandbox.close();
    server.closeAllConnections();
    server.close();
    gc();
    console.log(JSON.stringify(answers));
  })();`;

const EXPECTED = [true, false, 'not_found', true, false, 'not_found', 'tls_failed'];

function certificate(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-malloc-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const files = ['server.key', 'server.pem'].map((name) => path.join(folder, name));
  const make =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  execFileSync('openssl', [...make.split(' '), '-keyout', files[0], '-out', files[1]], { stdio: 'ignore' });
  return files;
}

const preloaded = Object.entries(NAMES).map(([name, pattern]) => [name, find(pattern)]);
for (const [name, library] of [['none', ''], ...preloaded]) {
  const skip = library === undefined ? `${name} is not installed` : process.env.LD_PRELOAD && 'something else is preloaded';
  test(`the main job over TLS with another malloc: ${name}`, { skip }, async (t) => {
    const env = { LD_PRELOAD: library, NODE_OPTIONS: '--expose-gc' };
    const { code, signal, stdout, stderr } = await run(JOB, { args: certificate(t), env });
    assert.deepEqual([code, signal], [0, null], stderr);
    assert.deepEqual(JSON.parse(stdout), EXPECTED);
  });

  test(`it is told whether malloc is libc's: ${name}`, { skip }, async () => {
    const script = "console.log(require('./bindings/node/lib/allocator.js').isMallocReplaced(), 1)";
    assert.equal((await run(script, { env: { LD_PRELOAD: library } })).stdout, `${library !== ''} 1\n`);
  });
}
