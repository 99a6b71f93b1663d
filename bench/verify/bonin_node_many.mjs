// bonin from Node, many ids a call: node bonin_node_many.mjs AT_ONCE SECONDS [counts|allowed|each], settings as the others.
import { readFileSync } from 'node:fs';
import { PortOneV1, PortOneV2, Policy, Verifier } from '../../bindings/node/lib/index.mjs';

const { url, impKey, impSecret, apiSecret, impUid, id, api } = JSON.parse(process.env.BENCH);
const [, , atOnce, seconds, read = 'allowed'] = process.argv;
const portone = api === 'v1' ? new PortOneV1({ impKey, impSecret, baseUrl: url }) : new PortOneV2({ apiSecret, baseUrl: url });
const policy = new Policy({ name: 'bench', rules: [{ fresh: { within: '24h' } }] });
const verifier = new Verifier(portone, policy);
const ids = Array(10_000).fill(api === 'v1' ? impUid : id);

const mainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
const processCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** What an application reads of the answers; each way must find them all allowed. */
const ways = {
  counts: (judged) => judged.counts.allowed,
  allowed: (judged) => judged.allowed.reduce((sum, one) => sum + one, 0),
  each: (judged) => {
    let sum = 0;
    for (const decision of judged) sum += decision.allowed ? 1 : 0;
    return sum;
  },
};

async function chunk() {
  const judged = await verifier.verifyMany(ids, { atOnce: Number(atOnce) });
  if (ways[read](judged) !== ids.length) throw new Error('denied');
}

await chunk();
let verifications = 0;
const [began, cpu, main] = [performance.now(), processCpu(), mainThread()];
while (performance.now() - began < Number(seconds) * 1000) {
  await chunk();
  verifications += ids.length;
}
console.log(
  JSON.stringify({
    name: `bonin Node, many (${api.toUpperCase()}), ${read}`,
    concurrency: Number(atOnce),
    verifications,
    seconds: (performance.now() - began) / 1000,
    cpu: processCpu() - cpu,
    main: mainThread() - main,
    rss_mb: Math.round(process.memoryUsage.rss() / 1e6),
  }),
);
portone.close();
