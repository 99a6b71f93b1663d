'use strict';
// Somebody who visits an example shop with a browser.

const assert = require('node:assert/strict');
const { popupOf, violations } = require('./support.js');

/** Sums up what moved without the visitor having done anything. */
function watchShifts() {
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (!hadRecentInput) globalThis.shifts.push({ value, what: sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** One visitor: a browser with cookies of its own. `how`: {api, window, phone}. */
class Visitor {
  constructor(page, shop, how) {
    Object.assign(this, { page, shop, how });
    // On a desktop V1 opens a popup, whatever is asked for; so does V2 unless it is asked.
    this.popup = how.window === 'popup' || (!how.phone && (how.api === 'v1' || how.window === 'auto'));
  }

  static async open(browser, device, shop, how) {
    const page = await browser.newPage(device);
    await page.addInitScript(watchShifts);
    const visitor = new Visitor(page, shop, how);
    await visitor.visit();
    return visitor;
  }

  async visit(hash = '') {
    await this.page.goto(`${this.shop.url}/?api=${this.how.api}&window=${this.how.window}${hash}`); // only the hash new: no reload
    await this.page.locator('h1:visible').waitFor();
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading() {
    return this.page.locator('h1:visible').innerText();
  }

  async sees(title) {
    await this.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }

  /** Presses a button that opens PortOne's window; `act` does what the person does in there. */
  async inWindow(name, act) {
    const press = () => this.button(name).click();
    if (this.popup) return act(await popupOf(this.page, press));
    await press();
    await this.page.waitForURL('**/sandbox/window?**');
    await act(this.page);
    await this.page.waitForURL(`${this.shop.url}/**`);
    await this.page.locator('h1:visible').waitFor();
  }

  verify(name, persona) {
    return this.inWindow(name, async (window) => {
      await window.locator(`input[name=persona][value=${persona}]`).check({ force: true });
      await window.getByRole('button', { name: '인증 완료' }).click();
    });
  }

  /** `failed` or `canceled`. */
  giveUp(name, outcome) {
    return this.inWindow(name, (window) => window.locator(`[data-outcome=${outcome}]`).click());
  }

  /** What the notice says, once it is there and has the focus. */
  async notice() {
    const box = this.page.locator('.notice > div:visible');
    await box.waitFor();
    return box.innerText();
  }

  async choose(loginId) {
    await this.page.getByLabel('아이디', { exact: true }).fill(loginId);
    await this.button('가입하기').click();
  }

  async signUp(persona, loginId) {
    await this.verify('본인인증하고 가입하기', persona);
    await this.sees('아이디를 정해 주세요');
    await this.choose(loginId);
    await this.sees(`${loginId} 님, 반가워요`);
  }

  async leave() {
    await this.button('탈퇴하기').click();
    await this.page.getByRole('dialog').getByRole('button', { name: '탈퇴하기' }).click();
    await this.sees('본인인증부터 할게요');
  }

  /** Posts as the page's own script does, with this visitor's cookies. */
  post(address, body) {
    return this.page.evaluate(
      async ([to, fields]) => {
        const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
        const response = await fetch(to, { method: 'POST', headers, body: JSON.stringify(fields) });
        return { status: response.status, ...(await response.json()) };
      },
      [address, body],
    );
  }

  /** Nothing moved, nothing is in the way of a screen reader, nothing has to be scrolled sideways. */
  async assertDecent() {
    // A button that is coming back to its colour has not its colour yet.
    await this.page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map((one) => (one instanceof CSSTransition ? one.finished : undefined))),
    );
    assert.deepEqual(await this.page.evaluate(() => globalThis.shifts), []);
    assert.deepEqual(await violations(this.page), []);
    assert.ok(await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'wider than the window');
  }

  close() {
    return this.page.context().close();
  }
}

module.exports = { Visitor };
