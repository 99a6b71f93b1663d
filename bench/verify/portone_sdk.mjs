// PortOne's own SDK, V2, as its page shows it.
import { PortOneClient } from '@portone/server-sdk';
import { measure, SETTINGS } from './measure.mjs';

const { url, apiSecret, id } = SETTINGS;
const portone = PortOneClient({ secret: apiSecret, baseUrl: url });

await measure('@portone/server-sdk (V2)', async () => {
  const verification = await portone.identityVerification.getIdentityVerification({ identityVerificationId: id });
  if (verification.status !== 'VERIFIED') throw new Error('denied');
});
