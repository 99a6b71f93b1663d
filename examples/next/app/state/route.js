import { shop } from '../../lib/shop.js';
import { visitNow } from '../../lib/visits.js';

export const runtime = 'nodejs';

export async function GET() {
  const visit = await visitNow();
  const { settings, clients } = shop();
  const { member, reservation, flash } = visit;
  delete visit.flash;
  const until = reservation?.expiresAt.getTime();
  const portone = Object.fromEntries(
    Object.keys(clients).map((api) => [api, { script: settings.scripts[api], impCode: settings.impCode }]),
  );
  const state = { sandbox: settings.sandbox !== undefined, portone, member, verified: until > Date.now(), until, flash };
  return Response.json(state, { headers: { 'Cache-Control': 'no-store' } });
}
