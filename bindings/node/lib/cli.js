#!/usr/bin/env node
'use strict';
// The command `bonin`. docs/cli.md is its contract; the texts are in words.js.

const { closeSync, existsSync, openSync, readFileSync, realpathSync, statSync, writeSync } = require('node:fs');
const { constants } = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { printable, printableLine } = require('./printable.js');
const words = require('./words.js');

const ALLOWED = 0;
const DENIED = 1;
const ERROR = 2;

/** Prints a text that may hold words of PortOne or of a file. */
const write = (text) => process.stdout.write(printable(text));
const print = (text) => write(`${text}\n`);

/** A mistake in the command line or in the environment. */
class Refused extends Error {}

const TEXT = { type: 'string' };
const ASK = { api: TEXT, 'timeout-ms': TEXT, json: { type: 'boolean' } };
const MOVED_IN = { pepper: { ...TEXT, multiple: true }, report: TEXT };
const HELP = { help: { type: 'boolean', short: 'h' } };

const COMMANDS = {
  lookup: { run: lookup, takes: 'ID', options: ASK },
  verify: {
    run: verify,
    takes: 'ID',
    options: { ...ASK, policy: TEXT, preset: TEXT, 'merchant-uid': TEXT, 'custom-data': TEXT },
  },
  'policy check': { run: policyCheck, takes: 'FILE', options: { language: TEXT } },
  'policy test': { run: policyTest, takes: 'CASES', options: {} },
  'registry import': {
    run: registryImport,
    takes: 'FILE',
    options: {
      ...MOVED_IN,
      store: TEXT,
      schema: TEXT,
      kind: TEXT,
      provider: TEXT,
      merchant: TEXT,
      attests: { ...TEXT, multiple: true },
      'any-value': { type: 'boolean' },
    },
  },
  'registry move': {
    run: registryMove,
    options: { ...MOVED_IN, from: TEXT, to: TEXT, 'from-schema': TEXT, 'to-schema': TEXT },
  },
  'registry schema': { run: registrySchema, options: { schema: TEXT } },
  sandbox: { run: sandbox, options: { port: TEXT, host: TEXT, 'allow-remote': { type: 'boolean' }, token: TEXT, 'public-url': TEXT } },
  demo: { run: demo, options: {} },
};

const wholeNumber = (text, option) => {
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new Refused(`--${option} takes a whole number`);
  return Number(text);
};

function client(api, id) {
  const { PortOneV1, PortOneV2 } = require('./index.cjs');
  const { BONIN_IMP_KEY, BONIN_IMP_SECRET, BONIN_API_SECRET, BONIN_STORE_ID, BONIN_BASE_URL } = process.env;
  const hasV1 = Boolean(BONIN_IMP_KEY && BONIN_IMP_SECRET);
  const hasV2 = Boolean(BONIN_API_SECRET);
  if (api !== undefined && api !== 'v1' && api !== 'v2') throw new Refused('--api takes v1 or v2');
  if (api === undefined) {
    if (!hasV1 && !hasV2) throw new Refused(words.NO_CREDENTIALS);
    api = hasV1 && (!hasV2 || id.startsWith('imp_')) ? 'v1' : 'v2';
  }
  const baseUrl = BONIN_BASE_URL || undefined;
  if (api === 'v1') {
    if (!hasV1) throw new Refused(words.NO_V1_CREDENTIALS);
    return new PortOneV1({ impKey: BONIN_IMP_KEY, impSecret: BONIN_IMP_SECRET, baseUrl });
  }
  if (!hasV2) throw new Refused(words.NO_V2_CREDENTIALS);
  return new PortOneV2({ apiSecret: BONIN_API_SECRET, storeId: BONIN_STORE_ID || undefined, baseUrl });
}

/** Attribute, in the words of docs/cli.md -> attestation. */
const attestations = (person) =>
  Object.fromEntries(
    Object.entries(person.toJSON()).map(([name, attestation]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      attestation,
    ]),
  );

