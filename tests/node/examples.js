'use strict';
// The example shops as child processes, on free ports.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { ROOT } = require('./support.js');

const VENV = path.join(ROOT, '.venv', 'bin', 'python');
const PYTHON = fs.existsSync(VENV) ? VENV : 'python3';

/** Starts `examples/…`, with a sandbox of its own unless `environment` says otherwise. */
async function startExample(file, environment = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('BONIN_')));
  const child = spawn(file.endsWith('.py') ? PYTHON : process.execPath, [path.join('examples', file)], {
    cwd: ROOT,
    env: { ...clean, PORT: '0', PYTHONPATH: path.join(ROOT, 'bindings', 'python'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
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
    async stop() {
      child.kill('SIGINT');
      child.stdout.resume();
      await ended;
    },
  };
}

module.exports = { startExample };
