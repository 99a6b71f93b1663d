'use strict';
// bonin/browser in a real browser: against the sandbox's scripts and window, and a small server with bonin/express.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const helmet = require('helmet');
const { Sandbox } = require('bonin');
const { startShop } = require('./helper-shop.js');
const { DESKTOP, MOBILE, NO_BROWSER, launch, popupOf, shot, violations } = require('./support.js');

const CANCELED = '사용자가 본인인증을 취소하였습니다.';
const FAILED = '본인인증에 실패하였습니다.';
const NOT_FINISHED = '본인인증이 완료되지 않았습니다. 다시 시도해 주세요.';
const PATHS = { v1: '/certifications', v2: '/identity-verifications' };

describe('bonin/browser', { skip: NO_BROWSER }, () => {
  let sandbox, browser, shop;

  before(async () => {
    sandbox = await Sandbox.start();
    browser = await launch({ backForwardCache: true });
    shop = await startShop(sandbox);
  });
  after(async () => {
    await browser?.close();
    await shop?.close();
    await sandbox?.close();
  });

  async function open(address = '/', { device = DESKTOP, of = shop } = {}) {
    const page = await browser.newPage(device);
    await page.goto(of.url + address);
    await page.waitForFunction(() => window.bonin);
    return page;
  }
  /** A press: keeps the promise in the page. */
  const press = (page, api, options = {}) =>
    page.evaluate(
      (given) => {
        window.answer = window.bonin.verifyIdentity(given).then(
          (answer) => (typeof answer.retry === 'function' ? { ...answer, retry: ((window.retry = answer.retry), true) } : answer),
          (error) => ({ thrown: String(error) }),
        );
      },
      { begin: `${PATHS[api]}/begin`, ...(api === 'v1' && { impCode: 'imp00000000' }), ...options },
    );
  const answerOf = (page) => page.evaluate(() => window.answer);
  const retry = (page) => page.evaluate(() => window.retry());
  const button = (page, name) => page.getByRole('button', { name, exact: true });
  const done = (window) => button(window, '인증 완료').click();
  const choose = async (window, persona) => {
    await window.locator(`input[name=persona][value=${persona}]`).check({ force: true });
    await done(window);
  };
  /** A press, and what somebody does in the popup. */
  async function inPopup(page, api, act, options) {
    const popup = await popupOf(page, () => press(page, api, options));
    await button(popup, '인증 완료').waitFor();
    await act(popup);
    return answerOf(page);
  }
  const inWindow = async (page) => (await page.waitForURL('**/sandbox/window?**'), await button(page, '인증 완료').waitFor());

  for (const api of ['v1', 'v2']) {
    for (const place of ['/', '/module']) {
      test(`popup: allowed: ${api}, ${place === '/' ? 'script tag' : 'ES module'}`, async () => {
        const page = await open(place);
        assert.deepEqual(await inPopup(page, api, done), { allowed: true, seen: 'POST' });
        await page.context().close();
      });
    }

    test(`popup: a minor, by the server's words: ${api}`, async () => {
      const page = await open();
      const { id, findings, ...answer } = await inPopup(page, api, (popup) => choose(popup, 'minor'));
      assert.deepEqual([answer.allowed, answer.code, answer.status], [false, 'denied', 403]);
      assert.deepEqual(
        findings.map(({ reason }) => reason),
        ['too_young'],
      );
      assert.match(id, api === 'v1' ? /^imp_/ : /^[0-9a-f]{32}/);
      await page.context().close();
    });

    test(`popup: failed, canceled, closed, blocked: ${api}`, async () => {
      const page = await open();
      const { providerCode, ...failed } = await inPopup(page, api, (popup) => button(popup, '인증 실패').click());
      const told = { allowed: false, code: 'not_finished', status: 403, ko: NOT_FINISHED, findings: [] };
      delete failed.en;
      assert.deepEqual(failed, { ...told, reason: 'failed', message: FAILED });
      assert.equal(providerCode, api === 'v1' ? '9999' : 'FAILURE_TYPE_PG');
      for (const act of [(popup) => button(popup, '취소하고 창 닫기').click(), (popup) => popup.close({ runBeforeUnload: true })]) {
        const { code, reason, message } = await inPopup(page, api, act);
        assert.deepEqual([code, reason, message], ['not_finished', 'closed', CANCELED]);
      }
      await page.evaluate(() => (window.open = () => null));
      await press(page, api);
      const { code, reason, message } = await answerOf(page);
      assert.deepEqual([code, reason], ['not_finished', 'failed']);
      assert.match(message, /팝업이 차단/);
      await page.context().close();
    });

    test(`redirect to the server's route: ${api}`, async () => {
      const page = await open('/', { device: MOBILE });
      await press(page, api);
      await inWindow(page);
      await done(page);
      await page.waitForURL(`${shop.url}/welcome`);
      await page.context().close();
    });

    test(`redirect: back by the back button, to the page as it was left: ${api}`, async () => {
      const page = await open('/', { device: MOBILE });
      await page.evaluate(() => (window.left = 'as it was'));
      await press(page, api);
      await inWindow(page);
      await page.goBack({ waitUntil: 'commit' }); // a page that was kept loads nothing
      assert.equal(await page.evaluate(() => window.left), 'as it was', 'the browser kept the page');
      const { code, reason, status } = await answerOf(page);
      assert.deepEqual([code, reason, status], ['not_finished', 'closed', undefined]);
      await press(page, api);
      await inWindow(page);
      await done(page);
      await page.waitForURL(`${shop.url}/welcome`);
      await page.context().close();
    });

    test(`pressed twice: one window, one flow, one answer: ${api}`, async () => {
      const page = await open();
      const [popups, begins] = [[], []];
      page.on('popup', (popup) => popups.push(popup));
      page.on('request', (request) => request.url().endsWith('/begin') && begins.push(request));
      const both = page.evaluate((given) => Promise.all([window.bonin.verifyIdentity(given), window.bonin.verifyIdentity(given)]), {
        begin: `${PATHS[api]}/begin`,
        impCode: 'imp00000000',
      });
      const popup = await page.waitForEvent('popup');
      const busy = await page.evaluate(() => window.bonin.verifyIdentity({ begin: '/elsewhere/begin' }));
      assert.equal(busy.code, 'busy');
      await done(popup);
      assert.deepEqual(await both, Array(2).fill({ allowed: true, seen: 'POST' }));
      assert.deepEqual([popups.length, begins.length], [1, 1]);
      await page.context().close();
    });

    test(`PortOne's script is not there, or the page's policy blocks it: ${api}`, async (t) => {
      const strict = await startShop(sandbox, {
        before: (app) => app.use((_req, res, next) => (res.set('Content-Security-Policy', "default-src 'self'"), next())),
      });
      t.after(() => strict.close());
      for (const [place, of] of [
        ['/bare', shop],
        ['/', strict],
      ]) {
        const page = await open(place, { of });
        const said = [];
        page.on('console', (message) => said.push(message.text()));
        await press(page, api);
        const { code, hint } = await answerOf(page);
        assert.equal(code, 'no_script');
        assert.match(
          hint,
          api === 'v1' ? /https:\/\/cdn\.iamport\.kr\/v1\/iamport\.js.*script-src/ : /https:\/\/cdn\.portone\.io\/v2.*script-src/,
        );
        assert.ok(said.includes(`bonin: ${hint}`));
        await page.context().close();
      }
    });

    test(`the server cannot be reached, at the start or at the end: ${api}`, async () => {
      const page = await open();
      await page.route('**/begin', (route) => route.abort());
      await press(page, api);
      assert.deepEqual(((answer) => [answer.code, answer.retry])(await answerOf(page)), ['offline', undefined]);
      await page.unroute('**/begin');
      await page.route(`**${PATHS[api]}`, (route) => route.abort());
      const { code, retry: may } = await inPopup(page, api, done);
      assert.deepEqual([code, may], ['offline', true]);
      assert.equal((await retry(page)).code, 'offline');
      await page.unroute(`**${PATHS[api]}`);
      await page.route(`**${PATHS[api]}`, (route) =>
        route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
      );
      assert.deepEqual(((answer) => [answer.code, answer.status])(await retry(page)), ['unexpected', 502]);
      await page.unroute(`**${PATHS[api]}`);
      assert.deepEqual(await retry(page), { allowed: true, seen: 'POST' }, 'the same result: nobody verifies twice');
      await page.context().close();
    });

    test(`PortOne is down: the server says when to try again: ${api}`, async (t) => {
      const page = await open();
      t.after(() => sandbox.clearFaults());
      sandbox.fault('status', {
        times: 100,
        status: 503,
        headers: { 'Retry-After': '7' },
        match: { method: 'GET', path: `${PATHS[api]}/*` },
      });
      const { code, status, retryAfter, retry: may } = await inPopup(page, api, done);
      assert.deepEqual([code, status, may], ['unavailable', 503, true]);
      assert.ok(retryAfter >= 1, String(retryAfter));
      sandbox.clearFaults();
      assert.equal((await retry(page)).allowed, true);
      await page.context().close();
    });
  }

  test('`begin` is refused, too often or by an answer that is not bonin’s', async () => {
    const page = await open();
    const refused = async (answer) => {
      await page.route('**/begin', (route) => route.fulfill(answer));
      await press(page, 'v2');
      const told = await answerOf(page);
      await page.unroute('**/begin');
      return told;
    };
    const often = { allowed: false, code: 'too_often', ko: '잠시 후', en: 'later', findings: [] };
    assert.deepEqual(await refused({ status: 429, headers: { 'Retry-After': '30' }, json: often }), {
      ...often,
      status: 429,
      retryAfter: 30,
    });
    assert.equal((await refused({ status: 200, body: '<!doctype html>' })).code, 'unexpected');
    assert.equal((await refused({ status: 401, json: { detail: 'signed out' } })).status, 401);
    await page.context().close();
  });

  test('stopped by the page', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.stop = new AbortController();
      window.answer = window.bonin.verifyIdentity({ begin: '/identity-verifications/begin', signal: window.stop.signal });
    });
    await page.waitForEvent('popup');
    await page.evaluate(() => window.stop.abort());
    assert.equal((await answerOf(page)).code, 'aborted');
    await page.context().close();
  });

  test('a mistake of the page is thrown', async () => {
    const page = await open();
    await press(page, 'v2', { begin: '' });
    assert.match((await answerOf(page)).thrown, /TypeError: `begin`/);
    await page.context().close();
  });

  test('a guardian’s consent', async (t) => {
    const family = await startShop(sandbox, { policy: { name: 'family', rules: [{ verified: true }, { guardian: true }] } });
    t.after(() => family.close());
    for (const api of ['v1', 'v2']) {
      const page = await open('/', { of: family });
      const { id: guardianOf, code, findings } = await inPopup(page, api, (popup) => choose(popup, 'child'));
      assert.equal(code, 'needs_guardian');
      assert.deepEqual(
        findings.map(({ reason }) => reason),
        ['needs_guardian'],
      );
      const answer = await inPopup(page, api, (popup) => choose(popup, 'adult'), { guardianOf });
      assert.deepEqual(answer, { allowed: true, seen: 'POST' });
      await page.context().close();
    }
  });

  // ---- a single-page app whose redirectUrl is its own page ---------------------------------------------------------------

  /** The app's page: it has signed in, and says so in each request; no cookie is kept. */
  const APP = `{scripts}<script>
    const options = (api) => ({
      begin: api === 'v1' ? '/certifications/begin' : '/identity-verifications/begin',
      headers: () => ({ Authorization: 'Bearer ' + sessionStorage.getItem('jwt') }),
    });
    window.verify = (api) => bonin.verifyIdentity({ ...options(api), impCode: 'imp00000000' });
    const api = new URLSearchParams(location.search).get('api');
    window.resumed = bonin.resumeIdentity(options(api)).then((answer) => answer ?? null);
  </script>`;

  test('a single-page app that signs in by a token: the redirect comes back to its page', async (t) => {
    const users = { 'jwt-1': 'user-1', 'jwt-2': 'user-2' };
    const app = await startShop(sandbox, {
      pages: { '/app': APP },
      subject: (req) => users[/^Bearer (.*)$/.exec(req.get('Authorization') ?? '')?.[1]] ?? 'nobody',
      redirectUrl: (req) => `http://${req.get('host')}/app?api=${req.path.startsWith('/cert') ? 'v1' : 'v2'}&step=2`,
    });
    t.after(() => app.close());
    for (const api of ['v1', 'v2']) {
      const page = await open(`/app?api=${api}&step=1`, { device: MOBILE, of: app });
      const signIn = (jwt) => page.evaluate((given) => sessionStorage.setItem('jwt', given), jwt);
      const resumed = () => page.evaluate(() => window.resumed);
      const leave = async () => {
        await page.evaluate((one) => void window.verify(one), api);
        await inWindow(page);
      };
      await signIn('jwt-1');
      assert.equal(await resumed(), null);
      await leave();
      const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith(PATHS[api]));
      await done(page);
      await page.waitForURL(`${app.url}/app**`);
      assert.deepEqual(await resumed(), { allowed: true, seen: 'POST' });
      assert.equal(page.url(), `${app.url}/app?api=${api}&step=2`, 'the address has forgotten it');
      assert.equal((await (await sent).allHeaders()).cookie, undefined);
      await page.reload();
      assert.equal(await resumed(), null, 'a reload sends nothing');

      await leave();
      await button(page, '취소').click();
      await page.waitForURL(`${app.url}/app**`);
      const { code, reason, message } = await resumed();
      assert.deepEqual([code, reason, message], ['not_finished', 'closed', CANCELED]);

      await leave();
      await signInOf(page, 'jwt-2', app);
      await done(page);
      await page.waitForURL(`${app.url}/app**`);
      const stolen = await resumed();
      assert.deepEqual(
        stolen.findings.map(({ reason: why }) => why),
        ['foreign'],
        'who has signed in as somebody else meanwhile',
      );
      await page.context().close();
    }
  });

  /** Signs in as somebody else while the browser is away in the window. */
  const signInOf = (page, jwt, app) =>
    page.context().addInitScript(([given, url]) => location.href.startsWith(url) && sessionStorage.setItem('jwt', given), [jwt, app.url]);

  test('a page of another site, without cookies: a token in place of them, across the redirect', async (t) => {
    const html = `{scripts}<script>
      const options = { begin: new URLSearchParams(location.search).get('server') + '/identity-verifications/begin', token: true };
      window.verify = () => bonin.verifyIdentity(options);
      window.resumed = bonin.resumeIdentity(options).then((answer) => answer ?? null);
    </script>`;
    const page = await startShop(sandbox, { pages: { '/app': html } });
    t.after(() => page.close());
    const startApi = async (allowedOrigins) => {
      const api = await startShop(sandbox, {
        allowedOrigins,
        before: (app) =>
          app.use((req, res, next) => {
            res.set('Access-Control-Allow-Origin', page.url);
            res.set('Access-Control-Allow-Headers', 'Content-Type, Bonin-Subject');
            res.set('Access-Control-Expose-Headers', 'Bonin-Subject, Retry-After');
            if (req.method === 'OPTIONS') return res.sendStatus(204);
            next();
          }),
        redirectUrl: (req) => `${page.url}/app?server=http://${req.get('host')}`,
      });
      t.after(() => api.close());
      return api.url.replace('localhost', '127.0.0.1');
    };
    const begin = (visitor) => visitor.evaluate(() => void (window.answer = window.verify()));

    const stranger = await open(`/app?server=${await startApi([])}`, { of: page });
    await begin(stranger);
    const refused = await answerOf(stranger);
    assert.deepEqual([refused.code, refused.status], ['cross_site', 403]);
    await stranger.context().close();

    const address = `/app?server=${await startApi([page.url])}`;
    const desktop = await open(address, { of: page });
    const popup = await popupOf(desktop, () => begin(desktop));
    await done(popup);
    assert.deepEqual(await answerOf(desktop), { allowed: true, seen: 'POST' });
    assert.deepEqual(await desktop.context().cookies(), []);
    await desktop.context().close();

    const phone = await open(address, { device: MOBILE, of: page });
    await begin(phone);
    await inWindow(phone);
    await done(phone);
    await phone.waitForURL(`${page.url}/app**`);
    assert.deepEqual(await phone.evaluate(() => window.resumed), { allowed: true, seen: 'POST' });
    await phone.context().close();
  });

  // ---- headers that come between the page and its window -----------------------------------------------------------------

  /** The blocks of a guide, with the sandbox in place of PortOne. */
  const guide = (name, language) =>
    [
      ...fs
        .readFileSync(path.join(__dirname, '..', '..', 'docs', name), 'utf8')
        .matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')),
    ].map(([, block]) =>
      block
        .replace(/https:\/\/cdn\.portone\.io\/v2\/browser-sdk\.js/g, sandbox.v2ScriptUrl)
        .replaceAll('https://cdn.portone.io', sandbox.url),
    );
  const WEB_GUIDES = ['web.md', 'web.ko.md'];

  test('helmet as the guide says', async (t) => {
    const blocks = WEB_GUIDES.map((name) => guide(name, 'js').find((block) => block.includes('helmet(')));
    assert.equal(blocks[0], blocks[1]);
    const use = new Function('app', 'helmet', blocks[0]);
    // The sandbox has one origin, which the guide's line for V2 stands for.
    const safe = await startShop(sandbox, { before: (app) => use(app, helmet) });
    t.after(() => safe.close());
    for (const api of ['v1', 'v2']) {
      const page = await open('/', { of: safe });
      assert.deepEqual(await inPopup(page, api, done), { allowed: true, seen: 'POST' });
      await page.context().close();
      const phone = await open('/', { device: MOBILE, of: safe });
      await press(phone, api);
      await inWindow(phone);
      await done(phone);
      await phone.waitForURL(`${safe.url}/welcome`);
      await phone.context().close();
    }
  });

  test('the pages of the guide work as they stand', async (t) => {
    for (const name of WEB_GUIDES) {
      const [simple, single] = guide(name, 'html');
      const served = await startShop(sandbox, {
        pages: { '/simple': simple, '/single': single },
        subject: (req) => req.get('Authorization') ?? 'one visitor',
        redirectUrl: (req) => `http://${req.get('host')}/single`,
      });
      t.after(() => served.close());
      const page = await open('/simple', { of: served });
      const minor = await popupOf(page, () => page.locator('#verify').click());
      await choose(minor, 'minor');
      await page.locator('#notice', { hasText: '연 나이 19세 이상만' }).waitFor();
      const adult = await popupOf(page, () => page.locator('#verify').click());
      await done(adult);
      await page.waitForURL(`${served.url}/welcome`);
      await page.context().close();

      const phone = await open('/single', { device: MOBILE, of: served });
      await phone.evaluate(() => sessionStorage.setItem('token', 'jwt'));
      await phone.locator('#verify').click();
      await inWindow(phone);
      await done(phone);
      await phone.locator('#notice', { hasText: name === 'web.md' ? 'Welcome' : '반갑습니다' }).waitFor();
      assert.equal(phone.url(), `${served.url}/single`);
      await phone.context().close();
    }
  });

  test('helmet with its defaults: the window says what cuts it off, and so does the console', async (t) => {
    const directives = { 'script-src': ["'self'", sandbox.url] };
    const cut = await startShop(sandbox, { before: (app) => app.use(helmet({ contentSecurityPolicy: { directives } })) });
    t.after(() => cut.close());
    for (const api of ['v1', 'v2']) {
      const page = await open('/', { of: cut });
      const warned = page.waitForEvent('console', (message) => message.type() === 'warning');
      const [popup] = await Promise.all([page.context().waitForEvent('page'), press(page, api)]);
      await popup.getByText('창을 연 화면과 끊겼습니다').waitFor();
      assert.match(await popup.locator('#notice-text').innerText(), /Cross-Origin-Opener-Policy: same-origin.*same-origin-allow-popups/s);
      assert.equal(await button(popup, '인증 완료').isVisible(), false);
      assert.deepEqual(await violations(popup), []);
      await shot(popup, `sandbox-cut-off-${api}`);
      assert.match((await warned).text(), /Cross-Origin-Opener-Policy: same-origin.*same-origin-allow-popups/);
      const { code, reason } = await answerOf(page);
      assert.deepEqual([code, reason], ['not_finished', 'closed']);
      await page.context().close();
    }
  });

  test('no page had an error', () => assert.deepEqual(browser.errors, []));
});
