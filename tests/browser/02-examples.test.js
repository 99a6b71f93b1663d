'use strict';
// The example shops, clicked through: each API, popup and redirect, desktop and phone.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { DESKTOP, MOBILE, NO_BROWSER, launch, movedByLater, popupOf, shot, violations } = require('./support.js');
const { NO_NEXT, startExample } = require('../node/examples.js');
const { Visitor } = require('./visitor.js');

const EXAMPLES = {
  express: 'express/server.js',
  nest: 'nest/src/main.ts',
  next: 'next/build.js',
  flask: 'flask/app.py',
  fastapi: 'fastapi/app.py',
  django: 'django/app.py',
};
const DEVICES = { desktop: { ...DESKTOP, viewport: { width: 1280, height: 800 } }, phone: { ...MOBILE, deviceScaleFactor: 1 } };
const WAYS = ['v1', 'v2'].flatMap((api) =>
  ['popup', 'redirect'].flatMap((window) => Object.keys(DEVICES).map((device) => ({ api, window, device, phone: device === 'phone' }))),
);
let persons = 0;

async function sandbox(shop, operation, fields = {}) {
  const response = await fetch(`${shop.sandboxUrl}/sandbox/${operation}`, { method: 'POST', body: JSON.stringify(fields) });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

/** A person nobody has met yet: the name of a persona. */
async function newPerson(shop, options = {}) {
  const name = `person-${(persons += 1)}`;
  await sandbox(shop, 'add_person', { name, person: { name: `홍길동${persons}`, birth_date: '1988-03-05' }, ...options });
  return name;
}

/** Does a long login id push its particle, 님, to a line of its own? The page is as before. */
const breaksBeforeParticle = (page) =>
  page.evaluate(() => {
    const loginId = document.getElementById('member-id');
    const [before, one] = [loginId.textContent, loginId.parentElement.getBoundingClientRect().height];
    loginId.textContent = 'hanaphonelight';
    const now = loginId.parentElement.getBoundingClientRect().height;
    loginId.textContent = before;
    return now > one;
  });

const nameOf = ({ api, window, device }) => `${api}, ${window}, ${device}`;
/** Every state is the same page's; each way of it is looked at once, and each server meets each state. */
const [DESKTOP_POPUP, PHONE_REDIRECT] = ['v2, popup, desktop', 'v1, redirect, phone'].map((name) =>
  WAYS.find((how) => nameOf(how) === name),
);
const STATES = {
  express: [DESKTOP_POPUP, PHONE_REDIRECT],
  nest: [DESKTOP_POPUP],
  next: [PHONE_REDIRECT],
  flask: [DESKTOP_POPUP],
  fastapi: [PHONE_REDIRECT],
  django: [DESKTOP_POPUP],
};
const SIGN_UP = '본인인증하고 가입하기';
const RECOVER = '본인인증하고 아이디 찾기';
const POST = { v1: '/certifications', v2: '/identity-verifications' };

describe('the examples in the browser', { skip: NO_BROWSER, concurrency: 2 }, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser?.close());

  for (const [name, file] of Object.entries(EXAMPLES)) {
    describe(`examples/${name}`, { concurrency: 1, skip: name === 'next' && NO_NEXT }, () => {
      let shop;
      before(async () => (shop = await startExample(file)));
      after(() => shop?.stop());

      const visit = (how) => Visitor.open(browser, DEVICES[how.device], shop, how);
      const picture = (visitor, state) => shot(visitor.page, `example-${name}-${visitor.how.device}-${state}`);

      for (const how of WAYS) {
        test(`refused, signed up, found, left and signed up again: ${nameOf(how)}`, async () => {
          const visitor = await visit(how);
          await visitor.verify(SIGN_UP, 'minor');
          assert.match(await visitor.notice(), /아직 가입할 수 없어요.*연 나이 19세/s);
          await visitor.giveUp(SIGN_UP, 'canceled');
          assert.match(await visitor.notice(), /본인인증을 마치지 못했어요/);

          const person = await newPerson(shop);
          await visitor.signUp(person, 'haneul');
          const query = new URL(visitor.page.url()).searchParams;
          assert.ok(
            [...query.keys()].every((key) => key === 'api' || key === 'window'),
            'nothing of a person is in the address',
          );
          await visitor.page.reload();
          await visitor.sees('haneul 님, 반가워요');
          await visitor.visit('#recover');
          await visitor.verify(RECOVER, person);
          await visitor.sees('아이디를 찾았어요');
          assert.equal(await visitor.page.locator('#found-id').innerText(), 'ha***l');
          await visitor.page.getByRole('link', { name: '처음으로' }).click();
          await visitor.leave();
          await visitor.signUp(person, 'badaro');
          await visitor.leave();
          assert.deepEqual(await visitor.page.evaluate(() => globalThis.shifts), []);
          await visitor.close();
        });
      }

      for (const how of STATES[name]) {
        test(`who does not pass is told why: ${nameOf(how)}`, async () => {
          const visitor = await visit(how);
          await visitor.assertDecent();
          await picture(visitor, '1-start');

          await visitor.verify(SIGN_UP, 'minor');
          assert.match(await visitor.notice(), /아직 가입할 수 없어요.*연 나이 19세/s);
          assert.equal(await visitor.page.locator('.notice > div').evaluate((box) => box === document.activeElement), true);
          await visitor.assertDecent();
          await picture(visitor, '2-minor');

          await visitor.verify(SIGN_UP, await newPerson(shop, { channel_type: 'TEST' }));
          // V1 answers carry no mark of a test channel.
          if (how.api === 'v2') assert.match(await visitor.notice(), /테스트용 본인인증/);
          else await visitor.sees('아이디를 정해 주세요');
          await visitor.close();
        });

        test(`the window is closed, or the verification fails: ${nameOf(how)}`, async () => {
          const visitor = await visit(how);
          await visitor.giveUp(SIGN_UP, 'canceled');
          assert.match(await visitor.notice(), visitor.popup ? /창을 닫아서/ : /다시 시도해 주세요/); // a redirect does not tell which
          await visitor.assertDecent();
          await picture(visitor, '3-closed');
          await visitor.giveUp(SIGN_UP, 'failed');
          assert.match(await visitor.notice(), visitor.popup ? /실패하였습니다/ : /다시 시도해 주세요/);
          if (visitor.popup) {
            await visitor.inWindow(SIGN_UP, (window) => window.close());
            assert.match(await visitor.notice(), /창을 닫아서/);
          } else {
            await visitor.button(SIGN_UP).click();
            await visitor.page.waitForURL('**/sandbox/window?**');
            await visitor.page.goBack();
            await visitor.page.locator('h1:visible').waitFor();
          }
          assert.equal(
            await visitor
              .button(SIGN_UP)
              .getAttribute('aria-disabled')
              .then((value) => value ?? 'false'),
            'false',
          );
          await visitor.close();
        });

        test(`PortOne is down, and comes back: ${nameOf(how)}`, async (t) => {
          const visitor = await visit(how);
          t.after(() => sandbox(shop, 'clear_faults'));
          await sandbox(shop, 'fault', { kind: 'status', times: 100, match: { method: 'GET', path: `${POST[how.api]}/*` } });
          await visitor.verify(SIGN_UP, await newPerson(shop));
          assert.match(await visitor.notice(), /지금은 확인할 수 없어요/);
          await visitor.assertDecent();
          await picture(visitor, '4-down');
          await sandbox(shop, 'clear_faults');
          await visitor.page.locator('.notice').getByText('다시 확인').click(); // the same id: nobody verifies twice
          await visitor.sees('아이디를 정해 주세요');
          await visitor.close();
        });

        test(`a second account is refused, and the first found: ${nameOf(how)}`, async () => {
          const first = await visit(how);
          const person = await newPerson(shop);
          await first.verify(SIGN_UP, person);
          await first.sees('아이디를 정해 주세요');
          await first.assertDecent();
          await picture(first, '5-choose');

          const second = await visit(how);
          await second.verify(SIGN_UP, person);
          assert.match(await second.notice(), /가입이 진행되고 있어요/);

          await first.choose('Kim 1');
          assert.match(await first.notice(), /아이디를 다시 확인해 주세요/);
          assert.equal(await first.page.locator('#login-id').evaluate((input) => input === document.activeElement), true);
          await first.assertDecent();
          await picture(first, '6-invalid');
          await first.choose('norang');
          await first.sees('norang 님, 반가워요');
          await first.assertDecent();
          await picture(first, '7-member');
          assert.equal(await breaksBeforeParticle(first.page), false);
          await first.page.getByRole('link', { name: '이달의 술 둘러보기' }).click();
          await first.sees('이달의 술');
          await first.assertDecent();
          await picture(first, '7-shelf');
          await first.page.getByRole('link', { name: '내 계정으로' }).click();
          await first.sees('norang 님, 반가워요');

          await second.verify(SIGN_UP, person);
          assert.match(await second.notice(), /이미 가입되어 있어요/);
          await second.assertDecent();
          await picture(second, '8-second');
          await second.page.locator('.notice').getByRole('link', { name: '아이디 찾기' }).click();
          await second.sees('아이디 찾기');
          await second.verify(RECOVER, await newPerson(shop));
          assert.match(await second.notice(), /가입된 계정이 없어요/);
          await second.assertDecent();
          await picture(second, '9-no-account');
          await second.verify(RECOVER, person);
          await second.sees('아이디를 찾았어요');
          assert.equal(await second.page.locator('#found-id').innerText(), 'no***g');
          await second.assertDecent();
          await picture(second, 'a-found');

          await second.page.getByRole('link', { name: '처음으로' }).click();
          await second.sees('본인인증부터 할게요');
          await second.verify(SIGN_UP, await newPerson(shop));
          await second.sees('아이디를 정해 주세요');
          await second.choose('norang');
          assert.match(await second.notice(), /이미 쓰고 있는 아이디예요/);
          await second.choose('bomnal');
          await second.sees('bomnal 님, 반가워요');

          await first.button('탈퇴하기').click();
          await first.page.getByRole('dialog').waitFor();
          await first.assertDecent();
          await picture(first, 'b-leave');
          await first.page.keyboard.press('Escape');
          assert.equal(await first.heading(), 'norang 님, 반가워요');
          await first.leave();
          assert.match(await first.notice(), /탈퇴했어요/);
          await first.assertDecent();
          await picture(first, 'c-left');
          await second.leave();
          await first.close();
          await second.close();
        });

        test(`an id counts once, for whom it was begun: ${nameOf(how)}`, async () => {
          const owner = await visit(how);
          const thief = await visit(how);
          const path = `/sign-up${POST[how.api]}`;
          const begun = await owner.post(`${path}/begin`, {});
          const given = begun.identityVerificationId ?? begun.merchant_uid;
          const { id } = await sandbox(shop, 'verify', {
            persona: await newPerson(shop),
            api: how.api,
            ...(how.api === 'v2' ? { id: given } : { merchant_uid: given }),
          });
          const body = how.api === 'v2' ? { identityVerificationId: id } : { imp_uid: id, merchant_uid: given, success: true };
          for (const turn of ['before it was used', 'after']) {
            const { status, findings } = await thief.post(path, body);
            assert.equal(status, 403, turn);
            assert.ok(
              findings.some(({ code, reason }) => code === 'begun' && reason === 'foreign'),
              turn,
            );
            await thief.page.goto(`${shop.url}${path}/redirect?${new URLSearchParams(body)}`);
            assert.match(await thief.notice(), /본인인증을 다시 해 주세요/);
            if (turn === 'after') break;
            assert.equal((await owner.post(path, body)).allowed, true);
          }
          await thief.assertDecent();
          await picture(thief, 'd-replay');

          // Pressed many times at once, and sent again: one sign-up.
          const answers = await Promise.all(Array.from({ length: 5 }, () => owner.post('/account', { loginId: 'sanbom' })));
          assert.deepEqual(
            answers.map(({ status, member }) => [status, member]),
            Array(5).fill([200, 'sanbom']),
          );
          const { status, allowed, again } = await owner.post(path, body);
          assert.deepEqual([status, allowed, again], [200, true, true], 'who has just signed up is welcomed again');
          await owner.page.reload();
          await owner.leave();
          await owner.close();
          await thief.close();
        });

        test(`the shop, or PortOne's script, cannot be reached: ${nameOf(how)}`, async () => {
          const visitor = await visit(how);
          const press = async (expected) => {
            await visitor.button(SIGN_UP).click();
            assert.match(await visitor.notice(), expected);
            await visitor.assertDecent();
          };
          await visitor.page.route('**/begin', (route) => route.abort());
          await press(/가게에 연결하지 못했어요/);
          await visitor.page.unroute('**/begin');

          await visitor.page.route(/iamport\.js|browser-sdk\.js/, (route) => route.abort());
          await visitor.page.reload();
          await visitor.sees('본인인증부터 할게요');
          await press(/본인인증 창을 열지 못했어요/);
          await visitor.page.unroute(/iamport\.js|browser-sdk\.js/);
          await visitor.verify(SIGN_UP, 'minor'); // without a reload
          assert.match(await visitor.notice(), /아직 가입할 수 없어요/);

          await visitor.page.route('**/state', (route) => route.abort());
          await visitor.page.reload();
          await visitor.sees('가게에 연결하지 못했어요');
          await visitor.assertDecent();
          await picture(visitor, 'e-offline');
          await visitor.page.unroute('**/state');
          await visitor.button('다시 연결').click();
          await visitor.sees('본인인증부터 할게요');
          await visitor.close();
        });
      }

      test('left to itself, a phone is redirected and a desktop gets a popup', async () => {
        for (const device of Object.keys(DEVICES)) {
          const visitor = await visit({ api: 'v2', window: 'auto', device, phone: device === 'phone' });
          await visitor.giveUp(SIGN_UP, 'canceled');
          assert.match(await visitor.notice(), /본인인증을 마치지 못했어요/);
          await visitor.close();
        }
      });

      test('nothing moves while the rest of the page is still on its way', async () => {
        const visitor = await visit(DESKTOP_POPUP);
        assert.deepEqual(await movedByLater(visitor.page), []);
        await visitor.close();
      });

      test('a double click opens one window', async () => {
        const visitor = await visit(DESKTOP_POPUP);
        const popups = [];
        visitor.page.on('popup', (popup) => popups.push(popup));
        const begins = [];
        visitor.page.on('request', (request) => request.url().endsWith('/begin') && begins.push(request));
        const [popup] = await Promise.all([visitor.page.waitForEvent('popup'), visitor.button(SIGN_UP).dblclick({ delay: 1 })]);
        await visitor.page.locator('#verify-button').click({ force: true });
        await visitor.assertDecent();
        await picture(visitor, 'f-busy');
        await popup.locator('[data-outcome=canceled]').click();
        await visitor.notice();
        assert.deepEqual([popups.length, begins.length], [1, 1]);
        await visitor.close();
      });

      if (name === 'next')
        test('a page of React, with bonin/browser in a client component, and a route of its own that judges', async () => {
          const page = await browser.newPage(DEVICES.desktop);
          await page.goto(`${shop.url}/tasting`);
          await page.waitForFunction(() => globalThis.PortOne !== undefined);
          for (const [persona, said] of [
            ['minor', /연 나이 19세 이상/],
            ['adult', /신청했어요/],
          ]) {
            const popup = await popupOf(page, () => page.getByRole('button', { name: '본인인증하고 신청하기' }).click());
            await popup.locator(`input[name=persona][value=${persona}]`).check({ force: true });
            await popup.getByRole('button', { name: '인증 완료' }).click();
            await page.getByRole('status').getByText(said).waitFor();
          }
          assert.deepEqual(await violations(page), []);
          await shot(page, 'example-next-tasting');
          await page.context().close();
        });

      test('nothing went wrong that nobody saw', () => {
        assert.doesNotMatch(shop.said(), /Traceback|Error/);
        assert.deepEqual(browser.errors, []);
      });
    });
  }
});
