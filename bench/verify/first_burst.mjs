// The first CONCURRENCY verifications of a process, all at once: no connection is there yet. SECONDS is not used.
import { Policy, PortOneV2, Verifier } from '../../bindings/node/lib/index.mjs';
import { once, SETTINGS } from './measure.mjs';

const { url, caFile, apiSecret, id } = SETTINGS;
const policy = new Policy({ name: 'bench', rules: [{ fresh: '24h' }, { age: { at_least: 19, by: 'year' } }] });
const portone = new PortOneV2({ apiSecret, baseUrl: url, caFile });
const verifier = new Verifier(portone, policy);

await once('first burst', async () => {
  const decision = await verifier.verify(id);
  if (!decision.allowed) throw new Error('denied');
});
portone.close();
