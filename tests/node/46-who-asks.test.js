'use strict';
// Who asks, and how the routes answer whoever cannot be let in: cookies, tokens, comers again, silence.
const assert = require('node:assert/strict');
const { after, before, mock, test } = require('node:test');
const { EXPRESS, PATH, begin, bonin, finish, listen } = require('./web.js');
const { identityRouter, requireIdentity } = require('bonin/express');
const { identityHandler } = require('bonin/web');

const express = EXPRESS['Express 5'];
let sandbox;
let portone;
let verifier;
let signUp;
let registry;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, url: baseUrl } = sandbox;
  portone = new bonin.PortOneV2({ apiSecret, storeId, baseUrl });
  verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
  registry = new bonin.Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
  signUp = new bonin.Verifier(portone, new bonin.Policy({ name: 'sign-up', rules: [{ verified: true }, { account: 'new' }] }), {
    registry,
  });
});
after(async () => {
  portone.close();
  registry.close();
  await sandbox.close();
});

const router = (options) => identityRouter({ channelKey: 'channel-1', verifier, ...options });

async function serving(t, options) {
  const app = express().enable('trust proxy').use(router(options));
  app.use((error, _req, res, _next) => res.status(500).json({ app: error.message }));
  const { url, close } = await listen(app);
  t.after(close);
  return url;
}

const post = (url, id, headers = {}) =>
  fetch(url + PATH.v2, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ identityVerificationId: id }),
  });
const told = async (answer) => {
  const { code, findings = [], ...rest } = await answer.json();
  return code === undefined ? rest : [code, ...findings.map(({ code, reason }) => `${code}:${reason}`)].join(' ');
};
const HTTPS = { 'x-forwarded-proto': 'https' };

test('the cookie as the application wants it', async (t) => {
  const flagsOf = async (cookie, headers) => {
    const { cookies } = await begin(await serving(t, cookie && { cookie }), 'v2', headers);
    return cookies.join().replace(/=[0-9a-f]{32}/, '');
  };
  assert.equal(await flagsOf(undefined, HTTPS), '__Host-bonin_subject; Path=/; HttpOnly; SameSite=Lax; Secure');
  assert.equal(await flagsOf({ secure: false }, HTTPS), 'bonin_subject; Path=/; HttpOnly; SameSite=Lax');
  assert.equal(
    await flagsOf({ sameSite: 'None', partitioned: true }),
    '__Host-bonin_subject; Path=/; HttpOnly; SameSite=None; Secure; Partitioned',
  );
  assert.equal(
    await flagsOf({ sameSite: 'Strict', domain: 'shop.example' }, HTTPS),
    'bonin_subject; Path=/; HttpOnly; SameSite=Strict; Domain=shop.example; Secure',
  );
});

test('over https a flow is its browser’s, and a planted cookie is nobody’s', async (t) => {
  const url = await serving(t);
  const flow = await begin(url, 'v2', HTTPS);
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  assert.deepEqual(await told(await post(url, id, { ...HTTPS, cookie: flow.cookie })), { allowed: true });
  const planted = flow.cookie.replace('__Host-', '');
  assert.equal(await told(await post(url, id, { ...HTTPS, cookie: planted })), 'denied begun:no_cookie');
});

test('an option that a browser would not keep is refused when the router is made', () => {
  const parameterOf = (options) => {
    try {
      router(options);
      requireIdentity({ verifier, ...options });
    } catch (error) {
      assert.equal(error.name, 'InvalidArgument');
      return error.parameter;
    }
    return undefined;
  };
  assert.equal(parameterOf({ cookie: { sameSite: 'lax' } }), 'cookie.sameSite');
  assert.equal(parameterOf({ cookie: { sameSite: 'None', secure: false } }), 'cookie.secure');
  assert.equal(parameterOf({ cookie: { domain: 'shop.example; Path=/x' } }), 'cookie.domain');
  assert.equal(parameterOf({ cookie: { samesite: 'Lax' } }), 'samesite');
  assert.equal(parameterOf({ cookie: null }), 'cookie');
  for (const retryUrl of ['javascript:alert(1)', '//evil.example', '', 7, null]) assert.equal(parameterOf({ retryUrl }), 'retryUrl');
  assert.equal(parameterOf({ cookie: { sameSite: 'Strict' }, retryUrl: '/sign-up' }), undefined);
});

