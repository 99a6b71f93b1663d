import policy from '../../../../../policies/sign-up.json';
import { identityRoutes } from '../../../../lib/identity.js';

export const runtime = 'nodejs';
export const { GET, POST } = identityRoutes(policy, '/', (visit, decision) => {
  visit.reservation = decision.reservation; // this person's place, for ten minutes
});
