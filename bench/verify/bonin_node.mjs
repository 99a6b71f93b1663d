// bonin from Node: V1 or V2 by the first argument after the common ones.
import { PortOneV1, PortOneV2, Policy, Verifier } from '../../bindings/node/lib/index.mjs';
import { measure } from './measure.mjs';

const { url, impKey, impSecret, apiSecret, impUid, id, api } = JSON.parse(process.env.BENCH);
const portone = api === 'v1' ? new PortOneV1({ impKey, impSecret, baseUrl: url }) : new PortOneV2({ apiSecret, baseUrl: url });
const policy = new Policy({ name: 'bench', rules: [{ fresh: { within: '24h' } }] });
const verifier = new Verifier(portone, policy);
const which = api === 'v1' ? impUid : id;

await measure(`bonin Node (${api.toUpperCase()})`, async () => {
  const decision = await verifier.verify(which);
  if (!decision.allowed) throw new Error('denied');
});
portone.close();