test('an app without cookies brings the token that begin gave', async (t) => {
  const url = await serving(t);
  const flow = await begin(url, 'v2', { 'bonin-subject': 'new' });
  const token = flow.response.headers.get('bonin-subject');
  assert.match(token, /^[0-9a-f]{32}$/);
  assert.deepEqual(flow.cookies, []);
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  assert.deepEqual(await told(await post(url, id, { 'bonin-subject': token })), { allowed: true });
  assert.equal(await told(await post(url, id, { 'bonin-subject': '0'.repeat(32) })), 'denied begun:foreign');
  for (const none of ['new', '', `${token}a`, token.toUpperCase()])
    assert.equal(await told(await post(url, id, { 'bonin-subject': none })), 'denied begun:no_cookie', none);
  assert.equal(await told(await post(url, id)), 'denied begun:no_cookie');
  const again = await begin(url, 'v2', { 'bonin-subject': token });
  assert.equal(again.response.headers.get('bonin-subject'), null, 'the app has it');
});

test('bonin/web knows the token too', async () => {
  const handle = identityHandler({ verifier, channelKey: 'channel-1' });
  const ask = (path, headers, body) => handle(new Request(`https://shop.example${PATH.v2}${path}`, { method: 'POST', headers, body }));
  const begun = await ask('/begin', { 'Bonin-Subject': 'new' });
  const token = begun.headers.get('bonin-subject');
  const id = finish(sandbox, 'v2', 'adult', (await begun.json()).identityVerificationId);
  const headers = { 'content-type': 'application/json', 'bonin-subject': token };
  assert.deepEqual(await told(await ask('', headers, JSON.stringify({ identityVerificationId: id }))), { allowed: true });
});

test('whoever has signed up is welcome again, and nobody else', async (t) => {
  const accounts = [];
  const onAllowed = async (_req, res, decision) => {
    const account = `account-${accounts.length}`;
    await decision.commit(account);
    accounts.push(account);
    res.status(201).json({ account });
  };
  const options = { verifier: signUp, onAllowed, retryUrl: (req) => `/home?of=${encodeURIComponent(req.method)}` };
  const url = await serving(t, options);
  const { issued, cookie } = await begin(url, 'v2');
  const id = finish(sandbox, 'v2', 'adult', issued);
  assert.equal((await post(url, id, { cookie })).status, 201);
  const again = await post(url, id, { cookie });
  assert.deepEqual([again.status, await again.json()], [200, { allowed: true, again: true }]);
  const page = await fetch(`${url}${PATH.v2}/redirect?identityVerificationId=${id}`, {
    headers: { cookie, accept: 'text/html', 'accept-language': 'en' },
  });
  const text = await page.text();
  assert.deepEqual([page.status, page.headers.get('cache-control')], [200, 'no-store']);
  assert.match(text, /You have already signed up\./);
  assert.match(text, /<a href="\/home\?of=GET">Go back<\/a>/);
  const stranger = await begin(url, 'v2');
  assert.equal(await told(await post(url, id, { cookie: stranger.cookie })), 'denied begun:foreign');
  const second = finish(sandbox, 'v2', 'adult', (await begin(url, 'v2', { cookie })).issued);
  assert.equal(await told(await post(url, second, { cookie })), 'denied account:taken');
  assert.deepEqual(accounts, ['account-0']);

  const own = await serving(t, { ...options, onAgain: (_req, res, decision) => res.json({ own: decision.denials[0].reason }) });
  const back = await begin(own, 'v2', { cookie });
  assert.deepEqual(back.cookies, [], 'the same browser');
  assert.deepEqual(await told(await post(own, id, { cookie })), { own: 'signed_up' });
});

test('a refused redirect has a way back', async (t) => {
  const pageOf = async (retryUrl) => {
    const url = await serving(t, { retryUrl });
    const answer = await fetch(`${url}${PATH.v2}/redirect?code=1`, { headers: { accept: 'text/html', 'accept-language': 'ko' } });
    return answer.text();
  };
  assert.match(await pageOf('/sign-up'), /<a href="\/sign-up">다시 시도하기<\/a>/);
  assert.match(await pageOf(async () => 'https://shop.example/sign-up'), /<a href="https:\/\/shop\.example\/sign-up">/);
  assert.doesNotMatch(await pageOf(() => undefined), /<a /);
  assert.match(await pageOf(() => 'javascript:alert(1)'), /retryUrl/, 'the mistake of the application goes to its error handling');
});

