'use strict';
// Run by 41-handles.test.js in a process of its own: crosses every kind of native handle with every native function that
// takes one. Prints what is wrong; a process that dies prints nothing more.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { bonin, until } = require('./support.js');
const native = require('../../bindings/node/lib/native.js');
const calls = require('../../bindings/node/lib/calls.js');

const LIB = '../../bindings/node/lib';
const SLOT = 1000; // no call begins there: all are refused before
const call = (start) => calls.begin(undefined, undefined, start);
const peppers = [[undefined, 'a pepper of at least thirty-two bytes']];

/** One good handle of each kind. */
async function makeHandles(folder) {
  const file = path.join(folder, 'policy.json');
  fs.writeFileSync(file, '{"name": "work", "extends": "kr.work"}');
  const rows = path.join(folder, 'rows.csv');
  fs.writeFileSync(rows, 'kind,value,account\n');
  const sandbox = native.sandbox.start({});
  const url = native.sandbox.url(sandbox);
  const control = (operation, args = {}) => JSON.parse(native.sandbox.control(sandbox, operation, JSON.stringify(args)));
  const { api_secret: apiSecret, imp_key: impKey, imp_secret: impSecret } = control('info');
  const v2 = native.portoneV2.create({ apiSecret, baseUrl: url });
  const v1 = native.portoneV1.create({ impKey, impSecret, baseUrl: url });
  const policy = native.policy.parse('{"name": "work", "extends": "kr.work"}');
  const verifier = native.verifier.create(v2, policy, undefined);
  const { id } = control('verify', { persona: 'adult' });
  const verification = await call((slot) => native.portone.lookup(v2, slot, id, undefined));
  const decision = await call((slot) => native.verifier.verify(verifier, slot, id));
  const people = native.registry.create({ store: `sqlite:${path.join(folder, 'people.db')}` }, peppers, undefined);
  let question;
  const own = native.registry.create({ ownStoreFunctions: ['find', 'claim'] }, peppers, (_function, _given, asked) => (question = asked));
  call((slot) => native.registry.find(own, slot, verification, undefined)).catch(() => {});
  await until(() => question !== undefined);
  const { reservation } = await call((slot) => native.registry.reserve(people, slot, verification, 'me', undefined));
  return {
    Verification: verification,
    Decision: decision,
    Judged: await call((slot) => native.verifier.verifyMany(verifier, slot, [id])),
    Policy: policy,
    PolicyFile: native.policyFile.open(file),
    PortOneV1: v1,
    PortOneV2: v2,
    Registry: people,
    Reservation: reservation,
    Verifier: verifier,
    Proofs: native.proof.create(['a key of at least thirty-two bytes.']),
    question,
    Import: native.import.create(people, {}),
    ImportFile: native.import.open(rows, {}),
    Sandbox: sandbox,
    Clock: native.sandbox.clock(sandbox),
  };
}