/** The names of the attributes that are there. */
function who(person) {
  const marks = { attested: '', self_declared_possible: '?' };
  return Object.entries(attestations(person))
    .filter(([, attestation]) => attestation in marks)
    .map(([name, attestation]) => name + marks[attestation])
    .join(', ');
}

const codeOf = ({ code, reason }) => (reason ? `${code} (${reason})` : code);

/** Three lines a finding that did not pass. */
const why = (decision) => decision.denials.map((f) => `  ${codeOf(f)}\n    ${f.ko}\n    ${f.en}\n`).join('');

async function lookup(options, id) {
  const portone = client(options.api, id);
  const v = await portone.lookup(id, { timeoutMs: wholeNumber(options['timeout-ms'], 'timeout-ms') });
  const facts = {
    id: v.id,
    api: v.api,
    status: v.status,
    provider: v.provider,
    channel: v.channel.type,
    merchant_uid: v.merchantUid,
    verified_at: v.verifiedAt?.toISOString(),
  };
  if (options.json) {
    print(JSON.stringify({ ...facts, person: attestations(v.person) }));
  } else {
    for (const [name, value] of Object.entries({ ...facts, person: who(v.person) })) {
      if (value) print(name.padEnd(14) + printableLine(value));
    }
  }
  return ALLOWED;
}

async function verify(options, id) {
  if ((options.policy === undefined) === (options.preset === undefined)) throw new Refused(words.ONE_POLICY);
  const { Policy, Verifier } = require('./index.cjs');
  const policy = options.policy === undefined ? Policy.preset(options.preset) : Policy.load(options.policy);
  const expect = {};
  if (options['merchant-uid'] !== undefined) expect.merchantUid = options['merchant-uid'];
  if (options['custom-data'] !== undefined) expect.customData = options['custom-data'];
  const timeoutMs = wholeNumber(options['timeout-ms'], 'timeout-ms');
  const decision = await new Verifier(client(options.api, id), policy).verify(id, { expect, timeoutMs });
  if (options.json) {
    print(decision.record());
  } else {
    print(decision.allowed ? words.ALLOWED : words.DENIED);
    write(why(decision));
  }
  return decision.allowed ? ALLOWED : DENIED;
}

function policyCheck({ language }, file) {
  if (language !== undefined && language !== 'ko' && language !== 'en') throw new Refused('--language takes ko or en');
  const policy = require('./index.cjs').Policy.load(file);
  const languages = language === undefined ? ['ko', 'en'] : [language];
  print(languages.map((one) => policy.explain(one)).join('\n'));
  for (const warning of policy.warnings) print(words.warning(warning));
  print(words.hash(policy.hash));
  return ALLOWED;
}

function policyTest(_, file) {
  let cases;
  try {
    cases = readFileSync(file, 'utf8');
  } catch {
    throw new Refused(words.NO_CASES);
  }
  const report = require('./index.cjs').runPolicyCases(cases);
  write(report.text);
  return report.passed ? ALLOWED : DENIED;
}

function ofEnvironment(address) {
  if (!address.startsWith('env:')) return address;
  const name = address.slice('env:'.length);
  if (!process.env[name]) {
    // After a slip of the shell it is the address itself, with its password.
    throw new Refused(/^[A-Z_][A-Z0-9_]{0,30}$/.test(name) ? words.noVariable(name) : words.NO_SUCH_VARIABLE);
  }
  return process.env[name];
}

/** What the command line shows to every user of the machine is no key, only where it is. */
function pepperOf(text) {
  const found = /^(?:([^=:]*)=)?((?:env|file):.*)$/s.exec(text);
  if (found === null) throw new Refused(words.BAD_PEPPER);
  return found[1] === undefined ? found[2] : { id: found[1], key: found[2] };
}

function openRegistry(store, schema, peppers, option) {
  const { Registry } = require('./index.cjs');
  if (store === undefined) throw new Refused(`--${option} URL is missing`);
  if (peppers === undefined) throw new Refused(words.NO_PEPPER);
  const registry = new Registry(ofEnvironment(store), { peppers: peppers.map(pepperOf), schema, timeoutMs: 60_000 });
  for (const warning of registry.warnings) console.error(words.warning(printableLine(warning)));
  return registry;
}

