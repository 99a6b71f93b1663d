'use strict';
// bonin/express: mistakes in its options, many at once, browsers that hang up, and what it must never say.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { after, afterEach, before, test } = require('node:test');
const { inspect } = require('node:util');
const { EXPRESS, PATH, begin, bonin, finish, listen } = require('./web.js');
const { ROOT, run } = require('./support.js');
const { identityRouter, requireIdentity } = require('bonin/express');

const policy = bonin.Policy.preset('kr.youth_protection');
let sandbox;
let portone;
let verifier;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, url: baseUrl } = sandbox;
  portone = new bonin.PortOneV2({ apiSecret, storeId, baseUrl, maxAttempts: 1 });
  verifier = new bonin.Verifier(portone, policy);
});
after(async () => {
  portone.close();
  await sandbox.close();
});
afterEach(() => sandbox.clearFaults());

async function serving(t, app) {
  const { url, close } = await listen(app);
  t.after(close);
  return url;
}
const post = (url, id, cookie, more) =>
  fetch(url + PATH.v2, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ identityVerificationId: id, ...more }),
  });

test('import gives what require gives', async () => {
  const imported = await import('bonin/express');
  assert.equal(imported.identityRouter, identityRouter);
  assert.equal(imported.requireIdentity, requireIdentity);
  assert.deepEqual(Object.keys(imported.default), ['identityRouter', 'requireIdentity']);
});

test('loading it loads no Express', async () => {
  const { stdout, stderr } = await run(
    "require('bonin/express'); console.log(Object.keys(require.cache).filter((file) => /node_modules/.test(file)).length)",
  );
  assert.equal(stdout.trim(), '0', stderr);
});

test('a mistake in the options is an error when the application starts', () => {
  const mistakes = [
    [undefined, 'options', /an object with a `verifier`/],
    [null, 'options', /an object with a `verifier`/],
    ['verifier', 'options', /an object/],
    [{}, 'verifier', /a Verifier/],
    [{ verifier: portone }, 'verifier', /a Verifier/],
    [{ verifier: undefined }, 'verifier', /a Verifier/],
    [{ verifier, onDenide: () => {} }, 'onDenide', /unknown option `onDenide`: one of .*; did you mean `onDenied`/],
    [{ verifier, onDenied: 'no' }, 'onDenied', /a function/],
    [{ verifier, onError: 1 }, 'onError', /a function/],
    [{ verifier, subject: 'user-1' }, 'subject', /a function/],
    [{ verifier, expect: {} }, 'expect', /a function/],
    [{ verifier, expect: undefined }, 'expect', /a function/],
    [{ verifier, begun: 'no' }, 'begun', /true or false/],
    [{ verifier, begun: undefined }, 'begun', /true or false/],
  ];
  const ofRouter = [
    [{ verifier, onAllowed: true }, 'onAllowed', /a function/],
    [{ verifier, channelKey: '' }, 'channelKey', /a value/],
    [{ verifier, channelKey: undefined }, 'channelKey', /a value/],
    [{ verifier, redirectUrl: new URL('https://shop.example') }, 'redirectUrl', /a string/],
    [{ verifier, channelKey: 'c', provider: 'INICIS_UNIFIED' }, 'bypass.inicisUnified.flgFixedUser', /required/],
    [{ verifier, settleMs: -1 }, 'settleMs', /0 to 60000/],
    [{ verifier, otp: true }, 'channelKey', /a channel/],
    [{ verifier, otp: 1 }, 'otp', /true or false/],
  ];
  const ofGuard = ['onAllowed', 'channelKey', 'redirectUrl', 'allowedOrigins'].map((key) => [
    { verifier, [key]: () => {} },
    key,
    /unknown option/,
  ]);
  for (const [make, list] of [
    [identityRouter, [...mistakes, ...ofRouter]],
    [requireIdentity, [...mistakes, ...ofGuard]],
  ]) {
    for (const [options, parameter, message] of list) {
      assert.throws(
        () => make(options),
        (error) => {
          assert.ok(error instanceof bonin.InvalidArgument, inspect(options));
          assert.equal(error.parameter, parameter);
          assert.match(error.message, message);
          return true;
        },
      );
    }
  }
});