/** Noun -> function -> its arguments; those in capitals and the question are handles. `*`: all others of the noun. */
const id = 'id';
const VERIFIED = ['Registry', SLOT, 'Verification', 'account', undefined];
const TAKES = {
  verification: { '*': ['Verification'] },
  attribute: { '*': ['Verification', 0, 'x'] },
  decision: { '*': ['Decision'] },
  judged: { '*': ['Judged', 0] },
  policy: {
    parse: null,
    load: null,
    preset: null,
    presetNames: null,
    presets: null,
    explain: ['Policy', 'ko'],
    evaluate: ['Policy', 'Verification', new Date(), undefined, 'Verification'],
    '*': ['Policy'],
  },
  policyCases: { run: ['{"cases": []}', 'Policy'], runFile: null, diff: ['Policy', 'Policy', undefined, undefined] },
  policyFile: { open: null, '*': ['PolicyFile'] },
  policyMany: {
    days: null,
    rules: ['Policy'],
    evaluateColumns: ['Policy', {}, 0, new Date(), {}],
    evaluateMany: ['Policy', ['Verification'], new Date(), {}],
  },
  health: { listen: ['PortOne', 0], metricsOfRegistry: ['Registry'], metricsOfVerifier: ['Verifier'], '*': ['PortOne'] },
  portone: { lookup: ['PortOne', SLOT, id], drain: ['PortOne', SLOT, undefined], '*': ['PortOne'] },
  portoneV1: {
    create: [{ impKey: 'k', impSecret: 's' }, 'PortOneV2', 'Clock'],
    requestOtp: ['PortOneV1', SLOT, {}],
    '*': ['PortOneV1', SLOT, id],
  },
  portoneV2: { create: [{ apiSecret: 's' }, 'Clock'], listPage: ['PortOneV2', SLOT, {}], '*': ['PortOneV2', SLOT, id] },
  ownStore: { answer: ['question', undefined], fail: ['question', 'x'] },
  registry: {
    create: [{ store: 'sqlite::memory:' }, peppers, undefined, 'Clock'],
    find: VERIFIED,
    claim: VERIFIED,
    tryClaim: VERIFIED,
    match: VERIFIED,
    standing: VERIFIED,
    reserve: VERIFIED,
    admit: [...VERIFIED.slice(0, 4), {}],
    release: ['Registry', SLOT, 'account', 0],
    ban: ['Registry', SLOT, undefined, 'Verification'],
    unban: ['Registry', SLOT, undefined, 'Verification'],
    exportPage: ['Registry', SLOT, 0, 1],
    forgetUses: ['Registry', SLOT, new Date()],
    '*': ['Registry', SLOT, 'text', 'text'],
  },
  import: {
    open: null,
    batch: null,
    schemaSql: null,
    create: ['Registry', {}],
    add: ['Import', SLOT, [], 1, undefined],
    addKeys: ['Import', SLOT, [], 1, undefined],
    addFile: ['Import', SLOT, 'ImportFile', undefined],
    addRegistry: ['Import', SLOT, 'Registry', undefined],
    report: ['Import'],
  },
  reservation: { id: ['Reservation'], expiresAt: ['Reservation'], '*': ['Reservation', SLOT, 'account'] },
  verifier: {
    '*': ['Verifier'],
    create: ['PortOne', 'Policy', 'Registry', undefined, 'Clock'],
    begin: ['Verifier', 'me', {}],
    check: ['Verifier', SLOT, undefined],
    drain: ['Verifier', SLOT, undefined],
    verify: ['Verifier', SLOT, id],
    verifyMany: ['Verifier', SLOT, [id]],
    sendOtp: ['Verifier', SLOT, 'me', {}, undefined],
    resendOtp: ['Verifier', SLOT, 'me', id, undefined],
    confirmOtp: ['Verifier', SLOT, id, undefined, 'me'],
  },
  proof: {
    create: [['a key of at least thirty-two bytes.'], 'Clock'],
    issue: ['Proofs', 'Decision', 'me', 1],
    check: ['Proofs', 'x', 'me', 'Policy'],
  },
  made: {
    personaFacts: null,
    verification: null,
    allowed: ['Verification', 'Policy'],
    denied: ['Verification', 'Policy', 'age', 'too_young'],
  },
  sandbox: { start: null, control: ['Sandbox', 'info', '{}'], '*': ['Sandbox'] },
};
const NOT_OF_HANDLES = new Set(['install', 'cancel', 'callFor', 'errorKinds', 'runtime', 'ages', 'web']);

const wrong = [];
let crossed = 0;

function refuses(what, run) {
  crossed += 1;
  try {
    run();
    wrong.push(`${what}: taken`);
  } catch (error) {
    if (!(error instanceof bonin.InvalidArgument)) wrong.push(`${what}: ${error}`);
  }
}

