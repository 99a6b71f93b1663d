'use strict';
// The documents' handlers beside the example's, on one sandbox: what gets through there, and not here.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Sandbox, newId } = require('bonin');
const { startExample } = require('./examples.js');
const { ROOT } = require('./support.js');

const PATHS = { v1: '/certifications', v2: '/identity-verifications' };

describe('examples/express, documented.js and server.js', () => {
  let sandbox, old, shop, folder;
  before(async () => {
    sandbox = await Sandbox.start();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-documented-'));
    const { url, apiSecret, storeId, impKey, impSecret, channelKey } = sandbox;
    const environment = {
      BONIN_BASE_URL: url,
      BONIN_API_SECRET: apiSecret,
      BONIN_STORE_ID: storeId,
      BONIN_IMP_KEY: impKey,
      BONIN_IMP_SECRET: impSecret,
      BONIN_CHANNEL_KEY: channelKey,
      BONIN_STORE: `sqlite:${path.join(folder, 'members.db')}`,
      BONIN_PEPPER: 'p'.repeat(32),
    };
    [old, shop] = await Promise.all(['express/documented.js', 'express/server.js'].map((file) => startExample(file, environment)));
  });
  after(async () => {
    await Promise.all([old?.stop(), shop?.stop()]);
    await sandbox?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  let people = 0;
  const somebody = () => ({ name: `홍길동${(people += 1)}`, birth_date: '1988-03-05' });
  const minor = { name: '나청소', birth_date: `${new Date().getFullYear() - 15}-03-05` };

  async function post(to, body, cookie = '') {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
    const set = response.headers.getSetCookie()[0]?.split(';')[0];
    return { status: response.status, cookie: cookie || set, ...(await response.json()) };
  }
  const bodyOf = (api, id) => (api === 'v1' ? { imp_uid: id } : { identityVerificationId: id });

  /** To the documents' handler: an id of whoever made it. */
  const toOld = (api, id, loginId) => post(old.url + PATHS[api], { ...bodyOf(api, id), login_id: loginId });

  /** To the example, as its page does: begun there, verified as `person`, and sent back. */
  async function toShop(api, person, options = {}, where = '/sign-up') {
    const begun = await post(`${shop.url}${where}${PATHS[api]}/begin`, {});
    const given = api === 'v1' ? { merchantUid: begun.merchant_uid } : { id: begun.identityVerificationId };
    const id = sandbox.verify(person, { api, ...given, ...options });
    return { id, ...(await post(`${shop.url}${where}${PATHS[api]}`, bodyOf(api, id), begun.cookie)) };
  }
  const reasons = ({ findings }) => findings.map(({ code, reason }) => `${code}:${reason}`);

  test('a birthday in seconds is in 1970: a minor is an adult', async () => {
    assert.equal((await toOld('v1', sandbox.verify(minor, { api: 'v1' }), 'minor')).signedUp, true);
    const answer = await toShop('v1', minor);
    assert.equal(answer.status, 403);
    assert.deepEqual(reasons(answer), ['age:too_young']);
  });

  test('a test channel verifies whoever says so', async () => {
    const person = somebody();
    assert.equal((await toOld('v2', sandbox.verify(person, { channelType: 'TEST' }), 'tester')).signedUp, true);
    const answer = await toShop('v2', person, { channelType: 'TEST' });
    assert.equal(answer.status, 403);
    assert.deepEqual(reasons(answer), ['channel:test_channel']);
  });

  for (const api of ['v1', 'v2']) {
    test(`an id that somebody else sends again: ${api}`, async () => {
      const victim = somebody();
      const id = sandbox.verify(victim, { api });
      assert.equal((await toOld(api, id, 'victim')).signedUp, true);
      assert.equal((await toOld(api, id, 'thief')).found, 'victim'); // told to whoever has the id

      const mine = await toShop(api, victim);
      assert.equal(mine.allowed, true);
      for (const where of ['/sign-up', '/recover']) {
        const theirs = await post(`${shop.url}${where}${PATHS[api]}`, bodyOf(api, mine.id));
        assert.equal(theirs.status, 403, where);
        assert.ok(reasons(theirs).includes('begun:foreign'), where);
        assert.equal(theirs.found, undefined);
      }
    });

    test(`two sign-ups of one person at once: ${api}`, async () => {
      let both = false;
      for (let round = 0; round < 50 && !both; round += 1) {
        const person = somebody();
        const answers = await Promise.all(['one', 'two'].map((name) => toOld(api, sandbox.verify(person, { api }), name)));
        both = answers.every(({ signedUp }) => signedUp);
      }
      assert.ok(both, 'the documents let both in');

      for (let round = 0; round < 5; round += 1) {
        const person = somebody();
        const answers = await Promise.all(Array.from({ length: 8 }, () => toShop(api, person)));
        assert.equal(answers.filter(({ allowed }) => allowed).length, 1);
        assert.equal(answers.filter((answer) => answer.status === 403 && reasons(answer).includes('account:being_signed_up')).length, 7);
      }
    });
  }

  test('the README shows the code that runs', () => {
    const read = (file) => fs.readFileSync(path.join(ROOT, 'examples', 'express', file), 'utf8').replace(/^ +/gm, '');
    const blocks = read('README.md').match(/(?<=^```js\n)[^]*?(?=^```)/gm);
    assert.equal(blocks.length, 3);
    for (const block of blocks) assert.ok(read('documented.js').includes(block) || read('server.js').includes(block), block);
  });

  test('an id that was never issued', async () => {
    assert.equal((await toOld('v2', newId(), 'nobody')).status, 500); // and the whole answer in the log
    assert.equal((await post(`${shop.url}/sign-up/identity-verifications`, bodyOf('v2', newId()))).status, 403); // as somebody else's
  });
});
