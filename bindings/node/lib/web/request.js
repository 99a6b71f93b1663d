'use strict';
// What a request says: `{said}`, or `{refusal}`, or neither when the browser hung up before it had said everything.

const { InvalidArgument } = require('../index.cjs');
const { web } = require('../native.js');
const { refusalOf, refusalOfError } = require('./refusal.js');

const LIMIT = web.maxBody(); // bytes that are worth reading: a longer body is refused by the core

/** Of what the web room read. */
function answerOf({ code, findings = [], ...said }) {
  return code === undefined ? { said } : { refusal: refusalOf(code, { findings }) };
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

/** What somebody else made of a body that is no longer there to be read: text, bytes, or what a parser of theirs gave. */
function ofParsed(type, body) {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { type, bytes: Buffer.from(body) };
  if (body === undefined) {
    const message = 'the body was read before the router and is not in req.body; parse it, or use the router first';
    return { refusal: refusalOfError(new InvalidArgument('invalid_argument', message, { parameter: 'body' })) };
  }
  try {
    return { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
  } catch {
    return { refusal: refusalOf('invalid_body') }; // a parser made of it what is no JSON
  }
}

/** `{type, bytes}`, or `{refusal}`, or neither. */
async function bodyOf(req) {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = req.headers;
  const gone = req.readableDidRead || req.readableEnded;
  const code = web.checkBody(type, encoding, length, gone === true);
  if (code !== undefined) return { refusal: refusalOf(code) };
  if (Buffer.isBuffer(req.rawBody)) return { type, bytes: req.rawBody }; // of Nest's option `rawBody`: as it was sent
  if (gone) return ofParsed(type, req.body);
  if (req.destroyed) return {};
  const bytes = await bytesOf(req);
  return bytes === undefined ? {} : { type, bytes };
}

/** Reads the body with a function of (type, bytes). */
async function readBody(req, read) {
  const { type, bytes, refusal } = await bodyOf(req);
  return bytes === undefined ? { refusal } : answerOf(read(type, bytes));
}

function queryOf(req) {
  const start = req.url.indexOf('?');
  return start === -1 ? '' : req.url.slice(start + 1);
}

/** What a finish names, from the query where the request only reads, from the body of anything else. */
async function readNamed(api, req) {
  if (req.method === 'GET' || req.method === 'HEAD') return answerOf(web.readQuery(api, queryOf(req)));
  return readBody(req, (type, bytes) => web.readBody(api, type, bytes));
}

/** The end user's address: behind a proxy that the application trusts, Express knows it. */
const addressOf = (req) => req.ip ?? req.socket?.remoteAddress;

/** Who is to get a code. */
const readPerson = (req) => readBody(req, (type, bytes) => web.readPerson(type, bytes, addressOf(req)));

/** A code and what it is for. */
const readCode = (req) => readBody(req, web.readCode);

module.exports = { queryOf, readCode, readNamed, readPerson };
