'use strict';
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { ROOT, bonin, run, serve, vectors } = require('./support.js');

const CLI = path.join(ROOT, 'bindings', 'node', 'lib', 'cli.js');
const NONE = { BONIN_API_SECRET: '', BONIN_IMP_KEY: '', BONIN_IMP_SECRET: '', BONIN_STORE_ID: '', BONIN_BASE_URL: '' };
const cli = (args, env = {}) => run(CLI, { args, env: { ...NONE, ...env } });

let sandbox;
let both;
before(async () => {
  sandbox = await bonin.Sandbox.start();
  both = {
    BONIN_BASE_URL: sandbox.url,
    BONIN_IMP_KEY: sandbox.impKey,
    BONIN_IMP_SECRET: sandbox.impSecret,
    BONIN_API_SECRET: sandbox.apiSecret,
    BONIN_STORE_ID: sandbox.storeId,
  };
});
after(() => sandbox.close());

test('lookup prints facts, not the person', async () => {
  const id = sandbox.verify('adult', { api: 'v1', merchantUid: 'order-1' });
  const { code, stdout } = await cli(['lookup', id], both);
  assert.equal(code, 0);
  assert.match(
    stdout,
    new RegExp(
      `^id            ${id}\napi           v1\nstatus        verified\nprovider      DANAL\nchannel       unmarked\nmerchant_uid  order-1\nverified_at   \\S+Z\nperson        name, birth_date, `,
    ),
  );
  assert.doesNotMatch(stdout, /김하나|1990/);
  const json = JSON.parse((await cli(['lookup', sandbox.verify('kakao_without_ci'), '--json'], both)).stdout);
  assert.equal(json.api, 'v2');
  assert.deepEqual(Object.keys(json.person), ['name', 'birth_date', 'gender', 'foreigner', 'phone', 'carrier', 'mvno', 'ci', 'di']);
  assert.equal(json.person.foreigner, 'self_declared_possible');
  assert.equal(json.person.ci, 'absent');
});

test('what PortOne and files hold moves no cursor and turns no text round', async (t) => {
  const evil = 'order\u001b[2J\u001b]0;x\u0007\r\u009b31m\u202egpj\u2066\u200f\u061c\u007f\u0000\nstatus        verified\u2028';
  const shown =
    'order\\u001b[2J\\u001b]0;x\\u0007\\u000d\\u009b31m\\u202egpj\\u2066\\u200f\\u061c\\u007f\\u0000\\u000astatus        verified\\u2028';
  const controls = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const server = await serve((_, response) =>
    response.end(
      JSON.stringify({
        code: 0,
        message: null,
        response: { imp_uid: 'imp_1', merchant_uid: evil, pg_provider: evil, certified: true, certified_at: 1 },
      }),
    ),
  );
  t.after(server.close);
  const text = await cli(['lookup', 'imp_1', '--api', 'v1'], { ...both, BONIN_BASE_URL: server.url });
  assert.equal(text.code, 0, text.stderr);
  assert.ok(text.stdout.includes(`merchant_uid  ${shown}\n`), text.stdout);
  assert.equal(text.stdout.match(/^status /gm).length, 1, 'no line is made up');
  const json = await cli(['lookup', 'imp_1', '--api', 'v1', '--json'], { ...both, BONIN_BASE_URL: server.url });
  assert.equal(JSON.parse(json.stdout).merchant_uid, evil, 'JSON says the same');

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const write = (name, value) => (fs.writeFileSync(path.join(folder, name), JSON.stringify(value)), path.join(folder, name));
  const policy = write('policy.json', {
    name: 'p',
    description: evil,
    rules: [{ channel: { keys: [evil] } }, { provider: { in: [evil] } }],
  });
  const cases = write('cases.json', { policy: 'kr.work', cases: [{ name: evil, now: '2026-06-03T12:00:00Z', allowed: true }] });
  const key = write('key.json', { name: 'p', [evil]: 1 });
  for (const args of [
    ['policy', 'check', policy],
    ['policy', 'test', cases],
    ['policy', 'check', key],
    ['lookup', evil.replace(/\0/g, '')],
    [evil.replace(/\0/g, '')],
    ['lookup', 'x', `--${evil.replace(/\0/g, '')}`],
  ]) {
    const { stdout, stderr } = await cli(args, both);
    assert.ok(stdout + stderr !== '', args[0]);
    assert.doesNotMatch(stdout + stderr, controls, args.join(' '));
  }
  for (const { stdout } of [text, json]) assert.doesNotMatch(stdout, controls);
});