test('what is not one of the routes goes on', async (t) => {
  const router = identityRouter({ channelKey: 'channel-1', verifier });
  const url = await serving(t, (req, res) => router(req, res, (error) => res.writeHead(error ? 500 : 404).end('next')));
  for (const other of [
    '/',
    '',
    '/identity-verifications/other',
    '/identity-verifications/redirect/x',
    '/Identity-Verifications',
    '/certifications',
    '/identity-verifications%2Fbegin',
    '//identity-verifications',
    '/?/identity-verifications',
  ]) {
    assert.equal(await (await fetch(url + other)).text(), 'next', other);
  }
  const slash = await fetch(`${url}${PATH.v2}/begin/`, { method: 'POST' });
  assert.equal(slash.status, 200);
  for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    assert.deepEqual([(await fetch(url + PATH.v2, { method })).status], [405], method);
  }
});

test('it serves plain node:http as well', async (t) => {
  const router = identityRouter({ channelKey: 'channel-1', verifier });
  const url = await serving(t, (req, res) => router(req, res, () => res.writeHead(404).end()));
  const flow = await begin(url, 'v2');
  assert.doesNotMatch(flow.cookies[0], /Secure/);
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  assert.deepEqual(await (await post(url, id, flow.cookie)).json(), { allowed: true });
  const html = await fetch(`${url}${PATH.v2}/redirect?code=1`, { headers: { accept: 'text/html' } });
  assert.equal(html.status, 403);
});

test('bodies at the edges', async (t) => {
  const router = identityRouter({ channelKey: 'channel-1', verifier, onError: () => {} });
  const url = await serving(t, EXPRESS['Express 5']().use(router));
  const ask = async (body, headers, more = {}) => {
    const answer = await fetch(url + PATH.v2, { method: 'POST', headers, body, ...more });
    return [answer.status, (await answer.json()).code];
  };
  const json = (size) => {
    const empty = JSON.stringify({ identityVerificationId: 'unknown-id', pad: '' });
    return empty.replace('"pad":""', `"pad":"${'x'.repeat(size - empty.length)}"`);
  };
  const type = { 'content-type': 'application/json' };
  const streamed = (text) => [
    new ReadableStream({ start: (to) => (to.enqueue(Buffer.from(text.slice(0, 9))), to.enqueue(Buffer.from(text.slice(9))), to.close()) }),
    type,
    { duplex: 'half' },
  ];
  assert.deepEqual(await ask(json(16384), type), [403, 'denied']);
  assert.deepEqual(await ask(json(16385), type), [413, 'body_too_large']);
  assert.deepEqual(await ask(...streamed(json(16384))), [403, 'denied'], 'without a length');
  assert.deepEqual(await ask(...streamed(json(16385))), [413, 'body_too_large']);
  assert.deepEqual(await ask(...streamed(json(3_000_000))), [413, 'body_too_large']);
  assert.deepEqual(await ask(json(100), { 'content-type': 'Application/JSON ; Charset="UTF-8"' }), [403, 'denied']);
  assert.deepEqual(await ask(json(100), { 'content-type': 'application/json; charset=euc-kr' }), [415, 'unsupported_body']);
  assert.deepEqual(await ask(json(100), { ...type, 'content-encoding': 'gzip' }), [415, 'unsupported_body']);
  assert.deepEqual(await ask(Buffer.from('{"identityVerificationId":"\xff"}', 'latin1'), type), [400, 'invalid_body']);
  assert.deepEqual(await ask('null', type), [400, 'invalid_body']);
  assert.deepEqual(
    await ask('identityVerificationId=unknown-id&code=', { 'content-type': 'application/x-www-form-urlencoded' }),
    [403, 'denied'],
    'jQuery sends undefined as nothing',
  );
  assert.deepEqual(await ask('identityVerificationId=unknown-id&code=E1', { 'content-type': 'application/x-www-form-urlencoded' }), [
    403,
    'not_finished',
  ]);
  assert.deepEqual(await ask('{"code":"E1"}', type), [403, 'not_finished']);
  assert.equal(
    sandbox.requests().requests.some(({ path: asked }) => asked.includes('pad')),
    false,
  );
});