test('a function that answers nothing leaves no browser waiting', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  for (const name of ['onAllowed', 'onDenied']) {
    const errors = [];
    const called = Promise.withResolvers?.() ?? {};
    called.promise ??= new Promise((resolve) => (called.resolve = resolve));
    const url = await serving(t, { [name]: async () => called.resolve(), onError: (error) => errors.push(error) });
    const { issued, cookie } = await begin(url, 'v2');
    const waiting = post(url, finish(sandbox, 'v2', name === 'onAllowed' ? 'adult' : 'minor', issued), { cookie });
    await called.promise;
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(10_000);
    const answer = await waiting;
    assert.deepEqual([answer.status, await told(answer)], [500, 'internal'], name);
    assert.equal(errors[0].parameter, name);
    assert.match(errors[0].message, /answered nothing within 10 seconds/);
  }
});

test('a function may answer later, by a callback', async (t) => {
  const url = await serving(t, { onAllowed: (_req, res) => void setImmediate(() => res.json({ later: true })) });
  const { issued, cookie } = await begin(url, 'v2');
  assert.deepEqual(await told(await post(url, finish(sandbox, 'v2', 'adult', issued), { cookie })), { later: true });
});

test('three reasons, each said once, with what to look at', () => {
  const { execFileSync } = require('node:child_process');
  const script = `
    const bonin = require('bonin');
    const { identityHandler } = require('bonin/web');
    const portone = new bonin.PortOneV2({ apiSecret: 's'.repeat(40), storeId: 'store-1', baseUrl: 'http://127.0.0.1:1' });
    const verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
    const handle = identityHandler({ verifier, channelKey: 'channel-1' });
    const ask = (path, headers, fields) => handle(new Request('https://shop.example/identity-verifications' + path,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(fields) }));
    process.on('warning', ({ code, message }) => console.log(code, message));
    (async () => {
      const { identityVerificationId: id } = await (await ask('/begin', { 'bonin-subject': 'new' }, {})).json();
      for (let i = 0; i < 3; i += 1) {
        await ask('', {}, { identityVerificationId: id });
        await ask('', { 'bonin-subject': '0'.repeat(32) }, { identityVerificationId: id });
      }
      portone.close();
    })();`;
  const lines = execFileSync(process.execPath, ['--no-warnings', '-e', script], { encoding: 'utf8', cwd: `${__dirname}/../..` })
    .trim()
    .split('\n');
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[0], /^BONIN_FLOW a browser brought .* without the cookie/);
  assert.match(lines[1], /^BONIN_FLOW .* by another subject/);
});

for (const [name, where] of Object.entries({ 'the routes': PATH.v2, 'the middleware': '/sign-up' })) {
  test(`an outage is one masked line of ${name}, or told to \`onError\`; a denial is none`, async (t) => {
    const heard = t.mock.method(console, 'error', () => {});
    const errors = [];
    const open = async (options) => {
      const app = express().use(router(options));
      app.post('/sign-up', requireIdentity({ verifier, ...options }), (_req, res) => res.json({ allowed: true }));
      const { url, close } = await listen(app);
      t.after(close);
      return url;
    };
    const ask = async (url, persona) => {
      const { issued, cookie } = await begin(url, 'v2');
      const body = JSON.stringify({ identityVerificationId: finish(sandbox, 'v2', persona, issued) });
      const answer = await fetch(url + where, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body });
      return [issued.identityVerificationId, answer.status];
    };
    const url = await open();
    const own = await open({ onError: (error) => errors.push(error.kind) });
    assert.equal((await ask(url, 'minor'))[1], 403);
    assert.equal(heard.mock.callCount(), 0);
    sandbox.fault('reset', { times: 1000 });
    t.after(() => sandbox.clearFaults());
    const [id, status] = await ask(url, 'adult');
    assert.equal((await ask(own, 'adult'))[1], 503);
    assert.equal(status, 503);
    assert.deepEqual(errors, ['connection_failed']);
    const lines = heard.mock.calls.map(({ arguments: [line] }) => line);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /^bonin: ConnectionFailed: /);
    assert.ok(!lines[0].includes(id));
  });
}

test('an `onError` that fails costs nobody the answer, where nobody handles what it throws', async (t) => {
  const heard = t.mock.method(console, 'error', () => {});
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  let called;
  const isCalled = new Promise((resolve) => (called = resolve));
  const onError = () => {
    throw new Error('the log is full');
  };
  const url = await serving(t, { onAllowed: async () => called(), onError });
  const { issued, cookie } = await begin(url, 'v2');
  const waiting = post(url, finish(sandbox, 'v2', 'adult', issued), { cookie });
  await isCalled;
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(10_000);
  const answer = await waiting;
  assert.deepEqual([answer.status, await told(answer)], [500, 'internal']);
  const lines = heard.mock.calls.map(({ arguments: [line] }) => line);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^bonin: InvalidArgument: .*answered nothing/);
  assert.equal(lines[1], 'bonin: Error', 'of a foreign error the name alone');
});
