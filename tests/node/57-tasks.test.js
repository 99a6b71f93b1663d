'use strict';
// The JavaScript of the pages of tasks runs as it stands; what docs/thirty-lines.md says of the documents' handler is so.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const bonin = require('bonin');
const { startExample } = require('./examples.js');
const { ROOT } = require('./support.js');

const textOf = (guide) => fs.readFileSync(path.join(ROOT, 'docs', `${guide}.md`), 'utf8');
const blocks = (guide) => [...textOf(guide).matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);
const AsyncFunction = (async () => {}).constructor;

/** A browser of fetch: one cookie jar. */
function visitor(url) {
  const jar = new Map();
  return async (where, body) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const headers = { cookie, ...(body && { 'Content-Type': 'application/json' }) };
    const response = await fetch(url + where, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0].split('=');
      jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, text, ...(text.startsWith('{') && JSON.parse(text)) };
  };
}
const closeServer = (server) => new Promise((done) => server.close(done).closeAllConnections());

test('adults only', async (t) => {
  const said = {};
  const express = Object.assign(() => {
    const app = require('express')();
    const { listen } = app;
    app.listen = (_port, host, done) => (said.server = listen.call(app, 0, host, done));
    return app;
  }, require('express'));
  const Sandbox = { start: async () => (said.sandbox = await bonin.Sandbox.start()) };
  const load = (name) => (name === 'express' ? express : name === 'bonin' ? { ...bonin, Sandbox } : require(name));
  load.resolve = require.resolve;
  const [shop] = blocks('adults-only');
  await new AsyncFunction('require', 'console', shop.replace(/^main\(\);$/m, 'await main();'))(load, { log() {} });
  t.after(() => Promise.all([said.sandbox.close(), closeServer(said.server)]));
  if (!said.server.listening) await new Promise((done) => said.server.once('listening', done));
  const url = `http://127.0.0.1:${said.server.address().port}`;

  for (const [persona, allowed] of [
    ['minor', false],
    ['adult', true],
  ]) {
    const visit = visitor(url);
    assert.ok((await visit('/')).text.includes(said.sandbox.v2ScriptUrl));
    assert.equal((await visit('/bonin.js')).status, 200);
    assert.equal((await visit('/liquor')).status, 302);
    const { identityVerificationId } = await visit('/identity-verifications/begin', {});
    said.sandbox.verify(persona, { id: identityVerificationId });
    const answer = await visit('/identity-verifications', { identityVerificationId });
    assert.equal(answer.allowed, allowed);
    if (!allowed)
      assert.deepEqual(
        answer.findings.map(({ reason }) => reason),
        ['too_young'],
      );
    assert.equal((await visit('/liquor')).text === 'Makgeolli', allowed);
  }
});

test('adults only, with PortOne', () => {
  const [shop, portone] = blocks('adults-only');
  const made = new Function('PortOneV2', 'process', `${portone}\nreturn { portone, channelKey, script };`);
  const env = { BONIN_API_SECRET: 'secret', BONIN_STORE_ID: 'store', BONIN_CHANNEL_KEY: 'key' };
  const { channelKey, script, portone: client } = made(bonin.PortOneV2, { env });
  client.close();
  assert.equal(channelKey, 'key');
  assert.match(script, /browser-sdk\.js$/);
  assert.match(shop, /const portone = .*\n.*\n.*\bchannelKey\b.*\bscript\b/);
});

test('one account a person', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-account-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(ROOT, path.join(folder, 'node_modules', 'bonin'));
  const end = 'console.log([...users.keys()].join());\nportone.close();\nawait registry.close();\nawait sandbox.close();\n';
  fs.writeFileSync(path.join(folder, 'account.mjs'), [...blocks('one-account'), end].join('\n'));
  const ran = spawnSync(process.execPath, ['account.mjs'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  // What `console.assert` finds false is told on stderr.
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, 'gildong4\n', '']);
});

