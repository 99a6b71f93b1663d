'use strict';
// A shop's sign-up with bonin and Express: node examples/express/server.js
const { randomBytes } = require('node:crypto');
const path = require('node:path');
const express = require('express');
const { BoninError, Policy, PortOneV1, PortOneV2, Registry, Sandbox, Verifier } = require('bonin');
const { identityRouter } = require('bonin/express');
const { readSettings } = require('../shop/settings.js');

const EXAMPLES = path.join(__dirname, '..');
const LOGIN_ID = /^[a-z][a-z0-9]{3,15}$/;
const mask = (loginId) => loginId.slice(0, 2) + '*'.repeat(loginId.length - 3) + loginId.slice(-1);

/** The application, and what ends it when nobody is being served any more. */
function makeShop({ url: baseUrl, ...settings }) {
  const app = express();
  app.set('trust proxy', 'loopback'); // the one with https before it: the cookie is Secure then
  const clients = [];
  if (settings.apiSecret) clients.push(['v2', new PortOneV2({ apiSecret: settings.apiSecret, storeId: settings.storeId, baseUrl })]);
  if (settings.impKey) clients.push(['v1', new PortOneV1({ impKey: settings.impKey, impSecret: settings.impSecret, baseUrl })]);

  // The shop's table of members: who holds which login id. Only keyed hashes of a person are in it.
  const registry = new Registry(settings.store, { pepper: settings.pepper });

  // Who visits: {id, reservation, member, flash}. In this process's memory; a shop of several has a session store.
  const visits = new Map();
  app.use((req, res, next) => {
    const known = /(?:^|; )visit=([0-9a-f]{32})(?:;|$)/.exec(req.headers.cookie ?? '')?.[1];
    req.visit = visits.get(known);
    if (!req.visit) {
      const id = randomBytes(16).toString('hex');
      visits.set(id, (req.visit = { id }));
      res.cookie('visit', id, { httpOnly: true, sameSite: 'lax', secure: req.secure });
      res.set('Cache-Control', 'no-store'); // nobody else's cookie, out of a cache
    }
    next();
  });

  // ---- what bonin does -------------------------------------------------------------------------------------------------

  /** A script gets the answer; a browser that was redirected goes back to the page, which asks /state. */
  function tell(req, res, home, answer) {
    if (req.method === 'POST') return res.json(answer);
    req.visit.flash = answer;
    res.redirect(303, home);
  }

  function mount(name, home, onAllowed) {
    const policy = Policy.load(path.join(EXAMPLES, 'policies', `${name}.json`));
    for (const [, portone] of clients) {
      app.use(
        `/${name}`,
        identityRouter({
          verifier: new Verifier(portone, policy, { registry }),
          channelKey: settings.channelKey,
          subject: (req) => req.visit.id,
          onAllowed: async (req, res, decision) => tell(req, res, home, { allowed: true, ...(await onAllowed(req.visit, decision)) }),
          onDenied: (req, res, { code, ko, findings }) => tell(req, res, home, { code, ko, findings, again: req.originalUrl }),
        }),
      );
    }
  }

  mount('sign-up', '/', async (visit, decision) => {
    visit.reservation = decision.reservation; // this person's place, for ten minutes
  });
  mount('recover', '/#recover', async (_visit, decision) => {
    const loginId = await registry.find(decision.verification);
    return { found: loginId === undefined ? null : mask(loginId) };
  });

  // ---- the shop's own --------------------------------------------------------------------------------------------------

  app.post('/account', express.json(), async ({ visit, body }, res) => {
    if (visit.member) return res.json({ member: visit.member }); // pressed twice
    if (!visit.reservation) return res.status(409).json({ code: 'not_verified' });
    const loginId = body?.loginId;
    if (typeof loginId !== 'string' || !LOGIN_ID.test(loginId)) return res.status(400).json({ code: 'invalid_login_id' });
    const claim = await visit.reservation.tryCommit(loginId);
    if (claim.reason === 'other_person') return res.status(409).json({ code: claim.reason }); // somebody else's: choose another
    delete visit.reservation;
    if (claim.granted) visit.member = loginId;
    res.status(claim.granted ? 200 : 409).json({ member: visit.member, code: claim.reason });
  });

  app.post('/leave', async ({ visit }, res) => {
    const { member } = visit;
    delete visit.member; // first: pressed twice, the second must not release what is somebody else's by then
    try {
      if (member) await registry.release(member, { rejoinAfterMs: 0 });
    } catch (error) {
      visit.member = member;
      throw error;
    }
    res.json({});
  });

  app.get('/state', ({ visit }, res) => {
    const { member, reservation, flash } = visit;
    delete visit.flash;
    const until = reservation?.expiresAt.getTime();
    const portone = Object.fromEntries(clients.map(([api]) => [api, { script: settings.scripts[api], impCode: settings.impCode }]));
    res.set('Cache-Control', 'no-store');
    res.json({ sandbox: settings.sandbox !== undefined, portone, member, verified: until > Date.now(), until, flash });
  });

  app.get('/bonin.js', (_req, res) => res.sendFile(require.resolve('bonin/browser.js')));
  app.use(express.static(path.join(EXAMPLES, 'page')));
  app.use((error, _req, res, _next) => {
    console.error(error instanceof BoninError ? error.message : error.name); // of others nobody knows what they quote
    res.status(error.status ?? 500).json({ code: 'internal' });
  });
  async function close() {
    for (const [, portone] of clients) portone.close();
    await registry.close();
    await settings.sandbox?.close();
  }
  return { app, close };
}

readSettings(Sandbox).then((settings) => {
  const { app, close } = makeShop(settings);
  const server = app.listen(process.env.PORT ?? 8000, process.env.HOST ?? '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port} (Ctrl-C stops it)`);
    if (settings.sandbox) console.log(`PortOne is a sandbox at ${settings.url}`);
  });
  // Requests under way are answered first, and only then what they need is closed. Then nothing is left, and the process ends.
  const stop = () => server.close(close);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
});
