// The documents' own "look unique_key up, then insert" with better-sqlite3, beside bonin from Node on the same kind of file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PortOneV2, Registry, Sandbox } from '../../bindings/node/lib/index.mjs';

const Database = createRequire(new URL('../../build/bench-node/', import.meta.url))('better-sqlite3');
const TOTAL = 2000;
const place = mkdtempSync(join(tmpdir(), 'bonin-bench-'));
const sandbox = await Sandbox.start();
const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, baseUrl: sandbox.v2Url });
const registry = new Registry(`sqlite:${join(place, 'bonin.db')}`, { pepper: 'p'.repeat(32) });

const people = [];
for (let i = 0; i < TOTAL; i += 1) {
  const person = { name: `시험${i}`, birth_date: '1990-01-01', gender: 'male' };
  people.push(await portone.lookup(sandbox.verify(person, { api: 'v2' })));
}

const database = new Database(join(place, 'documents.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE users (id TEXT PRIMARY KEY, unique_key TEXT UNIQUE)');
const find = database.prepare('SELECT id FROM users WHERE unique_key = ?');
const insert = database.prepare('INSERT INTO users (id, unique_key) VALUES (?, ?)');

let from = performance.now();
people.forEach((verification, i) => {
  const ci = verification.person.ci.reveal();
  if (find.get(ci)) throw new Error('known already');
  insert.run(`a${i}`, ci);
});
const theirs = TOTAL / ((performance.now() - from) / 1000);

from = performance.now();
const claims = await Promise.all(people.map((verification, i) => registry.claim(verification, `a${i}`)));
const ours = TOTAL / ((performance.now() - from) / 1000);
if (claims.some(({ outcome }) => outcome !== 'created')) throw new Error('a claim was not granted');

console.log('Node, SQLite');
console.log(
  `  ${'claim, many at once'.padEnd(34)} ${ours.toFixed(0).padStart(10)}/s   documents ${theirs.toFixed(0).padStart(8)}/s   ratio ${(ours / theirs).toFixed(2)}`,
);
console.log('  the documents block the JavaScript thread for each of them and keep the CI in plain text');
await registry.close();
portone.close();
await sandbox.close();
database.close();
rmSync(place, { recursive: true });