test('bodies that somebody else has read', async (t) => {
  const express = EXPRESS['Express 5'];
  const errors = [];
  const router = identityRouter({ channelKey: 'channel-1', verifier, onError: (error) => errors.push(error) });
  const ask = async (parser, type = 'application/json', body = '{"identityVerificationId":"unknown-id"}') => {
    const url = await serving(t, express().use(parser, router));
    const answer = await fetch(url + PATH.v2, { method: 'POST', headers: { 'content-type': type }, body });
    return [answer.status, (await answer.json()).code];
  };
  const drain = async (req, _res, next) => {
    for await (const _ of req);
    next();
  };
  assert.deepEqual(await ask(express.text({ type: '*/*' })), [403, 'denied']);
  assert.deepEqual(await ask(express.raw({ type: '*/*' })), [403, 'denied']);
  assert.deepEqual(await ask(express.text({ type: '*/*' }), 'text/plain'), [415, 'unsupported_body']);
  assert.deepEqual(await ask(express.json({ strict: false }), 'application/json', '"text"'), [400, 'invalid_body']);
  assert.deepEqual(await ask(express.json({ strict: false }), 'application/json', '7'), [400, 'invalid_body']);
  assert.deepEqual(
    await ask(express.urlencoded({ extended: false }), 'application/json'),
    [403, 'denied'],
    'of another type: still there to be read',
  );
  assert.deepEqual(await ask(EXPRESS['Express 4'].urlencoded({ extended: false }), 'application/json'), [403, 'denied']);
  assert.deepEqual(errors, []);
  assert.deepEqual(await ask(drain), [500, 'internal']);
  assert.match(errors[0].message, /was read before the router/);
  assert.deepEqual(await ask(drain, 'application/json', ''), [500, 'internal'], 'an empty one that has ended');
});

test('a thousand posts of one id at once: one sign-up', async (t) => {
  const registry = new bonin.Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
  t.after(() => registry.close());
  const once = new bonin.Policy({ name: 'sign-up', extends: 'kr.youth_protection', rules: [{ account: 'new' }, { single_use: true }] });
  const accounts = [];
  const router = identityRouter({
    channelKey: 'channel-1',
    verifier: new bonin.Verifier(portone, once, { registry }),
    onAllowed: async (_req, res, { reservation }) => {
      const account = `account-${accounts.length}-${bonin.newId()}`;
      const claim = await reservation.tryCommit(account);
      if (claim.outcome === 'created') accounts.push(account);
      res.status(claim.outcome === 'created' ? 201 : 409).json({ outcome: claim.outcome });
    },
  });
  const url = await serving(t, EXPRESS['Express 5']().use(router));
  const flow = await begin(url, 'v2');
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  const statuses = await Promise.all(Array.from({ length: 1000 }, async () => (await post(url, id, flow.cookie)).status));
  const count = (status) => statuses.filter((one) => one === status).length;
  assert.equal(accounts.length, 1);
  assert.equal(count(201), 1);
  assert.equal(count(200) + count(409), 999, 'no error among them: who has signed up is welcome again');
  const again = await begin(url, 'v2');
  assert.equal((await post(url, id, again.cookie)).status, 403, 'somebody else, later');
});

