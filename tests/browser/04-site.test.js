'use strict';
// The site of the documents in a browser: its search in both languages, the switch, on a desktop and a phone, light and dark.

const { after, before, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { DESKTOP, MOBILE, NO_BROWSER, launch, shot } = require('./support.js');

const ROOT = path.join(__dirname, '..', '..');
const SITE = path.join(ROOT, 'build', 'docs');
const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');
const addressOf = (page) => pathToFileURL(path.join(SITE, page)).href;

/** Built by tests/python/test_60_site.py, or here; a reason when it cannot be. */
function missing() {
  if (NO_BROWSER || fs.existsSync(path.join(SITE, 'ko', 'index.html'))) return NO_BROWSER;
  if (!fs.existsSync(path.join(ROOT, 'docs', 'site', 'node_modules', 'typedoc'))) return 'npm ci in docs/site';
  execFileSync(PYTHON, [path.join(ROOT, 'docs', 'site', 'build.py')], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  return false;
}

describe('the site of the documents', { skip: missing() }, () => {
  let browser;
  const elsewhere = [];
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  async function open(page, options = DESKTOP) {
    const opened = await browser.newPage(options);
    opened.on('request', (request) => /^(file|data|blob):/.test(request.url()) || elsewhere.push(request.url()));
    await opened.goto(addressOf(page));
    return opened;
  }
  /** How much the search finds, and the addresses of the first. */
  async function find(page, words) {
    const opened = await open(page);
    await opened.keyboard.press('/');
    await opened.keyboard.insertText(words);
    const found = opened.locator('a[href*=".html"]', { has: opened.locator('mark') });
    await found.first().waitFor();
    const count = Number.parseInt(await opened.getByText(/^\d+ results?$/).textContent(), 10);
    const links = await found.evaluateAll((all) => all.slice(0, 5).map(({ href }) => href.replace(/\?[^#]*/, '')));
    await shot(opened, `site-search-${words}`);
    await opened.context().close();
    return { count, links };
  }

  test('the search finds Korean words, with and without a particle', async () => {
    const plain = await find('ko/index.html', '본인인증');
    const particle = await find('ko/index.html', '본인인증을');
    assert.deepEqual(particle, plain);
    assert.ok(plain.count > 20);
    assert.deepEqual(await find('ko/index.html', '재가입을'), await find('ko/index.html', '재가입'));
  });

  test('the search finds English words and names, in both', async () => {
    assert.ok((await find('index.html', 'pepper')).links.some((link) => /registry|stores/.test(link)));
    for (const page of ['index.html', 'ko/index.html']) {
      assert.ok((await find(page, 'requireIdentity')).links.some((link) => link.includes('/api/typescript/')));
    }
  });

  test('the switch leads to the same page in the other language, and back', async () => {
    const page = await open('policy.html');
    await page.getByRole('link', { name: '한국어' }).click();
    await page.waitForURL(addressOf('ko/policy.html'));
    assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(addressOf('policy.html'));
    await page.context().close();
  });

  test('nothing is wider than a desktop or a phone, light or dark', async () => {
    const dull = { light: [], dark: [] };
    for (const device of [{ ...DESKTOP, viewport: { width: 1280, height: 900 } }, MOBILE]) {
      for (const colorScheme of ['light', 'dark']) {
        for (const name of ['index', 'one-account', 'errors', 'api/python/bonin']) {
          for (const language of ['', 'ko/']) {
            const page = await open(`${language}${name}.html`, { ...device, colorScheme });
            await shot(page, `site-${device.viewport.width}-${colorScheme}-${language.slice(0, 2)}-${path.basename(name)}`);
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, name);
            const [red] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
            dull[colorScheme].push(red);
            await page.context().close();
          }
        }
      }
    }
    assert.ok(Math.min(...dull.light) > 200 && Math.max(...dull.dark) < 60);
  });

  test('no page asked another host for anything, or had an error', () => {
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(browser.errors, []);
  });
});
