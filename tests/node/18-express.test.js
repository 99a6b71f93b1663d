'use strict';
// bonin/express under Express 4 and Express 5: the shared cases, and what the options change.
const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');
const { EXPRESS, PATH, begin, bonin, cases, finish, judge, listen, openBoth, messages, tryCase } = require('./web.js');
const { defended } = require('./support.js');
const { identityRouter, requireIdentity } = require('bonin/express');

const policy = bonin.Policy.preset('kr.youth_protection');
const silent = { onError: () => {} };
let sandbox;
let verifiers;

let end;
before(async () => {
  ({ sandbox, verifiers, end } = await openBoth(policy));
});
after(() => end());
afterEach(() => sandbox.clearFaults());

/** An application that never shows what went wrong. */
function closed(app) {
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).json({ app: true }));
  return app;
}

const parse = (express, app) => app.use(express.json(), express.urlencoded({ extended: true }));
const APPS = {
  'no parser': (express, router) => ({ app: express().use(router), prefix: '' }),
  'parsed before': (express, router) => ({ app: parse(express, express()).use(router), prefix: '' }),
  'under a prefix': (express, router) => ({ app: express().use('/signup', router), prefix: '/signup' }),
};

async function serving(t, app) {
  const { url, close } = await listen(app);
  t.after(close);
  return url;
}

/** Does the application's own parser refuse it before the router is reached? */
const neverArrives = (name, entry) => name === 'parsed before' && entry.code === 'invalid_body' && !entry.name.includes('no object');