test('a browser that hangs up: nothing crashes, nothing is left behind', async (t) => {
  const noise = [];
  const heard = (what) => noise.push(what);
  process.on('unhandledRejection', heard);
  t.after(() => process.off('unhandledRejection', heard));
  const app = EXPRESS['Express 5']();
  const answers = [];
  app.use((_req, res, next) => (answers.push(res), next()));
  app.use(
    identityRouter({
      channelKey: 'channel-1',
      verifier,
      onError: heard,
      onDenied: (_req, res) => res.end(),
      onAllowed: (_req, res) => res.json({ done: true }),
    }),
  );
  app.use((error, _req, _res, _next) => heard(error));
  const url = await serving(t, app);
  const flow = await begin(url, 'v2');
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  const body = JSON.stringify({ identityVerificationId: id });
  const head = `POST ${PATH.v2} HTTP/1.1\r\nHost: x\r\nCookie: ${flow.cookie}\r\nContent-Type: application/json\r\n`;
  const hangUp = (text) =>
    new Promise((resolve) => {
      const socket = net.connect(new URL(url).port, '127.0.0.1', () => socket.write(text, () => socket.destroy()));
      socket.on('close', resolve).on('error', () => {});
    });
  answers.length = 0;
  sandbox.fault('delay', { delayMs: 50, times: 100 });
  for (let i = 0; i < 10; i++) {
    await hangUp(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`); // in the middle of its body
    await hangUp(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ide`);
    await hangUp(`${head}Content-Length: ${body.length}\r\n\r\n${body}`); // while PortOne is asked
  }
  sandbox.clearFaults();
  assert.deepEqual(await (await post(url, id, flow.cookie)).json(), { done: true });
  await Promise.all(answers.map((res) => res.closed || new Promise((resolve) => res.once('close', resolve))));
  assert.ok(answers.length > 10);
  assert.deepEqual(noise, []);
});

test('no answer and no line of a log shows a person, an id, a secret or a stack', async (t) => {
  const canary = 'canary';
  const person = {
    name: `${canary}홍길동`,
    birthDate: '2015-06-05',
    gender: 'female',
    phone: '01098765432',
    ci: `${canary}CI`.padEnd(88, 'x'),
  };
  const printed = [];
  for (const name of ['error', 'warn', 'log', 'info']) t.mock.method(console, name, (...all) => printed.push(all.map(String).join(' ')));
  const app = EXPRESS['Express 5']();
  const own = identityRouter({
    channelKey: 'channel-1',
    verifier,
    subject: () => `${canary}-subject`,
    expect: () => ({ name: `${canary} name`, phone: '01012345678' }),
  });
  app.use('/own', own);
  app.use(identityRouter({ channelKey: 'channel-1', verifier }));
  const url = await serving(t, app);
  const texts = [];
  const keep = async (promise) => {
    const answer = await promise;
    texts.push(JSON.stringify([...answer.headers]), await answer.text());
    return answer.status;
  };
  const flow = await begin(url, 'v2');
  const mine = await begin(`${url}/own`, 'v2');
  sandbox.verify(person, { id: flow.issued, customData: canary });
  sandbox.verify(person, { id: mine.issued });
  const redirect = `${url}${PATH.v2}/redirect?identityVerificationId=${flow.issued}&message=${canary}`;
  const html = { headers: { accept: 'text/html', cookie: flow.cookie } };
  assert.equal(await keep(post(url, flow.issued, flow.cookie, { name: canary })), 403);
  assert.equal(await keep(post(url, flow.issued, '', { name: canary })), 403);
  assert.equal(await keep(post(`${url}/own`, mine.issued, '')), 403);
  assert.equal(await keep(fetch(redirect, html)), 403);
  assert.equal(await keep(fetch(`${redirect}&code=${canary}`, html)), 403);
  assert.equal(await keep(post(url, `${canary}/../${flow.issued}`, flow.cookie)), 403);
  assert.equal(await keep(post(url, `${canary}\n`, flow.cookie)), 400);
  assert.equal(await keep(post(url, `${canary}-unknown`, flow.cookie)), 403);
  assert.equal(await keep(fetch(`${url}${PATH.v2}?${canary}=${flow.issued}`)), 405);
  const words = JSON.stringify({ type: 'X', message: `${canary} 홍길동`, pgMessage: canary });
  const faults = [
    ['status', { status: 401 }, 500],
    ['respond', { status: 400, body: words }, 500],
    ['respond', { status: 200, body: words }, 500],
    ['garbage', {}, 500],
    ['reset', {}, 503],
  ];
  for (const [kind, options, status] of faults) {
    sandbox.fault(kind, { ...options, times: 100 });
    assert.equal(await keep(post(url, flow.issued, flow.cookie)), status, kind);
    assert.equal(await keep(fetch(redirect, html)), status, kind);
    sandbox.clearFaults();
  }
  assert.ok(printed.length > 0, 'what went wrong is told');
  const leak = new RegExp(
    [canary, '홍길동', '2015', '9876', flow.issued, mine.issued, sandbox.apiSecret, '\\bat .*\\.js', 'node_modules'].join('|'),
  );
  for (const text of [...texts, ...printed]) assert.doesNotMatch(text, leak);
  for (const line of printed) assert.match(line, /^bonin: [A-Z]\w+: [^\n]+$/);
});

