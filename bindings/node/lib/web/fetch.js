'use strict';
// A Request and the Response to it, as the routes read and write them: as much of node:http as they use.

const { EventEmitter } = require('node:events');
const { Readable } = require('node:stream');

/** What the routes read. `request` is the Request itself, `ip` the end user's address where it is known. */
function incoming(request, ip) {
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  headers.host ??= url.host; // a Request that was made by hand has none
  const known = { method: request.method, url: url.pathname + url.search, headers, secure: url.protocol === 'https:', ip, request };
  // Somebody has read it, or is about to.
  if (request.bodyUsed || request.body?.locked === true) return { ...known, readableDidRead: true };
  const stream = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body);
  stream.on('error', () => {}); // of a body that breaks off where no route reads it
  return Object.assign(stream, known);
}

/** What the routes write. It closes when the client has gone. */
class Outgoing extends EventEmitter {
  statusCode = 200;
  headers = new Headers();
  body = null;
  closed = false;
  ended = false;
  /** The application's own answer. */
  own = undefined;

  constructor(signal) {
    super();
    const close = () => ((this.closed = true), this.emit('close'));
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  }

  setHeader(name, value) {
    this.headers.set(name, value);
  }

  appendHeader(name, value) {
    this.headers.append(name, value);
  }

  end(body) {
    this.body = body;
    this.ended = true;
  }

  get isAnswered() {
    return this.ended || this.own !== undefined;
  }

  /** Headers of the application's own answer win; a refusal is never 200. */
  response() {
    if (this.own === undefined) return new Response(this.body, { status: this.statusCode, headers: this.headers });
    const { body, status, statusText } = this.own;
    const headers = new Headers(this.own.headers);
    for (const [name, value] of this.headers) {
      if (name === 'set-cookie') headers.append(name, value);
      else if (!headers.has(name)) headers.set(name, value);
    }
    return new Response(body, { status: status === 200 ? this.statusCode : status, statusText, headers });
  }
}

module.exports = { Outgoing, incoming };
