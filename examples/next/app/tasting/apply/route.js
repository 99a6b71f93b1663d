// A route of the shop's own that judges: adults, whether they have an account or not.
import { Policy, Verifier } from 'bonin';
import { requireIdentity } from 'bonin/web';
import { shop } from '../../../lib/shop.js';
import { visitNow } from '../../../lib/visits.js';

export const runtime = 'nodejs';
let verifier;

export async function POST(request) {
  verifier ??= new Verifier(shop().clients.v2, Policy.preset('kr.youth_protection'));
  const visit = await visitNow();
  const { decision, response } = await requireIdentity(request, { verifier, subject: () => visit.id });
  if (!decision) return response;
  return Response.json({ allowed: true });
}
