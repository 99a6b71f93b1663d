'use strict';
// The main job of a package that was just installed. Prints a line of JSON: what worked.
//   node job.cjs FOLDER [POSTGRESQL-URL]
// FOLDER holds ca.pem, cert.pem and key.pem of a host called localhost.

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');

const began = performance.now();
const { Policy, PortOneV2, Registry, Sandbox, Verifier } = require('bonin');
const loaded = performance.now() - began;
const [folder, postgresql] = process.argv.slice(2);

const check = (worked) => {
  if (!worked) throw new Error('the decision is wrong');
};

async function verify(sandbox, options) {
  const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, ...options });
  const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));
  check((await verifier.verify(sandbox.verify('adult'))).allowed);
  check(!(await verifier.verify(sandbox.verify('minor'))).allowed);
  portone.close();
  return true;
}

/** A server with a certificate of its own stands before the sandbox; it is trusted by `caFile`, and then by SSL_CERT_FILE. */
async function overTls(sandbox) {
  const { hostname, port } = new URL(sandbox.v2Url);
  const read = (name) => fs.readFileSync(path.join(folder, name));
  const server = https.createServer({ cert: read('cert.pem'), key: read('key.pem') }, (request, response) => {
    const { method, url: target, headers } = request;
    const passed = http.request({ hostname, port, method, path: target, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const baseUrl = `https://localhost:${server.address().port}`;
  const caFile = path.join(folder, 'ca.pem');
  await verify(sandbox, { baseUrl, caFile });
  process.env.SSL_CERT_FILE = caFile;
  await verify(sandbox, { baseUrl });
  delete process.env.SSL_CERT_FILE;
  server.closeAllConnections();
  server.close();
  return true;
}

async function register(sandbox, store) {
  const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  const registry = new Registry(store, { pepper: 'k'.repeat(32) });
  const policy = new Policy({ name: 'new', rules: [{ account: 'new' }] });
  const verifier = new Verifier(portone, policy, { registry });
  const decision = await verifier.verify(sandbox.verify('adult'), { subject: 'session-1' });
  check(decision.allowed);
  await decision.commit(`account-${process.pid}`);
  check(!(await verifier.verify(sandbox.verify('adult'), { subject: 'session-2' })).allowed);
  await registry.forget(`account-${process.pid}`);
  registry.close();
  portone.close();
  return true;
}

(async () => {
  const sandbox = await Sandbox.start();
  const done = {
    interpreter: `Node ${process.versions.node}`,
    loaded_ms: Math.round(loaded),
    'main job': await verify(sandbox, { baseUrl: sandbox.v2Url }),
    TLS: await overTls(sandbox),
    SQLite: await register(sandbox, 'sqlite:people.db'),
    PostgreSQL: postgresql ? await register(sandbox, postgresql) : null,
  };
  await sandbox.close();
  console.log(JSON.stringify(done));
})();
