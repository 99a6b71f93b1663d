'use strict';
// Builds the addon from source: npm's install script, and `npx bonin build`. Needs nothing but Node and CMake.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..', '..');
const BUILD = path.join(ROOT, 'build', 'node');
const GIB = 2 ** 30;

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

function fail(what) {
  const packages = fs
    .readFileSync(path.join(ROOT, 'packaging', 'apt-build.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  process.stderr.write(`
bonin: ${what}. The addon is built from source and needs these system packages (Debian's names):

  apt-get install ${packages.join(' ')}

Then: npx bonin build
`);
  return 1;
}

/** Answers the exit code. What is up to date is not built again. */
function build(args = []) {
  const unknown = args.find((arg) => arg !== '--clean');
  if (unknown !== undefined) {
    process.stderr.write(`bonin: unknown option ${unknown}; usage: bonin build [--clean]\n`);
    return 2;
  }
  if (args.includes('--clean') || isForeign()) fs.rmSync(BUILD, { recursive: true, force: true });
  if (!works('cmake')) return fail('cmake is missing');

  // Ninja if there is one, at the first time only: CMake does not change its mind about a generator.
  const fresh = !fs.existsSync(path.join(BUILD, 'CMakeCache.txt'));
  const generator = fresh && works('ninja') ? ['-G', 'Ninja'] : [];
  const configured = run('cmake', [
    '-S', ROOT, '-B', BUILD, ...generator, '-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_UNITY_BUILD=ON', '-DBONIN_NODE=ON',
    `-DBONIN_NODE_EXECUTABLE=${process.execPath}`,
  ]);
  if (!configured) return fail('CMake could not prepare the build (see above)');

  // A compiler takes up to a gigabyte: more of them than memory would end in the out-of-memory killer.
  const jobs = Math.max(1, Math.min(os.availableParallelism(), Math.floor(os.totalmem() / GIB)));
  const built = run('cmake', ['--build', BUILD, '--target', 'bonin_node', '--parallel', String(jobs)]);
  return built ? 0 : fail('the build failed (see above)');
}

module.exports = { build };
if (require.main === module) process.exitCode = build(process.argv.slice(2));
