import policy from '../../../../../policies/recover.json';
import { identityRoutes } from '../../../../lib/identity.js';
import { shop } from '../../../../lib/shop.js';

const mask = (loginId) => loginId.slice(0, 2) + '*'.repeat(loginId.length - 3) + loginId.slice(-1);

export const runtime = 'nodejs';
export const { GET, POST } = identityRoutes(policy, '/#recover', async (_visit, decision) => {
  const loginId = await shop().registry.find(decision.verification);
  return { found: loginId === undefined ? null : mask(loginId) };
});
