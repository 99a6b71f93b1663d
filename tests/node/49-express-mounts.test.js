'use strict';
// bonin/express: however it is mounted, and what a mount must not let through.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { EXPRESS, PATH, begin, bonin, finish, listen } = require('./web.js');
const { identityRouter } = require('bonin/express');

let sandbox;
let portone;
let router;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, url: baseUrl } = sandbox;
  portone = new bonin.PortOneV2({ apiSecret, storeId, baseUrl, maxAttempts: 1 });
  const verifier = new bonin.Verifier(portone, bonin.Policy.preset('kr.youth_protection'));
  router = identityRouter({ channelKey: 'channel-1', verifier });
});
after(async () => {
  portone.close();
  await sandbox.close();
});

const ANY = { 'Express 4': ['*', '/*'], 'Express 5': ['/*splat', '/{*splat}'] };

for (const [version, express] of Object.entries(EXPRESS)) {
  const serving = async (t, app) => {
    const { url, close } = await listen(app.use((_req, res) => res.status(404).end('next')));
    t.after(close);
    return url;
  };
  /** All three routes, and with a slash at the end. */
  async function assertServed(url) {
    const flow = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    const headers = { cookie: flow.cookie, 'content-type': 'application/json' };
    const body = JSON.stringify({ identityVerificationId: id });
    for (const end of ['', '/']) {
      assert.equal((await fetch(`${url}${PATH.v2}${end}`, { method: 'POST', headers, body })).status, 200, end);
      assert.equal((await fetch(`${url}${PATH.v2}/redirect${end}?identityVerificationId=${id}`, { headers })).status, 200, end);
    }
    for (const other of ['/', '/elsewhere', `${PATH.v2}/other`, `${PATH.v2}x`, `/x${PATH.v2.slice(1)}`, `${PATH.v2}/begin/begin`]) {
      const answer = await fetch(url + other, { method: 'POST' });
      assert.deepEqual([answer.status, await answer.text()], [404, 'next'], other);
    }
  }

  for (const pattern of ANY[version]) {
    test(`every path: ${version}, ${pattern}`, async (t) => {
      await assertServed(await serving(t, express().use(pattern, router)));
      await assertServed(`${await serving(t, express().use('/api', express.Router().use(pattern, router)))}/api`);
    });
  }

  test(`at the routes' own path, under a path, and in a router: ${version}`, async (t) => {
    await assertServed(await serving(t, express().use(PATH.v2, router)));
    await assertServed(`${await serving(t, express().use('/sign-up', router))}/sign-up`);
    await assertServed(`${await serving(t, express().use('/sign-up', express.Router().use(router)))}/sign-up`);
  });

  test(`a mount under a path serves nothing below: ${version}`, async (t) => {
    const url = await serving(t, express().use('/sign-up', router).use(router));
    for (const path of ['/other', '/sign-up/other', '//']) {
      assert.equal((await fetch(`${url}${path}${PATH.v2}/begin`, { method: 'POST' })).status, 404, path);
    }
  });

  test(`an address that the application has changed: ${version}`, async (t) => {
    const app = express()
      .use((req, _res, next) => ((req.url = req.query.as), next()))
      .use(router);
    const url = await serving(t, app);
    assert.equal((await fetch(`${url}${PATH.v2}/begin?as=/elsewhere`, { method: 'POST' })).status, 404);
    assert.equal((await fetch(`${url}/elsewhere?as=${PATH.v2}/begin`, { method: 'POST' })).status, 200);
  });
}
