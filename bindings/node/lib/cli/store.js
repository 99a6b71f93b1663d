'use strict';
// A registry that the command line names, and the files that it must not overwrite.

const { existsSync, realpathSync, statSync } = require('node:fs');
const path = require('node:path');
const { refuse } = require('./parse.js');
const { warn } = require('./terminal.js');

function ofEnvironment(address) {
  if (!address.startsWith('env:')) return address;
  const name = address.slice('env:'.length);
  // After a slip of the shell it is the address itself, with its password.
  if (!process.env[name]) refuse(/^[A-Z_][A-Z0-9_]{0,30}$/.test(name) ? 'NO_VARIABLE' : 'NO_SUCH_VARIABLE', { name });
  return process.env[name];
}

/** What the command line shows to every user of the machine is no key, only where it is. */
function pepperOf(text) {
  const found = /^(?:([^=:]*)=)?((?:env|file):.*)$/s.exec(text);
  if (found === null) refuse('BAD_PEPPER');
  return found[1] === undefined ? found[2] : { id: found[1], key: found[2] };
}

function openRegistry(store, schema, peppers) {
  const { Registry } = require('../index.cjs');
  const registry = new Registry(ofEnvironment(store), { peppers: peppers.map(pepperOf), schema, timeoutMs: 60_000 });
  for (const warning of registry.warnings) warn(warning, process.stderr);
  return registry;
}

function fileOfStore(store) {
  const address = ofEnvironment(store);
  return address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : undefined;
}

/** The path without links, also of a file that is not there yet. */
function real(file) {
  if (existsSync(file)) return realpathSync(file);
  const folder = path.dirname(path.resolve(file));
  return path.join(existsSync(folder) ? realpathSync(folder) : folder, path.basename(file));
}

/** Of files alone: a terminal may be read and written. */
function isSameFile(one, other) {
  if (!existsSync(one) || !existsSync(other)) return real(one) === real(other);
  const [a, b] = [statSync(one), statSync(other)];
  return a.isFile() && a.dev === b.dev && a.ino === b.ino;
}

/** A report empties the file that it is written to. */
function keepFromReport({ report, pepper }, ...files) {
  if (report === undefined) return;
  const peppers = pepper.filter((one) => one.includes('file:')).map((one) => one.replace(/^(?:[^=:]*=)?file:/, ''));
  if ([...files, ...peppers].some((one) => one !== undefined && isSameFile(report, one))) refuse('REPORT_OVER');
}

module.exports = { fileOfStore, keepFromReport, ofEnvironment, openRegistry, pepperOf };
