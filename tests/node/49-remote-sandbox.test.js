'use strict';
// A sandbox on another machine: its command, its token, and clients that speak http to it.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { networkInterfaces } = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { describe, it } = require('node:test');
const { InsecureUrl, InvalidArgument, PortOneV1, PortOneV2, Sandbox } = require('bonin');

const TOKEN = 'a-token-of-the-team';
const address = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const REMOTE = { host: '0.0.0.0', allowRemote: true };
const portOf = ({ url }) => new URL(url).port;
const ask = async (port, operation, headers = {}) =>
  (await fetch(`http://${address}:${port}/sandbox/${operation}`, { method: 'POST', headers, body: '{}' })).status;

describe('a sandbox for other machines', { skip: address === undefined && 'this machine has no address but loopback' }, () => {
  it('is controlled with its token', async () => {
    const sandbox = await Sandbox.start({ ...REMOTE, token: TOKEN });
    const port = portOf(sandbox);
    assert.equal(sandbox.url, `http://localhost:${port}`);
    assert.equal(await ask(port, 'verify'), 403);
    assert.equal(await ask(port, 'verify', { 'Sandbox-Token': 'another-token-here' }), 403);
    assert.equal(await ask(port, 'verify', { 'Sandbox-Token': TOKEN }), 200);
    assert.equal(await ask(port, 'personas'), 200);
    assert.equal(sandbox.token, TOKEN);
    assert.ok(!JSON.stringify(sandbox).includes(TOKEN));
    await sandbox.close();
    const local = await Sandbox.start();
    assert.equal(local.token, undefined);
    await local.close();
  });

  it('is reached by clients that are told to', async () => {
    const sandbox = await Sandbox.start(REMOTE);
    const { impKey, impSecret, apiSecret } = sandbox;
    const baseUrl = `http://${address}:${portOf(sandbox)}`;
    const id = sandbox.verify();
    assert.throws(() => new PortOneV2({ apiSecret, baseUrl }), InsecureUrl);
    assert.throws(() => new PortOneV2({ apiSecret: 'canary', baseUrl, allowInsecureSandbox: true }), InsecureUrl);
    const v2 = new PortOneV2({ apiSecret, baseUrl, allowInsecureSandbox: true });
    assert.equal((await v2.lookup(id)).status, 'verified');
    const v1 = new PortOneV1({ impKey, impSecret, baseUrl, allowInsecureSandbox: true });
    assert.equal((await v1.lookup(sandbox.verify('adult', { api: 'v1' }))).status, 'verified');
    const other = new PortOneV2({ apiSecret, baseUrl: `${baseUrl}/elsewhere`, allowInsecureSandbox: true });
    await assert.rejects(other.lookup(id), InsecureUrl);
    for (const client of [v1, v2, other]) client.close();
    await sandbox.close();
  });

  it('is a command', async () => {
    const cli = path.join(__dirname, '..', '..', 'bindings', 'node', 'lib', 'cli.js');
    const args = ['sandbox', '--host', '0.0.0.0', '--allow-remote', '--token', TOKEN, '--public-url', 'http://shop.test:8180'];
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === 10) child.kill('SIGTERM');
    }
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(child.exitCode, 0);
    assert.equal(lines[0], 'sandbox on http://shop.test:8180 (V1 and V2); stop with Ctrl-C');
    assert.equal(lines[8], 'export BONIN_V2_SCRIPT_URL=http://shop.test:8180/v2/browser-sdk.js');
    assert.equal(lines[9], `export BONIN_SANDBOX_TOKEN=${TOKEN}`);
  });

  it('refuses options that cannot be meant', async () => {
    const wrong = [
      [{ host: '0.0.0.0' }, 'host'],
      [{ token: 'short' }, 'token'],
      [{ publicUrl: 'http://a/b' }, 'publicUrl'],
    ];
    for (const [options, parameter] of wrong) {
      await assert.rejects(Sandbox.start(options), (error) => error instanceof InvalidArgument && error.parameter === parameter);
    }
  });
});
