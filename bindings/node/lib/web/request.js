'use strict';
// What a request says, read strictly: `{fields}`, or `{refusal}`, or neither when the browser hung up before it had said
// everything. A field has all the values of its name: what comes twice is seen twice.

const { isUtf8 } = require('node:buffer');
const { InternalError } = require('../index.cjs');
const { refusalOf, refusalOfError } = require('./refusal.js');

const LIMIT = 16 * 1024;

/** Does its query say everything? */
const reads = ({ method }) => method === 'GET' || method === 'HEAD';

const refused = (code) => ({ refusal: refusalOf(code) });

/** `pairs`: of name and value. */
function collect(pairs) {
  const fields = Object.create(null);
  for (const [name, value] of pairs) (fields[name] ??= []).push(value);
  return { fields };
}

/** `URLSearchParams` would take a `?` away from the first name: let it take this one. */
const readForm = (text) => collect(new URLSearchParams(`?${text}`));

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]/g;

/** Names and values of an object that JSON.parse has taken; it keeps the last alone of a name that comes twice. */
function* pairsOf(json) {
  let depth = 0;
  let name;
  let start; // of the value, where there is one
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    const ends = (depth === 1 && token === ',') || depth === 0;
    if (ends && start !== undefined) {
      yield [JSON.parse(name), JSON.parse(json.slice(start, index))];
      start = undefined;
    } else if (depth === 1 && start === undefined) {
      if (token === ':') start = index + 1;
      else name = token;
    }
  }
}

function readJson(text) {
  try {
    return isObject(JSON.parse(text)) ? collect(pairsOf(text)) : refused('invalid_body');
  } catch {
    return refused('invalid_body');
  }
}

const READERS = { 'application/json': readJson, 'application/x-www-form-urlencoded': readForm };

function readBytes(read, bytes) {
  if (bytes.length > LIMIT) return refused('body_too_large');
  return isUtf8(bytes) ? read(bytes.toString()) : refused('invalid_body');
}

/** The body, or undefined when it never ended. Of a longer one than is allowed, just enough to tell. */
function bytesOf(req) {
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    req.on('data', (chunk) => {
      if (size > LIMIT) return; // read all the same, or the answer would not be
      chunks.push(Buffer.from(chunk));
      size += chunks.at(-1).length;
      if (size > LIMIT) resolve(Buffer.concat(chunks));
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', () => resolve(undefined));
    req.on('close', () => resolve(undefined));
    req.resume();
  });
}

/** What somebody else made of a body that is no longer there to be read. */
function readParsed(read, body) {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return readBytes(read, Buffer.from(body));
  if (isObject(body)) return collect(Object.entries(body));
  if (body !== undefined) return refused('invalid_body');
  const message = 'the body was read before the router and is not in req.body; parse it, or use the router first';
  return { refusal: refusalOfError(new InternalError('internal', message)) };
}

async function readBody(req) {
  const [type, ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';').map((part) => part.trim());
  if (!Object.hasOwn(READERS, type)) return refused('unsupported_body');
  const read = READERS[type];
  const gone = req.readableDidRead || req.readableEnded;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const encoding = req.headers['content-encoding'] ?? 'identity';
  const foreign = (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) || encoding !== 'identity';
  if (foreign && !gone) return refused('unsupported_body'); // who read it has decoded it
  const length = req.headers['content-length'] ?? '0';
  if (!/^\d+$/.test(length)) return refused('invalid_body');
  if (Number(length) > LIMIT) return refused('body_too_large'); // one of 400 digits is Infinity
  if (gone) return readParsed(read, req.body);
  if (req.destroyed) return {};
  const bytes = await bytesOf(req);
  return bytes === undefined ? {} : readBytes(read, bytes);
}

/** The fields of a request: of the query where it only reads, of the body of anything else. */
async function readFields(req) {
  if (!reads(req)) return readBody(req);
  const start = req.url.indexOf('?');
  return readForm(start === -1 ? '' : req.url.slice(start + 1));
}

module.exports = { readFields, reads };
