'use strict';
// The shared cases of the web routes, and an application around them.

const assert = require('node:assert/strict');
const http = require('node:http');
const { Readable } = require('node:stream');
const { bonin, repeated, vectors } = require('./support.js');

const EXPRESS = { 'Express 4': require('express4'), 'Express 5': require('express') };
const { cases, messages } = vectors('web');
const PATH = { v1: '/certifications', v2: '/identity-verifications' };
const ISSUED = { v1: 'merchant_uid', v2: 'identityVerificationId' };

/** A sandbox, with a client and a verifier of each API, which try once. `end` closes them. */
async function openBoth(policy) {
  const sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, url: baseUrl } = sandbox;
  const portones = {
    v1: new bonin.PortOneV1({ impKey, impSecret, baseUrl, maxAttempts: 1 }),
    v2: new bonin.PortOneV2({ apiSecret, storeId, baseUrl, maxAttempts: 1 }),
  };
  const verifiers = { v1: new bonin.Verifier(portones.v1, policy), v2: new bonin.Verifier(portones.v2, policy) };
  const end = async () => {
    for (const portone of Object.values(portones)) portone.close();
    await sandbox.close();
  };
  return { sandbox, portones, verifiers, end };
}

/** Serves an application; answers its address and `close`. */
async function listen(app) {
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

/** An application for `listen` around a function of a Request, as a framework makes one; what it throws is a 599. */
function bridge(handle) {
  return async (req, res) => {
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const body = req.method === 'GET' || req.method === 'HEAD' ? undefined : Readable.toWeb(req);
    const url = `http://${req.headers.host}${req.url}`;
    try {
      const request = new Request(url, { method: req.method, headers: req.headers, body, duplex: 'half', signal: gone.signal });
      const answer = await handle(request);
      res.writeHead(answer.status, [...answer.headers].flat());
      res.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      res.writeHead(599).end(String(error?.message));
    }
  };
}

/** Begins a flow as a browser does: what its script gets, and the cookies. */
async function begin(url, api, headers = {}) {
  const response = await fetch(`${url}${PATH[api]}/begin`, { method: 'POST', headers });
  const request = await response.json();
  const cookies = response.headers.getSetCookie();
  return { response, request, issued: request[ISSUED[api]], cookies, cookie: cookies.map((one) => one.split(';')[0]).join('; ') };
}

/** The cookies that a case is sent with: of its own beginning, of another browser's, or none. */
async function cookieOf({ api, cookies }, flow, url) {
  if (cookies === 'another') return (await begin(url, api)).cookie;
  return cookies === false ? '' : flow.cookie;
}

/** Finishes a flow in the sandbox; answers the id that the script hands to the page. */
function finish(sandbox, api, persona, issued) {
  return sandbox.verify(persona, api === 'v1' ? { api, merchantUid: issued } : { api, id: issued });
}

/** The text of a case with its placeholders filled in. */
const fill = (text, { id, issued }) =>
  text
    .replaceAll('{id}', id)
    .replaceAll('{merchant_uid}', issued)
    .replace(/\{\[(\d+)\]\}/g, (_, count) => repeated(['[', Number(count)]))
    .replace(/\{(\d+)\}/g, (_, count) => repeated(['a', Number(count)]));

const TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };

/** Sends the request of a case. */
async function send(url, { method, path, json, form, type, text, headers: more = {} }, ids, cookie) {
  const headers = cookie ? { cookie } : {};
  for (const [name, value] of Object.entries(more)) headers[name] = value.replaceAll('{origin}', new URL(url).origin);
  let body;
  if (json !== undefined) [headers['content-type'], body] = [TYPES.json, fill(JSON.stringify(json), ids)];
  if (form !== undefined)
    [headers['content-type'], body] = [
      TYPES.form,
      fill(new URLSearchParams(form).toString().replace(/%7B/g, '{').replace(/%7D/g, '}'), ids),
    ];
  if (text !== undefined) [headers['content-type'], body] = [type, fill(text, ids)];
  return fetch(url + fill(path, ids), { method, headers, body, redirect: 'manual' });
}

/** Does what a case says, up to the answer: `{answer, id, issued}`. */
async function tryCase(entry, url, sandbox) {
  const { api, persona } = entry;
  const flow = await begin(url, api);
  const issued = entry.begin === false ? bonin.newId() : flow.issued;
  const id = persona === null ? (api === 'v1' ? 'imp_999999999999' : issued) : finish(sandbox, api, persona, issued);
  const cookie = await cookieOf(entry, flow, url);
  if (entry.fault !== undefined) sandbox.control('fault', entry.fault);
  try {
    return { answer: await send(url, entry.request, { id, issued }, cookie), id, issued };
  } finally {
    sandbox.clearFaults();
  }
}

/** Is the answer that of the case? */
async function judge(entry, answer, ids) {
  const text = await answer.text();
  const body = JSON.parse(text);
  assert.equal(answer.status, entry.status);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(answer.headers.get('allow'), entry.allow ?? null);
  if (entry.retry_after !== undefined) assert.equal(answer.headers.has('retry-after'), entry.retry_after);
  if (entry.retry_after) assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
  if (entry.body !== undefined) assert.deepEqual(body, entry.body);
  if (entry.status === 200) return;
  assert.ok(!text.includes(ids.id) && !text.includes(ids.issued), 'the id is echoed');
  assert.deepEqual(Object.keys(body), ['allowed', 'code', 'ko', 'en', 'findings']);
  assert.equal(body.allowed, false);
  if (entry.code !== undefined) assert.equal(body.code, entry.code);
  const { status, ko, en } = messages[body.code];
  assert.deepEqual([answer.status, body.ko, body.en], [status, ko, en]);
  assert.deepEqual(
    body.findings.map(({ code, reason }) => [code, reason]),
    entry.findings ?? [],
  );
  for (const finding of body.findings) assert.deepEqual(Object.keys(finding), ['code', 'reason', 'ko', 'en']);
}

module.exports = { EXPRESS, PATH, begin, bonin, bridge, cases, finish, judge, listen, messages, openBoth, send, tryCase };
