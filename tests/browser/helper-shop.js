'use strict';
// A server for bonin/browser: the routes of V1 and V2, and pages that hold the helper and the sandbox's scripts.

const path = require('node:path');
const express = require('express');
const { PortOneV1, PortOneV2, Policy, Verifier } = require('bonin');
const { identityRouter } = require('bonin/express');

const LIB = path.dirname(require.resolve('bonin/browser.js'));
const TAG = '<script src="/bonin.js"></script>';
const MODULE = "<script type=module>import * as bonin from '/esm/browser.mjs'; window.bonin = bonin;</script>";

/**
 * Starts a shop. `before(app)` adds what stands before the routes; `pages` are HTML by path beside `/`; the rest are options of
 * the routers. `scripts: false` leaves PortOne's scripts out of the pages.
 */
async function startShop(sandbox, { before = () => {}, pages = {}, policy = 'kr.youth_protection', ...options } = {}) {
  const app = express();
  before(app);
  const rules = typeof policy === 'string' ? Policy.preset(policy) : new Policy(policy);
  const clients = [
    new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url, maxAttempts: 1 }),
    new PortOneV1({ impKey: sandbox.impKey, impSecret: sandbox.impSecret, baseUrl: sandbox.v1Url, maxAttempts: 1 }),
  ];
  for (const portone of clients) {
    app.use(
      identityRouter({
        verifier: new Verifier(portone, rules),
        channelKey: sandbox.channelKey,
        settleMs: 0,
        redirectUrl: (req) =>
          `${req.protocol}://${req.get('host')}${portone instanceof PortOneV1 ? '/certifications' : '/identity-verifications'}/redirect`,
        onAllowed: (req, res) => (req.method === 'GET' ? res.redirect(303, '/welcome') : res.json({ allowed: true, seen: req.method })),
        ...options,
      }),
    );
  }
  const scripts = `<script src="${sandbox.v2ScriptUrl}"></script><script src="${sandbox.v1ScriptUrl}"></script>`;
  const html = (body) => `<!doctype html><html lang="ko"><meta charset="utf-8"><title>가게</title>${body}`;
  app.get('/bonin.js', (_req, res) => res.sendFile(require.resolve('bonin/browser.js')));
  app.use('/esm', express.static(LIB));
  const served = { '/': scripts + TAG, '/module': scripts + MODULE, '/bare': TAG, '/welcome': '<h1>어서 오세요</h1>', ...pages };
  for (const [place, body] of Object.entries(served)) {
    app.get(place, (_req, res) => res.send(html(body.replace('{scripts}', scripts + TAG))));
  }
  const server = await new Promise((done) => {
    const listening = app.listen(0, '127.0.0.1', () => done(listening));
  });
  return {
    url: `http://localhost:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      for (const client of clients) client.close();
    },
  };
}

module.exports = { startShop };
