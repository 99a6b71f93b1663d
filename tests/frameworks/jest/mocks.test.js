'use strict';
// Jest mocks plain properties alone; bonin's classes are loaded when they are named.

jest.mock('bonin');
const bonin = require('bonin');

test('a mock of the whole package has its classes and functions', () => {
  expect(jest.isMockFunction(bonin.Verifier)).toBe(true);
  expect(jest.isMockFunction(bonin.Verifier.prototype.verify)).toBe(true);
  expect(jest.isMockFunction(bonin.doctor)).toBe(true);
});

test('one class is replaced, the others stay', () => {
  const actual = jest.requireActual('bonin');
  const spy = jest.spyOn(actual, 'Verifier').mockImplementation(() => ({ replaced: true }));
  expect(new actual.Verifier().replaced).toBe(true);
  expect(jest.isMockFunction(actual.Policy)).toBe(false);
  spy.mockRestore();
  expect(jest.isMockFunction(actual.Verifier)).toBe(false);
});
