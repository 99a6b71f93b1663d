'use strict';
// The page at the sandbox's address, in a real browser.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const net = require('node:net');
const { PortOneV2, Sandbox } = require('bonin');
const { DESKTOP, MOBILE, NO_BROWSER, launch, shot, violations } = require('./support.js');

const TOKEN = 'a-token-of-sixteen-or-more';

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

describe('the page at the address of the sandbox', { skip: NO_BROWSER }, () => {
  let sandbox, remote, port, browser, v2;

  before(async () => {
    sandbox = await Sandbox.start();
    port = await freePort();
    remote = await Sandbox.start({ host: '0.0.0.0', port, allowRemote: true, token: TOKEN, publicUrl: 'http://shop.test:8180' });
    browser = await launch();
    v2 = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  });
  after(async () => {
    await browser?.close();
    v2?.close();
    await sandbox?.close();
    await remote?.close();
  });

  async function open(options = DESKTOP, url = sandbox.url) {
    const page = await browser.newPage(options);
    await page.goto(`${url}/`);
    return page;
  }

  for (const [name, options] of Object.entries({
    desktop: DESKTOP,
    phone: MOBILE,
    'desktop, dark': { ...DESKTOP, colorScheme: 'dark' },
    'phone, dark': { ...MOBILE, colorScheme: 'dark' },
    'desktop, English': { ...DESKTOP, locale: 'en-US' },
    'phone, English': { ...MOBILE, locale: 'en-US' },
  })) {
    test(`it shows where it is and who is in it: ${name}`, async () => {
      await v2.lookup('iv-unknown').catch(() => {});
      const page = await open(options);
      await page.locator('#log tr').first().waitFor();
      const text = await page.locator('body').innerText();
      for (const said of [sandbox.url, sandbox.apiSecret, sandbox.impKey, sandbox.channelKey, 'born_tomorrow_19', 'iv-unknown']) {
        assert.ok(text.includes(said), said);
      }
      const korean = options.locale === 'ko-KR';
      assert.equal(await page.locator('h1').innerText(), korean ? '내 컴퓨터의 포트원' : 'A PortOne of your own');
      assert.equal(await page.locator('html').getAttribute('lang'), korean ? 'ko' : 'en');
      if (!korean) assert.doesNotMatch(text.replaceAll('한국어', ''), /[가-힣]/);
      for (const { person } of sandbox.personas()) assert.ok(!person.name || !text.includes(person.name), 'ids, no persons');
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, 'nothing is cut off');
      assert.deepEqual(await violations(page), []);
      await shot(page, `sandbox-page-${name.replaceAll(/[ ,]+/g, '-')}`, { fullPage: true });
      await page.context().close();
    });
  }

  test('a button makes an id, and the code goes on with it', async () => {
    const page = await open();
    await page.locator('li', { hasText: 'minor' }).first().getByRole('button', { name: /V2/ }).click();
    const id = await page.locator('#made code').innerText();
    assert.equal((await v2.lookup(id)).status, 'verified');
    assert.ok((await page.locator('#python').innerText()).includes(`verifier.verify("${id}")`));
    // It was looked up meanwhile: the list shows it by itself.
    await page
      .locator('#log td', { hasText: `GET /identity-verifications/${id}` })
      .first()
      .waitFor();
    await page.context().close();
  });

  test('what is copied is what is shown', async () => {
    const page = await browser.newPage(DESKTOP);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: sandbox.url });
    await page.goto(`${sandbox.url}/`);
    await page.locator('#keys button').first().waitFor();
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.locator('[data-copy=curl]').click();
    assert.equal(await clipboard(), `curl -s ${sandbox.url}/sandbox/verify \\\n  -d '{"persona": "adult", "api": "v2"}'`);
    await page.locator('#copy-keys').click();
    assert.ok((await clipboard()).includes(`export BONIN_API_SECRET=${sandbox.apiSecret}\n`));
    await page.context().close();
  });

  test('the language can be changed', async () => {
    const page = await open();
    await page.locator('#language').click();
    assert.equal(await page.locator('h1').innerText(), 'A PortOne of your own');
    await page.locator('li', { hasText: 'turns 15 this year' }).waitFor();
    await page.locator('#language').click();
    assert.equal(await page.locator('h1').innerText(), '내 컴퓨터의 포트원');
    await page.context().close();
  });

  test('it is neither logged nor hit by a fault', async () => {
    sandbox.control('reset');
    sandbox.fault('status', { status: 500, times: 100 });
    const page = await open();
    await page.locator('#keys dd').first().waitFor();
    assert.equal(sandbox.control('requests').total, 0);
    sandbox.control('reset');
    await page.context().close();
  });

  test('from another machine it asks for the token', async () => {
    // A public address that is no loopback: every caller counts as remote.
    const page = await open(DESKTOP, `http://127.0.0.1:${port}`);
    await page.locator('#gate').waitFor();
    assert.ok(!(await page.locator('#main').isVisible()));
    await page.locator('#token').fill('not-the-token-at-all');
    await page.locator('#gate button').click();
    await page.locator('#problem:not(:empty)').waitFor();
    await page.locator('#token').fill(TOKEN);
    await page.locator('#gate button').click();
    await page.locator('#keys dd').first().waitFor();
    assert.ok((await page.locator('#curl').innerText()).includes('Sandbox-Token: $BONIN_SANDBOX_TOKEN'));
    assert.ok(!(await page.content()).includes(TOKEN));
    await page.context().close();
  });

  test('no page error, and a policy that lets nothing else in', async () => {
    const response = await fetch(`${sandbox.url}/`);
    const policy = response.headers.get('content-security-policy');
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(part), policy);
    }
    assert.deepEqual(browser.errors, []);
  });
});
