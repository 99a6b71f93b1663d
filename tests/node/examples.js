'use strict';
// The example shops as child processes, on free ports.

const assert = require('node:assert/strict');
const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const { promisify } = require('node:util');
const { ROOT } = require('./support.js');

const TSC = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const VENV = path.join(ROOT, '.venv', 'bin', 'python');
const PYTHON = fs.existsSync(VENV) ? VENV : 'python3';

/** What `npm ci` in examples/next has put there: without it that example is skipped. */
const NO_NEXT = !fs.existsSync(path.join(ROOT, 'examples', 'next', 'node_modules', 'next')) && 'npm ci --ignore-scripts in examples/next';

const run = promisify(execFile); // not the synchronous one: other tests' clocks go on beside it

/** Compiles an example of TypeScript, or builds the one of Next: what is to be started then. */
async function compiled(file) {
  if (path.basename(file) === 'build.js') {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
    await run(process.execPath, [path.join(ROOT, 'examples', file)], { env });
    return path.join(path.dirname(file), '.next', 'standalone', 'next', 'server.js');
  }
  if (!file.endsWith('.ts')) return file;
  const folder = path.dirname(path.dirname(file));
  await run(process.execPath, [TSC, '-p', path.join(ROOT, 'examples', folder)]);
  return path.join(folder, 'build', path.basename(file).replace(/ts$/, 'js'));
}

/** For Next, to which port 0 is 3000. */
function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}

/** Starts `examples/…`, with a sandbox of its own unless `environment` says otherwise. */
async function startExample(file, environment = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('BONIN_')));
  const started = await compiled(file);
  const child = spawn(file.endsWith('.py') ? PYTHON : process.execPath, [path.join('examples', started)], {
    cwd: ROOT,
    env: {
      ...clean,
      PORT: started === file ? '0' : await freePort(),
      HOSTNAME: '127.0.0.1',
      PYTHONPATH: path.join(ROOT, 'bindings', 'python'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  let url;
  let sandboxUrl;
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const [address] = /http:\/\/\S+\d/.exec(line) ?? [];
    if (/sandbox/.test(line)) sandboxUrl = address;
    else url ??= address;
    if (url && (environment.BONIN_BASE_URL || sandboxUrl)) break;
  }
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

module.exports = { NO_NEXT, startExample };
