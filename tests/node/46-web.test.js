'use strict';
// bonin/web: the shared cases through Request and Response, and what an application of its own makes of them.
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { after, afterEach, before, test } = require('node:test');
const { PATH, begin, bonin, bridge, cases, finish, judge, listen, openBoth, tryCase } = require('./web.js');
const { identityHandler, refusalOf, requireIdentity } = require('bonin/web');
const { ROOT } = require('./support.js');

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

/** Serves a function of a Request, as a framework does. */
async function serving(t, handle) {
  const { url, close } = await listen(bridge(handle));
  t.after(close);
  return url;
}

const handlerOf = (options, api = 'v2') => identityHandler({ channelKey: 'channel-1', verifier: verifiers[api], ...options });
const post = (url, id, cookie = '', path = PATH.v2, headers = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...headers },
    body: JSON.stringify({ identityVerificationId: id }),
    redirect: 'manual',
  });

for (const [name, prefix] of Object.entries({ 'at the root': '', 'under a prefix': '/api/signup' })) {
  test(`the shared cases: ${name}`, async (t) => {
    const urls = {};
    for (const api of ['v1', 'v2']) urls[api] = (await serving(t, handlerOf(silent, api))) + prefix;
    for (const entry of cases) {
      await t.test(entry.name, async () => {
        const { answer, ...ids } = await tryCase(entry, urls[entry.api], sandbox);
        await judge(entry, answer, ids);
      });
    }
  });
}

