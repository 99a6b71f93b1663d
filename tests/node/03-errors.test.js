'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bodyOf, bonin, call, camel, clientOf, serve, vectors } = require('./support.js');

const { kinds, answers } = vectors('errors');

test('the native table, the classes and the shared table are one', () => {
  const native = require('../../bindings/node/lib/native.js').errorKinds();
  assert.deepEqual(
    native.map(({ name, className, base, retryable }) => ({ kind: name, class: className, base, retryable })),
    kinds,
  );
  for (const { class: name, base } of kinds) {
    assert.equal(Object.getPrototypeOf(bonin[name]), bonin[base], name);
    assert.equal(bonin[name].prototype.name, name);
  }
  assert.ok(bonin.BoninError.prototype instanceof Error);
});

test('what PortOne answers becomes the error of the shared table', async (t) => {
  for (const entry of answers) {
    await t.test(entry.name, async () => {
      const server = await serve((_, response) => {
        response.writeHead(entry.status, entry.headers ?? {});
        response.end(bodyOf(entry));
      });
      const client = clientOf(entry.api, server.url, { maxAttempts: 1 });
      try {
        const id = entry.api === 'v1' ? 'imp_1' : 'iv-1';
        const error = await call(client, entry.operation, id).then(
          () => assert.fail('no error'),
          (e) => e,
        );
        const { class: name } = kinds.find(({ kind }) => kind === entry.expect.kind);
        assert.ok(error instanceof bonin[name], String(error));
        assert.equal(error.retryAfterMs, entry.expect.retry_after_ms);
        for (const [key, value] of Object.entries(entry.expect)) {
          // Empty text is undefined in JavaScript.
          assert.equal(error[camel(key)] ?? (value === 0 ? 0 : ''), value, key);
        }
        if (error.portoneMessage) assert.ok(!error.stack.includes(error.portoneMessage));
      } finally {
        client.close();
        await server.close();
      }
    });
  }
});

test('what ends a call survives the border', async (t) => {
  const sandbox = await bonin.Sandbox.start();
  t.after(() => sandbox.close());
  const client = clientOf('v2', sandbox.url, { apiSecret: sandbox.apiSecret, maxAttempts: 1 });
  t.after(() => client.close());
  const error = await client.lookup(bonin.newId()).catch((e) => e);
  assert.ok(error instanceof bonin.NotFound);
  assert.equal(error.kind, 'not_found');
  assert.equal(error.httpStatus, 404);
  assert.equal(error.portoneCode, 'IDENTITY_VERIFICATION_NOT_FOUND');
  assert.equal(error.attempts, 1);
  assert.equal(error.request, 'GET /identity-verifications/{id}');
  assert.equal(error.retryable, false);
  assert.equal(error.hint, 'check the id; of a verification also the API version and the store id');
  assert.match(error.stack, /^NotFound: /);
});

test('the stack of a call that failed shows who called', async (t) => {
  const server = await serve((_, response) => response.writeHead(404).end('{"type":"X"}'));
  const client = clientOf('v2', server.url, { maxAttempts: 1 });
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.work'));
  const registry = new bonin.Registry('sqlite::memory:', { pepper: 'a pepper of thirty-two bytes and more' });
  t.after(() => Promise.all([client.close(), registry.close(), server.close()]));
  const calls = {
    lookup: () => client.lookup('iv-1'),
    malformed: () => client.lookup('!'),
    verify: () => verifier.verify('iv-1'),
    require: () => verifier.require('iv-1'),
    registry: () => registry.claim(undefined, 'a-1'),
    commit: () => registry.commit('nothing', 'a-1'),
  };
  for (const [name, call] of Object.entries(calls)) {
    async function theCallersOwnFunction() {
      await call();
    }
    const error = await theCallersOwnFunction().catch((e) => e);
    assert.ok(error instanceof Error, name);
    assert.match(error.stack, /theCallersOwnFunction/, `${name}: ${error.stack}`);
    assert.ok(error.stack.startsWith(`${error.name}: ${error.message}`), name);
  }
});
