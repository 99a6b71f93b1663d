'use strict';
// What TypeScript finds where it does not read `exports`: with `moduleResolution` node10, the default of `module: commonjs`
// before TypeScript 6.

const assert = require('node:assert/strict');
const { existsSync } = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '../..');
const { exports: entries, main, types, typesVersions } = require('../../package.json');

/** The declarations that `require` gets, of each subpath that has any. */
const declared = Object.entries(entries)
  .map(([subpath, { types, require: required }]) => [subpath, types ?? required?.types])
  .filter(([, file]) => file !== undefined);

test('every subpath with declarations is in typesVersions, with the same file', () => {
  const [[, whole], ...parts] = declared;
  assert.equal(declared[0][0], '.');
  assert.equal(types, whole);
  assert.equal(main, entries['.'].require.default);
  assert.deepEqual(typesVersions, { '*': Object.fromEntries(parts.map(([subpath, file]) => [subpath.slice(2), [file]])) });
  for (const [, file] of declared) assert.ok(existsSync(path.join(ROOT, file)), file);
});

test('what has no declarations lies where its subpath says', () => {
  const forServers = ['./browser.js']; // for `require.resolve`, which reads `exports`
  const paths = new Set(declared.map(([subpath]) => subpath));
  for (const [subpath, file] of Object.entries(entries))
    if (!paths.has(subpath) && !forServers.includes(subpath)) assert.equal(file, subpath);
});
