'use strict';
// Policy documents: what they look like to somebody who reads, draws or changes them.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, vectors } = require('./support.js');

const { Policy } = bonin;

test('the shared trees', () => {
  for (const { name, document, ko, en } of vectors('policy_tree').cases) {
    const policy = new Policy(document);
    assert.deepEqual(JSON.parse(JSON.stringify(policy.tree('ko'))), ko, name);
    assert.deepEqual(JSON.parse(JSON.stringify(policy.tree('en'))), en, name);
    assert.throws(() => policy.tree('de'), bonin.InvalidArgument);
    assert.throws(() => policy.tree(), bonin.InvalidArgument);
  }
});
