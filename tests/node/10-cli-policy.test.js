'use strict';
// `bonin policy presets`, `schema`, `diff` and `test`: the runs that both packages print alike.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { ROOT, bonin, run, vectors } = require('./support.js');

const { files, runs } = vectors('cli_policy');
const env = { LC_ALL: 'C.UTF-8', NO_COLOR: '1', FORCE_COLOR: undefined };
const cli = (...args) => run(path.join(ROOT, 'bindings', 'node', 'lib', 'cli.js'), { args: ['policy', ...args], env });

let folder;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-cli-'));
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
});
after(() => fs.rmSync(folder, { recursive: true }));

test('the shared runs', async () => {
  for (const { args, code, stdout, stderr } of runs) {
    const done = await cli(...args.map((one) => one.replaceAll('@', `${folder}/`)));
    assert.deepEqual([done.code, done.stdout], [code, stdout], `${args.join(' ')}\n${done.stderr}`);
    if (stderr === null) assert.equal(done.stderr, '');
    else assert.ok(done.stderr.startsWith(`bonin: ${stderr.replaceAll('@', `${folder}/`)}`), done.stderr);
  }
});

test('a difference as JSON', async () => {
  const [old, now, cases] = ['old.json', 'new.json', 'cases.json'].map((name) => path.join(folder, name));
  const { code, stdout } = await cli('diff', old, now, '--cases', cases, '--json');
  assert.equal(code, 1);
  assert.equal(stdout.split('\n').length, 2);
  const { Policy, policyDiff } = bonin;
  assert.deepEqual(JSON.parse(stdout), policyDiff(Policy.load(old), Policy.load(now), { casesFile: cases }));
});

test('the presets', async () => {
  const [first] = bonin.Policy.presets;
  const { election_day, ...one } = JSON.parse((await cli('presets', '--json')).stdout)[0];
  assert.deepEqual({ ...one, electionDay: election_day }, first);
  const { stdout } = await cli('presets');
  assert.ok(stdout.startsWith(`${first.name}\n  ${first.ko}\n  ${first.en}\n  ${first.law}\nkr.game_adult\n`), stdout);
  const korean = (await cli('presets', '--language', 'ko')).stdout;
  assert.ok(korean.startsWith(`${first.name}\n  ${first.ko}\n  ${first.law}\nkr.game_adult\n`), korean);
});

test('the schema is that of the package', async () => {
  const { code, stdout } = await cli('schema');
  assert.deepEqual([code, stdout], [0, fs.readFileSync(path.join(ROOT, 'policy.schema.json'), 'utf8')]);
});
