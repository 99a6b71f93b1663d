'use strict';
// What docs/testing.md says of the window, with a sandbox that the browser reaches as another machine's.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { networkInterfaces } = require('node:os');
const path = require('node:path');
const { Sandbox, newId } = require('bonin');
const { DESKTOP, MOBILE, NO_BROWSER, launch, servePages } = require('./support.js');

const guide = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'testing.md'), 'utf8');
const [code] = [...guide.matchAll(/^```js\n(.*?)^```/gms)].map(([, block]) => block).filter((block) => block.includes('verifyAs('));
const { verifyAs, verifyAsOnPhone } = new Function(`${code}\nreturn { verifyAs, verifyAsOnPhone };`)();
const address = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('the window, as the guide drives it', { skip: NO_BROWSER || (address === undefined && 'no address but loopback') }, () => {
  let sandbox, browser, pages, url;

  before(async () => {
    sandbox = await Sandbox.start({ host: '0.0.0.0', allowRemote: true });
    url = `http://${address}:${new URL(sandbox.url).port}`;
    browser = await launch();
    pages = await servePages({
      '/': `<!doctype html><html lang="ko"><title>가게</title><script src="${url}/v2/browser-sdk.js"></script><body><button>인증</button>`,
      '/back': '<!doctype html><html lang="ko"><title>돌아옴</title><body>돌아옴',
    });
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    await sandbox?.close();
  });

  async function shop(device) {
    const page = await browser.newPage(device);
    await page.goto(pages.url);
    const id = newId();
    const request = {
      storeId: sandbox.storeId,
      channelKey: sandbox.channelKey,
      identityVerificationId: id,
      redirectUrl: `${pages.url}/back`,
    };
    await page.evaluate((given) => {
      document.querySelector('button').onclick = () => {
        window.answer = window.PortOne.requestIdentityVerification(given);
      };
    }, request);
    return { page, id, press: () => page.getByRole('button', { name: '인증' }).click() };
  }
  const nameOf = async (id) => {
    const portone = sandbox.connect();
    const { person } = await portone.lookup(id);
    portone.close();
    return person.name.reveal();
  };

  test('in a popup', async () => {
    const { page, id, press } = await shop(DESKTOP);
    await verifyAs(page, press, '박세나');
    assert.equal((await page.evaluate(() => window.answer)).identityVerificationId, id);
    assert.equal(await nameOf(id), '박세나');
    assert.deepEqual(browser.errors, []);
  });

  test('on a phone', async () => {
    const { page, id, press } = await shop(MOBILE);
    await verifyAsOnPhone(page, press, '정다솔');
    await page.waitForURL('**/back?**');
    assert.equal(new URL(page.url()).searchParams.get('identityVerificationId'), id);
    assert.equal(await nameOf(id), '정다솔');
  });

  test('a person of its own, and what cancels', async () => {
    const { page, id, press } = await shop(DESKTOP);
    const [popup] = await Promise.all([page.waitForEvent('popup'), press()]);
    await popup.getByLabel('직접 입력').check({ force: true });
    await popup.getByLabel('이름').fill('홍길동');
    await popup.getByLabel('생년월일').fill('2000-02-29');
    await popup.getByLabel('휴대폰 번호').fill('01012345678');
    await popup.getByRole('button', { name: '인증 완료' }).click();
    await page.evaluate(() => window.answer);
    assert.equal(await nameOf(id), '홍길동');
    const again = await shop(DESKTOP);
    const [window] = await Promise.all([again.page.waitForEvent('popup'), again.press()]);
    await window.locator('#cancel').click();
    assert.equal((await again.page.evaluate(() => globalThis.answer)).code, 'FAILURE_TYPE_PG');
  });
});
