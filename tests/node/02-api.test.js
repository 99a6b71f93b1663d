'use strict';
// The public names, held by api.txt. After a change that is meant: UPDATE_API=1 node --test tests/node/02-api.test.js
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, bonin } = require('./support.js');

const FILE = path.join(__dirname, 'api.txt');
const HIDDEN = new Set(['constructor', 'length', 'name', 'prototype']);

function members(type, prefix) {
  return Reflect.ownKeys(type)
    .filter((key) => !HIDDEN.has(key) || (key === 'name' && prefix.endsWith('#') && 'get' in describe(type, key)))
    .map((key) => {
      const kind = typeof describe(type, key).value === 'function' ? '()' : '';
      return `${prefix}${typeof key === 'symbol' ? `[${key.description}]` : key}${kind}`;
    })
    .sort();
}
const describe = (type, key) => Object.getOwnPropertyDescriptor(type, key);

async function api() {
  const lines = [];
  for (const [name, value] of Object.entries(bonin).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === null || typeof value !== 'function' || !/^[A-Z]/.test(name)) {
      lines.push(typeof value === 'function' ? `${name}()` : name);
      continue;
    }
    const base = Object.getPrototypeOf(value).name;
    lines.push(base ? `class ${name} extends ${base}` : `class ${name}`);
    lines.push(...members(value, `  ${name}.`), ...members(value.prototype, `  ${name}#`));
  }
  for (const module of ['express', 'nest', 'testing', 'web']) {
    for (const [name, value] of Object.entries(require(`bonin/${module}`)).sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(`${module}.${name}${typeof value === 'function' ? '()' : ''}`);
    }
  }
  for (const name of Object.keys(await import('bonin/browser')).sort()) lines.push(`browser.${name}()`);
  return `${lines.join('\n')}\n`;
}

test('the public names are those of api.txt', async () => {
  if (process.env.UPDATE_API === '1') fs.writeFileSync(FILE, await api());
  assert.equal(await api(), fs.readFileSync(FILE, 'utf8'));
});

test('the declarations name the same exports and members', () => {
  const declarations = fs.readFileSync(path.join(ROOT, 'bindings', 'node', 'lib', 'index.d.cts'), 'utf8');
  for (const [name, value] of Object.entries(bonin)) {
    assert.match(declarations, new RegExp(`export (abstract )?(class|function|const) ${name}\\b`), name);
    if (typeof value !== 'function' || value.prototype === undefined || value.prototype instanceof Error) continue;
    const start = declarations.search(new RegExp(`class ${name}\\b`));
    const body = declarations.slice(start, declarations.indexOf('\n}', start));
    for (const key of [
      ...Object.keys(Object.getOwnPropertyDescriptors(value.prototype)),
      ...Object.keys(describe(value, 'prototype').value),
    ]) {
      if (['constructor', 'toString', 'toJSON', 'valueOf'].includes(key)) continue;
      assert.match(body, new RegExp(`\\b${key}\\b`), `${name}#${key}`);
    }
  }
});
