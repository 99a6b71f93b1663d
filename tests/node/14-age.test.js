'use strict';
// The age of one person, as a policy counts it.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, vectors } = require('./support.js');

test('the shared ages', () => {
  for (const { born, now, full, year } of vectors('ages').cases) {
    assert.equal(bonin.age(born, { on: new Date(now) }), full);
    assert.equal(bonin.age(born, { on: new Date(now), by: 'full' }), full);
    assert.equal(bonin.age(born, { on: new Date(now), by: 'year' }), year);
  }
});

test('a day as text', () => {
  assert.equal(bonin.age('2007-03-02', { on: '2026-03-01' }), 18);
  assert.equal(bonin.age('2007-03-01', { on: '2026-03-01' }), 19);
});

test('what is no birth, no day, no way to count', () => {
  for (const [birth, options, parameter] of [
    ['1990-02-30', { on: '2026-03-01' }, 'birth'],
    ['2026-03-02', { on: '2026-03-01' }, 'birth'],
    ['1899-12-31', { on: '2026-03-01' }, 'birth'],
    [new Date(0), { on: '2026-03-01' }, 'birth'],
    [undefined, { on: '2026-03-01' }, 'birth'],
    ['1990-05-17', {}, 'on'],
    ['1990-05-17', undefined, 'on'],
    ['1990-05-17', { on: 'today' }, 'on'],
    ['1990-05-17', { on: new Date(NaN) }, 'on'],
    ['1990-05-17', { on: '2026-03-01', by: 'korean' }, 'by'],
    ['1990-05-17', { on: '2026-03-01', byYear: true }, 'byYear'],
  ]) {
    assert.throws(
      () => bonin.age(birth, options),
      (error) => {
        assert.ok(error instanceof bonin.InvalidArgument);
        assert.equal(error.parameter, parameter);
        assert.ok(!error.message.includes('1990'));
        return true;
      },
    );
  }
});
