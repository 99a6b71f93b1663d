'use strict';
// The command line's table: help in two languages and every width, mistakes, colours.

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run, vectors } = require('./support.js');

const LIB = path.join(ROOT, 'bindings', 'node', 'lib');
const help = require(path.join(LIB, 'cli', 'help.js'));
const { width } = require(path.join(LIB, 'cli', 'columns.js'));
const { COMMANDS, TABLE } = require(path.join(LIB, 'cli', 'words.js'));
const VECTORS = vectors('cli');

/** What is empty is not set at all: Node itself warns of two that are. */
const given = (env) => Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === '' ? undefined : value]));
const cli = (args, more = {}) => run(path.join(LIB, 'cli.js'), { args, env: given({ ...VECTORS.environment, ...more }) });

test('every command of the table has its file', () => {
  for (const name of Object.keys(COMMANDS)) {
    assert.equal(typeof require(path.join(LIB, 'cli', `${name.replace(' ', '-')}.js`)).run, 'function', name);
  }
});

test('help fits', () => {
  for (const language of ['ko', 'en']) {
    for (const columns of [40, 80, 100]) {
      const pages = [help.short(language, columns), help.whole(language, columns)];
      for (const group of Object.keys(TABLE.groups)) pages.push(help.ofGroup(group, language, columns));
      for (const name of Object.keys(COMMANDS)) pages.push(help.ofCommand(name, language, columns));
      for (const line of pages.join('').split('\n')) assert.ok(width(line) <= columns && line === line.trimEnd(), line);
    }
  }
});

test('help is shown, and on standard error where a command is missing', async () => {
  for (const { args, code } of VECTORS.help) {
    const done = await cli(args);
    const [shown, other] = code === 0 ? [done.stdout, done.stderr] : [done.stderr, done.stdout];
    assert.deepEqual([done.code, other], [code, ''], args.join(' '));
    assert.match(shown, /^usage: bonin/);
  }
});

test('what is wrong is one line', async () => {
  for (const { args, stderr, hint = '' } of VECTORS.wrong) {
    const done = await cli(args);
    assert.deepEqual([done.code, done.stdout], [2, ''], args.join(' '));
    const line = `bonin: ${stderr}`;
    assert.equal(done.stderr.split('\n').length, 2);
    assert.ok(
      done.stderr === `${line}\n` || (line.endsWith(' ') && done.stderr.startsWith(line) && done.stderr.endsWith(`${hint}\n`)),
      done.stderr,
    );
  }
});

test('the locale chooses the language', async () => {
  for (const { environment, language } of VECTORS.locales) {
    const { stdout } = await cli(['demo', '--help'], environment);
    assert.ok(stdout.startsWith(language === 'ko' ? '사용법: bonin' : 'usage: bonin'), JSON.stringify(environment));
  }
  const other = await cli(['demo', '--help'], { LC_ALL: 'ko_KR.eucKR' });
  assert.match(other.stdout, /^usage: bonin/, 'UTF-8 is no text in another charset');
});

test('colours', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'cases.json');
  const one = { name: 'nobody', now: '2026-06-03T12:00:00Z', verification: {}, allowed: true };
  fs.writeFileSync(file, JSON.stringify({ policy: 'kr.work', cases: [one] }));
  for (const { environment, terminal, coloured } of VECTORS.colours) {
    if (terminal) continue; // Node has no terminal of its own; the next test asks the function
    const { code, stdout } = await cli(['policy', 'test', file], { TERM: 'xterm', ...environment });
    assert.equal(code, 1);
    assert.ok(stdout.startsWith(coloured ? '\x1b[31mFAILED\x1b[0m  nobody' : 'FAILED  nobody'), JSON.stringify(environment));
  }
});

test('colours of a terminal', () => {
  const { isColoured } = require(path.join(LIB, 'cli', 'terminal.js'));
  const before = { ...process.env };
  try {
    for (const { environment, terminal, coloured } of VECTORS.colours) {
      for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE']) delete process.env[name];
      Object.assign(process.env, { TERM: 'xterm', ...environment });
      assert.equal(isColoured({ isTTY: terminal }), coloured, JSON.stringify(environment));
    }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

test('a reader that has left ends it quietly, and a full disk is an error', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const env = { ...process.env, ...given({ ...VECTORS.environment, BONIN_BASE_URL: 'http://127.0.0.1:1' }) };
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const file = path.join(ROOT, 'examples', 'policies', 'recover.json');
  for (const args of ['--help', '--version', 'completion bash', 'doctor --timeout-ms 300', 'demo', `policy check ${file}`]) {
    const reader = fs.openSync(fifo, 'r+');
    const writer = fs.openSync(fifo, 'w');
    fs.closeSync(reader);
    const stdio = ['ignore', writer, 'pipe'];
    const done = spawnSync(process.execPath, [path.join(LIB, 'cli.js'), ...args.split(' ')], { env, stdio, encoding: 'utf8' });
    fs.closeSync(writer);
    assert.deepEqual([done.status, done.stderr], [141, ''], args);
  }
  const full = fs.openSync('/dev/full', 'w');
  const done = spawnSync(process.execPath, [path.join(LIB, 'cli.js'), '--help'], {
    env,
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  fs.closeSync(full);
  assert.deepEqual([done.status, done.stderr], [2, 'bonin: the output cannot be written (ENOSPC)\n']);
});