test('verify ends with 0, 1 or 2', async () => {
  const preset = ['--preset', 'kr.youth_protection'];
  const allowed = await cli(['verify', sandbox.verify('adult'), ...preset], both);
  assert.deepEqual([allowed.code, allowed.stdout], [0, 'allowed · 허용\n']);
  const denied = await cli(['verify', sandbox.verify('minor'), ...preset], both);
  assert.equal(denied.code, 1);
  assert.match(denied.stdout, /^denied · 거절\n {2}age \(too_young\)\n {4}\S.*\n {4}\S.*\n$/);
  sandbox.fault('ready', { match: { method: 'GET' } });
  const unfinished = await cli(['verify', sandbox.verify('adult'), ...preset], both);
  assert.match(unfinished.stdout, /^denied · 거절\n {2}verified \(not_finished\)\n {4}\S.*\n {4}\S.*\n$/, 'it alone');
  sandbox.clearFaults();
  const expected = await cli(['verify', sandbox.verify('adult'), ...preset, '--custom-data', 'x', '--json'], both);
  assert.equal(expected.code, 1);
  assert.equal(JSON.parse(expected.stdout).allowed, false);
  const missing = await cli(['verify', bonin.newId(), ...preset], both);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^bonin: .*not_found|^bonin: PortOne knows nothing/i);
  assert.equal(missing.stderr.trim().split('\n').length, 1);
});

test('what is missing is said in one line', async () => {
  const cases = [
    [['lookup', 'x'], {}, 'bonin: set BONIN_API_SECRET (V2), or BONIN_IMP_KEY and BONIN_IMP_SECRET (V1)\n'],
    [['lookup', 'x', '--api', 'v1'], {}, 'bonin: set BONIN_IMP_KEY and BONIN_IMP_SECRET\n'],
    [['lookup', 'x', '--api', 'v2'], {}, 'bonin: set BONIN_API_SECRET\n'],
    [['verify', 'x'], both, 'bonin: name one of --policy FILE and --preset NAME\n'],
    [['verify', 'x', '--policy', 'a', '--preset', 'b'], both, 'bonin: name one of --policy FILE and --preset NAME\n'],
  ];
  for (const [args, env, text] of cases) {
    const { code, stdout, stderr } = await cli(args, env);
    assert.deepEqual([code, stdout, stderr], [2, '', text]);
  }
  for (const args of [
    ['nothing'],
    ['lookup'],
    ['lookup', 'a', 'b'],
    ['lookup', 'a', '--no-such'],
    ['sandbox', '--port', 'x'],
    ['sandbox', '--port', '-1'],
    ['sandbox', '--port=-1'],
    ['sandbox', '--port', '99999999999'],
    ['sandbox', '--port'],
    ['sandbox', 'a'],
    ['lookup', 'a', '--timeout-ms', '-5'],
    ['lookup', 'a', '--timeout-ms=-5'],
    ['lookup', 'a', '--json=1'],
    ['lookup', '-x'],
    ['verify', 'a', '--policy', '--json'],
    ['demo', '-5'],
    ['build', '-5'],
  ]) {
    const { code, stderr } = await cli(args, both);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /^bonin: .+\n$/);
  }
});

test('policy check explains a policy', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'policy.json');
  const document = { name: 'odd', rules: [{ age: { at_least: 19, by: 'year' } }, { age: { below: 14, by: 'year' } }] };
  fs.writeFileSync(file, JSON.stringify(document));
  const policy = new bonin.Policy(document);
  const below = `\nwarning: ${policy.warnings[0]}\nhash: ${policy.hash}\n`;
  const [ko, en] = [policy.explain('ko'), policy.explain('en')];
  const said = { both: `${ko}\n${en}${below}`, ko: ko + below, en: en + below };
  for (const [language, text] of Object.entries(said)) {
    const { code, stdout } = await cli(['policy', 'check', file, ...(language === 'both' ? [] : ['--language', language])]);
    assert.deepEqual([code, stdout], [0, text]);
  }
  fs.writeFileSync(file, JSON.stringify({ name: 'bad', rules: [{ aeg: {} }] }));
  const bad = await cli(['policy', 'check', file]);
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
  assert.match(bad.stderr, /^bonin: at `\/rules\/0\/aeg`: unknown key.*did you mean `age`.*\n$/);
  for (const args of [['check'], ['no'], ['check', file, file], ['check', file, '--language', 'de'], ['check', path.join(folder, 'no')]]) {
    const { code, stderr } = await cli(['policy', ...args]);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /^bonin: .+\n$/);
  }
});

