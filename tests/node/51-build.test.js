'use strict';
// `npx bonin build` says what it does and what is missing. The tools are stand-ins that print what they are asked;
// packaging/check-node.sh builds in earnest.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT } = require('./support.js');
const { OWN, builtOf, makePackage, onPlatform, temporary } = require('./package-tree.js');
const { jobs } = require('../../bindings/node/build.js');
const { installCommand } = require('../../bindings/node/system.js');

const COMPLETE = {
  cmake: 'case $1 in --version) ;; *) echo "cmake $*" ;; esac',
  'c++': ':',
  npm: `echo "npm $*"
    cd "$3" && /bin/mkdir -p node_modules/node-addon-api node_modules/node-api-headers
    echo '{"version": "8.9.0"}' >node_modules/node-addon-api/package.json
    echo '{"version": "1.9.0"}' >node_modules/node-api-headers/package.json`,
};

/** `bonin build` of a package where the tools are these alone. */
function build(t, root, tools, { args = [], env = {}, cwd = root, ...options } = {}) {
  const bin = temporary(t);
  fs.chmodSync(bin, 0o755);
  for (const [name, script] of Object.entries(tools)) {
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const cli = path.join(root, 'bindings', 'node', 'lib', 'cli.js');
  const { CXX, CMAKE_BUILD_PARALLEL_LEVEL, ...usual } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'build', ...args], {
    env: { ...usual, ...env, PATH: bin },
    cwd,
    encoding: 'utf8',
    ...options,
  });
  return { status, stdout, stderr, last: stderr.trim().split('\n').at(-1) };
}

test('the platform comes first', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const freebsd = build(t, root, {}, { env: onPlatform(t, 'freebsd', 'x64') });
  assert.equal(freebsd.status, 1);
  assert.match(freebsd.stderr, /^bonin: the addon cannot be built for freebsd-x64: it can be built on linux-x64, /);
  const windows = build(t, root, {}, { env: onPlatform(t, 'win32', 'x64') });
  assert.equal(windows.stderr, 'bonin: the addon cannot be built for win32-x64: use WSL\n');
  assert.match(build(t, root, {}).stderr, new RegExp(`^bonin: building the addon for ${OWN} from source\n`));
});

test('an unknown option', (t) => {
  const { status, last } = build(t, makePackage(t, { prebuilt: [] }), COMPLETE, { args: ['--fast'] });
  assert.deepEqual([status, last], [2, 'bonin: unknown options: --fast']);
});

test('what is missing has a name, and the command that installs it', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const command = installCommand();
  assert.equal(build(t, root, {}).last, `bonin: cmake is missing. ${command}, then: npx bonin build`);
  const { last: words } = build(t, root, { cmake: ':' });
  assert.equal(words, `bonin: a C++ compiler is missing. ${command}, then: npx bonin build`);
  const cmake = 'case $1 in --version) ;; *) echo "Could NOT find CURL" >&2; exit 1 ;; esac';
  const { status, stderr, last } = build(t, root, { ...COMPLETE, cmake });
  assert.equal(status, 1);
  assert.match(stderr, /^Could NOT find CURL$/m);
  assert.equal(last, `bonin: CMake lacks what it needs (see above). ${command}, then: npx bonin build`);
});

test('the command is that of the distribution', () => {
  assert.match(installCommand('NAME="Debian"\nID=debian\n'), /^Run: apt-get install g\+\+ .*libcurl4-openssl-dev/);
  assert.match(installCommand('ID=linuxmint\nID_LIKE="ubuntu debian"\n'), /^Run: apt-get install /);
  assert.match(installCommand('ID=alpine\n'), /^Run: apk add build-base cmake .*curl-dev/);
  assert.match(installCommand('ID="rocky"\nID_LIKE="rhel fedora"\n'), /^Run: dnf install gcc-c\+\+ .*libcurl-devel/);
  assert.match(installCommand('ID=arch\n'), /^Install what Debian calls g\+\+ cmake /);
  assert.match(installCommand(''), /^Install what Debian calls /);
});

test('the header packages come from npm, into the build folder, and npm speaks for itself', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const { stdout } = build(t, root, COMPLETE);
  const headers = path.join(root, 'build', 'node', 'headers');
  assert.ok(stdout.includes(`npm install --prefix ${headers} --no-save --ignore-scripts `), stdout);
  assert.match(stdout, /^npm install .* node-addon-api@\^8\S* node-api-headers@\^1\S*$/m);
  const folders = ['node-addon-api', 'node-api-headers'].map((name) => path.join(headers, 'node_modules', name));
  assert.ok(stdout.includes(`-DBONIN_NODE_ADDON_API=${folders[0]} -DBONIN_NODE_API_HEADERS=${folders[1]}`), stdout);
  assert.doesNotMatch(build(t, root, COMPLETE).stdout, /^npm install/m);
});

