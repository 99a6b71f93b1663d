'use strict';
// The reader of bonin/express behind tests/fuzz/web_reader.py: requests as lines of JSON, and what it makes of each.

const { createInterface } = require('node:readline');
const path = require('node:path');
const { Readable } = require('node:stream');

const WEB = path.join(__dirname, '../../bindings/node/lib/web');
const { idOf } = require(path.join(WEB, 'api.js'));
const { readFields } = require(path.join(WEB, 'request.js'));
const { knownSubject } = require(path.join(WEB, 'subject.js'));

const KINDS = { number: 'number', object: 'object' };

/** A value of a field as both languages can say it. */
function told(value) {
  if (Array.isArray(value)) return value.map((one) => (Array.isArray(one) ? KINDS.object : told(one)));
  return value === null ? null : (KINDS[typeof value] && { kind: KINDS[typeof value] }) ?? value;
}

function requestOf({ method, type, body }) {
  const bytes = Buffer.from(body, 'base64');
  const reads = method === 'GET';
  const headers = { 'content-type': type, 'content-length': String(bytes.length) };
  const req = Readable.from(reads ? [] : [bytes], { objectMode: false });
  return Object.assign(req, { method, headers, url: reads ? `/redirect?${bytes.toString('latin1')}` : '/' });
}

async function answer(line) {
  const { api, cookie, ...request } = JSON.parse(line);
  const subject = knownSubject(cookie) ?? null;
  const { fields, refusal } = await readFields(requestOf(request));
  if (refusal !== undefined) return { subject, code: refusal.code };
  const all = Object.fromEntries(Object.entries(fields).map(([name, values]) => [`.${name}`, values.map(told)]));
  return { subject, fields: all, ...idOf(api, fields) };
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
})();
