import { Decision } from 'bonin';
import { allowed, assertAllowed, assertDenied, denied, start } from 'bonin/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

// As a team writes it with Vitest: two files, so that two workers load the addon.

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
