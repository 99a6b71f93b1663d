'use strict';
// bonin/nest on Express and on Fastify: the shared cases, the guard, the filter, and what the options change.
const assert = require('node:assert/strict');
const { after, afterEach, before, test } = require('node:test');
const common = require('@nestjs/common');
const core = require('@nestjs/core');
const fastify = require('@nestjs/platform-fastify');
const { PATH, begin, bonin, cases, finish, judge, openBoth, tryCase } = require('./web.js');
const { nestOf } = require('./nest.js');
const nest = require('bonin/nest');

const { BoninModule, Identity, InjectVerifier, RequireIdentity } = nest;
const { PLATFORMS, boot, controller, module: moduleOf } = nestOf({ common, core, fastify });
const policy = bonin.Policy.preset('kr.youth_protection');
const silent = { onError: () => {} };
let sandbox;
let verifiers;
let portones;

let end;
before(async () => {
  ({ sandbox, portones, verifiers, end } = await openBoth(policy));
});
after(() => end());
afterEach(() => sandbox.clearFaults());

async function serving(t, platform, root, options) {
  const { url, close } = await boot(platform, root, options);
  t.after(close);
  return url;
}
const optionsOf = (options = {}, api = 'v2') => ({ verifier: verifiers[api], channelKey: 'channel-1', ...options });
const post = (url, id, cookie = '', path = PATH.v2, headers = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...headers },
    body: JSON.stringify({ identityVerificationId: id }),
    redirect: 'manual',
  });

const BODIES = { 'as Nest starts': {}, rawBody: { rawBody: true }, 'without a parser': { bodyParser: false } };

/** Does a parser that stands before the controller answer by itself? */
function neverArrives(platform, body, { name, code }) {
  if (body.bodyParser === false) return false;
  if (code === 'invalid_body') return !name.includes('no object');
  if (/labelled JSON|a charset/.test(name)) return true;
  return platform === 'Fastify' && (code === 'unsupported_body' || /an empty body|a name of the prototype/.test(name));
}

for (const platform of PLATFORMS) {
  for (const [name, body] of Object.entries(BODIES)) {
    if (platform === 'Fastify' && name === 'without a parser') continue; // Fastify has no form then
    test(`the shared cases: Nest on ${platform}, ${name}`, async (t) => {
      const root = moduleOf({
        imports: [
          BoninModule.forRootAsync({ api: 'v1', path: 'sign-up', useFactory: () => optionsOf(silent, 'v1') }),
          BoninModule.forRoot({ path: 'sign-up', ...optionsOf(silent) }),
        ],
      });
      const url = `${await serving(t, platform, root, body)}/sign-up`;
      let arrived = 0;
      for (const entry of cases) {
        if (body.bodyParser !== false && body.rawBody !== true && entry.parsed === false) continue;
        await t.test(entry.name, async () => {
          const { answer, id, issued } = await tryCase(entry, url, sandbox);
          if (!neverArrives(platform, body, entry)) {
            arrived += 1;
            return judge(entry, answer, { id, issued });
          }
          const text = await answer.text();
          assert.ok(answer.status === 400 || answer.status === 415, text);
          assert.ok(!text.includes(id), 'the id is echoed');
        });
      }
      assert.ok(arrived > 60);
    });
  }
}

/** A root with a route that only who is verified may call: `/hello` tells of whom. */
function guarded(options, given, more = {}) {
  const run = (decision) => ({ birthDate: decision.verification.person.birthDate.attested });
  const handlers = {
    hello: { run, decorators: [common.Post('hello'), RequireIdentity(given)], parameters: [Identity()] },
    read: { run, decorators: [common.Get('hello'), RequireIdentity(given)], parameters: [Identity()] },
  };
  return moduleOf({ imports: [BoninModule.forRoot(optionsOf(options))], controllers: [controller('', handlers)], ...more });
}
const told = async (answer) => {
  const { findings = [], ...rest } = await answer.json();
  return [answer.status, rest.code, ...findings.map(({ code, reason }) => `${code}:${reason}`)];
};

