'use strict';
// As a team writes it with Jest: two files, so that two workers load the addon.

const { Decision } = require('bonin');
const { allowed, assertAllowed, assertDenied, denied, start } = require('bonin/testing');

let stage;
beforeEach(async () => {
  stage = await start();
});
afterEach(() => stage.close());

test('a minor is turned away', async () => {
  assertDenied(await stage.flow('minor', 'session-1'), 'age', 'too_young');
});

test('an id grows old', async () => {
  const id = stage.finish(stage.begin());
  assertAllowed(await stage.verify(id));
  stage.advance({ minutes: 11 });
  assertDenied(await stage.verify(id), 'fresh', 'stale');
});

test('decisions by hand', () => {
  expect(allowed()).toBeInstanceOf(Decision);
  expect(() => assertAllowed(denied('age', 'too_young'))).toThrow(/too_young/);
});
