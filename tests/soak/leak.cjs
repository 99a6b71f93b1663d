'use strict';
// Verifications from Node, everything of each decision read: those after the first ones must leave nothing behind.
//
// node --expose-gc tests/soak/leak.cjs [20000 100000]: so many to warm up, so many that are measured. Exits 1 when the
// process has grown by more than MOST_MB since it was warm: 60 bytes for each of 100,000. V8 holds on to empty pages of
// its heap as it likes: they do not count.
const { spawn } = require('node:child_process');
const { setTimeout: sleep } = require('node:timers/promises');
const { NotFound, Policy, PortOneV2, Verifier } = require('bonin');

const [WARM, MEASURED] = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20_000, 100_000];
const AT_ONCE = 64;
const MOST_MB = 6;

// In a process of its own: its memory is not measured.
const SANDBOX = `
  require('bonin').Sandbox.start().then((sandbox) => {
    const ids = ['adult', 'minor'].map((persona) => sandbox.verify(persona));
    console.log(JSON.stringify({ url: sandbox.url, apiSecret: sandbox.apiSecret, ids }));
  });
  process.stdin.on('end', () => process.exit(0)).resume();`;

function read(decision) {
  const { person } = decision.verification;
  return [
    person.name.reveal(),
    person.birthDate.reveal(),
    person.ci.matches('x'),
    JSON.stringify(person),
    decision.findings,
    decision.denials,
    decision.record(),
  ];
}

async function main() {
  const child = spawn(process.execPath, ['-e', SANDBOX], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { url, apiSecret, ids } = JSON.parse(await new Promise((resolve) => child.stdout.once('data', resolve)));
  const client = new PortOneV2({ apiSecret, baseUrl: url });
  const verifier = new Verifier(client, Policy.preset('kr.youth_protection'));
  const asked = [...ids, 'no-such-id'];

  async function some(count) {
    for (let i = 0; i < count; ++i) {
      await verifier.verify(asked[i % 3]).then(read, (error) => {
        if (!(error instanceof NotFound)) throw error;
      });
    }
  }
  async function verify(count) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => some(Math.floor(count / AT_ONCE))));
    global.gc();
    await sleep(100); // finalizers run after it
    global.gc();
    const { rss, heapTotal, heapUsed } = process.memoryUsage();
    return (rss - heapTotal + heapUsed) / 1_048_576;
  }

  const warm = await verify(WARM);
  const end = await verify(MEASURED);
  client.close();
  child.stdin.end();
  const grown = end - warm;
  const sign = grown < 0 ? '' : '+';
  console.log(`Node: ${warm.toFixed(1)} MB after ${WARM} verifications, ${sign}${grown.toFixed(2)} MB after ${MEASURED} more`);
  process.exitCode = grown < MOST_MB ? 0 : 1;
}

main();
