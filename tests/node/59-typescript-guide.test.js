'use strict';
// The TypeScript of docs/typescript.md compiles and runs as it stands, and its Korean twin shows the same.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT } = require('./support.js');

const blocks = (guide, language) =>
  [...fs.readFileSync(path.join(ROOT, 'docs', guide), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code]) => code,
  );

test('both languages show the same', () => {
  for (const language of ['ts', 'json']) assert.deepEqual(blocks('typescript.md', language), blocks('typescript.ko.md', language));
});

test('the program compiles and runs', (t) => {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-typescript-'));
  t.after(() => fs.rmSync(place, { recursive: true }));
  const write = (name, text) => fs.writeFileSync(path.join(place, name), text);
  fs.mkdirSync(path.join(place, 'node_modules'));
  for (const name of ['@types', 'express', 'undici-types'])
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(place, 'node_modules', name));
  fs.symlinkSync(ROOT, path.join(place, 'node_modules', 'bonin'));
  write('package.json', '{ "type": "module" }');
  write('tsconfig.json', blocks('typescript.md', 'json')[0]);
  write('sign-up.json', '{ "name": "sign-up", "extends": "kr.not_child" }');
  write('app.ts', blocks('typescript.md', 'ts').join('\n'));
  const tsc = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', place], { encoding: 'utf8' });
  assert.equal(tsc.status, 0, tsc.stdout + tsc.stderr);

  const run = (env) => {
    const code =
      "import { check, later, path, portone } from './dist/app.js'; console.log(await check('a'.repeat(999)), later, path); portone.close();";
    return spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
      cwd: place,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
  };
  const ran = run({ BONIN_API_SECRET: 'secret', BONIN_STORE_ID: 'store', BONIN_CHANNEL_KEY: 'channel' });
  assert.equal(ran.stderr, '');
  assert.match(ran.stdout, /^invalid_id \[\] .*browser\.js\n$/);
  assert.match(run({ BONIN_API_SECRET: 'secret', BONIN_STORE_ID: '' }).stderr, /BONIN_STORE_ID is not set/);
});
