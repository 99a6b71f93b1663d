// bonin beside its peers in JavaScript: the same eight rules on the same persons, nanoseconds a decision and the ratio
// to bonin. First all must agree on every person.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Policy, PortOneV2 } from 'bonin';
import { byHand, cedarWasm, logic, rulesEngine } from './peers.mjs';
import { DOCUMENT, NOW, PERSONS } from './persons.mjs';

/** What PortOne would have answered: bonin judges verifications, not objects of the application. */
async function verificationsOf(persons) {
  const server = createServer((request, response) => {
    const i = Number(request.url.split('-').pop().split('?')[0]);
    const person = persons[i];
    response.end(
      JSON.stringify({
        id: `iv-${i}`,
        status: person.status.toUpperCase(),
        customData: '',
        channel: { type: person.channelType.toUpperCase(), pgProvider: person.provider },
        verifiedAt: new Date(person.verifiedAt).toISOString(),
        verifiedCustomer: {
          name: '홍길동',
          birthDate: person.birthDate,
          gender: person.gender.toUpperCase(),
          isForeigner: person.foreigner,
          ci: person.ci,
        },
      }),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const portone = new PortOneV2({ apiSecret: 'secret', baseUrl: `http://127.0.0.1:${server.address().port}` });
  const found = await Promise.all(persons.map((_, i) => portone.lookup(`iv-${i}`)));
  portone.close();
  server.closeAllConnections();
  server.close();
  return found;
}

const days = (text) => Date.parse(text) / 86_400_000;
const word = (words) => (text) => words.indexOf(text);
const status = word(['unknown', 'ready', 'verified', 'failed']);
const channelType = word(['missing', 'unknown', 'unmarked', 'live', 'test']);
const gender = word(['male', 'female', 'other']);
const PROVIDERS = ['DANAL', 'KCP_V2', 'KCB'];

function columnsOf(persons) {
  return {
    status: Uint8Array.from(persons, (p) => status(p.status)),
    verifiedAt: BigInt64Array.from(persons, (p) => BigInt(p.verifiedAt)),
    channelType: Uint8Array.from(persons, (p) => channelType(p.channelType)),
    birthDate: Int32Array.from(persons, (p) => days(p.birthDate)),
    gender: Int8Array.from(persons, (p) => gender(p.gender)),
    foreigner: Int8Array.from(persons, (p) => Number(p.foreigner)),
    present: Uint16Array.from(persons, (p) => (p.ci === null ? 0 : 128)),
    provider: { codes: Int32Array.from(persons, (p) => PROVIDERS.indexOf(p.provider)), names: PROVIDERS },
  };
}

/** Nanoseconds a decision: the best of some rounds of at least 100 ms. `run` judges all persons. */
async function measure(run, count) {
  let best = Infinity;
  for (let round = 0; round < 5; ++round) {
    let done = 0;
    const start = process.hrtime.bigint();
    let took = 0;
    do {
      await run();
      done += count;
      took = Number(process.hrtime.bigint() - start);
    } while (took < 1e8);
    best = Math.min(best, took / done);
  }
  return best;
}

const policy = new Policy(DOCUMENT);
const verifications = await verificationsOf(PERSONS);
const ROWS = 1_000_000;
const million = columnsOf(Array.from({ length: ROWS }, (_, i) => PERSONS[i % PERSONS.length]));
const options = { now: NOW };

const CONTENDERS = [
  ['bonin: evaluate, one at a time', () => verifications.map((v) => policy.evaluate(v, options).allowed)],
  ['bonin: evaluateMany', () => Array.from(policy.evaluateMany(verifications, options).allowed, Boolean)],
  ['hand-written JavaScript', () => PERSONS.map(byHand)],
  ['json-logic-js', () => PERSONS.map(logic)],
  [
    'json-rules-engine',
    async () => {
      const answers = [];
      for (const person of PERSONS) answers.push(await rulesEngine(person));
      return answers;
    },
  ],
  ['@cedar-policy/cedar-wasm (parsed before)', () => PERSONS.map(cedarWasm)],
];

const wanted = PERSONS.map(byHand);
assert.ok(wanted.includes(true) && wanted.includes(false));
for (const [name, run] of CONTENDERS) assert.deepEqual(await run(), wanted, name);
const { allowed } = policy.evaluateColumns(million, options);
wanted.forEach((answer, i) => assert.equal(allowed[i], Number(answer), 'columns'));

console.log(`eight rules, Node ${process.versions.node}: ${PERSONS.length} persons, ${wanted.filter(Boolean).length} allowed`);
console.log('                                            ns a decision   to bonin, one at a time');
let base;
const print = (name, ns) => console.log(`${name.padEnd(44)}${ns.toFixed(1).padStart(13)}${(ns / (base ??= ns)).toFixed(2).padStart(10)}`);
for (const [name, run] of CONTENDERS) print(name, await measure(run, PERSONS.length));
print('bonin: evaluateColumns, 1,000,000 rows', await measure(() => policy.evaluateColumns(million, options), ROWS));