for (const platform of PLATFORMS) {
  test(`the guard: ${platform}`, async (t) => {
    const url = await serving(t, platform, guarded(silent));
    const flow = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    const yes = await post(url, id, flow.cookie, '/hello');
    assert.deepEqual([yes.status, await yes.json(), yes.headers.get('cache-control')], [201, { birthDate: true }, 'no-store']);
    assert.equal((await fetch(`${url}/hello?identityVerificationId=${id}`, { headers: { cookie: flow.cookie } })).status, 200);
    const minor = await begin(url, 'v2');
    assert.deepEqual(
      await told(await post(url, id, minor.cookie, '/hello')),
      [403, 'denied', 'begun:foreign'],
      'a stranger is told that alone',
    );
    const denied = await post(url, finish(sandbox, 'v2', 'minor', minor.issued), minor.cookie, '/hello');
    assert.equal(denied.headers.get('cache-control'), 'no-store');
    assert.deepEqual(await told(denied), [403, 'denied', 'age:too_young']);
    assert.deepEqual(await told(await post(url, minor.issued, '', '/hello')), [403, 'denied', 'begun:no_cookie']);
    assert.deepEqual(await told(await post(url, '..', minor.cookie, '/hello')), [400, 'invalid_id']);
    const page = await fetch(`${url}/hello?code=1`, { headers: { accept: 'text/html' } });
    assert.deepEqual([page.status, page.headers.get('content-type')], [403, 'text/html; charset=utf-8']);
    sandbox.fault('status', { status: 503, headers: { 'Retry-After': '7' }, times: 1 });
    const down = await post(url, id, flow.cookie, '/hello');
    assert.equal(down.headers.get('retry-after'), '7');
    assert.deepEqual(await told(down), [503, 'unavailable']);
  });

  test(`the guard's own options, and those of the module: ${platform}`, async (t) => {
    const subject = (req) => req.headers['x-user'];
    const expecting = { expect: (req) => ({ customData: req.headers['x-order'] }) };
    const url = await serving(t, platform, guarded({ subject, ...silent }, expecting));
    const { issued: id } = await begin(url, 'v2', { 'x-user': 'user-1' });
    sandbox.verify('adult', { id, customData: 'order-1' });
    const ask = async (user, order) => told(await post(url, id, '', '/hello', { 'x-user': user, 'x-order': order }));
    assert.deepEqual(await ask('user-1', 'order-1'), [201, undefined]);
    assert.deepEqual(await ask('user-1', 'order-2'), [403, 'denied', 'expect:mismatch']);
    assert.deepEqual(await ask('user-2', 'order-1'), [403, 'denied', 'begun:foreign']);
    assert.deepEqual(await ask('', 'order-1'), [500, 'internal']);
    assert.deepEqual(
      await told(await post(url, id, '', '/hello', { 'x-user': 'user-1' })),
      [500, 'internal'],
      'an expectation without a value is none',
    );

    for (const [moduleUrl, guardUrl, leads] of [
      ['/sign-up', undefined, '/sign-up'],
      ['/sign-up', '/own', '/own'],
    ]) {
      const paged = await serving(t, platform, guarded({ retryUrl: moduleUrl }, guardUrl && { retryUrl: guardUrl }));
      const page = await fetch(`${paged}/hello?code=1`, { headers: { accept: 'text/html' } });
      assert.match(await page.text(), new RegExp(`href="${leads}"`));
    }

    const own = await serving(t, platform, guarded({ onDenied: (_req, _res, { code }) => ({ own: code }) }));
    const no = await post(own, '', '', '/hello');
    assert.deepEqual([no.status, await no.json()], [403, { own: 'denied' }]);
    const sent = await serving(t, platform, guarded({ onDenied: (_req, res) => res.status(418).send('sent') }));
    const tea = await post(sent, '..', '', '/hello');
    assert.deepEqual([tea.status, await tea.text()], [418, 'sent']);
  });

  test(`modules by name: ${platform}`, async (t) => {
    const child = new bonin.Verifier(portones.v2, bonin.Policy.preset('kr.not_child'));
    const run = () => ({ ok: true });
    const by = (name) => ({ run, decorators: [common.Post(name), RequireIdentity(name)] });
    const injected = controller('', { adult: by('adult'), child: by('child') }, [InjectVerifier('adult'), InjectVerifier('child')]);
    const subject = () => 'me';
    const root = moduleOf({
      imports: [
        BoninModule.forRoot({ name: 'adult', ...optionsOf({ subject }), routes: false }),
        BoninModule.forRootAsync({
          name: 'child',
          isGlobal: true,
          path: 'child',
          useFactory: async () => ({ ...optionsOf({ subject }), verifier: child }),
        }),
      ],
      controllers: [injected],
    });
    const { url, app, close } = await boot(platform, root);
    t.after(close);
    assert.deepEqual(app.get(injected).parts, [verifiers.v2, child]);
    assert.equal(app.get(nest.getVerifierToken('child'), { strict: false }), child);
    assert.equal((await fetch(`${url}${PATH.v2}/begin`, { method: 'POST' })).status, 404, 'no routes');
    const { request } = await begin(`${url}/child`, 'v2');
    const id = sandbox.verify(
      { name: '나청소', birthDate: `${new Date().getFullYear() - 16}-01-01` },
      { id: request.identityVerificationId },
    );
    assert.equal((await post(url, id, '', '/child')).status, 201);
    assert.deepEqual(await told(await post(url, id, '', '/adult')), [403, 'denied', 'age:too_young']);
  });

  test(`what the application answers: ${platform}`, async (t) => {
    const seen = [];
    const own = (req, res) => (platform === 'Fastify' ? req.raw !== undefined && res.request === req : res.req === req);
    const ways = {
      returned: (_req, _res, decision) => ({ by: decision.policyName }),
      sent: (_req, res) => void res.status(202).send({ by: 'sent' }),
      nothing: async (req, res) => void seen.push(own(req, res)),
    };
    const imports = Object.entries(ways).map(([path, onAllowed]) => BoninModule.forRoot({ path, ...optionsOf({ onAllowed }) }));
    const url = await serving(t, platform, moduleOf({ imports }));
    const answers = {};
    for (const path of Object.keys(ways)) {
      const flow = await begin(`${url}/${path}`, 'v2');
      const answer = await post(`${url}/${path}`, finish(sandbox, 'v2', 'adult', flow.issued), flow.cookie);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      answers[path] = [answer.status, await answer.json()];
    }
    assert.deepEqual(answers, {
      returned: [200, { by: 'kr.youth_protection' }],
      sent: [202, { by: 'sent' }],
      nothing: [200, { allowed: true }],
    });
    assert.deepEqual(seen, [true]);
  });

  test(`what the application's functions throw is Nest's to answer, and lets nobody in: ${platform}`, async (t) => {
    const plain = await serving(t, platform, guarded(silent));
    for (const thrown of [new Error('the canary of the application'), undefined, null, 'route', new common.ConflictException('taken')]) {
      const fail = () => Promise.reject(thrown);
      const all = { subject: ['adult', true], expect: ['adult', true], onAllowed: ['adult', false], onDenied: ['minor', true] };
      for (const [name, [persona, isGuards]] of Object.entries(all)) {
        const url = await serving(t, platform, guarded({ [name]: fail, ...silent }));
        for (const path of isGuards ? [PATH.v2, '/hello'] : [PATH.v2]) {
          const flow = await begin(plain, 'v2');
          const answer = await post(url, finish(sandbox, 'v2', persona, flow.issued), flow.cookie, path);
          const { message } = await answer.json();
          const isHttp = thrown instanceof common.HttpException;
          assert.deepEqual([answer.status, message], isHttp ? [409, 'taken'] : [500, 'Internal server error'], `${name} ${thrown}`);
        }
      }
    }
  });

  test(`the filter: ${platform}`, async (t) => {
    const { refusalOf } = require('bonin/web');
    const spoken = [];
    const logger = { log() {}, warn: (...said) => spoken.push(['warn', ...said]), error: (...said) => spoken.push(said) };
    const printed = [];
    for (const name of ['error', 'warn', 'log']) t.mock.method(console, name, (...all) => printed.push(all.join(' ')));
    t.after(() => common.Logger.overrideLogger(false));
    const decorators = (name) => [common.Get(name)];
    const routes = {
      denied: { run: () => verifiers.v2.require(sandbox.verify('minor')), decorators: decorators('denied') },
      error: { run: () => verifiers.v2.verify(sandbox.verify('adult')), decorators: decorators('error') },
      begun: { run: () => verifiers.v2.require(sandbox.verify('minor'), { subject: 'me', begun: true }), decorators: decorators('begun') },
      refused: {
        run: async () => {
          throw new nest.IdentityRefused(refusalOf(await verifiers.v2.verify(sandbox.verify('minor'))));
        },
        decorators: decorators('refused'),
      },
      identity: { run: () => ({}), decorators: decorators('identity'), parameters: [Identity()] },
      half: {
        run: (res) => {
          const raw = res.raw ?? res;
          res.hijack?.();
          raw.write('half');
          throw new bonin.InternalError('internal', 'after half of the answer');
        },
        decorators: decorators('half'),
        parameters: [common.Res()],
      },
    };
    const root = (more) => moduleOf({ imports: [BoninModule.forRoot(optionsOf(more))], controllers: [controller('', routes)] });
    const url = await serving(t, platform, root(), { logger });
    assert.deepEqual(await told(await fetch(`${url}/denied`)), [403, 'denied', 'age:too_young']);
    assert.deepEqual(await told(await fetch(`${url}/begun`)), [403, 'denied', 'begun:foreign']);
    assert.deepEqual(await told(await fetch(`${url}/refused`)), [403, 'denied', 'age:too_young']);
    sandbox.fault('reset', { times: 100 });
    assert.deepEqual(await told(await fetch(`${url}/error`)), [503, 'unavailable']);
    sandbox.clearFaults();
    assert.equal(spoken.length, 1, 'an outage is told once');
    assert.deepEqual([spoken[0][0], spoken[0][1].split(':')[0], spoken[0].at(-1)], ['warn', 'ConnectionFailed', 'Bonin']);
    spoken.length = 0;

    sandbox.fault('status', { status: 401, times: 100 });
    const bad = await fetch(`${url}/error`);
    const text = await bad.text();
    assert.deepEqual([bad.status, JSON.parse(text).code], [500, 'internal']);
    assert.doesNotMatch(text, /credentials|HTTP|PortOne/);
    assert.equal(spoken.length, 1, 'told once');
    assert.match(spoken[0][0], /^Unauthorized: PortOne refused the credentials .*check the credentials/);
    assert.equal(spoken[0].at(-1), 'Bonin');
    const flow = await begin(url, 'v2');
    assert.deepEqual(await told(await post(url, flow.issued, flow.cookie)), [500, 'internal']);
    assert.equal(spoken.length, 2, 'the routes tell the same log');
    assert.deepEqual(await told(await fetch(`${url}/identity`)), [500, 'internal']);
    assert.match(spoken[2][0], /@Identity\(\) stands in a route without @RequireIdentity\(\)/);
    await assert.rejects(async () => (await fetch(`${url}/half`)).text(), 'half an answer is cut off');

    const told500 = [];
    const own = await serving(t, platform, root({ onError: (error) => told500.push(error.kind) }));
    assert.deepEqual(await told(await fetch(`${own}/error`)), [500, 'internal']);
    assert.deepEqual(told500, ['unauthorized']);
    const off = await serving(t, platform, root({ filter: false }));
    assert.deepEqual(await (await fetch(`${off}/error`)).json(), { statusCode: 500, message: 'Internal server error' });
    assert.deepEqual(printed, [], 'nothing went past the log');
  });

  test(`prefixes, versions, guards of the application: ${platform}`, async (t) => {
    const Public = () => common.SetMetadata('isPublic', true);
    class Locked {
      canActivate(context) {
        return context.getClass().name !== 'BoninController' || Reflect.getMetadata('isPublic', context.getClass()) === true;
      }
    }
    const imports = [
      BoninModule.forRoot({ path: 'open', version: '2', decorators: [Public()], ...optionsOf() }),
      BoninModule.forRoot({ path: 'shut', version: '2', ...optionsOf() }),
      core.RouterModule.register([{ path: 'members', module: BoninModule }]),
    ];
    const url = await serving(t, platform, moduleOf({ imports }), {
      before: (app) => app.setGlobalPrefix('api').enableVersioning({ type: common.VersioningType.URI }).useGlobalGuards(new Locked()),
    });
    const status = async (path) => (await fetch(url + path + PATH.v2 + '/begin', { method: 'POST' })).status;
    assert.equal(await status('/api/v2/members/open'), 200);
    assert.equal(await status('/api/v2/members/shut'), 403);
    for (const path of ['', '/api', '/api/v1/members/open', '/api/members/open']) assert.equal(await status(path), 404, path);
  });

  test(`behind a proxy that is trusted: ${platform}`, async (t) => {
    const root = () => moduleOf({ imports: [BoninModule.forRoot(optionsOf())] });
    const trusting = { adapter: { trustProxy: true }, before: (app) => platform === 'Express' && app.set('trust proxy', true) };
    const headers = { 'x-forwarded-proto': 'https' };
    assert.match((await begin(await serving(t, platform, root(), trusting), 'v2', headers)).cookies.join(), /; Secure$/);
    assert.doesNotMatch((await begin(await serving(t, platform, root()), 'v2', headers)).cookies.join(), /Secure/);
  });

  test(`codes: ${platform}`, async (t) => {
    const root = (otp) => moduleOf({ imports: [BoninModule.forRoot(optionsOf({ otp, channelKey: sandbox.channelKey }))] });
    const url = await serving(t, platform, root(true));
    const json = (step, body, cookie = '', where = url) =>
      fetch(where + PATH.v2 + step, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify(body),
      });
    const sent = await json('/send', { name: '김보닌', phone: '010-0000-0003', identityNumber: '900315-2', carrier: 'SKT' });
    assert.equal(sent.status, 200);
    const cookie = sent.headers.getSetCookie()[0].split(';')[0];
    const { id } = await sent.json();
    assert.deepEqual(await (await json('/confirm', { id, otp: sandbox.otp(id) }, cookie)).json(), { allowed: true });
    const off = await json('/send', {}, '', await serving(t, platform, root(false)));
    assert.deepEqual(
      [off.status, await off.json()],
      [404, { statusCode: 404, message: 'Cannot POST /identity-verifications/send', error: 'Not Found' }],
    );
  });

  test(`a router as a middleware for every path: ${platform}`, async (t) => {
    const { identityRouter } = require('bonin/express');
    const router = identityRouter(optionsOf());
    const url = await serving(
      t,
      platform,
      moduleOf({}, (consumer) => consumer.apply(router).forRoutes('*')),
    );
    const flow = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    const query = `identityVerificationId=${id}`;
    const redirected = await fetch(`${url}${PATH.v2}/redirect?${query}`, { headers: { cookie: flow.cookie } });
    assert.deepEqual(await redirected.json(), { allowed: true });
    assert.equal((await fetch(`${url}/elsewhere`)).status, 404);
    if (platform === 'Express') assert.equal((await post(url, id, flow.cookie)).status, 200);
  });
}