test('the page escapes every text', () => {
  const { web } = require('../../bindings/node/lib/native.js');
  const hostile = `<script>"&'`;
  const refusal = { code: 'denied', findings: [{ code: hostile, reason: hostile, ko: hostile, en: 'en' }] };
  const { body } = web.answer(refusal, 'GET', 'text/html', 'ko');
  assert.equal(body.split('&lt;script&gt;&quot;&amp;&#39;').length, 2);
  assert.ok(!body.includes('<script'));
});

test('the applications of the guide run, and both languages show the same', async (t) => {
  const textOf = (name) => fs.readFileSync(path.join(ROOT, 'docs', name), 'utf8');
  const guides = ['.md', '.ko.md'].map((end) => ['web', 'web-express', 'web-fetch', 'web-nest'].map((name) => textOf(name + end)).join(''));
  const [english, korean] = guides.map((guide) =>
    [...guide.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code.replace(/ *\/\/ .*/g, '')),
  );
  assert.deepEqual(english, korean);
  const application = english.find((code) => code.includes("app.use('/signup', identityRouter("));
  const guarded = english.find((code) => code.includes('requireIdentity({ verifier, subject'));
  const env = { BONIN_API_SECRET: 'secret', BONIN_STORE_ID: 'store-1', BONIN_CHANNEL_KEY: 'channel-1' };
  const code = `${application}\n{${guarded}}\nreturn { app, portone };`;
  const made = new Function('require', 'process', code)((name) => require(name), { env });
  t.after(() => made.portone.close());
  const flow = await begin(`${await serving(t, made.app)}/signup`, 'v2');
  assert.equal(flow.request.channelKey, 'channel-1');
  assert.match(flow.request.redirectUrl, /\/signup\/identity-verifications\/redirect$/);
});

test('its types compile where Express has none', (t) => {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-types-'));
  t.after(() => fs.rmSync(place, { recursive: true }));
  const modules = path.join(place, 'node_modules');
  fs.mkdirSync(path.join(modules, '@types'), { recursive: true });
  fs.mkdirSync(path.join(modules, 'bonin'));
  fs.cpSync(path.join(ROOT, 'package.json'), path.join(modules, 'bonin', 'package.json'));
  fs.cpSync(path.join(ROOT, 'bindings', 'node', 'lib'), path.join(modules, 'bonin', 'bindings', 'node', 'lib'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  fs.writeFileSync(
    path.join(place, 'app.ts'),
    `import { createServer } from 'node:http';
     import { Policy, PortOneV2, Verifier } from 'bonin';
     import express, { identityRouter, requireIdentity } from 'bonin/express';
     const verifier = new Verifier(new PortOneV2({ apiSecret: 's' }), Policy.preset('kr.youth_protection'));
     const router = identityRouter({ channelKey: 'channel-1', verifier, onAllowed: (req, res, decision) => res.end(String(req.method) + decision.policyName) });
     createServer((req, res) => router(req, res, () => res.end()));
     express.requireIdentity({ verifier, onDenied: (_req, res, { code }) => res.end(code) });
     // @ts-expect-error the verifier is missing
     requireIdentity({});`,
  );
  const options = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    skipLibCheck: false,
  };
  fs.writeFileSync(path.join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['app.ts'] }));
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', place], { encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout || error.message);
  }
});