test('policy test runs cases', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'cases.json');
  fs.writeFileSync(file, JSON.stringify({ ...vectors('policy'), about: undefined }));
  const good = await cli(['policy', 'test', file]);
  assert.equal(good.code, 0);
  assert.match(good.stdout, /^ok {6}an adult passes a preset\n(ok {6}.*\n)+\d+ cases, 0 failed\n$/);
  const [first] = vectors('policy').cases;
  fs.writeFileSync(file, JSON.stringify({ given: vectors('policy').given, cases: [{ ...first, allowed: false }] }));
  const failed = await cli(['policy', 'test', file]);
  assert.equal(failed.code, 1);
  assert.equal(failed.stdout, `FAILED  ${first.name}\n        expected to be denied, was allowed\n1 cases, 1 failed\n`);
  const missing = await cli(['policy', 'test', path.join(folder, 'no')]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^bonin: the cases file `.+no` cannot be read: /);
  fs.writeFileSync(file, '{"cases": 5}');
  assert.match((await cli(['policy', 'test', file])).stderr, /^bonin: at `\/cases`: .+\n$/);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`sandbox serves until ${signal}`, async () => {
    const child = spawn(process.execPath, [CLI, 'sandbox']);
    let out = '';
    await new Promise((resolve) => child.stdout.on('data', (data) => (out += data).includes('# makes an id') && resolve()));
    const url = /^export BONIN_BASE_URL=(.*)$/m.exec(out)[1];
    assert.ok(out.startsWith(`sandbox on ${url} (V1 and V2); stop with Ctrl-C\n`));
    assert.equal((await fetch(`${url}/sandbox/info`)).status, 200);
    assert.match(out, new RegExp(`^export BONIN_V1_SCRIPT_URL=${url}/v1/iamport\\.js$`, 'm'));
    assert.match(out, new RegExp(`^export BONIN_V2_SCRIPT_URL=${url}/v2/browser-sdk\\.js$`, 'm'));
    assert.ok(out.includes(`# ${url}/ shows`) && out.includes(`curl -s ${url}/sandbox/verify -d '{"persona"`), out);
    assert.match(out, /^export BONIN_CHANNEL_KEY=channel-key-/m);
    child.kill(signal);
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 0);
    assert.ok(out.endsWith('stopped\n'));
  });
}

test('sandbox verify makes an id in a sandbox that runs', async () => {
  const made = await cli(['sandbox', 'verify', 'minor', '--api', 'v1'], both);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^imp_\d+\n$/);
  const refused = await cli(['sandbox', 'verify', 'nobody'], both);
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  assert.match(refused.stderr, /^bonin: the sandbox refuses: .+\n$/);
  const unset = 'bonin: set BONIN_BASE_URL to the address that `bonin sandbox` printed\n';
  assert.equal((await cli(['sandbox', 'verify', 'adult'])).stderr, unset);
  for (const BONIN_BASE_URL of ['http://127.0.0.1:1', 'nonsense']) {
    const { code, stderr } = await cli(['sandbox', 'verify', 'adult'], { BONIN_BASE_URL });
    assert.deepEqual([code, stderr], [2, 'bonin: no sandbox answers at BONIN_BASE_URL\n']);
  }
});

test('completion is the script of a shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await cli(['completion', shell]);
    assert.equal(code, 0);
    assert.ok(stdout.includes(`bonin completion ${shell}`) && !stdout.includes('@ROWS@'));
    assert.match(stdout, /^verify\tv\t--preset\tkr\.youth_protection$/m);
    assert.match(stdout, /^\.\tc\tbuild\t/m);
  }
  const { code, stderr } = await cli(['completion', 'tcsh']);
  assert.deepEqual([code, stderr], [2, 'bonin: completion takes bash, zsh or fish\n']);
});

test('demo decides every persona in both APIs', async () => {
  const { code, stdout } = await cli(['demo']);
  assert.equal(code, 0);
  assert.match(stdout, /^bonin demo: policy kr\.youth_protection, sandbox on http/);
  for (const { name } of sandbox.personas()) assert.match(stdout, new RegExp(`^${name} +v2 +(allowed|denied) `, 'm'));
});

test('--version', async () => {
  assert.match((await cli(['--version'])).stdout, /^bonin \d+\.\d+\.\d+ \(.*libcurl.*\)\n$/);
});
