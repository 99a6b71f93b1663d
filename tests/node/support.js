'use strict';
// What several suites share. The package is loaded by its own name, as an application would.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { after, before } = require('node:test');
const bonin = require('bonin');

const ROOT = path.resolve(__dirname, '..', '..');
const camel = (key) => key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const camelKeys = (object) => Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]));
const vectors = (name) => JSON.parse(fs.readFileSync(path.join(ROOT, 'tests', 'vectors', `${name}.json`), 'utf8'));

/** A JSON merge patch. */
function patched(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const out = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = patched(out[key], value);
  }
  return out;
}

const repeated = (parts) => parts.map((part, i) => (i % 2 === 0 ? part.repeat(parts[i + 1]) : '')).join('');

/** The body of an answer, however the case writes it down. */
function bodyOf(entry) {
  if (entry.body !== undefined) return Buffer.from(JSON.stringify(entry.body));
  if (entry.body_text !== undefined) return Buffer.from(entry.body_text);
  if (entry.body_base64 !== undefined) return Buffer.from(entry.body_base64, 'base64');
  return Buffer.from(repeated(entry.body_repeat));
}

/** A server that gives one answer to everything but V1's token call. `answer` is a function of the request. */
async function serve(answer) {
  const server = http.createServer((request, response) => {
    if (request.url === '/users/getToken') {
      const token = { access_token: 'token', now: 1000, expired_at: 2800 };
      response.end(JSON.stringify({ code: 0, message: null, response: token }));
      return;
    }
    answer(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

function clientOf(api, baseUrl, options = {}) {
  return api === 'v1'
    ? new bonin.PortOneV1({ impKey: 'key', impSecret: 'secret', baseUrl, ...options })
    : new bonin.PortOneV2({ apiSecret: 'secret', baseUrl, ...options });
}

/** A client of a sandbox on this machine's clock, not on the sandbox's. */
const onThisClock = ({ apiSecret, storeId, v2Url }) => clientOf('v2', v2Url, { apiSecret, storeId });

/** Before the tests of a file: a sandbox and a client of it, which `opened` is given. After them both are closed. */
function useSandbox(opened, connect = (sandbox) => sandbox.connect()) {
  let sandbox;
  let portone;
  before(async () => {
    sandbox = await bonin.Sandbox.start();
    portone = connect(sandbox);
    await opened({ sandbox, portone });
  });
  after(async () => {
    portone.close();
    await sandbox.close();
  });
}

const SEND = {
  channelKey: 'channel-key-1',
  carrier: 'SKT',
  method: 'SMS',
  name: '김보닌',
  phoneNumber: '01000000001',
  ipAddress: '127.0.0.1',
};
const PERSON = { name: '김보닌', phone: '010-0000-0001', identityNumber: '9003152', carrier: 'SKT', ipAddress: '203.0.113.7' };
const OTP = {
  name: '김보닌',
  phone: '01000000001',
  birth: '900315',
  genderDigit: '2',
  carrier: 'SKT',
  channelKey: 'channel-key-1',
};

/** A call of the shared cases, with good arguments unless told otherwise. */
async function call(client, operation, id, args) {
  if (operation === 'list') return (await client.list(args).next()).value;
  if (operation === 'request_otp') return client.requestOtp(args ?? OTP);
  if (operation === 'send') return client.send(id, args ?? SEND);
  if (operation === 'confirm' || operation === 'confirm_otp') return client[camel(operation)](id, '123456', args);
  return client[operation](id, args);
}

/** Looks each millisecond, and fails when it has not come in a minute: a file of tests that waits for ever never ends. */
async function until(holds) {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Runs a script in a process of its own: {code, signal, stdout, stderr}. */
function run(script, { args = [], env = {}, cwd = ROOT, timeout = 60_000 } = {}) {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout };
    const inline = /\s/.test(script) ? ['-e', script] : [script];
    const child = spawn(process.execPath, [...inline, ...args], options);
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (out.stdout += data));
    child.stderr.on('data', (data) => (out.stderr += data));
    child.on('close', (code, signal) => resolve({ code, signal, ...out }));
  });
}

/** What a test saw of a fault or a threat, for the table in docs/faults.md: its last words, the same in every run. */
function saw(kind, number, text, test) {
  if (!process.env.BONIN_FAULTS) return;
  const line = { kind, number, text, test: `${path.basename(process.argv[1])}: ${test.name}` };
  fs.appendFileSync(process.env.BONIN_FAULTS, `${JSON.stringify(line)}\n`);
}
const observed = (t, fault, text) => saw('fault', fault, text, t);
const defended = (t, threat, text) => saw('threat', threat, text, t);

module.exports = {
  ROOT,
  bodyOf,
  bonin,
  call,
  camel,
  camelKeys,
  clientOf,
  defended,
  observed,
  onThisClock,
  patched,
  repeated,
  run,
  SEND,
  OTP,
  PERSON,
  serve,
  until,
  useSandbox,
  vectors,
};
