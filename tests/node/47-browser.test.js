'use strict';
// bonin/browser without a browser: what is told for each thing that servers and scripts say. 03-browser-helper.test.js does it in one.

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { after, before, beforeEach, describe, test } = require('node:test');
const vm = require('node:vm');
const { gzipSync } = require('node:zlib');
const { PLACES, script } = require('../../packaging/browser.js');
const { ROOT } = require('./support.js');

const BEGIN = '/identity-verifications/begin';
const V2 = { storeId: 'store-1', channelKey: 'channel-1', identityVerificationId: 'id-1' };
const V1 = { channelKey: 'channel-1', merchant_uid: 'merchant-1' };
const DENIED = {
  allowed: false,
  code: 'denied',
  ko: '안 됩니다.',
  en: 'No.',
  findings: [{ code: 'age', reason: 'too_young', ko: '가', en: 'a' }],
};
const NOT_FINISHED = { allowed: false, code: 'not_finished', ko: '서버의 말', en: 'the server', findings: [] };

const UNEXPECTED = {
  code: 'unexpected',
  ko: '본인인증을 확인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  en: 'The identity verification could not be checked. Please try again in a moment.',
  findings: [],
};

const json =
  (body, status = 200, headers = {}) =>
  () =>
    Response.json(body, { status, headers });
const text =
  (body, status, headers = {}) =>
  () =>
    new Response(body, { status, headers });
const down = () => Promise.reject(new TypeError('fetch failed'));

describe('the script for a script tag', () => {
  test('is what its source makes, in both packages', () => {
    for (const place of PLACES) assert.equal(readFileSync(place, 'utf8'), script(), `${place} is stale: node packaging/browser.js`);
  });

  test('is under 3 kB packed', () => {
    const size = gzipSync(script(), { level: 9 }).length;
    assert.ok(size < 3000, `${size} bytes`);
  });

  test('sets window.bonin and nothing else', () => {
    const window = {};
    const global = vm.createContext({ window });
    const before = Object.keys(global);
    vm.runInContext(script(), global);
    assert.deepEqual(Object.keys(window.bonin).sort(), ['resumeIdentity', 'verifyIdentity']);
    assert.deepEqual(Object.keys(global), before);
  });

  test('is found by its name', () => {
    assert.equal(require.resolve('bonin/browser.js'), path.join(ROOT, 'bindings/node/lib/browser.js'));
  });
});

