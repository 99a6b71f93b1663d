'use strict';
// A request and its response, as the routes read and write them: of Express as they are, of Fastify through what node:http calls
// its parts.

/** What Fastify made of a request: it has parsed the body, and knows the address and the protocol behind a trusted proxy. */
class Incoming {
  constructor(request) {
    this.platform = request;
    this.raw = request.raw;
    this.method = request.method;
    this.url = request.url;
    this.headers = request.headers;
    this.ip = request.ip;
    this.secure = request.protocol === 'https';
    this.body = request.body;
    this.rawBody = request.rawBody;
  }

  get readableDidRead() {
    return this.raw.readableDidRead || this.raw.readableEnded;
  }

  get destroyed() {
    return this.raw.destroyed;
  }

  on(event, listener) {
    this.raw.on(event, listener);
  }

  resume() {
    this.raw.resume();
  }
}

/** Answers through Fastify, whose hooks then add what they add: cookies of a session, headers for CORS. */
class Outgoing {
  constructor(reply) {
    this.platform = reply;
  }

  get statusCode() {
    return this.platform.statusCode;
  }

  set statusCode(status) {
    this.platform.code(status);
  }

  get headersSent() {
    return this.platform.sent;
  }

  get writableEnded() {
    return this.platform.raw.writableEnded;
  }

  get closed() {
    return this.platform.raw.closed;
  }

  setHeader(name, value) {
    this.platform.header(name, value);
  }

  /** Fastify adds a second `Set-Cookie` to the first. */
  appendHeader(name, value) {
    this.platform.header(name, value);
  }

  end(body) {
    this.platform.send(body);
  }

  once(event, listener) {
    this.platform.raw.once(event, listener);
  }

  off(event, listener) {
    this.platform.raw.off(event, listener);
  }

  destroy() {
    this.platform.hijack();
    this.platform.raw.destroy();
  }
}

/** `{req, res}` of what Nest hands over. */
function partsOf(request, response) {
  const isFastify = response.raw !== undefined && typeof response.hijack === 'function';
  return isFastify ? { req: new Incoming(request), res: new Outgoing(response) } : { req: request, res: response };
}

/** What the application's functions get: Express's or Fastify's own. */
const ownOf = (part) => (part instanceof Incoming || part instanceof Outgoing ? part.platform : part);

module.exports = { ownOf, partsOf };
