'use strict';
// The sandbox's scripts and window in a real browser, with the page's code as it would be in production.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { PortOneV1, PortOneV2, Sandbox, newId } = require('bonin');
const { DESKTOP, MOBILE, NO_BROWSER, launch, popupOf, servePages, shot, violations } = require('./support.js');

describe('the sandbox in the browser', { skip: NO_BROWSER }, () => {
  let sandbox, browser, pages, v1, v2;

  before(async () => {
    sandbox = await Sandbox.start();
    browser = await launch();
    const page = (script) => `<!doctype html><html lang="ko"><title>가게</title><script src="${script}"></script><body>가게`;
    pages = await servePages({
      '/v1': page(sandbox.v1ScriptUrl),
      '/v2': page(sandbox.v2ScriptUrl),
      '/back': '<!doctype html><html lang="ko"><title>돌아옴</title><body>돌아옴',
    });
    v1 = new PortOneV1({ impKey: sandbox.impKey, impSecret: sandbox.impSecret, baseUrl: sandbox.v1Url });
    v2 = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    await sandbox?.close();
  });

  async function open(api, options = DESKTOP) {
    const page = await browser.newPage(options);
    await page.goto(`${pages.url}/${api}`);
    return page;
  }
  const v2Request = (more) => ({
    storeId: sandbox.storeId, channelKey: sandbox.channelKey, identityVerificationId: newId(), redirectUrl: `${pages.url}/back?from=shop`,
    ...more,
  });
  const v1Request = (more) => ({ channelKey: sandbox.channelKey, merchant_uid: newId(), m_redirect_url: `${pages.url}/back`, ...more });

  /** Calls the script from a click, and keeps what it answers in `window.answer`. */
  const callV2 = (page, request) =>
    page.evaluate((given) => {
      window.answer = window.PortOne.requestIdentityVerification(given).catch((error) => ({
        rejected: { type: error.__portOneErrorType, code: error.code, message: error.message },
      }));
    }, request);
  const callV1 = (page, request) =>
    page.evaluate((given) => {
      window.IMP.init('imp00000000');
      window.answer = new Promise((resolve) => window.IMP.certification(given, resolve));
    }, request);
  const answer = (page) => page.evaluate(() => window.answer);
  const button = (page, name) => page.getByRole('button', { name, exact: true });
  const queryOf = (page) => Object.fromEntries(new URL(page.url()).searchParams);

  test('V2, a popup: the promise resolves with exactly the fields, and the id looks up as verified', async () => {
    const page = await open('v2');
    const request = v2Request({ customData: { cart: 7 }, customer: { customerId: 'customer-1' } });
    const popup = await popupOf(page, () => callV2(page, request));
    await popup.getByRole('radio', { name: /박세나/ }).check();
    await shot(popup, 'sandbox-popup');
    await button(popup, '인증 완료').click();
    const result = await answer(page);
    assert.deepEqual(Object.keys(result), ['transactionType', 'identityVerificationId', 'identityVerificationTxId']);
    assert.equal(result.transactionType, 'IDENTITY_VERIFICATION');
    assert.equal(result.identityVerificationId, request.identityVerificationId);
    assert.match(result.identityVerificationTxId, /^[0-9a-f-]{36}$/);
    const found = await v2.lookup(request.identityVerificationId);
    assert.equal(found.status, 'verified');
    assert.equal(found.name.reveal?.() ?? found.name, '박세나');
    await page.context().close();
  });
});
