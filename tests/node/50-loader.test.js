'use strict';
// Which addon is loaded, and what is said where none can be: in package trees of temporary folders.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run } = require('./support.js');
const { ADDON, OWN, addonWith, builtOf, makePackage, onPlatform, prebuiltOf, preload, put, temporary } = require('./package-tree.js');
const { PLATFORMS } = require('../../bindings/node/lib/platform.js');

const BUILD = 'build it anew with `npx bonin build --clean`';
const INSTEAD = ', or remove it: the prebuilt one is used then';

/** Requires a package in a process of its own. */
const load = (root, env) => run(`console.log( require(${JSON.stringify(root)}).version )`, { env });

/** The one line that an error says. */
async function complaint(root, env) {
  const { code, signal, stderr } = await load(root, env);
  assert.deepEqual([code, signal], [1, null], stderr);
  const [, text] = /^Error: bonin: (.*)$/m.exec(stderr) ?? assert.fail(stderr);
  return text;
}

test('the prebuilt addon of this platform is loaded, plainly', async (t) => {
  const root = makePackage(t);
  const script = `require(${JSON.stringify(root)}); console.log(Object.keys(require.cache).join())`;
  const { stdout, stderr } = await run(script);
  const loaded = stdout
    .trim()
    .split(',')
    .map((file) => path.basename(file));
  assert.ok(loaded.includes('bonin.node'), stderr);
  for (const file of ['built.js', 'allocator.js', 'unloadable.js']) assert.ok(!loaded.includes(file), file);
});

test('an addon that was built from source is preferred', async (t) => {
  const root = makePackage(t, { prebuilt: [] });
  put(prebuiltOf(root), 'no addon');
  put(builtOf(root));
  assert.equal((await load(root)).code, 0);
});

test('the prebuilt addons are named in full, for bundlers and tools that trace files', () => {
  const source = fs.readFileSync(path.join(ROOT, 'bindings', 'node', 'lib', 'addon.js'), 'utf8');
  for (const name of PLATFORMS) {
    assert.ok(
      source.includes(`case '${name}':\n        native = require(/* turbopackIgnore: true */ '../prebuilt/${name}/bonin.node');`),
      name,
    );
  }
});

const mapping = (library) => `const fs = require('node:fs');
  const { readFileSync } = fs;
  const maps = '7f00-7f01 r--p 00000000 00:1f 1   /usr/bin/node\\n7f02-7f03 r-xp 00000000 00:1f 2   ${library}\\n';
  fs.readFileSync = (file, ...more) => (file === '/proc/self/maps' ? maps : readFileSync(file, ...more));`;
const NO_PROC = `const fs = require('node:fs');
  const { readFileSync } = fs;
  const gone = () => { throw new Error('ENOENT'); };
  fs.readFileSync = (file, ...more) => (file === '/proc/self/maps' ? gone() : readFileSync(file, ...more));`;

test('musl is told by what is mapped', { skip: !OWN.startsWith('linux-') && 'not on glibc' }, async (t) => {
  const musl = `linuxmusl-${process.arch}`;
  const root = makePackage(t);
  for (const library of ['/lib/ld-musl-x86_64.so.1', '/usr/lib/x86_64-linux-musl/libc.so']) {
    const text = await complaint(root, preload(t, mapping(library)));
    assert.match(text, new RegExp(`^bindings/node/prebuilt/${musl}/bonin.node is missing from .* \\(there: ${OWN}\\)`));
  }
  for (const library of ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/lib/x86_64-linux-gnu/libc-2.31.so']) {
    assert.equal((await load(root, preload(t, mapping(library)))).code, 0, library);
  }
});

test('without /proc, or with an empty one, the report of the process tells', async (t) => {
  assert.equal((await load(makePackage(t), preload(t, NO_PROC))).code, 0);
  const empty = NO_PROC.replace("throw new Error('ENOENT');", "return '';");
  assert.equal((await load(makePackage(t), preload(t, empty))).code, 0);
  const ofMusl = 'process.report.getReport = () => ({ header: {} });';
  for (const proc of [NO_PROC, empty]) {
    const text = await complaint(makePackage(t), preload(t, `${proc}\n${ofMusl}`));
    assert.match(text, /^bindings\/node\/prebuilt\/linuxmusl-/);
  }
});

for (const [platform, arch, cure] of [
  ['freebsd', 'x64', /there are linux-x64, linux-arm64, linuxmusl-x64, linuxmusl-arm64, darwin-x64, darwin-arm64$/],
  ['linux', 'ia32', /there are linux-x64/],
  ['win32', 'x64', /use WSL/],
]) {
  test(`no addon for ${platform}-${arch}`, async (t) => {
    const text = await complaint(makePackage(t), onPlatform(t, platform, arch));
    assert.ok(text.startsWith(`there is no addon for ${platform}-${arch}: `), text);
    assert.match(text, cure);
  });
}

