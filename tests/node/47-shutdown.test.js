'use strict';
// The recipe of docs/operations.md for the end of an Express server, run as it stands there.
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, bonin, until } = require('./support.js');

const guide = fs.readFileSync(path.join(ROOT, 'docs', 'operations.md'), 'utf8');
const recipe = guide.match(/### Express\n\n```js\n([^`]*(?:`[^`\n]+`[^`]*)*?)```/)[1];
const SHOP = `
  const express = require('express');
  const { Policy, PortOneV2, Registry, Verifier } = require('bonin');
  const portone = new PortOneV2({ apiSecret: process.env.SECRET, baseUrl: process.env.URL });
  const registry = new Registry('sqlite::memory:', { pepper: 'k'.repeat(32) });
  const verifier = new Verifier(portone, new Policy({ name: 'n', rules: [{ account: 'new' }] }), { registry });
  const app = express();
  app.get('/:id', async (req, res) => res.json({ allowed: (await verifier.verify(req.params.id, { subject: 's' })).allowed }));
  ${recipe.replace('app.listen(3000)', "app.listen(0, '127.0.0.1', () => console.log(server.address().port))")}`;

/** Starts the shop: its process, its address, and its end. */
async function open(t, sandbox) {
  const child = spawn(process.execPath, ['-e', SHOP], {
    cwd: ROOT,
    env: { ...process.env, SECRET: sandbox.apiSecret, URL: sandbox.v2Url },
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += data));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })));
  const port = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(Number(data))));
  return { child, url: `http://127.0.0.1:${port}`, ended };
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`a verification under way ends after ${signal}, and then the process`, async (t) => {
    const sandbox = await bonin.Sandbox.start();
    t.after(() => sandbox.close());
    const { child, url, ended } = await open(t, sandbox);
    const id = sandbox.verify('adult');
    sandbox.fault('delay', { delayMs: 500 });
    sandbox.clearRequests();
    const answer = fetch(`${url}/${id}`);
    await until(() => sandbox.requests().total > 0);
    child.kill(signal);
    assert.deepEqual(await (await answer).json(), { allowed: true });
    assert.deepEqual(await ended, { code: 0, signal: null, stderr: '' });
  });
}
