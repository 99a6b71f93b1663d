// The declarations of bonin/web, as an application meets them.
import { type AllowedDecision, Policy, PortOneV2, Verifier } from 'bonin';
import type { ServerCode } from 'bonin/browser' with { 'resolution-mode': 'import' };
import { identityHandler, type Refusal, type RefusalCode, refusalOf, requireIdentity } from 'bonin/web';

const verifier = new Verifier(new PortOneV2({ apiSecret: 'secret' }), Policy.preset('kr.youth_protection'));

const handle: (request: Request) => Promise<Response> = identityHandler({
  verifier,
  channelKey: 'channel-1',
  redirectUrl: (request) => new URL('/redirect', request.url).href,
  subject: async (request) => request.headers.get('x-user') ?? 'nobody',
  onAllowed: (_request, decision) => Response.json({ id: decision.verification.id }),
  onDenied: (_request, refusal) => (refusal.code === 'denied' ? undefined : Response.json(refusal)),
  otp: { company: 'shop' },
  address: (request) => request.headers.get('x-real-ip') ?? '',
});
export const GET = handle;

export async function signUp(request: Request): Promise<Response> {
  const { decision, response, refusal } = await requireIdentity(request, { verifier });
  if (decision === undefined) {
    const told: Refusal = refusal;
    return told.code === 'internal' ? Response.error() : response;
  }
  const allowed: AllowedDecision = decision;
  return Response.json({ provider: allowed.verification.provider });
}

// @ts-expect-error an answer is a Response
identityHandler({ verifier, onAllowed: () => ({ allowed: true }) });
// @ts-expect-error no such option
identityHandler({ verifier, chanelKey: 'x' });
// @ts-expect-error a guard begins nothing
requireIdentity(new Request('https://shop.example'), { verifier, channelKey: 'x' });
// @ts-expect-error only of what is denied
refusalOf('no');

// The browser's half knows the same codes.
export const ofServer: RefusalCode = 'denied' as ServerCode;
export const ofPage: ServerCode = 'denied' as RefusalCode;
