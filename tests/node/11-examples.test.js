'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { startExample } = require('./examples.js');
const { ROOT, run } = require('./support.js');

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

for (const file of ['express/server.js', 'nest/src/main.ts'])
  test(`examples/${file}, with a sandbox of its own`, async (t) => {
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
