// What must not compile, does not.
import { ClaimRefused, Decision, OtpRequest, Policy, PortOneV1, PortOneV2, Registry, Verification, Verifier } from 'bonin';
import { instrument } from 'bonin/opentelemetry';

const portone = new PortOneV2({ apiSecret: 'secret' });
const verifier = new Verifier(portone, Policy.preset('kr.vote', { electionDay: '2026-06-03' }));
declare const verification: Verification;
declare const decided: Decision;

// @ts-expect-error both credentials are needed
new PortOneV1({ impKey: 'key' });
// @ts-expect-error the channel must be said
const otp: OtpRequest = { name: 'a', phone: '0', birth: '900101', genderDigit: '1', carrier: 'SKT' };
otp.name.length;
portone[Symbol.dispose]();
const state: 'closed' | 'open' | 'half_open' = portone.circuit;
const answered: number = portone.metrics().calls.ok + (portone.metrics().calls.timed_out ?? 0);
new PortOneV2({ apiSecret: 'secret', logLevel: 'debug', onLog: ({ at, name }) => [at.getTime(), name, state, answered] });
instrument(portone, { attributes: { store: 'a' } });
// @ts-expect-error a level that there is not
new PortOneV2({ apiSecret: 'secret', logLevel: 'trace', onLog() {} });
// @ts-expect-error a misspelled option
new PortOneV2({ apiSecret: 'secret', storeID: 'store' });
// @ts-expect-error decisions are made by policies alone
new Decision();
// @ts-expect-error a birth date is text: a Date would depend on a time zone
verifier.verify('id', { expect: { birthDate: new Date() } });
const { api, request, expiresAt } = verifier.begin('session', { channelKey: 'channel', redirectUrl: 'https://shop.test' });
const started: string = api + request.identityVerificationId + expiresAt.getTime();
started.length;
verifier.verify('id', { subject: 'session', begun: true });
// @ts-expect-error it must be said who asks
verifier.begin();
// @ts-expect-error a misspelled option
verifier.begin('session', { redirectURL: 'https://shop.test' });
// @ts-expect-error true or false
verifier.verify('id', { subject: 'session', begun: 'yes' });
// @ts-expect-error a moment is needed
Policy.preset('kr.youth_protection').evaluate(verification, {});
// @ts-expect-error columns are typed arrays
Policy.preset('kr.work').evaluateColumns({ gender: ['female'] }, { now: new Date() });
const { failed, rules } = Policy.preset('kr.work').evaluateColumns({ birthDate: ['1990-01-01'] }, { now: new Date() });
const bits: bigint | undefined = failed[0];
rules[0]?.pointer.length;
bits?.toString();
const registry = new Registry('sqlite:accounts.db', { pepper: 'env:BONIN_PEPPER' });
new Verifier(portone, Policy.preset('kr.work'), { registry });
new Registry(undefined, { pepper: { key: 'file:pepper' }, ownStore: { find: async () => 'a', claim: () => 'created' } });
// @ts-expect-error the rejoin period must be said
registry.release('account-1');
// @ts-expect-error an outcome that there is not
new Registry(undefined, { pepper: 'x', ownStore: { find: () => null, claim: () => 'granted' } });
const place: { id: string; expiresAt: Date } | undefined = decided.reservation;
place?.id.length;
(async () => {
  // As the documents have it: no `?.` after `allowed`, and what was not granted has thrown.
  if (decided.allowed) {
    const outcome: 'created' | 'existing' = (await decided.commit('account-1')).outcome;
    outcome.length;
  }
  // @ts-expect-error a refusal may be the answer
  const sure: true = (await registry.tryClaim(verification, 'account-1')).granted;
  await registry.claim(verification, 'account-1').catch((error: unknown) => {
    if (error instanceof ClaimRefused) [error.outcome.length, error.reason?.length, error.until?.getTime(), sure];
  });
  const warning: string | undefined = verifier.warnings[0];
  warning?.length;
})();
(async () => {
  for await (const { accountId } of registry.export()) accountId?.length;
})();
// @ts-expect-error an attribute is not its value
const name: string = verification.person.name;
name.length;