function fileOfStore(store) {
  const address = ofEnvironment(store);
  return address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : undefined;
}

/** The path without links, also of a file that is not there yet. */
function real(file) {
  if (existsSync(file)) return realpathSync(file);
  const folder = path.dirname(path.resolve(file));
  return path.join(existsSync(folder) ? realpathSync(folder) : folder, path.basename(file));
}

/** Of files alone: a terminal may be read and written. */
function isSameFile(one, other) {
  if (!existsSync(one) || !existsSync(other)) return real(one) === real(other);
  const [a, b] = [statSync(one), statSync(other)];
  return a.isFile() && a.dev === b.dev && a.ino === b.ino;
}

/** A report empties the file that it is written to. */
function keepFromReport({ report, pepper = [] }, ...files) {
  if (report === undefined) return;
  const peppers = pepper.filter((one) => one.includes('file:')).map((one) => one.replace(/^(?:[^=:]*=)?file:/, ''));
  if ([...files, ...peppers].some((one) => one !== undefined && isSameFile(report, one))) throw new Refused(words.REPORT_OVER);
}

/** Somebody asked for an end; what was read is in. */
class Stopped extends Error {}

const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);

function openReport(file) {
  if (file === undefined) return undefined;
  try {
    return openSync(file, 'w');
  } catch {
    throw new Refused(words.NO_REPORT);
  }
}

