'use strict';
// bonin/express: browsers that hang up, pages of other sites, what a refusal tells when it is sent as it is, and handlers
// that fail.
const assert = require('node:assert/strict');
const http = require('node:http');
const { once } = require('node:events');
const { after, afterEach, before, test } = require('node:test');
const { inspect } = require('node:util');
const { EXPRESS, PATH, begin, bonin, finish, listen, messages } = require('./web.js');
const { clientOf, run, until } = require('./support.js');
const { refusalOfError } = require('../../bindings/node/lib/web/refusal.js');
const { readNamed } = require('../../bindings/node/lib/web/request.js');
const { web } = require('../../bindings/node/lib/native.js');
const { identityRouter, requireIdentity } = require('bonin/express');

const policy = bonin.Policy.preset('kr.youth_protection');
let sandbox;
let portone;
let verifier;

before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { apiSecret, storeId, url } = sandbox;
  portone = clientOf('v2', url, { apiSecret, storeId, timeoutMs: 60_000 });
  verifier = new bonin.Verifier(portone, policy);
});
after(async () => {
  portone.close();
  await sandbox.close();
});
afterEach(() => sandbox.clearFaults());

async function serving(t, app) {
  const { url, close } = await listen(app);
  t.after(close);
  return url;
}
const post = (url, id, cookie) =>
  fetch(url + PATH.v2, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ identityVerificationId: id }),
  });

for (const [version, express] of Object.entries(EXPRESS)) {
  test(`a browser that hangs up cancels its lookup: ${version}`, { timeout: 30_000 }, async (t) => {
    const answered = [];
    const tell = (_req, res, what) => (answered.push(what), res.end());
    const app = express().use(
      identityRouter({ channelKey: 'channel-1', verifier, onAllowed: tell, onDenied: tell, onError: (error) => answered.push(error) }),
    );
    app.post('/guarded', express.json(), requireIdentity({ verifier, subject: () => 'me' }), (req, res) => tell(req, res, 'guarded'));
    const url = await serving(t, app);
    const { issued, cookie } = await begin(url, 'v2');
    sandbox.fault('delay', { delayMs: 50_000, times: 100 });
    const before = portone.metrics().calls.cancelled ?? 0;
    for (const path of [PATH.v2, `${PATH.v2}/redirect?identityVerificationId=${issued}`, '/guarded']) {
      const headers = { cookie, 'content-type': 'application/json' };
      const byAddress = path.includes('?'); // a GET, which has no body: what followed it would be taken for another request
      const request = http.request(url + path, { method: byAddress ? 'GET' : 'POST', headers });
      request.on('error', () => {});
      const asked = portone.metrics().attempts;
      const id = path === '/guarded' ? verifier.begin('me', { channelKey: 'channel-1' }).id : issued;
      request.end(byAddress ? undefined : JSON.stringify({ identityVerificationId: id }));
      await until(() => portone.metrics().attempts > asked);
      request.destroy();
    }
    await until(() => portone.metrics().calls.cancelled === before + 3);
    assert.equal(portone.metrics().callsUnderWay, 0);
    assert.deepEqual(answered, []);
  });
}

test('a refusal that is sent as it is tells what the router would', async (t) => {
  const refusals = [];
  const send = (_req, res, refusal) => (refusals.push(refusal), res.json(refusal));
  const url = await serving(
    t,
    EXPRESS['Express 5']().use(identityRouter({ channelKey: 'channel-1', verifier, onDenied: send, onError() {} })),
  );
  const { issued, cookie } = await begin(url, 'v2');
  const id = finish(sandbox, 'v2', 'minor', issued);
  const codes = async (answer) => {
    const { findings, ...rest } = await answer.json();
    return [Object.keys(rest), findings.map(({ code, reason }) => `${code}:${reason}`)];
  };
  const keys = ['status', 'code', 'ko', 'en'];
  assert.deepEqual(await codes(await post(url, id, cookie)), [keys, ['age:too_young']]);
  const stranger = await begin(url, 'v2');
  assert.deepEqual(await codes(await post(url, id, stranger.cookie)), [keys, ['begun:foreign']], 'somebody else has the id');
  assert.deepEqual(await codes(await post(url, id, '')), [keys, ['begun:no_cookie']]);
  const [own, foreign] = refusals;
  assert.equal(own.decision.denials[0].code, 'age', 'for the log of the application');
  assert.equal(foreign.decision, undefined);
  for (const text of [inspect(foreign, { showHidden: true, depth: 9 }), JSON.stringify({ ...foreign })]) {
    assert.doesNotMatch(text, /too_young|provider|verifiedAt/i);
  }
  for (const text of [inspect(own), JSON.stringify(own), JSON.stringify({ ...own })])
    assert.doesNotMatch(text, /provider|verifiedAt|policyHash/i);

  sandbox.fault('status', { status: 401, times: 100 });
  assert.deepEqual(await codes(await post(url, id, cookie)), [keys, []]);
  assert.ok(refusals.at(-1).error instanceof bonin.BoninError);
});