for (const [version, express] of Object.entries(EXPRESS)) {
  for (const [name, build] of Object.entries(APPS)) {
    test(`the shared cases: ${version}, ${name}`, async (t) => {
      const urls = {};
      for (const api of ['v1', 'v2']) {
        const { app, prefix } = build(express, identityRouter({ channelKey: 'channel-1', verifier: verifiers[api], ...silent }));
        urls[api] = (await serving(t, closed(app))) + prefix;
      }
      for (const entry of cases) {
        if (name === 'parsed before' && entry.parsed === false) continue;
        await t.test(entry.name, async () => {
          const { answer, ...ids } = await tryCase(entry, urls[entry.api], sandbox);
          if (neverArrives(name, entry)) assert.deepEqual([answer.status, await answer.json()], [400, { app: true }]);
          else await judge(entry, answer, ids);
        });
      }
      if (name !== 'no parser') return;
      defended(t, 1, `${version}: \`success=true\` counts for nothing, an id that PortOne does not know: 403 \`begun:foreign\``);
      defended(t, 2, `${version}: a flow that another browser began: 403 \`begun:foreign\`, and nothing else is told`);
    });
  }

  /** An application of this version with the default router in front, listening. */
  const routed = async (t, options, api = 'v2') =>
    serving(t, closed(express().use(identityRouter({ channelKey: 'channel-1', verifier: verifiers[api], ...options }))));
  const post = (url, id, { cookie = '', ...headers } = {}, path = PATH.v2) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, ...headers },
      body: JSON.stringify({ identityVerificationId: id }),
    });

  test(`beginning: ${version}`, async (t) => {
    const redirectUrl = 'https://shop.example/redirect';
    for (const [api, expected] of Object.entries({
      v1: (id) => ({ channelKey: 'channel-1', merchant_uid: id, m_redirect_url: redirectUrl }),
      v2: (id) => ({ storeId: sandbox.storeId, channelKey: 'channel-1', identityVerificationId: id, redirectUrl }),
    })) {
      const url = await routed(t, { channelKey: 'channel-1', redirectUrl }, api);
      const { response, request, issued } = await begin(url, api);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.match(issued, /^[0-9a-f]{32}$/);
      assert.deepEqual(request, expected(issued));
    }
    const bare = await begin(await routed(t, {}), 'v2');
    assert.deepEqual(bare.request, { storeId: sandbox.storeId, channelKey: 'channel-1', identityVerificationId: bare.issued });
  });

  test(`the cookie: ${version}`, async (t) => {
    const url = await routed(t, {});
    const first = await begin(url, 'v2');
    assert.match(first.cookies.join(), /^bonin_subject=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await begin(url, 'v2', { cookie: `other=1; ${first.cookie}; more=2` });
    assert.deepEqual(again.cookies, [], 'a browser keeps the one it has');
    const forged = await begin(url, 'v2', { cookie: 'bonin_subject=' });
    assert.equal(forged.cookies.length, 1);
    const spoofed = await begin(url, 'v2', { 'x-forwarded-proto': 'https' });
    assert.doesNotMatch(spoofed.cookies[0], /Secure/, 'nobody trusts this proxy');

    const trusting = express()
      .enable('trust proxy')
      .use(identityRouter({ channelKey: 'channel-1', verifier: verifiers.v2 }));
    const proxied = await serving(t, trusting);
    const secure = await begin(proxied, 'v2', { 'x-forwarded-proto': 'https' });
    assert.match(secure.cookies[0], /; HttpOnly; SameSite=Lax; Secure$/);
    assert.doesNotMatch((await begin(proxied, 'v2')).cookies[0], /Secure/);

    const answer = await post(url, finish(sandbox, 'v2', 'adult', first.issued), first);
    assert.deepEqual(answer.headers.getSetCookie(), [], 'a browser that comes back gets no new one');
  });

  test(`two cookies are nobody's, a neighbour of the domain may have put one there: ${version}`, async (t) => {
    const url = await routed(t, {});
    const { cookie: mine, issued } = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', issued);
    const theirs = `bonin_subject=${'0'.repeat(32)}`;
    for (const cookie of [mine, `a=1;${mine};b=2`, `${mine}; ${mine}`, `not_${theirs}; ${mine}`]) {
      assert.equal((await post(url, id, { cookie })).status, 200, cookie);
    }
    const quoted = `${mine.replace('=', '="')}"`;
    for (const cookie of [
      `${mine}; ${theirs}`,
      `${theirs}; ${mine}`,
      `bonin_subject=; ${mine}`,
      `${mine}; bonin_subject=x`,
      quoted,
      mine.replace('=', ' = '),
      mine.toUpperCase(),
      `a=1,${mine}`,
    ]) {
      assert.equal((await post(url, id, { cookie })).status, 403, cookie);
    }
    const [again] = (await begin(url, 'v2', { cookie: `${mine}; ${theirs}` })).cookies;
    assert.match(again, /^bonin_subject=/);
    assert.ok(!again.startsWith(mine) && !again.startsWith(theirs));
  });

  test(`the application's own answers: ${version}`, async (t) => {
    const url = await routed(t, {
      onAllowed: async (req, res, decision) =>
        res.status(201).json({ method: req.method, name: decision.verification.person.name.reveal() }),
      onDenied: (_req, res, refusal) => res.json({ own: refusal.code, findings: refusal.findings.length }),
      ...silent,
    });
    const flow = await begin(url, 'v2');
    const yes = await post(url, finish(sandbox, 'v2', 'adult', flow.issued), flow);
    assert.equal(yes.status, 201);
    assert.equal(yes.headers.get('cache-control'), 'no-store');
    assert.deepEqual(await yes.json(), { method: 'POST', name: sandbox.personas().find(({ name }) => name === 'adult').person.name });

    const minor = await begin(url, 'v2');
    const no = await post(url, finish(sandbox, 'v2', 'minor', minor.issued), minor);
    assert.equal(no.status, 403, 'a function that sets no status says no');
    assert.deepEqual(await no.json(), { own: 'denied', findings: 1 });
    assert.equal((await post(url, '..', flow)).status, 400);
    assert.equal((await fetch(url + PATH.v2)).headers.get('allow'), 'POST');
    sandbox.fault('status', { status: 503, headers: { 'Retry-After': '7' }, times: 1 });
    const down = await post(url, flow.issued, flow);
    assert.deepEqual([down.status, down.headers.get('retry-after'), await down.json()], [503, '7', { own: 'unavailable', findings: 0 }]);
  });

  test(`what a refusal holds: ${version}`, async (t) => {
    const seen = [];
    const url = await routed(t, { onDenied: (_req, res, refusal) => (seen.push(refusal), res.end()), ...silent });
    const flow = await begin(url, 'v2');
    await post(url, finish(sandbox, 'v2', 'minor', flow.issued), flow);
    await post(url, '..', flow);
    sandbox.fault('reset', { times: 100 });
    await post(url, flow.issued, flow);
    const [denied, invalid, down] = seen;
    assert.ok(denied.decision instanceof bonin.Decision && denied.error === undefined);
    assert.equal(denied.decision.verification.id, flow.issued);
    assert.ok(invalid.error instanceof bonin.InvalidId && invalid.decision === undefined);
    assert.ok(down.error instanceof bonin.ConnectionFailed);
    assert.equal(down.retryAfter, 1);
  });

  test(`functions that throw go to the application's error handling, once: ${version}`, async (t) => {
    const thrown = new Error('the canary of the application');
    const throwing = {
      'sync subject': [
        {
          subject: () => {
            throw thrown;
          },
        },
        'adult',
      ],
      'async subject': [
        {
          subject: async () => {
            throw thrown;
          },
        },
        'adult',
      ],
      'sync expect': [
        {
          expect: () => {
            throw thrown;
          },
        },
        'adult',
      ],
      'async expect': [{ expect: async () => Promise.reject(thrown) }, 'adult'],
      'sync onAllowed': [
        {
          onAllowed: () => {
            throw thrown;
          },
        },
        'adult',
      ],
      'async onAllowed': [{ onAllowed: async () => Promise.reject(thrown) }, 'adult'],
      'sync onDenied': [
        {
          onDenied: () => {
            throw thrown;
          },
        },
        'minor',
      ],
      'async onDenied': [{ onDenied: async () => Promise.reject(thrown) }, 'minor'],
      onError: [{ subject: () => 7.5, onError: async () => Promise.reject(thrown) }, 'adult'],
    };
    const plain = await routed(t, {});
    for (const [name, [options, persona]] of Object.entries(throwing)) {
      const errors = [];
      const app = express().use(identityRouter({ channelKey: 'channel-1', verifier: verifiers.v2, ...options }));
      app.use(
        (error, _req, res, _next) => (
          errors.push([error, res.statusCode < 400 || res.statusCode >= 500]), res.status(500).json({ app: true })
        ),
      );
      const url = await serving(t, app);
      const flow = await begin(plain, 'v2');
      const answer = await post(url, finish(sandbox, 'v2', persona, flow.issued), flow);
      assert.deepEqual([answer.status, await answer.text()], [500, '{"app":true}'], name);
      assert.deepEqual(errors, [[thrown, true]], name);
    }
  });

  test(`a function that fails without an error lets nobody through: ${version}`, async (t) => {
    const plain = await routed(t, {});
    for (const thrown of [undefined, null, false, 0, '', 'route', 'router']) {
      const fail = { subject: () => Promise.reject(thrown), expect: () => Promise.reject(thrown), onDenied: () => Promise.reject(thrown) };
      for (const [name, option] of Object.entries(fail)) {
        const reached = [];
        const app = express();
        app.post(
          '/sign-up',
          requireIdentity({ verifier: verifiers.v2, [name]: option }),
          (_req, res) => (reached.push(name), res.json({})),
        );
        app.use((_req, res) => (reached.push('round'), res.json({})));
        const errors = [];
        app.use((error, _req, res, _next) => (errors.push(error), res.status(500).json({ app: true })));
        const flow = await begin(plain, 'v2');
        const id = finish(sandbox, 'v2', name === 'onDenied' ? 'minor' : 'adult', flow.issued);
        const answer = await post(await serving(t, app), id, flow, '/sign-up');
        assert.deepEqual([answer.status, reached], [500, []], `${name}: ${thrown}`);
        assert.ok(errors[0] instanceof bonin.InternalError);
      }
    }
  });

  test(`subject and expect: ${version}`, async (t) => {
    const errors = [];
    const options = {
      subject: async (req) => req.headers['x-user'],
      expect: (req) => (req.headers['x-expect'] === undefined ? {} : JSON.parse(req.headers['x-expect'])),
      onError: (error) => errors.push(error),
    };
    const url = await routed(t, options);
    const flow = await begin(url, 'v2', { 'x-user': 'user-1' });
    assert.deepEqual(flow.cookies, [], 'the application knows who asks');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    assert.equal((await post(url, id, { 'x-user': 'user-1' })).status, 200);
    const other = await post(url, id, { 'x-user': 'user-2' });
    assert.deepEqual(
      (await other.json()).findings.map(({ code, reason }) => [code, reason]),
      [['begun', 'foreign']],
    );
    const wrong = await post(url, id, { 'x-user': 'user-1', 'x-expect': '{"customData":"order-1"}' });
    assert.equal((await wrong.json()).findings[0].code, 'expect');
    assert.deepEqual(errors, []);

    for (const expect of ['null', '[]', '7', '{"order":1}', '{"customData":null}']) {
      const answer = await post(url, id, { 'x-user': 'user-1', 'x-expect': expect });
      assert.deepEqual([answer.status, (await answer.json()).code], [500, 'internal'], expect);
    }
    assert.equal((await post(url, id)).status, 500, 'nobody asks');
    assert.equal((await fetch(`${url}${PATH.v2}/begin`, { method: 'POST' })).status, 500);
    for (const nonsense of [null, 7.5, '', {}, false, ['user-1']]) {
      const answer = await post(await routed(t, { ...options, subject: () => nonsense }), id);
      assert.deepEqual([answer.status, (await answer.json()).code], [500, 'internal']);
    }
    assert.equal((await post(await routed(t, { ...options, expect: () => {} }), id, { 'x-user': 'user-1' })).status, 500);
    assert.equal(errors.length, 14);
    for (const error of errors) assert.ok(error instanceof bonin.InvalidArgument);
    for (const [subject, same] of [
      [7, '7'],
      [2n ** 64n, '18446744073709551616'],
    ]) {
      const numbered = await routed(t, { ...options, subject: () => subject });
      const own = finish(sandbox, 'v2', 'adult', (await begin(numbered, 'v2')).issued);
      assert.equal((await post(numbered, own)).status, 200);
      assert.equal((await verifiers.v2.verify(own, { subject: same, begun: true })).allowed, true);
    }
  });

  test(`ids that the page makes itself, where that is allowed: ${version}`, async (t) => {
    const url = await routed(t, { begun: false });
    const answer = await post(url, sandbox.verify('adult'));
    assert.equal(answer.status, 200);
    assert.match(answer.headers.getSetCookie()[0], /^bonin_subject=/, 'the browser is known when it comes again');
    assert.equal((await post(url, sandbox.verify('minor'))).status, 403);
  });

  test(`middleware: ${version}`, async (t) => {
    const app = parse(express, express());
    app.use(identityRouter({ channelKey: 'channel-1', verifier: verifiers.v2 }));
    const handled = [];
    const handler = (req, res) => (handled.push(req.identity), res.json({ nickname: req.body?.nickname }));
    app.post('/sign-up', requireIdentity({ verifier: verifiers.v2, ...silent }), handler);
    app.get('/welcome', requireIdentity({ verifier: verifiers.v2 }), handler);
    app.post('/broken', requireIdentity({ verifier: verifiers.v2 }), async () => {
      throw new Error('of the application');
    });
    app.use((_error, _req, res, _next) => res.status(500).json({ app: true }));
    const url = await serving(t, app);
    const flow = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    const body = JSON.stringify({ identityVerificationId: id, nickname: 'bo' });
    const headers = { 'content-type': 'application/json', cookie: flow.cookie };
    const answer = await fetch(`${url}/sign-up`, { method: 'POST', headers, body });
    assert.deepEqual([answer.status, await answer.json()], [200, { nickname: 'bo' }]);
    assert.equal((await fetch(`${url}/welcome?identityVerificationId=${id}`, { headers })).status, 200);
    assert.equal(handled.length, 2);
    for (const identity of handled) assert.ok(identity instanceof bonin.Decision && identity.allowed);

    assert.equal((await post(url, id, {}, '/sign-up')).status, 403, 'another browser');
    assert.equal((await post(url, '..', flow, '/sign-up')).status, 400);
    assert.equal((await fetch(`${url}/sign-up`, { method: 'POST', headers: { cookie: flow.cookie } })).status, 415);
    const failed = await fetch(`${url}/welcome?identityVerificationId=${id}&code=FAILURE`, { headers });
    assert.deepEqual([failed.status, (await failed.json()).code], [403, 'not_finished']);
    assert.equal(handled.length, 2);
    if (version === 'Express 5') assert.deepEqual(await (await post(url, id, flow, '/broken')).json(), { app: true });
  });

  test(`the page for a browser that was redirected: ${version}`, async (t) => {
    const url = await routed(t, {});
    const flow = await begin(url, 'v2');
    finish(sandbox, 'v2', 'minor', flow.issued);
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = async (query, headers) => {
      const answer = await fetch(`${url}${PATH.v2}/redirect?${query}`, { headers: { accept, cookie: flow.cookie, ...headers } });
      return { answer, html: await answer.text() };
    };
    const id = `identityVerificationId=${flow.issued}`;
    for (const [header, language] of [
      ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
      ['en-US,en;q=0.9', 'en'],
      ['fr', 'ko'],
      ['*', 'ko'],
    ]) {
      const { answer, html } = await page(id, { 'accept-language': header });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.match(answer.headers.get('content-security-policy'), /^default-src 'none'; style-src 'sha256-/);
      assert.match(html, new RegExp(`^<!doctype html>\\n<html lang="${language}">`));
      assert.ok(html.includes(`<h1>${messages.denied[language]}</h1>`));
      assert.match(html, language === 'ko' ? /<li>[^<]*19세/ : /<li>[^<]*19/);
      assert.ok(!html.includes(flow.issued));
    }
    const hostile = await page(`${id}&code=%3Cscript%3Ealert(1)%3C/script%3E&message=%3Cimg%20onerror%3E`);
    assert.ok(hostile.html.includes(messages.not_finished.ko));
    assert.doesNotMatch(hostile.html, /script|img|<ul>/);
    for (const headers of [{ accept: '*/*' }, { accept: 'application/json' }, { accept: 'application/json, text/html;q=0.5' }]) {
      assert.equal((await page(id, headers)).answer.headers.get('content-type'), 'application/json; charset=utf-8');
    }
    const script = await post(url, flow.issued, { cookie: flow.cookie, accept });
    assert.equal(script.headers.get('content-type'), 'application/json; charset=utf-8', 'a post is answered to a script');
  });
}