/** Runs an import that shows how far it is, writes what it leaves out, and stops after a batch when asked to. */
async function watched(reportFile, numbered, run) {
  let asked = false;
  const ask = () => (asked = true);
  const terminal = process.stderr.isTTY;
  const clear = '\r\x1b[K';
  // At once: what the batches that are in have left out is there, however it ends.
  const file = openReport(reportFile);
  const line = (text) => file !== undefined && writeSync(file, `${text}\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, ask);
  let report;
  try {
    line(`${numbered},reason`);
    report = await run({
      conflicts: 0,
      onConflict: ({ row, reason }) => line(`${row},${reason}`),
      onBatch: ({ rows, leftOut }) => {
        if (terminal) process.stderr.write(`${clear}${words.progress(rows, sum(leftOut))}`);
        if (asked) throw new Stopped(words.stopped(rows));
      },
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    if (terminal) process.stderr.write(clear);
    console.error(`bonin: ${error.message}`);
    return 128 + constants.signals.SIGINT;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, ask);
    if (file !== undefined) closeSync(file);
  }
  if (terminal) process.stderr.write(clear);
  const { rows, existing, persons, keys, moved, uses, leftOut } = report;
  for (const [name, count] of Object.entries({ rows, existing, persons, keys, moved, uses, [words.LEFT_OUT]: sum(leftOut) })) {
    if (count > 0 || name === 'rows') print(`${name.padEnd(14)}${count}`);
  }
  for (const [reason, count] of Object.entries(leftOut)) print(`  ${reason.padEnd(18)}${count}`);
  return sum(leftOut) > 0 ? DENIED : ALLOWED;
}

async function registryImport(options, file) {
  const { kind, provider, merchant, attests } = options;
  if (kind !== undefined && kind !== 'ci' && kind !== 'di') throw new Refused('--kind takes ci or di');
  const registry = openRegistry(options.store, options.schema, options.pepper, 'store');
  try {
    keepFromReport(options, file, fileOfStore(options.store));
    const more = { kind, provider, merchant, attests, anyValue: options['any-value'] };
    return await watched(options.report, 'line', (watch) => registry.importFile(file, { ...more, ...watch }));
  } finally {
    await registry.close();
  }
}

async function registryMove(options) {
  const source = openRegistry(options.from, options['from-schema'], options.pepper, 'from');
  const target = openRegistry(options.to, options['to-schema'], options.pepper, 'to');
  try {
    const sourceFile = fileOfStore(options.from);
    if (sourceFile !== undefined && !existsSync(sourceFile)) throw new Refused(words.NO_SOURCE); // the first call would make it
    keepFromReport(options, sourceFile, fileOfStore(options.to));
    return await watched(options.report, 'person', (watch) => target.importFrom(source, watch));
  } finally {
    await target.close();
    await source.close();
  }
}

function registrySchema({ schema }) {
  process.stdout.write(require('./index.cjs').Registry.schemaSql(schema));
  return ALLOWED;
}

async function sandbox(options) {
  const { Sandbox } = require('./index.cjs');
  const running = await Sandbox.start({
    port: wholeNumber(options.port, 'port'),
    host: options.host,
    allowRemote: options['allow-remote'],
    token: options.token,
    publicUrl: options['public-url'],
  });
  // Before the first line is printed: a reader of that line may send the signal at once.
  const alive = setInterval(() => {}, 2 ** 30);
  const stopped = new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
  print(words.sandboxReady(running.url));
  print(`export BONIN_BASE_URL=${running.url}`);
  print(`export BONIN_IMP_KEY=${running.impKey}`);
  print(`export BONIN_IMP_SECRET=${running.impSecret}`);
  print(`export BONIN_API_SECRET=${running.apiSecret}`);
  print(`export BONIN_STORE_ID=${running.storeId}`);
  print(`export BONIN_V1_SCRIPT_URL=${running.v1ScriptUrl}`);
  print(`export BONIN_V2_SCRIPT_URL=${running.v2ScriptUrl}`);
  if (running.token !== undefined) print(`export BONIN_SANDBOX_TOKEN=${running.token}`);
  await stopped;
  clearInterval(alive);
  await running.close();
  print(words.SANDBOX_STOPPED);
  return ALLOWED;
}

async function demo() {
  return (await require('./demo.js').demo(why)) ? ALLOWED : ERROR;
}

function help() {
  const lines = (rows) => rows.map(([name, text]) => `  ${name.padEnd(22)}${text}`).join('\n');
  return (
    `usage: bonin COMMAND [options]\n\n${words.DESCRIPTION}\n\ncommands:\n${lines(words.COMMANDS)}\n\n` +
    `options:\n${lines(words.OPTIONS)}\n\n${words.HELP_ENVIRONMENT}`
  );
}

/** Of an option that is not there, the name alone: what stands after it is a value. */
function parsed(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error;
    const name = /^Unknown option '(--[a-z][a-z-]*)'/.exec(error.message)?.[1];
    throw new Refused(name === undefined ? words.UNKNOWN_ARGUMENTS : words.unknownOptions(name));
  }
}

async function main([first, ...args]) {
  const name = first === 'policy' || first === 'registry' ? `${first} ${args.shift()}` : first;
  if (name === 'build') return require('../build.js').build(args);
  if (name === '--version') {
    const { runtimeVersions, version } = require('./index.cjs');
    print(`bonin ${version} (${runtimeVersions()})`);
    return ALLOWED;
  }
  if (name === '--help' || name === '-h') {
    print(help());
    return ALLOWED;
  }
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Refused(`name a command: ${Object.keys(COMMANDS).join(', ')}, build (or --help)`);
  const { values, positionals } = parsed({ args, options: { ...command.options, ...HELP }, allowPositionals: true });
  if (values.help) {
    print(help());
    return ALLOWED;
  }
  if (positionals.length !== (command.takes ? 1 : 0)) {
    throw new Refused(command.takes ? `${name} takes one ${command.takes}` : `${name} takes options only`);
  }
  return command.run(values, positionals[0]);
}

/** Errors whose message is enough. Any other error is a bug and keeps its stack. */
const isPlain = (error) =>
  error instanceof Refused ||
  error.code?.startsWith('ERR_PARSE_ARGS') ||
  error.message.startsWith('bonin: ') ||
  error instanceof require('./errors.js').CLASSES.BoninError;

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    if (!isPlain(error)) throw error;
    const text = error.message.replace(/^bonin: /, '');
    // Some usage errors of Node have several lines, which become one. The lines of bonin's own texts stay.
    const line = error.code?.startsWith('ERR_PARSE_ARGS') ? text.replace(/\s*\n\s*/g, ' ') : text;
    console.error(printable(`bonin: ${line}`));
    process.exitCode = ERROR;
  },
);
