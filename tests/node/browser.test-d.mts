// The declarations of bonin/browser, as a page meets them: without Node's.
import { type IdentityAnswer, type RefusedAnswer, resumeIdentity, verifyIdentity } from 'bonin/browser';

const answer: IdentityAnswer<{ member?: string }> = await verifyIdentity<{ member?: string }>({
  begin: '/identity-verifications/begin',
  headers: async () => ({ Authorization: 'Bearer token' }),
  credentials: 'include',
  request: { windowType: { pc: 'POPUP' } },
  impCode: 'imp00000000',
  onStep: (step) => console.log(step === 'window'),
  signal: AbortSignal.timeout(1000),
  token: true,
});
if (answer.allowed) {
  const member: string | undefined = answer.member;
  console.log(member);
} else {
  const refused: RefusedAnswer = answer;
  const texts: string[] = [refused.ko, refused.en, ...refused.findings.map(({ reason }) => reason)];
  const again: IdentityAnswer | undefined = await refused.retry?.();
  console.log(texts, again, refused.retryAfter ?? 0, refused.reason === 'closed', refused.code === 'too_often');
}

const resumed: IdentityAnswer | undefined = await resumeIdentity({ finish: '/identity-verifications' });
console.log(resumed?.allowed);

// @ts-expect-error where to begin is missing
verifyIdentity({ finish: '/identity-verifications' });
// @ts-expect-error no such option
verifyIdentity({ begin: '/begin', onstep: () => {} });