test('the answers of the application', async (t) => {
  const seen = [];
  const url = await serving(
    t,
    handlerOf({
      onAllowed: (request, decision) => {
        seen.push(request instanceof Request && decision instanceof bonin.Decision);
        return new Response(null, { status: 303, headers: { location: '/welcome', 'cache-control': 'private' } });
      },
      onDenied: (_request, refusal) => (refusal.code === 'denied' ? Response.json({ own: refusal.code }) : undefined),
      ...silent,
    }),
  );
  const flow = await begin(url, 'v2');
  assert.match(flow.cookies.join(), /^bonin_subject=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
  const yes = await post(url, finish(sandbox, 'v2', 'adult', flow.issued), flow.cookie);
  assert.deepEqual([yes.status, yes.headers.get('location'), yes.headers.get('cache-control')], [303, '/welcome', 'private']);
  assert.deepEqual(seen, [true]);
  const minor = await begin(url, 'v2');
  const no = await post(url, finish(sandbox, 'v2', 'minor', minor.issued), minor.cookie);
  assert.deepEqual([no.status, await no.json()], [403, { own: 'denied' }], 'a refusal is never 200');
  assert.equal(no.headers.get('cache-control'), 'no-store');
  assert.equal((await (await post(url, '..', flow.cookie)).json()).code, 'invalid_id', 'nothing leaves the default answer');
  assert.equal((await fetch(`${url}/elsewhere`)).status, 404);
  const page = await fetch(`${url}${PATH.v2}/redirect?identityVerificationId=..`, {
    headers: { accept: 'text/html', cookie: flow.cookie },
  });
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
});

test('a yes without an answer of the application is answered', async (t) => {
  const url = await serving(t, handlerOf({ onAllowed: () => {} }));
  const flow = await begin(url, 'v2');
  assert.deepEqual(await (await post(url, finish(sandbox, 'v2', 'adult', flow.issued), flow.cookie)).json(), { allowed: true });
});

test('what the functions of the application throw, or answer besides a Response, lets nobody in', async (t) => {
  const thrown = () => {
    throw new Error('the canary of the application');
  };
  for (const [options, persona] of [
    [{ subject: thrown }, 'adult'],
    [{ expect: thrown }, 'adult'],
    [{ onAllowed: thrown }, 'adult'],
    [{ onAllowed: () => ({ allowed: true }) }, 'adult'],
    [{ onDenied: thrown }, 'minor'],
    [{ onDenied: () => 'no' }, 'minor'],
  ]) {
    const plain = await begin(await serving(t, handlerOf({})), 'v2');
    const url = await serving(t, handlerOf({ ...options, ...silent }));
    const answer = await post(url, finish(sandbox, 'v2', persona, plain.issued), plain.cookie);
    assert.equal(answer.status, 599, Object.keys(options)[0]);
  }
});

test('subject and expect take the Request', async (t) => {
  const url = await serving(
    t,
    handlerOf({
      subject: async (request) => request.headers.get('x-user'),
      expect: (request) => ({ customData: new URL(request.url).search }),
    }),
  );
  const flow = await begin(url, 'v2', { 'x-user': 'user-1' });
  assert.deepEqual(flow.cookies, []);
  const id = finish(sandbox, 'v2', 'adult', flow.issued);
  const of = async (user) => (await (await post(url, id, '', PATH.v2, { 'x-user': user })).json()).findings.map(({ code }) => code);
  assert.deepEqual(await of('user-2'), ['begun']);
  assert.deepEqual(await of('user-1'), ['expect']);
});

test('what the handler is given beside the Request reaches every function', async () => {
  const seen = [];
  const see =
    (name, answer) =>
    (...all) => (seen.push([name, all.at(-1)]), answer);
  const handle = handlerOf({
    subject: see('subject', 'me'),
    expect: see('expect', {}),
    onAllowed: see('onAllowed'),
    onDenied: see('onDenied'),
    customData: see('customData'),
    address: see('address', '203.0.113.9'),
  });
  const context = {};
  const ask = (path, body) => {
    const headers = { 'content-type': 'application/json' };
    return handle(new Request(`https://shop.example${PATH.v2}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }), context);
  };
  const { identityVerificationId } = await (await ask('/begin', {})).json();
  finish(sandbox, 'v2', 'adult', identityVerificationId);
  assert.equal((await ask('', { identityVerificationId })).status, 200);
  assert.equal((await ask('', {})).status, 400);
  assert.deepEqual([...new Set(seen.map(([name]) => name))].sort(), [
    'address',
    'customData',
    'expect',
    'onAllowed',
    'onDenied',
    'subject',
  ]);
  for (const [name, last] of seen) assert.equal(last, context, name);
});

test('a guard answers, and does not throw', async () => {
  const url = 'https://shop.example/sign-up';
  const options = { verifier: verifiers.v2, subject: () => 'session-1', ...silent };
  const flow = verifiers.v2.begin('session-1', { channelKey: 'channel-1' });
  const ask = (id, more) =>
    requireIdentity(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ identityVerificationId: id }),
      }),
      { ...options, ...more },
    );
  const { decision, headers } = await ask(finish(sandbox, 'v2', 'adult', flow.id));
  assert.ok(decision.allowed && headers.get('cache-control') === 'no-store');
  const { refusal, response, decision: none } = await ask(flow.id, { subject: () => 'session-2' });
  assert.deepEqual([none, refusal.code, refusal.decision, response.status], [undefined, 'denied', undefined, 403]);
  const own = await ask(flow.id, { subject: () => 'session-2', onDenied: () => new Response('no') });
  assert.deepEqual([own.response.status, await own.response.text(), own.refusal.code], [403, 'no', 'denied']);
  const read = new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  await read.text();
  assert.deepEqual([(await requireIdentity(read, options)).refusal.code], ['internal'], 'a body that somebody has read');
  const failing = new ReadableStream({ start: (controller) => controller.error(new Error('broken')) });
  const broken = new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: failing, duplex: 'half' });
  const told = await requireIdentity(broken, options);
  assert.deepEqual([told.decision, told.refusal.code, told.response.status], [undefined, 'unavailable', 503]);
  await assert.rejects(requireIdentity(read, { ...options, onAllowed: () => {} }), bonin.InvalidArgument);
});

test('an action, which has no Request, makes one of the id', async () => {
  const flow = verifiers.v2.begin('session-1', { channelKey: 'channel-1' });
  const act = async (id, subject) => {
    const body = new URLSearchParams({ identityVerificationId: id });
    const request = new Request('http://action', { method: 'POST', body });
    const { decision, refusal } = await requireIdentity(request, { verifier: verifiers.v2, subject: () => subject, ...silent });
    return decision === undefined ? { ...refusal } : { allowed: decision.allowed };
  };
  assert.equal((await act(flow.id, 'session-1')).code, 'not_found', 'nothing was finished yet');
  finish(sandbox, 'v2', 'adult', flow.id);
  assert.deepEqual(await act(flow.id, 'session-1'), { allowed: true });
  const stolen = await act(flow.id, 'session-2');
  assert.deepEqual([stolen.code, stolen.findings.map(({ reason }) => reason)], ['denied', ['foreign']]);
  assert.doesNotThrow(() => structuredClone(stolen), 'it goes over to the page');
});

test('a client that goes away ends its call', async () => {
  sandbox.fault('delay', { delayMs: 5000, times: 1, match: { method: 'GET' } });
  const gone = new AbortController();
  const flow = verifiers.v2.begin('session-1', { channelKey: 'channel-1' });
  const handle = handlerOf({ subject: () => 'session-1' });
  const body = JSON.stringify({ identityVerificationId: finish(sandbox, 'v2', 'adult', flow.id) });
  const answer = handle(
    new Request(`https://shop.example${PATH.v2}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: gone.signal,
    }),
  );
  setTimeout(() => gone.abort(), 50);
  assert.equal((await answer).status, 503);
  assert.equal(portones.v2.metrics().callsUnderWay, 0);
});

test('a body that breaks off, which no route reads, ends no process', async () => {
  const uncaught = [];
  const listen = (error) => uncaught.push(error);
  process.on('uncaughtException', listen);
  for (const path of [`${PATH.v2}/begin`, `${PATH.v2}/redirect`, PATH.v2]) {
    let breakOff;
    const body = new ReadableStream({ start: (controller) => (breakOff = () => controller.error(new Error('broken'))) });
    const headers = { 'content-type': 'text/plain' };
    const answer = await handlerOf(silent)(new Request(`https://shop.example${path}`, { method: 'POST', headers, body, duplex: 'half' }));
    assert.ok([200, 405, 415].includes(answer.status));
    breakOff();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
  process.off('uncaughtException', listen);
  assert.deepEqual(uncaught, []);
});

test('codes need the end user’s address', async (t) => {
  assert.throws(() => handlerOf({ otp: true }), { name: 'InvalidArgument', parameter: 'address' });
  const url = await serving(t, handlerOf({ otp: true, channelKey: sandbox.channelKey, address: () => '203.0.113.9' }));
  const said = { name: '김보닌', phone: '010-0000-0003', identityNumber: '900315-2', carrier: 'SKT' };
  const json = (path, body, cookie = '') =>
    fetch(url + PATH.v2 + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) });
  const sent = await json('/send', said);
  assert.equal(sent.status, 200);
  const cookie = sent.headers.getSetCookie()[0].split(';')[0];
  const { id } = await sent.json();
  const answer = await json('/confirm', { id, otp: sandbox.otp(id) }, cookie);
  assert.deepEqual(await answer.json(), { allowed: true });
});

