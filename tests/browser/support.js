'use strict';
// What the browser suites share: a real Chromium, and a tiny server for pages.

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { chromium, devices } = require('playwright-core');

const CHROMIUM = process.env.BONIN_CHROMIUM ?? '/usr/bin/chromium';
const AXE = require.resolve('axe-core/axe.min.js');
/** For `test(…, { skip: NO_BROWSER })`: false, or why there is no browser. */
const NO_BROWSER = fs.existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}; name one with BONIN_CHROMIUM`;

const DESKTOP = { viewport: { width: 1100, height: 800 }, locale: 'ko-KR' };
const MOBILE = { ...devices['iPhone 13'], viewport: { width: 390, height: 844 }, locale: 'ko-KR' };

/**
 * A browser with a fresh profile. `newPage(DESKTOP | MOBILE)` has cookies of its own; `errors` are its page errors.
 * `backForwardCache`: it keeps pages that were left as they were, as people's browsers do.
 */
async function launch({ backForwardCache = false } = {}) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    ignoreDefaultArgs: backForwardCache ? ['--disable-back-forward-cache'] : [],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const errors = [];
  return {
    errors,
    async newPage(options = DESKTOP) {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(60_000); // on a machine that compiles beside it
      context.on('weberror', (error) => errors.push(error.error()));
      return context.newPage();
    },
    close: () => browser.close(),
  };
}

/** Serves pages by path: HTML, or a function of the request that gives it. Others are 404. */
async function servePages(pages) {
  const server = http.createServer((request, response) => {
    const page = pages[new URL(request.url, 'http://page').pathname];
    response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(typeof page === 'function' ? page(request) : page);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** Waits for the popup that `action` opens. */
async function popupOf(page, action) {
  const [popup] = await Promise.all([page.waitForEvent('popup'), action()]);
  await popup.waitForLoadState();
  return popup;
}

/** What axe finds wrong with a page, one line each. */
async function violations(page) {
  // Past the page's own Content-Security-Policy: it is the page that is judged, not its way of loading axe.
  await page.evaluate(fs.readFileSync(AXE, 'utf8'));
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What would stand elsewhere if the page had only come as far as some element below it; the page is used up. */
function movedByLater(page) {
  return page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')];
    const top = (element) => element.getBoundingClientRect().top;
    const places = new Map(all.map((element) => [element, top(element)]));
    const moved = new Set();
    for (let last = all.length - 1; last > 0; last -= 1) {
      all[last].remove();
      for (const element of all.slice(0, last)) {
        const open = element.contains(all[last - 1]);
        if (!open && element.getClientRects().length > 0 && Math.abs(top(element) - places.get(element)) >= 1) moved.add(element);
      }
    }
    return [...moved].map((element) => element.outerHTML.slice(0, 60));
  });
}

/** With BONIN_SHOTS=DIRECTORY, keeps a picture there. */
async function shot(page, name, options = {}) {
  if (process.env.BONIN_SHOTS) await page.screenshot({ path: path.join(process.env.BONIN_SHOTS, `${name}.png`), ...options });
}

module.exports = { DESKTOP, MOBILE, NO_BROWSER, launch, movedByLater, popupOf, servePages, shot, violations };