function cross(handles) {
  const fits = (kind, wanted) => kind === wanted || (wanted === 'PortOne' && kind.startsWith('PortOne'));
  const good = (wanted) => handles[wanted === 'PortOne' ? 'PortOneV2' : wanted];
  const isKind = (value) => typeof value === 'string' && (value in handles || value === 'PortOne');
  const fill = (value) => (Array.isArray(value) ? value.map(fill) : isKind(value) ? good(value) : value);
  const others = {
    ...handles,
    object: {},
    array: [],
    text: 'x',
    number: 1,
    function: () => {},
    symbol: Symbol('x'),
    buffer: new Uint8Array(64),
  };
  for (const [noun, functions] of Object.entries(native)) {
    if (NOT_OF_HANDLES.has(noun)) continue;
    for (const [name, run] of Object.entries(functions)) {
      const takes = TAKES[noun]?.[name] === undefined ? TAKES[noun]?.['*'] : TAKES[noun][name];
      if (takes === null) continue;
      if (takes === undefined) {
        wrong.push(`${noun}.${name} is not in the table`);
        continue;
      }
      takes.forEach((value, place) => {
        const wanted = Array.isArray(value) ? value[0] : value;
        if (!isKind(wanted)) return;
        for (const [kind, other] of Object.entries(others)) {
          if (fits(kind, wanted)) continue;
          const args = takes.map(fill);
          args[place] = Array.isArray(value) ? [other] : other;
          refuses(`${noun}.${name}(${place}: ${kind})`, () => run(...args));
        }
      });
    }
  }
  // Typed arrays of other numbers, or of fewer, would be read beyond their end.
  const now = new Date();
  const room = { allowed: new Uint8Array(2), failed: new BigUint64Array(2), unknown: new BigUint64Array(2) };
  const { evaluateColumns, evaluateMany, days } = native.policyMany;
  for (const name of [
    'status',
    'verifiedAt',
    'channelType',
    'birthDate',
    'gender',
    'foreigner',
    'carrier',
    'mvno',
    'present',
    'selfDeclared',
  ]) {
    for (const other of [new Float32Array(2), new DataView(new ArrayBuffer(2)), new ArrayBuffer(2), {}, 'x', 1]) {
      refuses(`column ${name}`, () => evaluateColumns(handles.Policy, { [name]: other }, 2, now, room));
    }
  }
  for (const name of Object.keys(room)) {
    const other = { ...room, [name]: new Int16Array(2) };
    const fewer = { ...room, [name]: room[name].slice(1) };
    const records = [handles.Verification, handles.Verification];
    refuses(`answers ${name}`, () => evaluateColumns(handles.Policy, {}, 2, now, other));
    refuses(`answers ${name}`, () => evaluateMany(handles.Policy, records, now, other));
    refuses(`few answers ${name}`, () => evaluateColumns(handles.Policy, {}, 2, now, fewer));
    refuses(`few answers ${name}`, () => evaluateMany(handles.Policy, records, now, fewer));
  }
  refuses('days', () => days(['2000-01-01'], new BigInt64Array(1)));
  // The classes, which anybody can construct.
  const { Verification } = require(`${LIB}/verification.js`);
  for (const [kind, other] of Object.entries({ ...others, undefined: undefined, null: null })) {
    if (kind !== 'Verification') {
      refuses(`new Verification(${kind})`, () => new Verification(other));
      refuses(`new Person(${kind})`, () => new bonin.Person(other));
      refuses(`new Attribute(${kind})`, () => new bonin.Attribute(other, 0));
    }
    if (kind !== 'Reservation') refuses(`new Reservation(${kind})`, () => new bonin.Reservation(other));
    if (kind !== 'Decision') refuses(`new Decision(${kind})`, () => new bonin.Decision(other));
    if (!kind.startsWith('PortOne')) refuses(`new PortOne(${kind})`, () => new bonin.PortOne(other));
    refuses(`new Verifier(${kind})`, () => new bonin.Verifier(other, bonin.Policy.preset('kr.work')));
  }
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-handles-'));
  try {
    cross(await makeHandles(folder));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  console.log(JSON.stringify({ crossed, wrong }));
  process.exit(0); // the questions of the own store stay open
}

main();
