// PortOne's documented V2 code: one fetch with the API secret, the JSON read.
import { measure, SETTINGS } from './measure.mjs';

const { url, apiSecret, id } = SETTINGS;

await measure('documents fetch (V2)', async () => {
  const response = await fetch(`${url}/identity-verifications/${encodeURIComponent(id)}`, {
    headers: { Authorization: `PortOne ${apiSecret}` },
  });
  const verification = await response.json();
  if (verification.status !== 'VERIFIED') throw new Error('denied');
});
