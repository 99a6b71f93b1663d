'use strict';
// What a request says, read strictly: `{fields}`, or `{refusal}`, or neither when the browser hung up before it had said
// everything.

const { isUtf8 } = require('node:buffer');
const { InternalError } = require('../index.cjs');
const { refusalOf, refusalOfError } = require('./refusal.js');

const LIMIT = 16 * 1024;

/** Does its query say everything? */
const reads = ({ method }) => method === 'GET' || method === 'HEAD';

const refused = (code) => ({ refusal: refusalOf(code) });

/** A name that comes twice has an array, as body parsers have it. */
function readForm(text) {
  const fields = Object.create(null);
  // It would take a `?` away from the first name: let it take this one.
  for (const [name, value] of new URLSearchParams(`?${text}`)) {
    if (!(name in fields)) fields[name] = value;
    else if (Array.isArray(fields[name])) fields[name].push(value);
    else fields[name] = [fields[name], value];
  }
  return { fields };
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function readJson(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? { fields: value } : refused('invalid_body');
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
function collect(req) {
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
  if (isObject(body)) return { fields: body };
  if (body !== undefined) return refused('invalid_body');
  const message = 'the body was read before the router and is not in req.body; parse it, or use the router first';
  return { refusal: refusalOfError(new InternalError('internal', message)) };
}

async function readBody(req) {
  const [type, ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';').map((part) => part.trim());
  if (!Object.hasOwn(READERS, type)) return refused('unsupported_body');
  const length = req.headers['content-length'] ?? '0';
  if (!/^\d+$/.test(length)) return refused('invalid_body');
  if (Number(length) > LIMIT) return refused('body_too_large'); // one of 400 digits is Infinity
  const read = READERS[type];
  if (req.readableDidRead || req.readableEnded) return readParsed(read, req.body);
  if (req.destroyed) return {};
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if ((charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) || encoding !== 'identity') {
    return refused('unsupported_body');
  }
  const bytes = await collect(req);
  return bytes === undefined ? {} : readBytes(read, bytes);
}

/** The fields of a request: of the query where it only reads, of the body of anything else. */
async function readFields(req) {
  if (!reads(req)) return readBody(req);
  const start = req.url.indexOf('?');
  return readForm(start === -1 ? '' : req.url.slice(start + 1));
}

module.exports = { readFields, reads };
