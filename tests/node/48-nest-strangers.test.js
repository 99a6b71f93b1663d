'use strict';
// bonin/nest: mistakes when the application starts, hostile requests, browsers that hang up, and what must never be said.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const { after, afterEach, before, test } = require('node:test');
const common = require('@nestjs/common');
const core = require('@nestjs/core');
const { lastValueFrom } = require('rxjs');
const fastify = require('@nestjs/platform-fastify');
const { PATH, begin, bonin, finish } = require('./web.js');
const { nestOf } = require('./nest.js');
const { makePackage } = require('./package-tree.js');
const { ROOT, clientOf, run, until } = require('./support.js');
const nest = require('bonin/nest');

const { BoninModule, Identity, InjectVerifier, RequireIdentity } = nest;
const { PLATFORMS, boot, controller, module: moduleOf } = nestOf({ common, core, fastify });
const policy = bonin.Policy.preset('kr.youth_protection');
let sandbox;
let portone;
let verifier;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, url } = sandbox;
  portone = clientOf('v2', url, { apiSecret, storeId, timeoutMs: 60_000, maxAttempts: 1 });
  verifier = new bonin.Verifier(portone, policy);
});
after(async () => {
  portone.close();
  await sandbox.close();
});
afterEach(() => sandbox.clearFaults());

async function serving(t, platform, root, options) {
  const { url, close } = await boot(platform, root, options);
  t.after(close);
  return url;
}
const optionsOf = (options) => ({ verifier, channelKey: 'channel-1', ...options });
const post = (url, id, cookie = '', where = PATH.v2) =>
  fetch(url + where, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ identityVerificationId: id }),
  });
/** A controller with one route, `/hello`, behind the guard. */
const helloOf = (given) =>
  controller('', { hello: { run: () => ({}), decorators: [common.Post('hello'), RequireIdentity(given)], parameters: [Identity()] } });
const start = (metadata) => boot('Express', moduleOf(metadata)).then(({ close }) => close());

test('import gives what require gives', async () => {
  const imported = await import('bonin/nest');
  assert.deepEqual(Object.keys(imported.default), Object.keys(nest));
  for (const [name, value] of Object.entries(nest)) assert.equal(imported[name], value);
});