test('pages of other origins that are let in', async (t) => {
  const allowedOrigins = ['https://shop.example', 'http://localhost:5173'];
  const url = await serving(t, EXPRESS['Express 5']().use(identityRouter({ channelKey: 'channel-1', verifier, allowedOrigins })));
  allowedOrigins.push('https://evil.example');
  const ask = async (headers) => {
    const answer = await fetch(`${url}${PATH.v2}/begin`, { method: 'POST', headers });
    return [answer.status, (await answer.json()).code, answer.headers.getSetCookie().length];
  };
  for (const origin of ['https://shop.example', 'http://localhost:5173']) {
    assert.deepEqual(await ask({ origin, 'sec-fetch-site': 'cross-site' }), [200, undefined, 1], origin);
  }
  const { status } = messages.cross_site;
  for (const origin of ['https://evil.example', 'https://shop.example:8443', 'http://shop.example', 'https://www.shop.example', 'null']) {
    assert.deepEqual(await ask({ origin, 'sec-fetch-site': 'cross-site' }), [status, 'cross_site', 0], origin);
    assert.deepEqual(await ask({ origin }), [status, 'cross_site', 0], origin);
  }
  const wrong = [
    'https://shop.example',
    [1],
    ['shop.example'],
    ['https://shop.example/'],
    ['https://shop.example/x'],
    ['*'],
    ['null'],
    ['ftp://shop.example'],
  ];
  for (const origins of wrong) {
    assert.throws(() => identityRouter({ channelKey: 'channel-1', verifier, allowedOrigins: origins }), {
      kind: 'invalid_argument',
      parameter: 'allowedOrigins',
    });
  }
  assert.throws(() => requireIdentity({ verifier, allowedOrigins: [] }), { parameter: 'allowedOrigins' });
});

test('a host with the port that goes without saying', () => {
  const isFar = (origin, host) => web.isCrossSite(undefined, origin, host, []);
  assert.equal(isFar('https://shop.example', 'shop.example:443'), false);
  assert.equal(isFar('http://shop.example', 'SHOP.example:80'), false);
  assert.equal(isFar('https://shop.example', 'shop.example:80'), true);
  assert.equal(isFar('https://shop.example', 'shop.example.evil.example'), true);
  assert.equal(isFar('https://shop.example', undefined), true);
  assert.equal(isFar('https://shop.example', ''), true);
  assert.equal(isFar('https://shop.example, https://evil.example', 'shop.example'), true);
});

test('a `next` that fails in plain node:http: the process lives and the browser is answered', async () => {
  const { code, stdout, stderr } = await run(`
    const http = require('node:http');
    const { Policy, PortOneV2, Verifier, newId } = require('bonin');
    const { identityRouter, requireIdentity } = require('bonin/express');
    const verifier = new Verifier(new PortOneV2({ apiSecret: 'secret', baseUrl: 'http://127.0.0.1:9' }), Policy.preset('kr.youth_protection'));
    const told = [];
    const options = { verifier, onError: (error) => told.push(error.message) };
    const fails = { subject: () => { throw new Error('of subject'); } };
    const router = identityRouter({ ...options, ...fails });
    const quiet = identityRouter({ ...options, ...fails, onError: () => { throw new Error('of onError'); } });
    const throws = () => { throw new Error('of next'); };
    const begun = (req, res) => { res.write('some'); throws(); };
    const handlers = {
      '/a': (req, res) => router(req, res, throws),
      '/b': (req, res) => router(req, res, async () => throws()),
      '/c': (req, res) => router(req, res, undefined),
      '/d': (req, res) => quiet(req, res, throws),
      '/e': (req, res) => router(req, res, () => begun(req, res)),
    };
    const server = http.createServer((req, res) => {
      const handler = handlers[req.url.slice(0, 2)];
      req.url = req.url.slice(2);
      handler(req, res);
    });
    server.listen(0, '127.0.0.1', async () => {
      const statuses = [];
      for (const path of Object.keys(handlers)) {
        const answer = fetch('http://127.0.0.1:' + server.address().port + path + '/identity-verifications/begin', { method: 'POST' });
        statuses.push(await answer.then(async (one) => (await one.text(), one.status)).catch(() => 'cut off'));
      }
      console.log(JSON.stringify({ statuses, told }));
      server.closeAllConnections();
      server.close();
    });`);
  assert.equal(code, 0, stderr);
  const { statuses, told } = JSON.parse(stdout);
  assert.deepEqual(statuses, [500, 500, 500, 500, 'cut off']);
  assert.equal(told.length, 4);
});

test('a client with too many calls under way: try again', () => {
  const { status, code, retryAfter, error } = refusalOfError(new bonin.Overloaded('overloaded', 'too many'));
  assert.deepEqual([status, code, retryAfter, error.kind], [503, 'unavailable', 1, 'overloaded']);
});

// Node's own parser refuses them; what calls the router need not be Node's server.
test('lengths that are none', async () => {
  const ask = async (length) => {
    const req = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': length },
      readableDidRead: true,
      body: { identityVerificationId: 'a' },
    };
    const { said, refusal } = await readNamed('v2', req);
    return said?.id === 'a' ? 'read' : refusal.code;
  };
  for (const length of ['1e3', '0x10', '-1', '+1', '1.0', '', ' 1', '1, 1', '1,2', 'NaN', '٣'])
    assert.equal(await ask(length), 'invalid_body', length);
  for (const length of ['16385', '9'.repeat(5000), '1e3'.padEnd(5000, '0').replace('e', '0')])
    assert.equal(await ask(length), 'body_too_large', length.slice(0, 9));
  for (const length of ['0', '2', '16384', '00016384']) assert.equal(await ask(length), 'read', length);
});

test('lengths that are none, over a socket: an answer, and the server goes on', async (t) => {
  const url = await serving(t, EXPRESS['Express 5']().use(identityRouter({ channelKey: 'channel-1', verifier, onError() {} })));
  for (const length of ['1e3', '0x10', '-1', '9'.repeat(5000), '5\r\nContent-Length: 6']) {
    const socket = require('node:net').connect(new URL(url).port, '127.0.0.1');
    socket.write(`POST ${PATH.v2} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{}`);
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 4\d\d /, length.slice(0, 9));
    socket.destroy();
  }
  assert.equal((await begin(url, 'v2')).response.status, 200);
});
