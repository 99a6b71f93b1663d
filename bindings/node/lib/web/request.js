'use strict';
// The id that a request names: `{id}`, or `{refusal}`, or neither when the browser hung up before it had said everything.

const { InternalError } = require('../index.cjs');
const { web } = require('../native.js');
const { refusalOf, refusalOfError } = require('./refusal.js');

const LIMIT = web.maxBody(); // bytes that are worth reading: a longer body is refused by the core

const answerOf = ({ id, code }) => (code === undefined ? { id } : { refusal: refusalOf(code) });

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
function readParsed(api, type, body) {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return answerOf(web.readBody(api, type, Buffer.from(body)));
  if (body === undefined) {
    const message = 'the body was read before the router and is not in req.body; parse it, or use the router first';
    return { refusal: refusalOfError(new InternalError('internal', message)) };
  }
  try {
    return answerOf(web.readBody(api, 'application/json', Buffer.from(JSON.stringify(body))));
  } catch {
    return { refusal: refusalOf('invalid_body') }; // a parser made of it what is no JSON
  }
}

async function readBody(api, req) {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = req.headers;
  const gone = req.readableDidRead || req.readableEnded;
  const code = web.checkBody(type, encoding, length, gone === true);
  if (code !== undefined) return { refusal: refusalOf(code) };
  if (gone) return readParsed(api, type, req.body);
  if (req.destroyed) return {};
  const bytes = await bytesOf(req);
  return bytes === undefined ? {} : answerOf(web.readBody(api, type, bytes));
}

/** From the query where the request only reads, from the body of anything else. */
async function readId(api, req) {
  if (req.method !== 'GET' && req.method !== 'HEAD') return readBody(api, req);
  const start = req.url.indexOf('?');
  return answerOf(web.readQuery(api, start === -1 ? '' : req.url.slice(start + 1)));
}

module.exports = { readId };
