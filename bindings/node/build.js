'use strict';
// `npx bonin build`: builds the addon from source, with CMake, a compiler and what else packaging/*-build.txt names.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { headers } = require('./headers.js');
const { PLATFORMS, platformOf } = require('./lib/platform.js');
const { installCommand } = require('./system.js');

const ROOT = path.resolve(__dirname, '..', '..');
const BUILD = path.join(ROOT, 'build', 'node');
const GIB = 2 ** 30;

const say = (text) => process.stderr.write(`bonin: ${text}\n`);
const works = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: ROOT });
  return error === undefined && status === 0;
}

/** A build folder that came here with a moved or copied checkout cannot be used. */
function isForeign() {
  const cache = path.join(BUILD, 'CMakeCache.txt');
  if (!fs.existsSync(cache)) return false;
  const home = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(fs.readFileSync(cache, 'utf8'));
  return home === null || path.resolve(home[1]) !== ROOT;
}

/** A compiler takes up to a gigabyte: more of them than memory would end in the out-of-memory killer. */
function jobs({ cpus, memory, limit }) {
  const usable = limit > 0 ? Math.min(memory, limit) : memory; // a container's limit; 0 or undefined without one
  return Math.max(1, Math.min(cpus, Math.floor(usable / GIB)));
}

/** The code of the error that forbids it; undefined where the package can be written. */
function unwritable() {
  try {
    fs.mkdirSync(BUILD, { recursive: true });
    for (const folder of [BUILD, __dirname]) fs.accessSync(folder, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return error.code;
  }
}

function missingTool() {
  if (!works('cmake')) return 'cmake';
  if (process.env.CXX === undefined && !['c++', 'g++', 'clang++'].some(works)) return 'a C++ compiler';
  return undefined;
}

function fail(what) {
  say(what);
  return 1;
}

/** Answers the exit code. What is up to date is not built again. */
function build(args = []) {
  const unknown = args.find((arg) => arg !== '--clean');
  if (unknown !== undefined) {
    say(`unknown option ${unknown}; usage: bonin build [--clean]`);
    return 2;
  }
  const platform = platformOf(process);
  if (!PLATFORMS.includes(platform)) {
    const cure = process.platform === 'win32' ? 'use WSL' : `it can be built on ${PLATFORMS.join(', ')}`;
    return fail(`the addon cannot be built for ${platform}: ${cure}`);
  }
  say(`building the addon for ${platform} from source`);
  const refusal = unwritable();
  if (refusal !== undefined) {
    return fail(`${ROOT} cannot be written (${refusal}). Build where it can, such as in the stage of an image that installs`);
  }
  const tool = missingTool();
  if (tool !== undefined) return fail(`${tool} is missing. ${installCommand()}, then: npx bonin build`);
  if (args.includes('--clean') || isForeign()) fs.rmSync(BUILD, { recursive: true, force: true });
  const folders = headers(path.join(BUILD, 'headers'));
  if (folders === undefined) {
    return fail(
      'npm did not get node-addon-api and node-api-headers (its own words are above). They are needed to build, ' +
        'and found as well where the project has them in its devDependencies',
    );
  }
  // Ninja if there is one, at the first time only: CMake does not change its mind about a generator.
  const fresh = !fs.existsSync(path.join(BUILD, 'CMakeCache.txt'));
  const generator = fresh && works('ninja') ? ['-G', 'Ninja'] : [];
  const configured = run('cmake', [
    '-S',
    ROOT,
    '-B',
    BUILD,
    ...generator,
    '-DCMAKE_BUILD_TYPE=Release',
    '-DCMAKE_UNITY_BUILD=ON',
    '-DBONIN_NODE=ON',
    `-DBONIN_NODE_ADDON_API=${folders['node-addon-api']}`,
    `-DBONIN_NODE_API_HEADERS=${folders['node-api-headers']}`,
  ]);
  if (!configured) return fail(`CMake lacks what it needs (see above). ${installCommand()}, then: npx bonin build`);
  const limits = { cpus: os.availableParallelism(), memory: os.totalmem(), limit: process.constrainedMemory() };
  const parallel = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(jobs(limits));
  if (!run('cmake', ['--build', BUILD, '--target', 'bonin_node', '--parallel', parallel])) {
    return fail(
      'the build failed (see above). Where a compiler was killed, memory ran out: ' + 'CMAKE_BUILD_PARALLEL_LEVEL=1 npx bonin build',
    );
  }
  return run(process.execPath, [path.join(__dirname, 'lib', 'cli.js'), '--version']) ? 0 : 1;
}

module.exports = { build, jobs };

if (require.main === module) process.exitCode = build(process.argv.slice(2));