describe('from the thirty lines', () => {
  const [v1, v2, lines] = blocks('thirty-lines');
  let sandbox, old, shop;
  before(async () => {
    sandbox = await bonin.Sandbox.start();
    const { url, apiSecret, storeId, impKey, impSecret, channelKey } = sandbox;
    const environment = {
      BONIN_BASE_URL: url,
      BONIN_API_SECRET: apiSecret,
      BONIN_STORE_ID: storeId,
      BONIN_IMP_KEY: impKey,
      BONIN_IMP_SECRET: impSecret,
      BONIN_CHANNEL_KEY: channelKey,
    };
    old = await startExample('express/documented.js', environment);

    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-lines-'));
    const members = { made: [], create: async () => (members.made.push(1), `member-${members.made.length}`) };
    class Registry extends bonin.Registry {
      constructor(_store, options) {
        super(`sqlite:${path.join(folder, 'members.db')}`, { ...options, pepper: 'p'.repeat(32) });
      }
    }
    class PortOneV1 extends bonin.PortOneV1 {
      constructor(options) {
        super({ ...options, baseUrl: sandbox.v1Url });
      }
    }
    class PortOneV2 extends bonin.PortOneV2 {
      constructor(options) {
        super({ ...options, baseUrl: sandbox.v2Url });
      }
    }
    const load = (name) => (name === 'bonin' ? { ...bonin, Registry, PortOneV1, PortOneV2 } : require(name));
    const made = new Function('require', 'process', 'members', `${lines}\nreturn { app, v1, v2, registry };`);
    const { app, ...resources } = made(load, { env: environment }, members);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    shop = {
      members,
      url: `http://127.0.0.1:${server.address().port}`,
      async stop() {
        await closeServer(server);
        for (const one of Object.values(resources)) one.close();
        fs.rmSync(folder, { recursive: true, force: true });
      },
    };
  });
  after(async () => {
    await Promise.all([old?.stop(), shop?.stop()]);
    await sandbox?.close();
  });

  const ROUTES = { v1: '/certifications', v2: '/identity-verifications' };
  const bodyOf = (api, id) => (api === 'v1' ? { imp_uid: id } : { identityVerificationId: id });
  let people = 0;
  const somebody = () => ({ name: `홍길동${(people += 1)}`, birth_date: '1988-03-05' });

  /** To the handler. */
  const toOld = (api, id, login_id = `old-${(people += 1)}`) => visitor(old.url)(ROUTES[api], { ...bodyOf(api, id), login_id });
  /** To the lines that replace it, as a page does. */
  async function toNew(api, persona, options = {}, visit = visitor(shop.url)) {
    const begun = await visit(`${ROUTES[api]}/begin`, {});
    const given = api === 'v1' ? { merchantUid: begun.merchant_uid } : { id: begun.identityVerificationId };
    const id = sandbox.verify(persona, { api, ...given, ...options });
    const answer = await visit(ROUTES[api], bodyOf(api, id));
    return { id, ...answer, reasons: answer.findings?.map(({ code, reason }) => `${code}:${reason}`) };
  }

  test('the page shows the handler that runs', () => {
    const file = fs.readFileSync(path.join(ROOT, 'examples', 'express', 'documented.js'), 'utf8').replace(/^ +/gm, '');
    for (const block of [v1, v2]) assert.ok(file.includes(block.replace(/^ +/gm, '')), block);
    assert.equal(textOf('thirty-lines').match(/^\| \d+ \|/gm).length, 11);
  });

  test('1, 2: the age', async () => {
    const minor = { name: '나청소', birth_date: `${new Date().getFullYear() - 15}-03-05` };
    assert.equal((await toOld('v1', sandbox.verify(minor, { api: 'v1' }))).signedUp, true);
    assert.deepEqual((await toNew('v1', minor)).reasons, ['age:too_young']);
    const adult = { name: '김성인', birth_date: '2000-03-05' };
    assert.equal((await toOld('v2', sandbox.verify(adult))).status, 403);
    assert.equal((await toNew('v2', adult)).signedUp, true);
  });

  test('4: a verification that failed', async () => {
    const failed = sandbox.verify(somebody(), { api: 'v1', status: 'FAILED' });
    assert.equal((await toOld('v1', failed)).signedUp, true);
    assert.ok((await toNew('v1', somebody(), { status: 'FAILED' })).reasons.includes('verified:not_finished'));
  });

  test('5: a test channel', async () => {
    assert.equal((await toOld('v2', sandbox.verify(somebody(), { channelType: 'TEST' }))).signedUp, true);
    assert.deepEqual((await toNew('v2', somebody(), { channelType: 'TEST' })).reasons, ['channel:test_channel']);
  });

  test('6: an id that is a path', async () => {
    const id = `x/../${sandbox.verify(somebody(), { api: 'v1' })}`;
    assert.equal((await toOld('v1', id)).signedUp, true);
    const visit = visitor(shop.url);
    await visit('/certifications/begin', {}); // a visitor with a cookie
    assert.equal((await visit('/certifications', { imp_uid: id })).code, 'invalid_id');
  });

  test('7: an id that somebody else sends', async () => {
    const id = sandbox.verify(somebody());
    assert.equal((await toOld('v2', id, 'victim')).signedUp, true);
    assert.equal((await toOld('v2', id, 'thief')).found, 'victim');
    const mine = await toNew('v2', somebody());
    assert.equal(mine.signedUp, true);
    const visit = visitor(shop.url);
    await visit('/identity-verifications/begin', {}); // a visitor with a cookie
    const theirs = await visit('/identity-verifications', bodyOf('v2', mine.id));
    assert.deepEqual([theirs.status, theirs.findings.map(({ reason }) => reason)], [403, ['foreign']]);
  });

  test('8: two at once', async () => {
    let both = false;
    for (let round = 0; round < 50 && !both; round += 1) {
      const person = somebody();
      const answers = await Promise.all([1, 2].map(() => toOld('v2', sandbox.verify(person))));
      both = answers.every(({ signedUp }) => signedUp);
    }
    assert.ok(both);
    const person = somebody();
    const made = shop.members.made.length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => toNew('v2', person)));
    assert.equal(answers.filter(({ signedUp }) => signedUp).length, 1);
    assert.equal(shop.members.made.length, made + 1);
  });

  test('9, 10, 11: what is kept, how often a token is asked for, what a missing id is', async () => {
    sandbox.clearRequests();
    for (const _ of [1, 2, 3]) await toOld('v1', sandbox.verify(somebody(), { api: 'v1' }));
    const asked = () => sandbox.control('requests').by_route ?? sandbox.control('requests').byRoute;
    const tokens = () =>
      Object.entries(asked())
        .filter(([route]) => route.includes('getToken'))
        .reduce((sum, [, times]) => sum + times, 0);
    assert.equal(tokens(), 3);
    await toNew('v1', somebody());
    sandbox.clearRequests();
    for (const _ of [1, 2, 3]) assert.equal((await toNew('v1', somebody())).signedUp, true);
    assert.equal(tokens(), 0);
    assert.equal((await toOld('v2', bonin.newId())).status, 500);
    assert.equal((await toNew('v2', somebody(), { status: 'READY' })).status, 403);
  });
});