describe('verifyIdentity', () => {
  let verifyIdentity, resumeIdentity, asked, answers, events, logged, error;

  before(async () => ({ verifyIdentity, resumeIdentity } = await import('bonin/browser')));
  before(() => {
    error = console.error;
    console.error = (line) => logged.push(line);
  });
  after(() => {
    console.error = error;
    for (const name of ['window', 'location', 'history', 'sessionStorage', 'fetch']) delete globalThis[name];
  });
  beforeEach(() => {
    [asked, answers, logged] = [[], [], []];
    events = new EventTarget();
    const stored = new Map();
    const window = Object.assign(events, {});
    const given = {
      window,
      sessionStorage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) },
      fetch: async (address, { method, headers, body, credentials, signal }) => {
        asked.push({ address: String(address), method, headers: Object.fromEntries(headers), body: body && JSON.parse(body), credentials });
        if (signal.aborted) throw signal.reason;
        return answers.shift()(signal);
      },
    };
    for (const [name, value] of Object.entries(given))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  });

  /** The page has PortOne's V2 script, which does `act(request)`. */
  const portone = (act) => (window.PortOne = { requestIdentityVerification: async (request) => act(request) });
  const success = ({ identityVerificationId }) => ({
    identityVerificationId,
    identityVerificationTxId: 'tx',
    transactionType: 'IDENTITY_VERIFICATION',
  });
  const imp = (act) => {
    const calls = { codes: [], requests: [] };
    window.IMP = {
      init: (code) => calls.codes.push(code),
      certification: (request, done) => (calls.requests.push(request), act(request, done)),
    };
    return calls;
  };
  const verify = (options) => verifyIdentity({ begin: BEGIN, ...options });

  test('V2: the server’s yes', async () => {
    const requests = [];
    portone((request) => (requests.push(request), success(request)));
    answers = [json(V2), json({ allowed: true, member: 'haneul', status: 'gold' })];
    const steps = [];
    const answer = await verify({ request: { windowType: { pc: 'POPUP' } }, onStep: (step) => steps.push(step), credentials: 'include' });
    assert.deepEqual(answer, { allowed: true, member: 'haneul', status: 'gold' });
    assert.deepEqual(requests, [{ ...V2, windowType: { pc: 'POPUP' } }]);
    assert.deepEqual(steps, ['begin', 'window', 'finish']);
    const [begun, finished] = asked;
    assert.deepEqual(begun, {
      address: BEGIN,
      method: 'POST',
      headers: { accept: 'application/json' },
      body: undefined,
      credentials: 'include',
    });
    assert.equal(finished.address, '/identity-verifications');
    assert.equal(finished.headers['content-type'], 'application/json');
    assert.deepEqual(finished.body, success(V2));
  });

  test('V2: the script of a bundle in place of window.PortOne', async () => {
    answers = [json(V2), json({ allowed: true })];
    const module = { requestIdentityVerification: async (request) => success(request) };
    assert.deepEqual(await verify({ portone: module }), { allowed: true });
  });

  test('V1: told apart by what `begin` answers', async () => {
    const calls = imp((request, done) => done({ success: true, imp_uid: 'imp_1', merchant_uid: request.merchant_uid }));
    answers = [json(V1), json({ allowed: true })];
    const answer = await verifyIdentity({ begin: '/certifications/begin', impCode: 'imp00000000', request: { popup: true } });
    assert.deepEqual(answer, { allowed: true });
    assert.deepEqual(calls, { codes: ['imp00000000'], requests: [{ ...V1, popup: true }] });
    assert.deepEqual(asked[1].body, { success: true, imp_uid: 'imp_1', merchant_uid: 'merchant-1' });
    assert.equal(asked[1].address, '/certifications');

    answers = [json(V1), json({ allowed: true })];
    assert.equal((await verify({})).allowed, true);
    assert.deepEqual(calls.codes, ['imp00000000'], 'the page calls IMP.init itself');
  });

  test('what the server answers is what is told', async () => {
    portone(success);
    const told = async (answer) => {
      answers = [json(V2), answer];
      const { id, retry, ...rest } = await verify();
      assert.equal(id, rest.allowed ? undefined : 'id-1');
      return { ...rest, ...(retry && { retry: true }) };
    };
    assert.deepEqual(await told(json(DENIED, 403)), { ...DENIED, status: 403 });
    assert.deepEqual(await told(json({}, 200)), { allowed: true }, 'an answer of the application’s own');
    assert.deepEqual(await told(text(null, 204)), { allowed: true });
    assert.deepEqual(await told(json({ allowed: false, found: 1 })), {
      allowed: false,
      found: 1,
      status: 200,
      ...UNEXPECTED,
    });
    assert.equal((await told(json({ ...DENIED, allowed: undefined }))).allowed, false, 'a code is no yes, whatever the status');
    assert.equal((await told(json({ allowed: 1 }))).allowed, false);
    assert.equal((await told(json({ allowed: true }, 403))).allowed, false, 'nor is a failure');
    const unavailable = { ...NOT_FINISHED, code: 'unavailable' };
    assert.deepEqual(await told(json(unavailable, 503, { 'Retry-After': '7' })), {
      ...unavailable,
      status: 503,
      retryAfter: 7,
      retry: true,
    });
    const later = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfter } = await told(json({ ...unavailable, code: 'too_often' }, 429, { 'Retry-After': later }));
    assert.ok(retryAfter > 50 && retryAfter <= 60, String(retryAfter));
    for (const nonsense of ['soon', '-1', '']) {
      assert.equal('retryAfter' in (await told(json(DENIED, 403, { 'Retry-After': nonsense }))), false, nonsense);
    }
    for (const body of ['<!doctype html>', '', '[]', 'null', '"yes"', 'true', '{']) {
      assert.deepEqual(await told(text(body, 200)), { allowed: false, status: 200, ...UNEXPECTED }, body);
    }
    assert.equal((await told(text('<h1>502</h1>', 502))).retry, true);
    assert.equal((await told(text('<h1>500</h1>', 500))).retry, undefined);
    assert.equal((await told(json({ detail: 'no such route' }, 404))).detail, 'no such route');
  });

  test('`begin` refuses, is away or makes no sense: no window', async () => {
    portone(() => assert.fail('no window'));
    answers = [json(DENIED, 403)];
    assert.deepEqual(await verify(), { ...DENIED, status: 403 });
    answers = [down];
    const { allowed, code, ko, en, retry } = await verify();
    assert.deepEqual({ allowed, code, retry }, { allowed: false, code: 'offline', retry: undefined });
    assert.match(ko, /연결하지 못했습니다/);
    assert.match(en, /could not be reached/);
    for (const nonsense of [json({}), json({ hello: 1 }), text('<!doctype html>', 200), text(null, 204)]) {
      answers = [nonsense];
      assert.equal((await verify()).code, 'unexpected');
    }
  });

  test('an `allowed` that is not true allows nobody', async () => {
    for (const allowed of [null, 1, 'yes', {}, false]) {
      portone(success);
      answers = [json(V2), json({ allowed })];
      assert.equal((await verify()).allowed, false, String(allowed));
    }
  });

  test('the server is away when the result is there: the same result again', async () => {
    let windows = 0;
    portone((request) => ((windows += 1), success(request)));
    answers = [json(V2), down, text('<h1>', 503), json({ allowed: true })];
    const first = await verify();
    assert.equal(first.code, 'offline');
    const second = await first.retry();
    assert.deepEqual([second.code, second.status], ['unexpected', 503]);
    assert.deepEqual(await second.retry(), { allowed: true });
    assert.equal(windows, 1);
    assert.deepEqual(asked[3].body, asked[1].body);
  });

  test('an answer that breaks off is no answer', async () => {
    portone(success);
    const broken = new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) });
    answers = [json(V2), () => new Response(broken)];
    const { code, retry } = await verify();
    assert.deepEqual([code, typeof retry], ['offline', 'function']);
  });

  test('V2: a closed window and other failures, with the provider’s words', async () => {
    const canceled = { code: 'FAILURE_TYPE_PG', message: '사용자가 본인인증을 취소하였습니다.' };
    const cases = [
      [() => canceled, 'closed', canceled],
      [
        () => ({ code: 'FAILURE_TYPE_PG', message: 'PG', pgCode: '9999', pgMessage: '사용자 취소' }),
        'closed',
        { code: 'FAILURE_TYPE_PG', message: 'PG' },
      ],
      [() => ({ code: 'PG_PROVIDER_ERROR', message: '통신사 점검' }), 'failed', { code: 'PG_PROVIDER_ERROR', message: '통신사 점검' }],
      [
        () => Promise.reject(Object.assign(new Error('channelKey'), { code: 'BadRequest' })),
        'failed',
        { code: 'BadRequest', message: 'channelKey' },
      ],
      [() => Promise.reject(Object.assign(new Error('closed'), { code: 'Cancelled' })), 'closed', { code: 'Cancelled', message: 'closed' }],
      [() => Promise.reject(new Error('popup')), 'failed', { code: 'UnknownError', message: 'popup' }],
      [() => Promise.reject(undefined), 'failed', { code: 'UnknownError', message: undefined }],
    ];
    for (const [act, reason, { code: providerCode, message }] of cases) {
      asked = [];
      portone(act);
      answers = [json(V2), json(NOT_FINISHED, 403)];
      assert.deepEqual(await verify(), { ...NOT_FINISHED, status: 403, reason, providerCode, message });
      assert.deepEqual([asked[1].body.identityVerificationId, asked[1].body.code], ['id-1', providerCode], 'the server is told');
      for (const away of [down, text('<h1>', 502), json({ code: 'internal' }, 500)]) {
        answers = [json(V2), away];
        const { code, reason: why, retry, ko } = await verify();
        assert.deepEqual([code, why, retry], ['not_finished', reason, undefined], 'known without the server');
        assert.match(ko, /완료되지 않았습니다/);
      }
    }
  });

  test('V1: a closed window and other failures', async () => {
    const cases = [
      [{ success: false, imp_uid: 'imp_1', error_code: 'CANCEL', error_msg: '사용자가 취소하였습니다.' }, 'closed'],
      [{ success: false, imp_uid: null, error_code: 'F0000', error_msg: '본인인증을 취소하셨습니다.' }, 'closed'],
      [{ success: false, imp_uid: null, error_code: '9999', error_msg: '본인인증에 실패하였습니다.' }, 'failed'],
    ];
    for (const [result, reason] of cases) {
      imp((_request, done) => done(result));
      answers = [json(V1), json(NOT_FINISHED, 403)];
      const { error_code: providerCode, error_msg: message } = result;
      assert.deepEqual(await verify(), { ...NOT_FINISHED, status: 403, reason, providerCode, message });
    }
    imp(() => {
      throw new Error('IMP.init');
    });
    answers = [json(V1), json(NOT_FINISHED, 403)];
    assert.deepEqual([(await verify()).message, asked.at(-1).body.success], ['IMP.init', false]);
  });

  test('PortOne’s script is not on the page: what to add', async () => {
    for (const [request, given, address] of [
      [V2, {}, 'https://cdn.portone.io'],
      [V2, { PortOne: {} }, 'https://cdn.portone.io'],
      [V1, {}, 'https://cdn.iamport.kr'],
    ]) {
      [asked, logged] = [[], []];
      Object.assign(window, { PortOne: undefined, IMP: undefined }, given);
      answers = [json(request)];
      const { code, hint, ko } = await verify();
      assert.equal(code, 'no_script');
      assert.match(ko, /창을 열지 못했습니다/);
      assert.match(hint, new RegExp(`<script src="${address}/\\S+"></script>.*${address} to script-src of its Content-Security-Policy`));
      assert.deepEqual(logged, [`bonin: ${hint}`]);
      assert.equal(asked.length, 1, 'nothing to post');
    }
  });

  test('a redirect is under way: settled by nobody but the page that comes back', async () => {
    const shown = (persisted) => events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
    portone(() => undefined);
    answers = [json(V2)];
    let settled = false;
    let atWindow;
    const reached = new Promise((done) => (atWindow = done));
    const pending = verify({ onStep: (step) => step === 'window' && atWindow() }).finally(() => (settled = true));
    await reached;
    await new Promise(setImmediate);
    shown(false);
    await new Promise(setImmediate);
    assert.equal(settled, false);
    shown(true);
    const { code, reason, status } = await pending;
    assert.deepEqual([code, reason, status], ['not_finished', 'closed', undefined]);
    assert.equal(asked.length, 1, 'there is nothing to post');

    // V1 calls nobody back. Then the page works again.
    const inWindow = new Promise((done) => imp(() => done()));
    answers = [json(V1)];
    const other = verify();
    await inWindow;
    shown(true);
    assert.equal((await other).reason, 'closed');
    portone(success);
    answers = [json(V2), json({ allowed: true })];
    assert.deepEqual(await verify(), { allowed: true });
  });

  test('one at a time', async () => {
    let finish;
    portone((request) => new Promise((done) => (finish = () => done(success(request)))));
    answers = [json(V2), json({ allowed: true })];
    let atWindow;
    const reached = new Promise((done) => (atWindow = done));
    const first = verify({ onStep: (step) => step === 'window' && atWindow() });
    const second = verify();
    await reached;
    assert.equal((await verifyIdentity({ begin: '/recover/begin' })).code, 'busy');
    assert.equal((await verify({ guardianOf: 'child' })).code, 'busy');
    finish();
    assert.deepEqual(await Promise.all([first, second]), [{ allowed: true }, { allowed: true }]);
    assert.equal(asked.length, 2);
  });

  test('stopped by the application', async () => {
    const nobody = AbortSignal.abort();
    answers = [json(V2)];
    assert.equal((await verify({ signal: nobody })).code, 'aborted');
    const { signal, abort } = ((controller) => ({ signal: controller.signal, abort: () => controller.abort() }))(new AbortController());
    portone(() => (setImmediate(abort), new Promise(() => {})));
    answers = [json(V2)];
    assert.equal((await verify({ signal })).code, 'aborted');
    const third = new AbortController();
    portone(success);
    answers = [json(V2), (one) => new Promise((_, fail) => (one.addEventListener('abort', fail), third.abort()))];
    assert.equal((await verify({ signal: third.signal })).code, 'aborted');
    answers = [json(V2), json({ allowed: true })];
    assert.equal((await verify()).allowed, true, 'the next one runs');
  });

  test('a server that never answers', async () => {
    answers = [(signal) => new Promise((_, fail) => signal.addEventListener('abort', fail))];
    assert.equal((await verify({ timeoutMs: 1 })).code, 'offline');
  });

  test('headers, for each request', async () => {
    portone(success);
    let count = 0;
    answers = [json(V2), json({ allowed: true })];
    await verify({ headers: async () => ({ Authorization: `Bearer ${(count += 1)}` }) });
    assert.deepEqual(
      asked.map(({ headers }) => headers.authorization),
      ['Bearer 1', 'Bearer 2'],
    );
    answers = [json(V2), json({ allowed: true })];
    await verify({ headers: { 'X-CSRFToken': 'one' }, finish: '/elsewhere' });
    assert.deepEqual(
      asked.slice(2).map(({ address, headers }) => [address, headers['x-csrftoken'], headers['bonin-subject']]),
      [
        [BEGIN, 'one', undefined],
        ['/elsewhere', 'one', undefined],
      ],
    );
    const ended = new Error('the session ended');
    await assert.rejects(verify({ headers: () => Promise.reject(ended) }), ended);
    answers = [json(V2), json({ allowed: true })];
    assert.equal((await verify()).allowed, true);
  });

  test('a guardian', async () => {
    portone(success);
    answers = [json(V2), json(DENIED, 403)];
    const { id } = await verify();
    answers = [json(V2), json({ allowed: true })];
    await verify({ guardianOf: `${id}/` });
    assert.equal(asked[2].address, `${BEGIN}?guardianOf=id-1%2F`);
    assert.equal(asked[3].body.guardianOf, 'id-1/');
    imp((_request, done) => done({ success: true, imp_uid: 'imp_1' }));
    answers = [json(V1), json(DENIED, 403)];
    assert.equal((await verify()).id, 'imp_1');
    asked = [];
    answers = [json(V2), json({ allowed: true })];
    await verify({ begin: '/begin?shop=1', finish: '/done', guardianOf: 'c' });
    assert.equal(asked[0].address, '/begin?shop=1&guardianOf=c');
  });

  test('a token in place of a cookie', async () => {
    portone(success);
    const said = () => asked.map(({ headers }) => headers['bonin-subject']);
    answers = [json(V2, 200, { 'Bonin-Subject': 'token-1' }), json(DENIED, 403)];
    await verify({ token: true });
    assert.deepEqual(said(), ['new', 'token-1']);
    answers = [json(V2, 200, { 'Bonin-Subject': 'token-1' }), json({ allowed: true })];
    await verify({ token: true, guardianOf: 'child' });
    assert.deepEqual(said().slice(2), ['token-1', 'token-1'], 'a guardian is the child’s own visitor');
    answers = [json(V2, 200, { 'Bonin-Subject': 'token-2' }), json({ allowed: true })];
    await verify({ token: true });
    assert.deepEqual(said().slice(4), ['new', 'token-2']);
    assert.deepEqual(logged, []);

    sessionStorage.getItem = sessionStorage.setItem = () => {
      throw new Error('SecurityError');
    };
    answers = [json(V2, 200, { 'Bonin-Subject': 'token-3' }), json({ allowed: true })];
    await verify({ token: true });
    assert.deepEqual(said().slice(6), ['new', 'token-3']);
    answers = [json(V2), json({ allowed: true })];
    await verify({ token: true });
    assert.match(logged[0], /no header Bonin-Subject.*CORS/);
  });

  test('a mistake of the page rejects', async () => {
    await assert.rejects(verifyIdentity(), { name: 'TypeError', message: /`begin`/ });
    await assert.rejects(verifyIdentity({ begin: '' }), TypeError);
    await assert.rejects(verifyIdentity({ begin: '/start' }), { name: 'TypeError', message: /`finish` is missing/ });
    await assert.rejects(resumeIdentity(), TypeError);
    assert.equal(asked.length, 0);
  });

  describe('resumeIdentity', () => {
    let replaced;
    const at = (address) => {
      replaced = [];
      const history = {
        state: { page: 1 },
        replaceState: (state, _title, to) => (replaced.push([state, String(to)]), (location.href = String(to))),
      };
      for (const [name, value] of Object.entries({ location: { href: `https://shop.example${address}` }, history })) {
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      }
    };
    const resume = (options) => resumeIdentity({ begin: BEGIN, ...options });

    test('V2: posts what the redirect left, and cleans the address', async () => {
      at('/signup?step=2&identityVerificationId=id-1&identityVerificationTxId=tx&transactionType=IDENTITY_VERIFICATION#form');
      answers = [json({ allowed: true, member: 'haneul' })];
      assert.deepEqual(await resume({ headers: { Authorization: 'Bearer 1' } }), { allowed: true, member: 'haneul' });
      assert.deepEqual(replaced, [[{ page: 1 }, 'https://shop.example/signup?step=2#form']]);
      assert.equal(asked[0].address, '/identity-verifications');
      assert.equal(asked[0].headers.authorization, 'Bearer 1');
      assert.deepEqual(asked[0].body, success(V2));
      assert.equal(await resume(), undefined, 'a reload sends nothing');
    });

    test('V2: a failure', async () => {
      at('/?identityVerificationId=id-1&code=FAILURE_TYPE_PG&message=%EC%B7%A8%EC%86%8C&pgCode=1&pgMessage=x');
      answers = [json(NOT_FINISHED, 403)];
      const told = { status: 403, reason: 'closed', providerCode: 'FAILURE_TYPE_PG', message: '취소' };
      assert.deepEqual(await resume(), { ...NOT_FINISHED, ...told });
      assert.equal(replaced[0][1], 'https://shop.example/');
    });

    test('V1', async () => {
      at('/?imp_uid=imp_1&merchant_uid=m-1&success=true&api=v1');
      answers = [json({ allowed: true })];
      assert.deepEqual(await resumeIdentity({ finish: '/certifications' }), { allowed: true });
      assert.deepEqual(asked[0].body, { imp_uid: 'imp_1', merchant_uid: 'm-1', success: 'true' });
      assert.equal(replaced[0][1], 'https://shop.example/?api=v1');
      at('/?imp_uid=imp_1&merchant_uid=m-1&success=false&error_code=9999&error_msg=no');
      answers = [json(NOT_FINISHED, 403)];
      assert.equal((await resume()).reason, 'failed');
    });

    test('a guardian’s, with the token that was kept', async () => {
      at('/?identityVerificationId=id-2&guardianOf=child');
      sessionStorage.setItem('bonin-subject', 'token-1');
      answers = [down, json({ allowed: true })];
      const first = await resume({ token: true });
      assert.equal(first.code, 'offline');
      assert.deepEqual(await first.retry(), { allowed: true });
      for (const { body, headers } of asked) assert.deepEqual([body.guardianOf, headers['bonin-subject']], ['child', 'token-1']);
    });

    test('an address without a verification is left alone', async () => {
      for (const address of ['/', '/?code=oauth&message=hi', '/?success=true', '/?guardianOf=x']) {
        at(address);
        assert.equal(await resume(), undefined);
        assert.deepEqual(replaced, []);
      }
      assert.equal(asked.length, 0);
    });

    test('an effect that runs twice posts once', async () => {
      at('/?identityVerificationId=id-1');
      answers = [json({ allowed: true })];
      assert.deepEqual(await Promise.all([resume(), resume()]), [{ allowed: true }, { allowed: true }]);
      assert.equal(asked.length, 1);
    });
  });
});
