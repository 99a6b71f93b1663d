'use strict';
// The sandbox's scripts and window in a real browser, with the page's code as it would be in production.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { PortOneV1, PortOneV2, Sandbox, newId } = require('bonin');
const { DESKTOP, MOBILE, NO_BROWSER, launch, popupOf, servePages, shot, violations } = require('./support.js');

const CANCELED = '사용자가 본인인증을 취소하였습니다.';
const FAILED = '본인인증에 실패하였습니다.';

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
    storeId: sandbox.storeId,
    channelKey: sandbox.channelKey,
    identityVerificationId: newId(),
    redirectUrl: `${pages.url}/back?from=shop`,
    ...more,
  });
  const v1Request = (more) => ({
    channelKey: sandbox.channelKey,
    merchant_uid: newId(),
    m_redirect_url: `${pages.url}/back`,
    ...more,
  });

  /** Calls the script as a page does, and keeps what it is answered. */
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
  const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);
  const back = async (page) => (await page.waitForURL(`${pages.url}/back*`), query(page));
  async function statusBecomes(id, status) {
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      if ((await v2.lookup(id)).status === status) return;
    }
    assert.fail(`${id} did not become ${status}`);
  }

  test('V2 popup: resolves with exactly the fields, and the id looks up as verified', async () => {
    const page = await open('v2');
    const request = v2Request({ customData: { cart: 7 }, customer: { customerId: 'customer-1' } });
    const popup = await popupOf(page, () => callV2(page, request));
    await popup.getByRole('radio', { name: /박세나/ }).check();
    await shot(popup, 'sandbox-popup');
    await Promise.all([popup.waitForEvent('close'), button(popup, '인증 완료').click()]);
    const { identityVerificationTxId, ...rest } = await answer(page);
    assert.deepEqual(rest, {
      transactionType: 'IDENTITY_VERIFICATION',
      identityVerificationId: request.identityVerificationId,
    });
    assert.match(identityVerificationTxId, /^[0-9a-f-]{36}$/);
    const found = await v2.lookup(request.identityVerificationId);
    assert.equal(found.status, 'verified');
    assert.equal(found.person.toObject().name, '박세나');
    assert.equal(found.customData, '{"cart":7}');
    assert.equal(found.channel.type, 'live');
    assert.equal(JSON.parse(found.raw()).verifiedCustomer.id, 'customer-1');

    // The same id again is refused, as a rejection.
    await popupOf(page, () => callV2(page, request));
    assert.deepEqual(await answer(page), {
      rejected: {
        type: 'IdentityVerificationError',
        code: 'IdentityVerificationAlreadyVerified',
        message: '이미 완료된 본인인증입니다.',
      },
    });
  });

  test('V2 popup: failed, canceled and closed resolve with a code; the id may be tried again', async () => {
    const page = await open('v2');
    const request = v2Request();
    const id = request.identityVerificationId;
    const ends = {
      failed: (popup) => button(popup, '인증 실패').click(),
      canceled: (popup) => button(popup, '취소하고 창 닫기').click(),
      closed: (popup) => popup.close({ runBeforeUnload: true }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const popup = await popupOf(page, () => callV2(page, request));
      await button(popup, '인증 완료').waitFor();
      await statusBecomes(id, 'ready');
      await Promise.all([popup.waitForEvent('close'), end(popup)]);
      const { identityVerificationTxId, ...rest } = await answer(page);
      assert.match(identityVerificationTxId, /^[0-9a-f-]{36}$/);
      assert.deepEqual(rest, {
        transactionType: 'IDENTITY_VERIFICATION',
        identityVerificationId: id,
        code: 'FAILURE_TYPE_PG',
        ...(name === 'failed' ? { message: FAILED, pgCode: '9999', pgMessage: '사용자가 인증을 마치지 못함' } : { message: CANCELED }),
      });
      await statusBecomes(id, 'failed');
    }
    const popup = await popupOf(page, () => callV2(page, request));
    await button(popup, '인증 완료').click();
    assert.equal('code' in (await answer(page)), false);
    assert.equal((await v2.lookup(id)).status, 'verified');
  });

  test('V1 popup: a page that asks again as soon as it is answered gets another window', async () => {
    const page = await open('v1');
    await page.evaluate((given) => {
      window.IMP.init('imp00000000');
      window.answers = [];
      window.ask = () =>
        window.IMP.certification({ ...given, merchant_uid: `order-${window.answers.length}` }, (rsp) => {
          window.answers.push(rsp.success);
          if (window.answers.length < 5) window.ask();
        });
    }, v1Request());
    let popup = await popupOf(page, () => page.evaluate(() => window.ask()));
    for (const last of [1, 2, 3, 4, 5]) {
      const next = last < 5 && page.waitForEvent('popup');
      await Promise.all([popup.waitForEvent('close'), button(popup, '인증 완료').click()]);
      popup = await next;
    }
    assert.deepEqual(await page.evaluate(() => window.answers), [true, true, true, true, true]);
  });

  test('V2 popup: two windows of one id, one success', async () => {
    const request = v2Request();
    const [first, second] = [await open('v2'), await open('v2')];
    const one = await popupOf(first, () => callV2(first, request));
    const other = await popupOf(second, () => callV2(second, request));
    await button(other, '인증 완료').waitFor();
    await button(one, '인증 완료').click();
    assert.equal('code' in (await answer(first)), false);
    await button(other, '인증 완료').click();
    assert.equal((await answer(second)).rejected.code, 'IdentityVerificationAlreadyVerified');
    assert.equal((await v2.lookup(request.identityVerificationId)).status, 'verified');
  });

  test('a window that is loaded again begins again; one whose page is gone says so', async () => {
    const page = await open('v2');
    const request = v2Request();
    const popup = await popupOf(page, () => callV2(page, request));
    await button(popup, '인증 완료').waitFor();
    await popup.reload();
    await button(popup, '인증 완료').click();
    assert.equal('code' in (await answer(page)), false);
    const left = await popupOf(page, () => callV2(page, v2Request()));
    await button(left, '인증 완료').waitFor();
    await page.close();
    await button(left, '인증 완료').click();
    await left.getByText('요청한 화면이 없습니다').waitFor();
    assert.deepEqual(await violations(left), []);
  });

  test('V2 popup with forceRedirect: the page goes to the redirect address', async () => {
    const page = await open('v2');
    const request = v2Request({ forceRedirect: true });
    const popup = await popupOf(page, () => callV2(page, request));
    await button(popup, '인증 완료').click();
    const { identityVerificationTxId, ...rest } = await back(page);
    assert.ok(identityVerificationTxId);
    assert.deepEqual(rest, {
      from: 'shop',
      transactionType: 'IDENTITY_VERIFICATION',
      identityVerificationId: request.identityVerificationId,
    });
  });

  test('V2 on a phone: the page is left and comes back with the same fields in its query', async () => {
    const page = await open('v2', MOBILE);
    const ends = { '인증 완료': [undefined, 'verified'], '인증 실패': [FAILED, 'failed'], 취소: [CANCELED, 'failed'] };
    for (const [name, [message, status]] of Object.entries(ends)) {
      await page.goto(`${pages.url}/v2`);
      const request = v2Request();
      await callV2(page, request);
      await button(page, name).waitFor();
      await shot(page, 'sandbox-mobile');
      await button(page, name).click();
      const { identityVerificationTxId, pgCode, pgMessage, ...rest } = await back(page);
      assert.ok(identityVerificationTxId);
      assert.equal(pgCode, message === FAILED ? '9999' : undefined);
      assert.equal(pgMessage === undefined, message !== FAILED);
      assert.deepEqual(rest, {
        from: 'shop',
        transactionType: 'IDENTITY_VERIFICATION',
        identityVerificationId: request.identityVerificationId,
        ...(message && { code: 'FAILURE_TYPE_PG', message }),
      });
      assert.equal((await v2.lookup(request.identityVerificationId)).status, status);
      if (status === 'failed') continue;
      await page.goto(`${pages.url}/v2`);
      await callV2(page, request);
      const again = await back(page);
      assert.equal(again.code, 'IdentityVerificationAlreadyVerified');
      assert.equal(again.identityVerificationId, request.identityVerificationId);
    }
  });

  test('V2: windowType decides; what is missing or wrong is rejected', async () => {
    const desktop = await open('v2');
    await callV2(desktop, v2Request({ windowType: { pc: 'REDIRECTION' } }));
    await button(desktop, '취소').click();
    assert.equal((await back(desktop)).code, 'FAILURE_TYPE_PG');
    const phone = await open('v2', MOBILE);
    const popup = await popupOf(phone, () => callV2(phone, v2Request({ windowType: { mobile: 'POPUP' } })));
    await button(popup, '인증 완료').click();
    assert.equal('code' in (await answer(phone)), false);

    await desktop.goto(`${pages.url}/v2`);
    for (const pc of ['IFRAME', 'UI']) {
      const window = await popupOf(desktop, () => callV2(desktop, v2Request({ windowType: { pc } })));
      await button(window, '인증 완료').click();
      assert.equal('code' in (await answer(desktop)), false, pc);
    }
    const rejected = async (page, request) => (await callV2(page, request), (await answer(page)).rejected?.code);
    assert.equal(await rejected(desktop, undefined), 'BadRequest');
    for (const name of ['storeId', 'identityVerificationId', 'channelKey']) {
      assert.equal(await rejected(desktop, v2Request({ [name]: undefined })), 'BadRequest', name);
      assert.equal(await rejected(desktop, v2Request({ [name]: 7 })), 'BadRequest', name);
    }
    assert.equal(await rejected(desktop, v2Request({ windowType: { pc: 'WINDOW' } })), 'BadRequest');
    assert.equal(await rejected(desktop, v2Request({ redirectUrl: undefined, forceRedirect: true })), 'BadRequest');
    for (const redirectUrl of ['javascript:alert(1)', 'data:text/html,x', '/back', 'shop']) {
      assert.equal(await rejected(desktop, v2Request({ redirectUrl })), 'BadRequest', redirectUrl);
    }
    assert.equal(await rejected(phone, v2Request({ redirectUrl: undefined })), 'BadRequest');
    await desktop.evaluate(() => (window.open = () => null));
    assert.equal(await rejected(desktop, v2Request()), 'UnknownError');
  });

  const CERTIFICATION = { pg_provider: 'danal', pg_type: 'certification' };

  test('V1 on a desktop: always a popup, and the callback has exactly the fields', async () => {
    const page = await open('v1');
    for (const more of [{}, { popup: false }, { popup: true, m_redirect_url: undefined }]) {
      const request = v1Request(more);
      const popup = await popupOf(page, () => callV1(page, request));
      await Promise.all([popup.waitForEvent('close'), button(popup, '인증 완료').click()]);
      const { imp_uid, ...rest } = await answer(page);
      assert.match(imp_uid, /^imp_\d+$/);
      assert.deepEqual(rest, {
        success: true,
        merchant_uid: request.merchant_uid,
        ...CERTIFICATION,
        error_code: null,
        error_msg: null,
      });
      const found = await v1.lookup(imp_uid);
      assert.equal(found.status, 'verified');
      assert.equal(found.merchantUid, request.merchant_uid);
      assert.equal(found.origin, pages.url);
    }
  });

  test('V1 on a desktop: failed, canceled and closed', async () => {
    const page = await open('v1');
    const ends = {
      failed: (popup) => button(popup, '인증 실패').click(),
      canceled: (popup) => button(popup, '취소하고 창 닫기').click(),
      closed: (popup) => popup.close({ runBeforeUnload: true }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const request = v1Request();
      const popup = await popupOf(page, () => callV1(page, request));
      await button(popup, '인증 완료').waitFor();
      await Promise.all([popup.waitForEvent('close'), end(popup)]);
      const { imp_uid, ...rest } = await answer(page);
      assert.deepEqual(rest, {
        success: false,
        merchant_uid: request.merchant_uid,
        ...CERTIFICATION,
        ...(name === 'failed' ? { error_code: '9999', error_msg: FAILED } : { error_code: 'CANCEL', error_msg: CANCELED }),
      });
      assert.notEqual((await v1.lookup(imp_uid)).status, 'verified');
    }
  });

  test('V1 on a phone: a redirect, or a popup when asked for', async () => {
    const page = await open('v1', MOBILE);
    const request = v1Request();
    await callV1(page, request);
    await button(page, '인증 완료').click();
    const { imp_uid, ...rest } = await back(page);
    assert.deepEqual(rest, { merchant_uid: request.merchant_uid, success: 'true' });
    assert.equal((await v1.lookup(imp_uid)).status, 'verified');

    await page.goto(`${pages.url}/v1`);
    await callV1(page, request);
    await button(page, '취소').click();
    const canceled = await back(page);
    assert.equal(canceled.success, 'false');
    assert.notEqual(canceled.imp_uid, imp_uid);
    assert.equal(canceled.error_msg, CANCELED);

    await page.goto(`${pages.url}/v1`);
    const popup = await popupOf(page, () => callV1(page, v1Request({ popup: true })));
    await button(popup, '인증 완료').click();
    assert.equal((await answer(page)).success, true);
  });

  test('V1: what is missing or wrong goes to the callback', async () => {
    const failure = async (page, request) => {
      await callV1(page, request);
      const { success, imp_uid, error_code } = await answer(page);
      assert.deepEqual({ success, imp_uid }, { success: false, imp_uid: null });
      return error_code;
    };
    const page = await open('v1');
    assert.equal(await failure(page, v1Request({ m_redirect_url: 'javascript:alert(1)' })), 'BadRequest');
    assert.equal(await failure(page, v1Request({ merchant_uid: undefined })), 'BadRequest');
    await page.evaluate(() => (window.open = () => null));
    assert.equal(await failure(page, v1Request()), 'BadRequest');
    const phone = await open('v1', MOBILE);
    assert.equal(await failure(phone, v1Request({ m_redirect_url: undefined })), 'BadRequest');
    const forgot = await open('v1');
    await forgot.evaluate((request) => {
      window.answer = new Promise((resolve) => window.IMP.certification(request, resolve));
    }, v1Request());
    assert.match((await answer(forgot)).error_msg, /IMP\.init/);
  });

  test('the channel that the page asks for, and a persona of a provider of its own', async () => {
    const page = await open('v2');
    const { channels } = sandbox.control('info');
    const verified = async (more, name) => {
      const request = v2Request(more);
      const popup = await popupOf(page, () => callV2(page, request));
      await popup.getByRole('radio', { name }).check();
      await button(popup, '인증 완료').click();
      assert.equal('code' in (await answer(page)), false);
      return v2.lookup(request.identityVerificationId);
    };
    for (const { key, provider, type } of channels) {
      const bypass = provider === 'INICIS_UNIFIED' ? { inicisUnified: { flgFixedUser: 'N' } } : undefined;
      const { channel, provider: told } = await verified({ channelKey: key, bypass }, /김하나/);
      assert.deepEqual([told, channel.type], [provider, type.toLowerCase()]);
      assert.equal(JSON.parse((await verified({ channelKey: key, bypass }, /김하나/)).raw()).channel.key, key);
      if (bypass) {
        await callV2(page, v2Request({ channelKey: key }));
        assert.equal((await answer(page)).rejected?.code, 'BadRequest');
        // With `Y` the person is fixed, and has to be whole.
        const customer = { fullName: '김하나', phoneNumber: '010-1234-5678', birthYear: '1990', birthMonth: '03', birthDay: '15' };
        const fixed = { channelKey: key, bypass: { inicisUnified: { flgFixedUser: 'Y' } }, customer };
        const popup = await popupOf(page, () => callV2(page, v2Request(fixed)));
        await button(popup, '취소하고 창 닫기').click();
        assert.equal((await answer(page)).message, CANCELED);
      }
    }
    const kakao = await verified({}, /강여름/);
    assert.equal(kakao.provider, 'INICIS_UNIFIED');
    assert.equal(kakao.person.toObject().ci, null);
    assert.equal((await verified({}, /한시험/)).channel.type, 'test');
    const own = await verified({ channelKey: 'channel-key-of-the-shop' }, /김하나/);
    assert.equal(JSON.parse(own.raw()).channel.key, 'channel-key-of-the-shop');
  });

  test('a person of one’s own, by keyboard alone', async () => {
    const page = await open('v2');
    const request = v2Request({ customer: { fullName: '<b>홍길동</b>', phoneNumber: '010-1234-5678' } });
    const popup = await popupOf(page, () => callV2(page, request));
    await button(popup, '인증 완료').waitFor();
    const focused = () => popup.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
    const seen = [];
    const tab = async (key = 'Tab') => {
      await popup.keyboard.press(key);
      seen.push(await focused());
      // Whatever has the focus shows it, and is not hidden behind the buttons.
      const { shown, covered } = await popup.evaluate(() => {
        const active = document.activeElement;
        const box = active.getBoundingClientRect();
        const bar = document.querySelector('.actions').getBoundingClientRect();
        const outlined = [active, active.nextElementSibling, active.closest('label')].some(
          (element) => element && getComputedStyle(element).outlineStyle === 'solid',
        );
        return { shown: outlined, covered: !active.closest('.actions') && box.bottom > bar.top + 1 };
      });
      assert.deepEqual({ shown, covered }, { shown: true, covered: false }, seen.at(-1));
    };
    await tab();
    await tab();
    assert.equal(await popup.getByLabel('이름').inputValue(), '<b>홍길동</b>');
    await tab();
    assert.equal(seen.at(-1), 'birth_date');
    await popup.keyboard.press('Enter');
    await popup.getByText('생년월일 8자리를 입력해 주세요').waitFor();
    assert.equal(await focused(), 'birth_date');
    await popup.keyboard.type('20050230');
    await popup.keyboard.press('Enter');
    await popup.getByText('달력에 있는 날짜를 입력해 주세요').waitFor();
    assert.equal(await focused(), 'birth_date');
    await shot(popup, 'sandbox-error');
    assert.deepEqual(await violations(popup), []);
    await popup.keyboard.press('Control+A');
    await popup.keyboard.type('2005-02-03');
    await tab();
    await popup.keyboard.press('ArrowRight');
    await tab();
    await popup.keyboard.press('ArrowRight');
    await tab();
    await popup.keyboard.press('End');
    for (let i = 0; i < 4; i += 1) await tab();
    assert.deepEqual(seen, ['who', 'name', 'birth_date', 'gender', 'foreigner', 'carrier', 'phone', '요청 내용', '인증 완료', '인증 실패']);
    await tab('Shift+Tab');
    await popup.keyboard.press('Enter');
    assert.equal('code' in (await answer(page)), false);
    const person = (await v2.lookup(request.identityVerificationId)).person.toObject();
    assert.deepEqual(
      { ...person, ci: null, di: null },
      {
        name: '<b>홍길동</b>',
        birthDate: '2005-02-03',
        gender: 'male',
        foreigner: true,
        phone: '01012345678',
        carrier: 'LGU',
        mvno: true,
        ci: null,
        di: null,
      },
    );
  });

  test('all personas are told of, though not all fit', async () => {
    const page = await open('v2');
    const popup = await popupOf(page, () => callV2(page, v2Request()));
    await button(popup, '인증 완료').waitFor();
    const rows = popup.locator('.persona');
    const total = await rows.count();
    await popup.getByText(`준비된 인물 ${total}명`).waitFor();
    const more = popup.locator('#more');
    const below = Number(/^아래로 (\d+)명 더$/.exec(await more.innerText())[1]);
    assert.ok(below > 0 && below < total, `${below} of ${total}`);
    await rows.last().scrollIntoViewIfNeeded();
    await popup.waitForFunction(() => document.getElementById('more').textContent === '');
    assert.equal(await more.isVisible(), false);
    await popup.evaluate(() => scrollTo(0, 0));
    await popup.getByText(`아래로 ${below}명 더`).waitFor();
    const badges = await popup.locator('.tag').allInnerTexts();
    assert.deepEqual([...new Set(badges)].sort(), ['KCP', '이니시스 통합인증', '테스트 채널']);
    await popup.getByText('직접 입력').click();
    assert.equal(await more.isVisible(), false, 'there is no list');
    await popup.close();
  });

  test('a click on the words and a check of the input do the same', async () => {
    const page = await open('v2');
    const popup = await popupOf(page, () => callV2(page, v2Request()));
    await button(popup, '인증 완료').waitFor();
    const own = popup.getByRole('radio', { name: '직접 입력' });
    const ready = popup.getByRole('radio', { name: /준비된 인물/ });
    await popup.locator('text=직접 입력').click();
    assert.equal(await own.isChecked(), true);
    await popup.getByText('외국인', { exact: true }).click();
    await popup.locator('text="남성"').click();
    assert.equal(await popup.getByRole('radio', { name: '남성', exact: true }).isChecked(), true);
    await ready.check();
    await popup.locator('text=윤년 2월 29일생').click();
    assert.equal(await popup.getByRole('radio', { name: /정다솔/ }).isChecked(), true);
    await own.check();
    await popup.locator('text=준비된 인물').click();
    assert.equal(await ready.isChecked(), true);
    await popup.close();
  });

  test('a popup that was cut off from its page says what cuts it off, and opens no attempt', async () => {
    const page = await browser.newPage();
    const fields = { api: 'v2', mode: 'popup', origin: pages.url, id: newId(), store_id: 's', channel_key: 'c' };
    await page.goto(`${sandbox.url}/sandbox/window?${new URLSearchParams(fields)}`);
    await page.getByText('창을 연 화면과 끊겼습니다').waitFor();
    assert.match(await page.locator('#notice-text').innerText(), /Cross-Origin-Opener-Policy: same-origin.*same-origin-allow-popups/s);
    assert.equal(await button(page, '인증 완료').isVisible(), false);
    assert.deepEqual(await violations(page), []);
    await assert.rejects(v2.lookup(fields.id), { kind: 'not_found' });
  });

  test('accessible, narrow or dark, and nothing moves', async () => {
    const address = (fields) => `${sandbox.url}/sandbox/window?${new URLSearchParams(fields)}`;
    const fields = {
      api: 'v2',
      mode: 'redirect',
      redirect_url: `${pages.url}/back`,
      origin: pages.url,
      id: newId(),
      store_id: 's',
      channel_key: 'c',
    };
    for (const colorScheme of ['light', 'dark']) {
      for (const [width, height] of [
        [320, 640],
        [360, 740],
        [480, 720],
        [1100, 800],
      ]) {
        const page = await browser.newPage({ viewport: { width, height }, colorScheme, locale: 'ko-KR' });
        await page.addInitScript(() => {
          window.shift = 0;
          new PerformanceObserver((list) => {
            for (const { hadRecentInput, value } of list.getEntries()) window.shift += hadRecentInput ? 0 : value;
          }).observe({ type: 'layout-shift', buffered: true });
        });
        await page.goto(address(fields));
        await button(page, '인증 완료').waitFor();
        await shot(page, `sandbox-${width}-${colorScheme}`);
        assert.deepEqual(await violations(page), []);
        await page.getByText('요청 내용').click();
        await page.getByRole('radio', { name: '직접 입력' }).check();
        assert.deepEqual(await violations(page), []);
        await shot(page, `sandbox-${width}-${colorScheme}-person`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
        assert.equal(await page.evaluate(() => window.shift), 0);
        await page.goto(address({}));
        await page.getByText('열어 둔 요청이 없습니다').waitFor();
        assert.deepEqual(await violations(page), []);
        await shot(page, `sandbox-${width}-${colorScheme}-notice`);
        await page.context().close();
      }
    }
  });

  test('hostile addresses do nothing', async () => {
    const hostile = '"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';
    const fields = {
      api: 'v2',
      mode: 'redirect',
      origin: hostile,
      id: hostile,
      store_id: hostile,
      channel_key: hostile,
      name: hostile,
      phone: hostile,
      custom_data: hostile,
      company: hostile,
      redirect_url: `${pages.url}/back`,
    };
    const page = await browser.newPage();
    const visit = (given) => page.goto(`${sandbox.url}/sandbox/window?${new URLSearchParams(given)}`);
    const headers = (await visit(fields)).headers();
    assert.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    await page.getByText('요청 내용').click();
    assert.equal(await page.locator('dd').first().textContent(), 'V2 · requestIdentityVerification');
    assert.equal(await page.locator('img, dd script').count(), 0);
    assert.equal(await page.evaluate(() => window.hurt), undefined);
    const total = sandbox.requests().total;
    for (const redirect_url of ['javascript:window.hurt=1', 'data:text/html,x', '//evil.example', 'file:///etc/passwd', '']) {
      await visit({ ...fields, id: newId(), redirect_url });
      await page.getByText('돌아갈 주소가 올바르지 않습니다').waitFor();
      assert.equal(await button(page, '인증 완료').isVisible(), false);
    }
    await visit({ ...fields, mode: 'popup', origin: 'javascript:1' });
    await page.getByText('요청한 곳을 알 수 없습니다').waitFor();
    assert.equal(await page.evaluate(() => window.hurt), undefined);
    assert.equal(sandbox.requests().total, total);

    // A page from elsewhere can neither frame the window, nor drive the sandbox, nor speak in the window's name.
    const shop = await open('v2');
    const refused = await shop.evaluate(async (url) => {
      const post = (mode) =>
        fetch(`${url}/sandbox/verify`, { method: 'POST', body: '{}', mode }).then(
          ({ type, status }) => ({ type, status }),
          () => 'no answer',
        );
      return [await post('cors'), await post('no-cors')];
    }, sandbox.url);
    assert.deepEqual(refused, ['no answer', { type: 'opaque', status: 0 }]);
    const request = v2Request();
    const popup = await popupOf(shop, () => callV2(shop, request));
    await button(popup, '인증 완료').waitFor();
    await shop.evaluate((id) => {
      const answer = { transactionType: 'IDENTITY_VERIFICATION', identityVerificationId: id, identityVerificationTxId: 'x' };
      window.postMessage({ kind: 'finished', answer }, '*');
    }, request.identityVerificationId);
    await button(popup, '취소하고 창 닫기').click();
    assert.equal((await answer(shop)).message, CANCELED);
  });

  test('a sandbox that has gone is told, and the page that opened the window too', async () => {
    const own = await Sandbox.start();
    const served = await servePages({ '/': `<!doctype html><script src="${own.v2ScriptUrl}"></script>` });
    const page = await browser.newPage();
    await page.goto(served.url);
    const popup = await popupOf(page, () => callV2(page, v2Request()));
    await button(popup, '인증 완료').waitFor();
    await own.close();
    await button(popup, '인증 완료').click();
    await popup.getByText('샌드박스에 닿지 못했습니다').waitFor();
    await shot(popup, 'sandbox-gone');
    await popup.close();
    assert.equal((await answer(page)).message, CANCELED);
    await served.close();
  });

  test('the pages of the guide work as they stand', async () => {
    const guide = (name) => fs.readFileSync(path.join(__dirname, '..', '..', 'docs', name), 'utf8');
    for (const name of ['sandbox.md', 'sandbox.ko.md']) {
      const [forV2, forV1] = [...guide(name).matchAll(/^```html\n(.*?)^```/gms)].map(([, html]) =>
        html.replace('http://127.0.0.1:8000', sandbox.url),
      );
      const served = await servePages({ '/2': forV2, '/1': forV1 });
      for (const [at, field, client] of [
        ['2', 'identityVerificationId', v2],
        ['1', 'imp_uid', v1],
      ]) {
        const page = await browser.newPage();
        await page.goto(`${served.url}/${at}`);
        const posted = page.waitForRequest((request) => request.method() === 'POST');
        const popup = await popupOf(page, () => page.locator('#verify').click());
        await button(popup, '인증 완료').click();
        assert.equal((await client.lookup((await posted).postDataJSON()[field])).status, 'verified');
        const told = page.waitForEvent('dialog');
        const again = await popupOf(page, () => page.locator('#verify').click());
        await button(again, '인증 실패').click();
        const dialog = await told;
        assert.equal(dialog.message(), FAILED);
        await dialog.dismiss();
        await page.context().close();
      }
      await served.close();
    }
  });

  test('no page had an error', () => assert.deepEqual(browser.errors, []));
});