test('the header packages of the project are taken, when they are of the right version', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const project = path.resolve(root, '..', '..');
  for (const [name, version] of [
    ['node-addon-api', '7.1.0'],
    ['node-api-headers', '1.5.0'],
  ]) {
    fs.mkdirSync(path.join(project, 'node_modules', name));
    fs.writeFileSync(path.join(project, 'node_modules', name, 'package.json'), JSON.stringify({ version }));
  }
  const { stdout } = build(t, root, COMPLETE, { cwd: project });
  assert.match(stdout, /^npm install .* --no-fund node-addon-api@\^8\S*$/m);
  const headers = path.join(project, 'node_modules', 'node-api-headers');
  assert.ok(stdout.includes(`-DBONIN_NODE_API_HEADERS=${headers}`), stdout);
});

test('no network, and no npm', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const offline = { ...COMPLETE, npm: 'echo "npm error code ECONNREFUSED" >&2; exit 1' };
  const { npm, ...without } = COMPLETE;
  const cases = [
    [offline, /^npm error code ECONNREFUSED$/m],
    [without, /^npm: spawnSync npm ENOENT$/m],
  ];
  for (const [tools, words] of cases) {
    const { status, stderr, last } = build(t, root, tools);
    assert.equal(status, 1);
    assert.match(stderr, words);
    assert.match(last, /^bonin: npm did not get node-addon-api and node-api-headers \(its own words are above\)\. /);
  }
});

test('a build that fails', (t) => {
  const cmake = 'case $1 in --build) echo "g++: fatal error: Killed signal" >&2; exit 1 ;; esac';
  const { status, stderr, last } = build(t, makePackage(t, { prebuilt: [] }), { ...COMPLETE, cmake });
  assert.equal(status, 1);
  assert.match(stderr, /^g\+\+: fatal error: Killed signal$/m);
  const cure = 'Where a compiler was killed, memory ran out: CMAKE_BUILD_PARALLEL_LEVEL=1 npx bonin build';
  assert.equal(last, `bonin: the build failed (see above). ${cure}`);
});

test('a build that succeeds shows that the addon loads', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const addon = path.join(ROOT, 'bindings', 'node', 'bonin.node');
  const tools = { ...COMPLETE, cmake: `case $1 in --build) /bin/cp ${addon} ${builtOf(root)} ;; esac` };
  const { status, stdout } = build(t, root, tools);
  assert.equal(status, 0);
  assert.match(stdout, /^bonin \d+\.\d+\.\d+ \(/m);
});

test('node_modules that cannot be written', (t) => {
  const root = makePackage(t, { prebuilt: [] });
  const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const folders = [root, path.resolve(root, '..'), path.resolve(root, '..', '..')];
  folders.forEach((folder) => fs.chmodSync(folder, 0o555));
  const { status, last } = build(t, root, COMPLETE, nobody);
  folders.toReversed().forEach((folder) => fs.chmodSync(folder, 0o755)); // to be removed
  assert.equal(status, 1);
  const cure = 'Build where it can, such as in the stage of an image that installs';
  assert.equal(last, `bonin: ${root} cannot be written (EACCES). ${cure}`);
});

test('as many compilers as memory allows, also in a container', () => {
  const gib = 2 ** 30;
  assert.equal(jobs({ cpus: 8, memory: 64 * gib, limit: 0 }), 8);
  assert.equal(jobs({ cpus: 8, memory: 64 * gib, limit: undefined }), 8);
  assert.equal(jobs({ cpus: 8, memory: 64 * gib, limit: 2 ** 64 }), 8);
  assert.equal(jobs({ cpus: 8, memory: 64 * gib, limit: 2.5 * gib }), 2);
  assert.equal(jobs({ cpus: 8, memory: 3 * gib, limit: 4 * gib }), 3);
  assert.equal(jobs({ cpus: 8, memory: 64 * gib, limit: gib / 4 }), 1);
});

test('who knows better names the number of compilers', (t) => {
  const { stdout } = build(t, makePackage(t, { prebuilt: [] }), COMPLETE, { env: { CMAKE_BUILD_PARALLEL_LEVEL: '3' } });
  assert.match(stdout, /^cmake --build .* --parallel 3$/m);
});
