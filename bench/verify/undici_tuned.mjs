// What an expert writes with undici: a pool that is kept, V2's secret, the JSON read, the checks of the bench's policy by hand.
import { Pool } from 'undici';
import { measure, SETTINGS } from './measure.mjs';

const { url, apiSecret, id } = SETTINGS;
const pool = new Pool(url, { connections: 64 });
const request = {
  path: `/identity-verifications/${encodeURIComponent(id)}`,
  method: 'GET',
  headers: { authorization: `PortOne ${apiSecret}` },
};
const day = 24 * 60 * 60 * 1000;
const yearInKorea = () => new Date(Date.now() + 9 * 60 * 60 * 1000).getUTCFullYear();

await measure('undici tuned (V2)', async () => {
  const { statusCode, body } = await pool.request(request);
  const verification = await body.json();
  const allowed =
    statusCode === 200 &&
    verification.id === id &&
    verification.status === 'VERIFIED' &&
    verification.channel.type === 'LIVE' &&
    Date.now() - Date.parse(verification.verifiedAt) < day &&
    yearInKorea() - Number(verification.verifiedCustomer.birthDate.slice(0, 4)) >= 19;
  if (!allowed) throw new Error('denied');
});
await pool.close();