test('Nest is loaded by bonin/nest alone, and where it is missing that is said', async (t) => {
  const others = "for (const name of ['', '/express', '/web']) require('bonin' + name);";
  const { stdout } = await run(
    `${others} console.log(Object.keys(require.cache).filter((file) => /nestjs|bonin.nest|lib.nest/.test(file)).length)`,
  );
  assert.equal(stdout.trim(), '0');
  const root = makePackage(t);
  const { stderr, code } = await run("require('bonin/nest') // of a tree without Nest", { cwd: path.dirname(path.dirname(root)) });
  assert.equal(code, 1);
  assert.match(stderr, /Error: bonin\/nest: @nestjs\/common cannot be loaded: it is not installed where bonin is\n/);
  const files = fs.readdirSync(path.join(ROOT, 'bindings', 'node', 'lib'), { recursive: true }).filter((file) => /\.[cm]?js$/.test(file));
  const naming = files.filter((file) =>
    /(require|load|import)\('@nestjs/.test(fs.readFileSync(path.join(ROOT, 'bindings/node/lib', file), 'utf8')),
  );
  assert.deepEqual(naming, [path.join('nest', 'common.js')]);
});

test('a mistake in the options is an error when the module is made', () => {
  const mistakes = [
    [undefined, 'options'],
    [null, 'options'],
    [verifier, 'options'],
    [{}, 'verifier'],
    [{ verifier: portone }, 'verifier'],
    [{ verifier, chanelKey: 'x' }, 'chanelKey'],
    [{ verifier, begun: undefined }, 'begun'],
    [{ verifier, onAllowed: true }, 'onAllowed'],
    [{ verifier, name: '' }, 'name'],
    [{ verifier, name: undefined }, 'name'],
    [{ verifier, isGlobal: 'yes' }, 'isGlobal'],
    [{ verifier, routes: 0 }, 'routes'],
    [{ verifier, path: 7 }, 'path'],
    [{ verifier, version: undefined }, 'version'],
    [{ verifier, decorators: 'public' }, 'decorators'],
    [{ verifier, filter: null }, 'filter'],
    [{ verifier, otp: true }, 'channelKey'],
  ];
  for (const [options, parameter] of mistakes) {
    assert.throws(() => BoninModule.forRoot(options), { kind: 'invalid_argument', parameter }, parameter);
  }
  const ofAsync = [
    [undefined, 'options'],
    [{}, 'useFactory'],
    [{ useFactory: {} }, 'useFactory'],
    [{ useClass: 'Settings' }, 'useClass'],
    [{ useFactory: () => {}, useClass: class {} }, 'useFactory'],
    [{ useFactory: () => {}, verifier }, 'verifier'],
    [{ useFactory: () => {}, api: 'v3' }, 'api'],
  ];
  for (const [options, parameter] of ofAsync) {
    assert.throws(() => BoninModule.forRootAsync(options), { kind: 'invalid_argument', parameter }, parameter);
  }
  for (const given of [7, { verifier }, { channelKey: 'x' }]) assert.throws(() => RequireIdentity(given), bonin.InvalidArgument);
});

test('what only the start can know is an error at the start', async () => {
  const of = (options) => ({ imports: [BoninModule.forRootAsync(options)] });
  await assert.rejects(start(of({ useFactory: () => undefined })), { parameter: 'options' });
  await assert.rejects(start(of({ useFactory: async () => ({ verifyer: 1 }) })), { parameter: 'verifyer' });
  await assert.rejects(start(of({ api: 'v1', useFactory: () => optionsOf() })), /the verifier's PortOne is V2: write `api: 'v2'`/);
  await start(of({ api: 'v1', routes: false, useFactory: () => optionsOf() }));
});

test('a guard without its module says so in one sentence', async () => {
  const none =
    /^@RequireIdentity\(\) finds no BoninModule: add BoninModule\.forRoot or forRootAsync to the imports of the module of this controller, or give it `isGlobal: true`$/;
  await assert.rejects(start({ controllers: [helloOf()] }), { kind: 'invalid_argument', message: none });
  const feature = moduleOf({ controllers: [helloOf()] });
  await assert.rejects(start({ imports: [BoninModule.forRoot(optionsOf()), feature] }), { message: none });
  await start({ imports: [BoninModule.forRoot({ isGlobal: true, ...optionsOf() }), feature] });
  const named = { imports: [BoninModule.forRoot({ name: 'other', ...optionsOf() })], controllers: [helloOf('sign-up')] };
  await assert.rejects(start(named), /@RequireIdentity\('sign-up'\) finds no BoninModule of this name/);
});

test('a guard does not choose among modules without a name', async () => {
  const imports = ['a', 'b'].map((where) => BoninModule.forRoot({ path: where, ...optionsOf() }));
  await start({ imports });
  await assert.rejects(start({ imports, controllers: [helloOf()] }), /several BoninModules without a name.*give each a `name`/);
  const again = [BoninModule.forRoot({ name: 'c', ...optionsOf() })];
  await start({ imports: [...imports, ...again], controllers: [helloOf('c')] });
});

test('options by a class', async (t) => {
  class Settings {
    createBoninOptions() {
      return optionsOf({ subject: () => 'me' });
    }
  }
  class Shared {}
  common.Module({ providers: [Settings], exports: [Settings] })(Shared);
  for (const options of [{ useClass: Settings }, { imports: [Shared], useExisting: Settings }]) {
    const injected = controller('', {}, [InjectVerifier()]);
    const { app, close, url } = await boot('Express', moduleOf({ imports: [BoninModule.forRootAsync(options)], controllers: [injected] }));
    t.after(close);
    assert.deepEqual(app.get(injected).parts, [verifier]);
    assert.deepEqual((await begin(url, 'v2')).cookies, []);
  }
});

test('a guard where there is no HTTP lets nobody in', async () => {
  const guard = Object.create(nest.IdentityGuard.prototype);
  await assert.rejects(guard.canActivate({ getType: () => 'ws' }), { kind: 'internal' });
  const thrown = new bonin.InternalError('internal', 'of a message');
  const filter = new nest.BoninExceptionFilter();
  await assert.rejects(lastValueFrom(filter.catch(thrown, { getType: () => 'rpc' })), thrown);
  assert.throws(() => filter.catch(thrown, { getType: () => 'ws' }), thrown);
});

for (const platform of PLATFORMS) {
  test(`a browser that hangs up cancels its lookup: ${platform}`, { timeout: 30_000 }, async (t) => {
    const answered = [];
    const tell = (what) => () => void answered.push(what);
    const root = moduleOf({
      imports: [BoninModule.forRoot(optionsOf({ onAllowed: tell('allowed'), onDenied: tell('denied'), onError: tell('error') }))],
      controllers: [helloOf()],
    });
    const url = await serving(t, platform, root);
    const { issued, cookie } = await begin(url, 'v2');
    sandbox.fault('delay', { delayMs: 50_000, times: 100 });
    const cancelled = portone.metrics().calls.cancelled ?? 0;
    for (const where of [PATH.v2, `${PATH.v2}/redirect?identityVerificationId=${issued}`, '/hello']) {
      const headers = { cookie, 'content-type': 'application/json' };
      const posts = !where.includes('?'); // the body of a GET would be taken for the next request
      const request = http.request(url + where, { method: posts ? 'POST' : 'GET', headers });
      request.on('error', () => {});
      const asked = portone.metrics().attempts;
      request.end(posts ? JSON.stringify({ identityVerificationId: issued }) : undefined);
      await until(() => portone.metrics().attempts > asked);
      request.destroy();
    }
    await until(() => portone.metrics().calls.cancelled === cancelled + 3);
    assert.equal(portone.metrics().callsUnderWay, 0);
    assert.deepEqual(answered, []);
    sandbox.clearFaults();
    assert.equal((await begin(url, 'v2')).response.status, 200);
  });

  test(`bodies that break off, and lengths that are none: ${platform}`, async (t) => {
    const noise = [];
    const heard = (what) => noise.push(what);
    process.on('unhandledRejection', heard);
    t.after(() => process.off('unhandledRejection', heard));
    const url = await serving(t, platform, moduleOf({ imports: [BoninModule.forRoot(optionsOf({ onError: heard }))] }));
    const flow = await begin(url, 'v2');
    const head = `POST ${PATH.v2} HTTP/1.1\r\nHost: x\r\nCookie: ${flow.cookie}\r\nContent-Type: application/json\r\n`;
    const socketOf = (text, then) =>
      new Promise((resolve) => {
        const socket = net.connect(new URL(url).port, '127.0.0.1', () => socket.write(text, () => then?.(socket)));
        socket.on('data', (data) => (socket.destroy(), resolve(String(data))));
        socket.on('close', resolve).on('error', () => {});
      });
    for (const text of [`${head}Content-Length: 99\r\n\r\n{"ide`, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ide`, head]) {
      await socketOf(text, (socket) => socket.destroy());
    }
    for (const length of ['1e3', '0x10', '-1', '9'.repeat(5000), '5\r\nContent-Length: 6']) {
      assert.match(await socketOf(`${head}Content-Length: ${length}\r\n\r\n{}`), /^HTTP\/1\.1 4\d\d /, length.slice(0, 9));
    }
    assert.equal((await post(url, finish(sandbox, 'v2', 'adult', flow.issued), flow.cookie)).status, 200);
    assert.deepEqual(noise, []);
  });

  test(`many posts of one id at once: one sign-up: ${platform}`, async (t) => {
    const registry = new bonin.Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
    t.after(() => registry.close());
    const once = new bonin.Policy({ name: 'sign-up', extends: 'kr.youth_protection', rules: [{ account: 'new' }, { single_use: true }] });
    const onAllowed = async (_req, _res, { reservation }) => (await reservation.tryCommit(`account-${bonin.newId()}`)).outcome;
    const options = { verifier: new bonin.Verifier(portone, once, { registry }), channelKey: 'channel-1', onAllowed };
    const url = await serving(t, platform, moduleOf({ imports: [BoninModule.forRoot(options)] }));
    const flow = await begin(url, 'v2');
    const id = finish(sandbox, 'v2', 'adult', flow.issued);
    const answers = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const answer = await post(url, id, flow.cookie);
        return answer.status === 200 ? answer.json() : answer.status;
      }),
    );
    assert.equal(answers.filter((one) => one === 'created').length, 1);
    assert.deepEqual(
      answers.filter((one) => one !== 'created' && one !== 'taken' && one.again !== true),
      [],
    );
  });

  test(`no answer and no line of a log shows a person, an id, a secret or a stack: ${platform}`, async (t) => {
    const canary = 'canary';
    const person = {
      name: `${canary}홍길동`,
      birthDate: '2015-06-05',
      gender: 'female',
      phone: '01098765432',
      ci: `${canary}CI`.padEnd(88, 'x'),
    };
    const printed = [];
    const logger = Object.fromEntries(
      ['log', 'warn', 'error'].map((name) => [
        name,
        (...all) =>
          printed.push(
            all
              .filter((one) => one !== undefined)
              .map(String)
              .join(' '),
          ),
      ]),
    );
    t.after(() => common.Logger.overrideLogger(false));
    const expect = () => ({ name: `${canary} name` });
    const root = moduleOf({ imports: [BoninModule.forRoot(optionsOf())], controllers: [helloOf({ expect })] });
    const url = await serving(t, platform, root, { logger });
    printed.length = 0;
    const texts = [];
    const keep = async (promise) => {
      const answer = await promise;
      texts.push(JSON.stringify([...answer.headers]), await answer.text());
      return answer.status;
    };
    const flow = await begin(url, 'v2');
    sandbox.verify(person, { id: flow.issued, customData: canary });
    const html = { headers: { accept: 'text/html', cookie: flow.cookie } };
    const redirect = `${url}${PATH.v2}/redirect?identityVerificationId=${flow.issued}&message=${canary}`;
    const all = async (status) => {
      for (const where of [PATH.v2, '/hello']) assert.equal(await keep(post(url, flow.issued, flow.cookie, where)), status, where);
      assert.equal(await keep(fetch(redirect, html)), status);
    };
    await all(403);
    assert.equal(await keep(post(url, flow.issued, '', '/hello')), 403);
    assert.equal(await keep(post(url, `${canary}-unknown`, flow.cookie, '/hello')), 403);
    const words = JSON.stringify({ type: 'X', message: `${canary} 홍길동`, pgMessage: canary });
    assert.deepEqual(printed, []);
    for (const [kind, options, status] of [
      ['status', { status: 401 }, 500],
      ['respond', { status: 400, body: words }, 500],
      ['respond', { status: 200, body: words }, 500],
      ['garbage', {}, 500],
      ['reset', {}, 503],
    ]) {
      sandbox.fault(kind, { ...options, times: 100 });
      await all(status);
      sandbox.clearFaults();
    }
    assert.equal(printed.length, 15, 'each `internal` and each `unavailable` once');
    const leak = new RegExp([canary, '홍길동', '2015', '9876', flow.issued, sandbox.apiSecret, '\\bat .*\\.js', 'node_modules'].join('|'));
    for (const text of [...texts, ...printed]) assert.doesNotMatch(text, leak);
    for (const line of printed) assert.match(line, /^[A-Z]\w+: [^\n]+ Bonin$/);
  });
}