test('the addon of this platform is missing from the package', async (t) => {
  const root = makePackage(t, { prebuilt: ['darwin-arm64'] });
  const text = await complaint(root);
  const missing = `bindings/node/prebuilt/${OWN}/bonin.node is missing from ${root} (there: darwin-arm64): `;
  assert.ok(text.startsWith(missing), text);
  assert.match(text, /Install it anew here/);
});

test('no addon at all, as in a checkout', async (t) => {
  const text = await complaint(makePackage(t, { prebuilt: [] }));
  assert.match(text, /^no addon is in .*: build one with `npx bonin build --clean`\. /);
});

test('the command says it in one line', async (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const { code, stderr } = await run(path.join(root, 'bindings', 'node', 'lib', 'cli.js'), { args: ['--version'] });
  assert.deepEqual([code, stderr.trim().split('\n').length], [2, 1], stderr);
  assert.match(stderr, /^bonin: no addon is in /);
});

const BUNDLED = new RegExp(
  "^it was bundled.*Next\\.js `serverExternalPackages: \\['bonin'\\]`, " +
    "webpack `externalsType: 'commonjs', externals: /\\^bonin\\(\\\\/\\|\\$\\)/`, " +
    "esbuild `--external:bonin`, Vite `ssr: \\{ external: \\['bonin'\\] \\}`$",
);

/** The modules where a bundle would be, in a folder that is not the package's. */
function bundle(t) {
  const folder = temporary(t);
  const place = path.join(folder, 'app', 'out', 'server');
  fs.cpSync(path.join(ROOT, 'bindings', 'node', 'lib'), place, { recursive: true });
  fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  return place;
}

test('the package was bundled', async (t) => {
  assert.match(await complaint(path.join(bundle(t), 'index.cjs')), BUNDLED);
});

test('the package was bundled, and something else stands for the addon', async (t) => {
  const place = bundle(t);
  const addon = path.join(place, '..', 'prebuilt', OWN, 'bonin.node', 'index.js');
  put(addon, 'module.exports = "/assets/bonin.node"');
  assert.match(await complaint(path.join(place, 'index.cjs')), BUNDLED);
});

test('the package was bundled into an ES module, which has no __dirname', async (t) => {
  const lib = path.join(ROOT, 'bindings', 'node', 'lib');
  const file = path.join(temporary(t), 'bundle.mjs');
  const modules = ['addon', 'bundled', 'elf', 'platform', 'unloadable'].map(
    (name) => `'./${name}.js': (module) => {${fs.readFileSync(path.join(lib, `${name}.js`), 'utf8')}}`,
  );
  fs.writeFileSync(
    file,
    `
    import { createRequire } from 'node:module';
    const outside = createRequire(import.meta.url);
    const modules = {${modules.join(',\n')}};
    function require(name) {
      if (name.endsWith('package.json')) return { version: '0.1.0' };
      if (!(name in modules)) return outside(name);
      const module = {};
      modules[name](module);
      return module.exports;
    }
    require('./addon.js').loadOwn();`,
  );
  const { stderr } = await run(file);
  assert.match(/^Error: bonin: (.*)$/m.exec(stderr)?.[1] ?? stderr, BUNDLED);
});

