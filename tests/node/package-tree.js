'use strict';
// Package trees in temporary folders, as package managers and tools leave them, of this checkout's files.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { ROOT } = require('./support.js');
const { platformOf } = require('../../bindings/node/lib/platform.js');

const OWN = platformOf(process);
const ADDON = path.join(ROOT, 'bindings', 'node', 'bonin.node');
const BINDING = ['lib', 'build.js', 'headers.js', 'system.js'];
const PACKAGING = /^(\w+-build\.txt|prepack\.js)$/;

function temporary(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-tree-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const prebuiltOf = (root, name = OWN) => path.join(root, 'bindings', 'node', 'prebuilt', name, 'bonin.node');
const builtOf = (root) => path.join(root, 'bindings', 'node', 'bonin.node');

function put(file, bytes) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (bytes === undefined) fs.copyFileSync(ADDON, file);
  else fs.writeFileSync(file, bytes);
}

/**
 * A package in `node_modules` of a folder of its own: where it is.
 * @param {{prebuilt?: string[], folder?: string}} [options] the platforms whose addon is there
 */
function makePackage(t, { prebuilt = [OWN], folder = temporary(t) } = {}) {
  const root = path.join(folder, 'node_modules', 'bonin');
  for (const part of ['package.json', ...BINDING.map((name) => `bindings/node/${name}`)]) {
    fs.cpSync(path.join(ROOT, part), path.join(root, part), { recursive: true });
  }
  fs.mkdirSync(path.join(root, 'packaging'));
  for (const file of fs.readdirSync(path.join(ROOT, 'packaging')).filter((one) => PACKAGING.test(one))) {
    fs.copyFileSync(path.join(ROOT, 'packaging', file), path.join(root, 'packaging', file));
  }
  for (const platform of prebuilt) put(prebuiltOf(root, platform));
  return root;
}

/** The bytes of the addon with one text in place of another of the same length, everywhere. */
function addonWith(text, other) {
  const bytes = fs.readFileSync(ADDON);
  const [from, to] = [`\0${text}\0`, `\0${other}\0`].map((one) => Buffer.from(one, 'latin1'));
  let found = 0;
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) found += to.copy(bytes, at);
  if (found === 0 || from.length !== to.length) throw new Error(`${text} is not in the addon, or not as long`);
  return bytes;
}

/** What `node -r` runs first, so that a package believes to be elsewhere. */
function preload(t, script) {
  const file = path.join(temporary(t), 'first.js');
  fs.writeFileSync(file, script);
  return { NODE_OPTIONS: `--require ${file}` };
}
const onPlatform = (t, platform, arch = process.arch) =>
  preload(t, `Object.defineProperties(process, { platform: { value: '${platform}' }, arch: { value: '${arch}' } });`);

module.exports = { ADDON, OWN, addonWith, builtOf, makePackage, onPlatform, prebuiltOf, preload, put, temporary };
