// Who visits: {id, reservation, member, flash}. In this process's memory; a shop of several has a session store.
import { randomBytes } from 'node:crypto';
import { cookies, headers } from 'next/headers';
import { shop } from './shop.js';

/** The visit of this request; a browser without one is given one. */
export async function visitNow() {
  const { visits } = shop();
  const jar = await cookies();
  const known = visits.get(jar.get('visit')?.value);
  if (known) return known;
  const visit = { id: randomBytes(16).toString('hex') };
  visits.set(visit.id, visit);
  const secure = (await headers()).get('x-forwarded-proto') === 'https'; // of the proxy before it
  jar.set('visit', visit.id, { httpOnly: true, sameSite: 'lax', secure });
  return visit;
}
