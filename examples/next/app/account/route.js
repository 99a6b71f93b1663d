import { visitNow } from '../../lib/visits.js';

export const runtime = 'nodejs';
const LOGIN_ID = /^[a-z][a-z0-9]{3,15}$/;
const refuse = (status, code) => Response.json({ code }, { status });

export async function POST(request) {
  const visit = await visitNow();
  const body = await request.json().catch(() => undefined);
  if (visit.member) return Response.json({ member: visit.member }); // pressed twice
  if (!visit.reservation) return refuse(409, 'not_verified');
  const loginId = body?.loginId;
  if (typeof loginId !== 'string' || !LOGIN_ID.test(loginId)) return refuse(400, 'invalid_login_id');
  const claim = await visit.reservation.tryCommit(loginId);
  if (claim.reason === 'other_person') return refuse(409, claim.reason); // somebody else's: choose another
  delete visit.reservation;
  if (claim.granted) visit.member = loginId;
  return Response.json({ member: visit.member, code: claim.reason }, { status: claim.granted ? 200 : 409 });
}
