'use strict';
// Why the addon does not load, and what to do about it.

const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { BUNDLED } = require('./bundled.js');
const { Elf, endsEarly } = require('./elf.js');
const { PLATFORMS, platformOf } = require('./platform.js');

const ROOT = typeof __dirname === 'string' ? path.resolve(__dirname, '..', '..', '..') : ''; // a bundle may have none
const PREBUILT = path.join('bindings', 'node', 'prebuilt');
const prebuiltOf = (name) => path.join(PREBUILT, name, 'bonin.node');
const has = (name) => existsSync(path.join(ROOT, prebuiltOf(name)));

const BUILD = '`npx bonin build --clean`';

const isBundled = () => ROOT === '' || !existsSync(path.join(ROOT, 'bindings/node/lib/unloadable.js'));
const orPrebuilt = () => (has(platformOf(process)) ? ', or remove it: the prebuilt one is used then' : '');

/** How to get a good file. */
function renew(isBuilt) {
  return isBuilt ? `build it anew with ${BUILD}${orPrebuilt()}` : `remove ${ROOT} and install again`;
}

function unsupported(name) {
  const others = `there are ${PLATFORMS.join(', ')}`;
  const cure = process.platform === 'win32' ? 'use WSL, where the one for Linux runs' : others;
  return `there is no addon for ${name}: ${cure}`;
}

function missing(name) {
  const there = PLATFORMS.filter(has);
  return there.length === 0
    ? `no addon is in ${path.join(ROOT, PREBUILT)}, as in a checkout: build one with ${BUILD}. ` +
        `Where a tool copied the package, have it copy ${PREBUILT} too`
    : `${prebuiltOf(name)} is missing from ${ROOT} (there: ${there.join(', ')}): the package was installed on ` +
        'another kind of machine, or a tool left the file out. Install it anew here, or have the tool copy that file';
}

/** The platform that a file is for; undefined when it is damaged. */
function platformOfFile(file) {
  const magic = readFileSync(file).subarray(0, 8);
  if (magic.length === 8 && magic.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${magic.readUInt32LE(4) === 0x0100000c ? 'arm64' : 'x64'}`;
  }
  const elf = endsEarly(file) ? undefined : Elf.read(file);
  if (elf === undefined || elf.needed.length === 0) return undefined; // every addon needs a libc
  return `${elf.needed.includes('libc.so.6') ? 'linux' : 'linuxmusl'}-${elf.arch ?? 'unknown'}`;
}

/** The library that the system's loader did not find, in the words of glibc, musl or macOS. */
const NOT_FOUND = [/^([^\s:]+): cannot open shared object file/, /Error loading shared library ([^\s:]+):/, /Library not loaded: (\S+)/];
const FOLDERS = ['/lib', '/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];

/** Building again helps when another version of the library is installed. */
function withoutLibrary(file, isBuilt, library) {
  const stem = library.replace(/\.so[.\d]*$/, '.so.');
  const there = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  const other = isBuilt ? there.find((one) => one.startsWith(stem)) : undefined;
  const what = `${file} needs ${library}, which this system has not`;
  if (other !== undefined) return `${what} (it has ${other}): ${renew(isBuilt)}`;
  return `${what}: install the system's package that holds it${isBuilt ? orPrebuilt() : ''}`;
}

function why(file, isBuilt, words) {
  const name = platformOf(process);
  if (!isBuilt && !PLATFORMS.includes(name)) return unsupported(name);
  if (isBundled()) return BUNDLED;
  if (!existsSync(file)) return missing(name);
  const meant = platformOfFile(file);
  if (meant === undefined) return `${file} is damaged (${words}): ${renew(isBuilt)}`;
  if (meant !== name) return `${file} is for ${meant}, and this is ${name}: ${renew(isBuilt)}`;
  const library = NOT_FOUND.map((pattern) => pattern.exec(words)?.[1]).find(Boolean);
  if (library !== undefined) return withoutLibrary(file, isBuilt, library);
  const newer = /version `([^']+)' not found/.exec(words)?.[1];
  const cure = isBuilt ? renew(isBuilt) : `build one with ${BUILD}`;
  if (newer !== undefined) return `${file} needs ${newer}, newer than this system's: ${cure}`;
  return `${file} does not load (${words})`;
}

function unloadable(file, isBuilt, error) {
  let text;
  try {
    text = why(file, isBuilt, error.message);
  } catch (refusal) {
    const forbidden = refusal.code === 'EACCES' || refusal.code === 'EPERM';
    const words = forbidden ? 'may not be read by this process: change its rights' : `does not load (${error.message})`;
    text = `${file} ${words}`;
  }
  return new Error(`bonin: ${text}`, { cause: error });
}

/** The addon loads and is of another version than the package. A bundler may have put another file in its place. */
function mismatched(file, isBuilt, found, version) {
  if (isBundled()) return new Error(`bonin: ${BUNDLED}`);
  const what = `${file} is of version ${found ?? 'unknown'}, and the package is ${version}`;
  return new Error(`bonin: ${what}: ${renew(isBuilt)}`);
}

module.exports = { mismatched, unloadable };
