import { shop } from '../../lib/shop.js';
import { visitNow } from '../../lib/visits.js';

export const runtime = 'nodejs';

export async function POST() {
  const visit = await visitNow();
  const { member } = visit;
  delete visit.member; // first: pressed twice, the second must not release what is somebody else's by then
  try {
    if (member) await shop().registry.release(member, { rejoinAfterMs: 0 });
  } catch (error) {
    visit.member = member;
    throw error;
  }
  return Response.json({});
}
