'use strict';
// The recipes of docs/web-express.md and docs/web-fetch.md for Hono, Koa and Fastify, as they stand there, through the shared cases; that of Next.js, as modules.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const bodyParser = require('koa-bodyparser');
const { begin, bonin, bridge, cases, finish, judge, listen, openBoth, tryCase } = require('./web.js');
const { ROOT } = require('./support.js');

const guides = ['web-express.md', 'web-fetch.md'].map((name) => fs.readFileSync(path.join(ROOT, 'docs', name), 'utf8'));
const blocks = guides.join('').matchAll(/^## ([\w.]+)\n(?:(?!^## )[^])*?^```js\n([^]*?)^```/gm);
const RECIPES = Object.fromEntries([...blocks].map(([, name, code]) => [name, code]));

// The subject of the recipes is a session's id, so no cookie of bonin's is missing.
const isOfTheCookie = ({ findings = [] }) => findings.some(([, reason]) => reason === 'no_cookie');

let sandbox;
let portones;
let verifiers;
let end;
before(async () => {
  ({ sandbox, portones, verifiers, end } = await openBoth(bonin.Policy.preset('kr.youth_protection')));
});
after(() => end());

/** A session by a cookie: `begin` of the shared cases keeps the cookies. */
function sessionIdOf(cookie, set) {
  const known = /(?:^|; )sid=(\w+)/.exec(cookie ?? '')?.[1];
  if (known !== undefined) return known;
  const id = bonin.newId();
  set(`sid=${id}`);
  return id;
}
const SESSIONS = {
  Hono: async (c, next) => {
    let fresh;
    c.set('session', { id: sessionIdOf(c.req.header('cookie'), (cookie) => (fresh = cookie)) });
    await next();
    if (fresh !== undefined) c.header('Set-Cookie', fresh, { append: true });
  },
  Koa: () => async (ctx, next) => {
    ctx.session = { id: sessionIdOf(ctx.headers.cookie, (cookie) => ctx.append('Set-Cookie', cookie)) };
    await next();
  },
  Fastify: Object.assign(
    (app, _options, done) => {
      app.decorateRequest('session', null);
      app.addHook('onRequest', async (request, reply) => {
        request.session = { id: sessionIdOf(request.headers.cookie, (cookie) => (reply.sid = cookie)) };
      });
      app.addHook('onSend', async (_request, reply) => {
        if (reply.sid !== undefined) reply.header('set-cookie', reply.sid);
      });
      done();
    },
    { [Symbol.for('skip-override')]: true },
  ),
};

/** What the recipe makes, for an API: an application. `parser` stands before its routes. */
function applicationOf(name, api, parser) {
  let code = RECIPES[name];
  if (api === 'v1') code = code.replaceAll('/identity-verifications', '/certifications');
  const web = { ...require('bonin/web') };
  web.identityHandler = (options) => require('bonin/web').identityHandler({ ...options, onError: () => {} });
  const load = (module) => (module === 'bonin/web' ? web : require(module));
  const session = parser === undefined ? SESSIONS[name] : (app) => (app.use(parser), SESSIONS[name]());
  return new Function('require', 'verifier', 'channelKey', 'session', `${code}\nreturn app;`)(load, verifiers[api], 'channel-1', session);
}

const WAYS = {
  Hono: { of: (api) => bridge(applicationOf('Hono', api).fetch), arrives: () => true },
  Koa: { of: (api) => applicationOf('Koa', api).callback(), arrives: () => true },
  'Koa behind koa-bodyparser': {
    of: (api) =>
      applicationOf('Koa', api, bodyParser())
        .on('error', () => {})
        .callback(),
    // The parser decodes what is no UTF-8, reads only what its limits allow, and answers what is no JSON.
    arrives: ({ name, code }) =>
      !(code === 'invalid_body' && !name.includes('half a character')) && !/labelled JSON|empty body|name of the prototype/.test(name),
  },
  Fastify: {
    of: async (api) => {
      const app = applicationOf('Fastify', api);
      await app.ready();
      return (req, res) => app.routing(req, res);
    },
    arrives: () => true,
  },
};

for (const [name, { of, arrives }] of Object.entries(WAYS)) {
  test(`the shared cases: ${name}`, async (t) => {
    const urls = {};
    for (const api of ['v1', 'v2']) {
      const { url, close } = await listen(await of(api));
      t.after(close);
      urls[api] = url;
    }
    for (const entry of cases) {
      if (isOfTheCookie(entry)) continue;
      await t.test(entry.name, async () => {
        const { answer, ...ids } = await tryCase(entry, urls[entry.api], sandbox);
        if (arrives(entry)) await judge(entry, answer, ids);
        else assert.ok(answer.status >= 400 && answer.status < 500 && !(await answer.text()).includes(ids.id));
      });
    }
    assert.equal((await fetch(`${urls.v2}/elsewhere`)).status, 404);
  });
}

test('Next.js: the route loads without secrets, as the build does it, and then begins, finishes, denies and sends on', async (t) => {
  const code = RECIPES['Next.js']
    .replace(/^import (\{[^}]+\}) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^export const (\w+) =/gm, 'const $1 = route.$1 =');
  const made = [];
  const load = (module) => {
    if (module !== 'bonin') return require(module);
    return {
      ...bonin,
      PortOneV2: function PortOneV2(options) {
        made.push(options);
        return portones.v2;
      },
    };
  };
  const members = [];
  const env = {};
  const route = {};
  new Function('require', 'process', 'members', 'route', code)(load, { env }, { add: (member) => members.push(member) }, route);
  assert.deepEqual([route.runtime, made], ['nodejs', []], 'nothing is made when it is loaded');
  Object.assign(env, { BONIN_API_SECRET: 'secret', BONIN_STORE_ID: 'store', BONIN_CHANNEL_KEY: 'channel-1' });
  const { url, close } = await listen(bridge((request) => route[request.method](request)));
  t.after(close);
  const flow = await begin(url, 'v2');
  const ask = (persona, { issued, cookie }) => {
    const query = new URLSearchParams({ identityVerificationId: finish(sandbox, 'v2', persona, issued) });
    return fetch(`${url}/identity-verifications/redirect?${query}`, { headers: { cookie }, redirect: 'manual' });
  };
  const yes = await ask('adult', flow);
  assert.deepEqual([yes.status, yes.headers.get('location'), members.length], [303, '/welcome', 1]);
  const no = await ask('minor', await begin(url, 'v2'));
  assert.deepEqual([no.status, (await no.json()).findings[0].reason, members.length], [403, 'too_young', 1]);
  assert.deepEqual(made, [{ apiSecret: 'secret', storeId: 'store' }], 'one client');
});