for (const [what, bytes] of [
  ['half of it', () => fs.readFileSync(ADDON).subarray(0, fs.statSync(ADDON).size / 2)],
  ['all but its end', () => fs.readFileSync(ADDON).subarray(0, -1)],
  ['its first bytes', () => fs.readFileSync(ADDON).subarray(0, 40)],
  ['nothing', () => ''],
  ['zeros behind its header', () => fs.readFileSync(ADDON).fill(0, 64)],
  ['a pointer of Git LFS', () => 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4768096\n'],
]) {
  test(`a damaged addon: ${what}`, async (t) => {
    const root = makePackage(t, { prebuilt: [] });
    put(prebuiltOf(root), bytes());
    const text = await complaint(root);
    assert.ok(text.startsWith(`${prebuiltOf(root)} is damaged (`), text);
    assert.ok(text.endsWith(`: remove ${root} and install again`), text);
  });
}

test('a damaged addon that was built here', async (t) => {
  const root = makePackage(t);
  put(builtOf(root), fs.readFileSync(ADDON).subarray(0, 100_000));
  const text = await complaint(root);
  assert.equal(text, `${builtOf(root)} is damaged (the file ends early): ${BUILD}${INSTEAD}`);
});

const otherArch = process.arch === 'x64' ? 'arm64' : 'x64';
/** The addon with another machine in its header. */
function addonOf(machine) {
  const bytes = fs.readFileSync(ADDON);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}
function machO(cpu) {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt32LE(0xfeedfacf);
  bytes.writeUInt32LE(cpu, 4);
  return bytes;
}

for (const [platform, bytes] of [
  [`linuxmusl-${process.arch}`, () => addonWith('libc.so.6', 'libc.so\0\0')],
  [`linux-${otherArch}`, () => addonOf(otherArch === 'x64' ? 62 : 183)],
  ['darwin-x64', () => machO(0x01000007)],
  ['darwin-arm64', () => machO(0x0100000c)],
]) {
  test(`an addon for ${platform}`, { skip: !OWN.startsWith('linux-') && 'not on glibc' }, async (t) => {
    const root = makePackage(t);
    put(builtOf(root), bytes());
    const what = `is for ${platform}, and this is ${OWN}`;
    const copied = `${builtOf(root)} ${what}: ${BUILD}`;
    assert.equal(await complaint(root), copied + INSTEAD);
    fs.rmSync(path.dirname(prebuiltOf(root)), { recursive: true });
    assert.equal(await complaint(root), copied);
    fs.rmSync(builtOf(root));
    put(prebuiltOf(root), bytes());
    assert.equal(await complaint(root), `${prebuiltOf(root)} ${what}: remove ${root} and install again`);
  });
}

test('an addon that may not be read', (t) => {
  const root = makePackage(t);
  for (const folder of [root, path.resolve(root, '..'), path.resolve(root, '..', '..')]) fs.chmodSync(folder, 0o755);
  fs.chmodSync(prebuiltOf(root), 0);
  const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const index = path.join(root, 'bindings/node/lib/index.cjs');
  const { stderr } = spawnSync(process.execPath, [index], { encoding: 'utf8', cwd: root, ...nobody });
  const text = `Error: bonin: ${prebuiltOf(root)} may not be read by this process: change its rights\n`;
  assert.ok(stderr.includes(text), stderr);
});

test('an addon that was built here lacks a library', async (t) => {
  const root = makePackage(t);
  put(builtOf(root), addonWith('libcurl.so.4', 'libcurm.so.4'));
  const what = `${builtOf(root)} needs libcurm.so.4, which this system has not`;
  const lacking = `${what}: install the system's package that holds it`;
  assert.equal(await complaint(root), lacking + INSTEAD);
  fs.rmSync(path.dirname(prebuiltOf(root)), { recursive: true });
  assert.equal(await complaint(root), lacking);
});

test('an addon that was built here lacks a library that the system has in another version', async (t) => {
  const root = makePackage(t, { prebuilt: [] });
  put(builtOf(root), addonWith('libstdc++.so.6', 'libstdc++.so.5'));
  const text = await complaint(root);
  const what = /libstdc\+\+\.so\.5, which this system has not \(it has libstdc\+\+\.so\.6[.\d]*\): build it anew with/;
  assert.match(text, what);
});

test('an addon that is too new for this system', { skip: OWN !== 'linux-x64' && 'of glibc on x64' }, async (t) => {
  const [version] = /GLIBC_2\.\d\d/.exec(fs.readFileSync(ADDON, 'latin1'));
  const newer = version.replace('2.', '9.');
  const root = makePackage(t, { prebuilt: [] });
  put(prebuiltOf(root), addonWith(version, newer));
  const what = `${prebuiltOf(root)} needs ${newer}, newer than this system's`;
  assert.equal(await complaint(root), `${what}: build one with \`npx bonin build --clean\``);
});

test('an addon of another version of the package', async (t) => {
  const root = makePackage(t);
  const manifest = path.join(root, 'package.json');
  const { version, ...rest } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  fs.writeFileSync(manifest, JSON.stringify({ ...rest, version: '9.9.9' }));
  const what = `is of version ${version}, and the package is 9.9.9`;
  assert.equal(await complaint(root), `${prebuiltOf(root)} ${what}: remove ${root} and install again`);
  put(builtOf(root));
  assert.equal(await complaint(root), `${builtOf(root)} ${what}: ${BUILD}${INSTEAD}`);
});

test('whoever installs the package runs no script and gets nothing else', () => {
  const { dependencies, scripts, private: isPrivate, license } = require('bonin/package.json');
  assert.deepEqual([dependencies, isPrivate, license], [undefined, undefined, 'Apache-2.0']);
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined, name);
});

test('a tarball without an addon is not made', async (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const prepack = path.join(root, 'packaging', 'prepack.js');
  const { code, stderr } = await run(prepack);
  assert.equal(code, 1);
  assert.match(stderr, /^bonin: no addon is in .*\.\/dev package\n$/);
  put(prebuiltOf(root));
  assert.equal((await run(prepack)).code, 0);
});
