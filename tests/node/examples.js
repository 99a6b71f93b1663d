'use strict';
// The example shops as child processes, on free ports.

const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { ROOT } = require('./support.js');

const TSC = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const VENV = path.join(ROOT, '.venv', 'bin', 'python');
const PYTHON = fs.existsSync(VENV) ? VENV : 'python3';

/** Compiles an example of TypeScript: what is to be started then. */
function compiled(file) {
  if (!file.endsWith('.ts')) return file;
  const folder = path.dirname(path.dirname(file));
  execFileSync(process.execPath, [TSC, '-p', path.join(ROOT, 'examples', folder)], { encoding: 'utf8' });
  return path.join(folder, 'build', path.basename(file).replace(/ts$/, 'js'));
}

/** Starts `examples/…`, with a sandbox of its own unless `environment` says otherwise. */
async function startExample(file, environment = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('BONIN_')));
  const child = spawn(file.endsWith('.py') ? PYTHON : process.execPath, [path.join('examples', compiled(file))], {
    cwd: ROOT,
    env: { ...clean, PORT: '0', PYTHONPATH: path.join(ROOT, 'bindings', 'python'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const addresses = [];
  for await (const line of readline.createInterface({ input: child.stdout })) {
    addresses.push(/http:\/\/\S+\d/.exec(line)[0]);
    if (addresses.length === (environment.BONIN_BASE_URL ? 1 : 2)) break;
  }
  const [url, sandboxUrl] = addresses;
  assert.ok(url, `${file} did not start: ${said}`);
  return {
    url,
    sandboxUrl,
    /** What it wrote on stderr. */
    said: () => said,
    /** Ends it; answers the signal, or the code, it ended by. */
    stop(signal = 'SIGINT') {
      child.kill(signal);
      child.stdout.resume();
      return ended;
    },
  };
}

module.exports = { startExample };
