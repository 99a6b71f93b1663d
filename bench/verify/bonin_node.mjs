// bonin from Node: V1 or V2, through one client or several.
import { measure, SETTINGS } from './measure.mjs';

const { Policy, PortOneV1, PortOneV2, Verifier } = await import(SETTINGS.module ?? '../../bindings/node/lib/index.mjs');
const { url, caFile, impKey, impSecret, apiSecret, impUid, id, api, clients = 1 } = SETTINGS;
const policy = new Policy({ name: 'bench', rules: [{ fresh: '24h' }, { age: { at_least: 19, by: 'year' } }] });
const portones = Array.from({ length: clients }, () =>
  api === 'v1' ? new PortOneV1({ impKey, impSecret, baseUrl: url, caFile }) : new PortOneV2({ apiSecret, baseUrl: url, caFile }),
);
const verifiers = portones.map((portone) => new Verifier(portone, policy));
const which = api === 'v1' ? impUid : id;
let turn = 0;

await measure(`bonin Node (${api.toUpperCase()})`, async () => {
  const decision = await verifiers[turn++ % clients].verify(which);
  if (!decision.allowed) throw new Error('denied');
});
for (const portone of portones) portone.close();
