'use strict';
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { NO_NEXT, startExample } = require('./examples.js');
const { ROOT, run, until } = require('./support.js');

for (const file of ['verify.cjs', 'verify.mjs']) {
  test(`examples/node/${file}`, async () => {
    const { code, stdout, stderr } = await run(path.join(ROOT, 'examples', 'node', file));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^adult may enter\n/);
    assert.match(stdout, /^minor .*19세/m);
  });
}

test('examples/express/server.js: the cookie of a visit', async (t) => {
  const shop = await startExample('express/server.js');
  t.after(() => shop.stop());
  const ask = async (where, headers = {}) => {
    const answer = await fetch(shop.url + where, { headers });
    return [answer.headers.getSetCookie().join(), answer.headers.get('cache-control')];
  };
  for (const where of ['/', '/app.js', '/state']) {
    const [cookie, cached] = await ask(where);
    assert.match(cookie, /^visit=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.equal(cached, 'no-store', `${where}: a cache would hand it to somebody else`);
    assert.equal((await ask(where, { cookie: cookie.split(';')[0] }))[0], '', 'a visitor keeps it');
  }
  assert.match((await ask('/', { 'x-forwarded-proto': 'https' }))[0], /; Secure/, 'behind a proxy with https');
});

const skipOf = (file) => ({ skip: file.startsWith('next/') && NO_NEXT });

for (const file of ['express/server.js', 'nest/src/main.ts', 'next/build.js'])
  test(`examples/${file}, with a sandbox of its own`, skipOf(file), async (t) => {
    const shop = await startExample(file);
    t.after(() => shop.stop());
    const state = await (await fetch(`${shop.url}/state`)).json();
    assert.deepEqual([state.sandbox, state.verified, Object.keys(state.portone).sort()], [true, false, ['v1', 'v2']]);
    assert.equal((await fetch(state.portone.v2.script)).status, 200);
    assert.match(await (await fetch(shop.url)).text(), /<html lang="ko">/);
    for (const body of ['[]', 'null', '{"loginId": ["a"]}', '{', '']) {
      const answer = await fetch(`${shop.url}/account`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      assert.ok(answer.status >= 400 && answer.status < 500, body);
      const { code, error } = await answer.json();
      assert.match(code ?? error, /not_verified|internal|Bad Request/);
    }
    assert.doesNotMatch(shop.said(), /loginId|at /);
  });

test('examples/nest: SIGTERM ends it, after what is under way', async (t) => {
  const shop = await startExample('nest/src/main.ts');
  t.after(() => shop.stop());
  assert.equal((await fetch(`${shop.url}/sign-up/identity-verifications/begin`, { method: 'POST' })).status, 200);
  assert.deepEqual([await shop.stop('SIGTERM'), shop.said()], ['SIGTERM', '']);
  await assert.rejects(fetch(shop.sandboxUrl), 'the sandbox in its process is closed');
});

/** A POST that stays half said: `finish` sends the body, and gives the whole answer. */
async function halfSaid(address, body, headers) {
  const { hostname, port, pathname } = new URL(address);
  const socket = net.connect(Number(port), hostname);
  let said = '';
  const ended = new Promise((resolve, reject) => socket.on('error', reject).on('close', resolve));
  const all = { Host: `${hostname}:${port}`, Connection: 'close', Expect: '100-continue', 'Content-Length': body.length, ...headers };
  socket.write(
    `POST ${pathname} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  await new Promise((resolve) => socket.on('data', (text) => ((said += text), said.includes('100 Continue') && resolve())));
  return async () => {
    socket.write(body);
    await ended;
    return said;
  };
}

/** Until nobody listens there. */
async function refused(address) {
  const { hostname, port } = new URL(address);
  const connects = () =>
    new Promise((resolve) => {
      const socket = net.connect(Number(port), hostname, () => (socket.destroy(), resolve(true))).on('error', () => resolve(false));
    });
  await until(async () => !(await connects()));
}

/** What Next's server ends with, by itself, when it has closed. */
const BY_SIGNAL = { SIGTERM: 143, SIGINT: 130 };

for (const file of ['express/server.js', 'next/build.js', 'flask/app.py', 'fastapi/app.py', 'django/app.py']) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`examples/${file}: ${signal} lets a request under way be answered, and then ends it`, skipOf(file), async (t) => {
      const shop = await startExample(file);
      t.after(() => shop.stop('SIGKILL'));
      const base = `${shop.url}/sign-up/identity-verifications`;
      const cookie = (await fetch(`${shop.url}/state`)).headers.getSetCookie()[0].split(';')[0];
      const begun = await fetch(`${base}/begin`, { method: 'POST', headers: { cookie, connection: 'close' } });
      const { identityVerificationId: id } = await begun.json();
      await fetch(`${shop.sandboxUrl}/sandbox/verify`, { method: 'POST', body: JSON.stringify({ id }) });
      const finish = await halfSaid(base, JSON.stringify({ identityVerificationId: id }), { cookie, 'Content-Type': 'application/json' });
      const ended = shop.stop(signal);
      await refused(shop.url);
      assert.match(await finish(), /200 OK[^]*"allowed": ?true/);
      assert.equal(await ended, file.startsWith('next/') ? BY_SIGNAL[signal] : 0, shop.said());
      assert.doesNotMatch(shop.said(), /Traceback|Error/);
    });
  }
}

for (const file of ['express/server.js', 'nest/src/main.ts', 'next/build.js', 'flask/app.py', 'fastapi/app.py', 'django/app.py'])
  test(`examples/${file}: the script for the page is served, and the page asks for it`, skipOf(file), async (t) => {
    const shop = await startExample(file);
    t.after(() => shop.stop());
    assert.match(await (await fetch(shop.url)).text(), /<script src="bonin\.js" defer>/);
    const script = await fetch(`${shop.url}/bonin.js`);
    assert.match(script.headers.get('content-type'), /javascript/);
    assert.equal(await script.text(), readFileSync(require.resolve('bonin/browser.js'), 'utf8'));
  });

test('examples/page: the shop speaks to customers in its own way, whatever the server says', async () => {
  const source = readFileSync(path.join(ROOT, 'examples/page/notice.js'), 'utf8');
  const { wordsFor } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const declared = readFileSync(path.join(ROOT, 'bindings/node/lib/index.d.cts'), 'utf8');
  const reasons = [.../export type Reason =([^;]+);/.exec(declared)[1].matchAll(/'(\w+)'/g)].map(([, reason]) => reason);
  assert.ok(reasons.length > 30);
  const ko = '서버의 문장입니다.';
  const refusals = [
    ...reasons.map((reason) => ({ code: 'denied', ko, findings: [{ reason, ko }] })),
    ...['unavailable', 'internal', 'not_found', 'not_finished', 'offline', 'unexpected', 'no_script', 'busy'].map((code) => ({
      code,
      ko,
      findings: [],
    })),
    { code: 'not_finished', ko, findings: [], reason: 'closed', message: '사용자가 본인인증을 취소하였습니다.' },
  ];
  for (const refusal of refusals) {
    const { title, texts } = wordsFor(refusal);
    for (const text of [title, ...texts.filter(Boolean)]) assert.match(text, /(요|에요|예요)[.]?$/, `${JSON.stringify(refusal)}: ${text}`);
  }
  assert.match(wordsFor(refusals.at(-1)).texts.join(), /창을 닫아서/);
  const failed = wordsFor({ code: 'not_finished', reason: 'failed', message: '통신사 점검 중' });
  assert.match(failed.texts.join(), /본인인증 창의 안내: 통신사 점검 중/);
  const until = '2026-12-25T15:00:00.000Z';
  const { texts } = wordsFor({ code: 'denied', ko, findings: [{ reason: 'too_soon', ko, until }] });
  assert.deepEqual(texts, ['2026년 12월 25일까지는 다시 가입할 수 없어요.']);
});