test('options that cannot be meant', () => {
  for (const wrong of [undefined, null, 7, {}, { verifier: 7 }, { verifyer: verifiers.v2 }]) {
    assert.throws(() => identityHandler(wrong), bonin.InvalidArgument);
  }
  assert.throws(() => handlerOf({ address: 'x' }), { parameter: 'address' });
  assert.throws(() => handlerOf({ redirectUrl: '/back' }), { parameter: 'redirectUrl' });
});

test('a refusal for glue of one’s own', async () => {
  const decision = await verifiers.v2.verify(sandbox.verify('minor'));
  const refusal = refusalOf(decision);
  assert.deepEqual([refusal.status, refusal.code, refusal.findings[0].reason], [403, 'denied', 'too_young']);
  assert.deepEqual(Object.keys(refusal), ['status', 'code', 'ko', 'en', 'findings']);
  const error = await verifiers.v2.verify('..').catch((one) => one);
  assert.deepEqual([refusalOf(error).status, refusalOf(error).code], [400, 'invalid_id']);
  const thrown = await verifiers.v2.require(sandbox.verify('minor')).catch((one) => one);
  assert.deepEqual(refusalOf(thrown), refusal, 'what `require` throws is the denial');
  for (const wrong of [undefined, {}, new Error('x'), await verifiers.v2.verify(sandbox.verify('adult'))]) {
    assert.throws(() => refusalOf(wrong), bonin.InvalidArgument);
  }
});

test('the glue of docs/web.md answers as the routes do', async (t) => {
  const guide = readFileSync(join(ROOT, 'docs', 'web.md'), 'utf8');
  const [glue] = [...guide.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code).filter((code) => code.includes('refusalOf('));
  const finishing = new Function('require', 'verifier', `${glue}\nreturn finish;`)(require, verifiers.v2);
  const url = await serving(t, handlerOf({ ...silent, subject: () => 'session-1' }));
  for (const [subject, persona, expected] of [
    ['session-1', 'adult', 200],
    ['session-1', 'minor', 403],
    ['session-2', 'adult', 403],
  ]) {
    const { id } = verifiers.v2.begin(subject, { channelKey: 'channel-1' });
    sandbox.verify(persona, { id });
    const { status, body } = await finishing(id, 'session-1');
    const answer = await post(url, id);
    assert.deepEqual([status, body], [answer.status, await answer.json()]);
    assert.equal(status, expected);
  }
  const { status, body } = await finishing('..', 'session-1');
  assert.deepEqual([status, body.allowed, body.code], [400, false, 'invalid_id']);
});

test('both ways of loading give the same functions', async () => {
  const imported = await import('bonin/web');
  assert.equal(imported.identityHandler, identityHandler);
  assert.equal(imported.default.requireIdentity, requireIdentity);
});
