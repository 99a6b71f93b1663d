// What must not compile, does not.
import {
  type BoninError,
  ClaimRefused,
  Conflict,
  Decision,
  NotFound,
  type OtpRequest,
  Policy,
  PortOneV1,
  PortOneV2,
  Proofs,
  Registry,
  Sandbox,
  type Verification,
  Verifier,
  policyDiff,
  runPolicyCasesFile,
  type AllowedDecision,
  type DeniedDecision,
  type ErrorKind,
  type FindingCode,
  type Persona,
  type PolicyDocument,
  type PolicyRule,
  type Reason,
} from 'bonin';
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
const lines: number = new Verifier(portone, verifier.policy, { records: (line: string) => line.length }).metrics().records.written;
const answered: number = portone.metrics().calls.ok + (portone.metrics().calls.timed_out ?? 0);
new PortOneV2({ apiSecret: 'secret', logLevel: 'debug', onLog: ({ at, name }) => [at.getTime(), name, state, answered, lines] });
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
verifier.begin('session', { channelKey: 'c', customer: { fullName: 'name', gender: 'MALE' }, popup: { center: true } });
verifier.begin('session', { channelKey: 'c', bypass: { danal: { AGELIMIT: 19 } }, windowType: { pc: 'IFRAME' }, bindChannel: true });
// @ts-expect-error a misspelled field
verifier.begin('session', { customer: { fullname: 'name' } });
// @ts-expect-error a window that there is not
verifier.begin('session', { windowType: { pc: 'TAB' } });
// @ts-expect-error flgFixedUser is required
verifier.begin('session', { bypass: { inicisUnified: { directAgency: 'PASS' } } });
// @ts-expect-error V1 spells it otherwise
verifier.begin('session', { carrier: 'KT' });
const sent: Promise<{ id: string }> = verifier.sendOtp('session', {
  channelKey: 'c',
  name: 'name',
  phone: '01000000001',
  identityNumber: '9003152',
  carrier: 'SKT_MVNO',
  ipAddress: '203.0.113.7',
});
// @ts-expect-error who is to get it
verifier.sendOtp('session', { channelKey: 'c' });
// @ts-expect-error who asks
verifier.confirmOtp('id', '123456', {});
export const proof: string = new Proofs({ key: 'env:KEY' }).issue({} as AllowedDecision, { subject: 'user', days: 365 });
// @ts-expect-error one or several
new Proofs({ key: 'a', keys: ['b'] });
void sent;
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
new Registry(undefined, {
  pepper: 'x',
  ownStore: {
    find: () => 7n,
    claim: async (keys, accountId) => (keys[0].hashBytes.length && accountId.length ? 'created' : 'existing'),
    standing: async () => ({ account: 7, bannedUntil: true, rejoinAt: null }),
    consume: (idHash, subjectHash) => (idHash === subjectHash ? 'first' : 'other_subject'),
    reserve: async (keys, _id, _subjectHash, until) => (keys.length > 0 && until > new Date() ? undefined : 'reserved'),
    commit: () => ({ outcome: 'refused', reason: 'lapsed' }),
    cancel: () => true,
    ban: (who, until, reason) => [who.accountId ?? who.keys.length, until?.getTime(), reason.length],
    unban: async () => false,
    release: (_accountId, rejoinAt) => rejoinAt === null,
    forget: () => true,
  },
});
const half = () => ({ account: null, rejoinAt: null });
// @ts-expect-error a standing that does not tell of bans
new Registry(undefined, { pepper: 'x', ownStore: { find: () => 1, claim: () => 'created', standing: half } });
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
  for (const { hash, hashBytes } of registry.keys(verification)) hash.length === hashBytes.byteLength;
  const { leftOut, conflicts } = await registry.import([['ci', 'raw', 'DANAL', '', 7]], { onBatch: ({ rows }) => rows.toFixed() });
  if (conflicts[0]?.reason === 'bad_value') leftOut.bad_value?.toFixed();
  await registry.import([{ kind: 'ci', value: 'raw', account: 'a' }], { attests: ['NICE_V2'], anyValue: true });
  // @ts-expect-error a row has five fields
  await registry.import([['ci', 'raw']]);
  // @ts-expect-error an option that there is not
  await registry.import([], { batch: 5 });
  await registry.importKeys(registry.keys(verification).map((key) => ({ ...key, account: 7 })));
  await registry.importFile('users.csv', { kind: 'ci' });
  await registry.importFrom(new Registry('sqlite:old.db', { pepper: 'env:BONIN_PEPPER' }));
  Registry.schemaSql('shop').length;
  await registry.claim(verification, 7, { subject: 7n });
  // @ts-expect-error: an id is no boolean
  await registry.claim(verification, true);
})();
// @ts-expect-error an attribute is not its value
const name: string = verification.person.name;
name.length;

// Words
declare const error: BoninError;
for (const preset of Policy.presetNames) Policy.preset(preset);
// @ts-expect-error a preset that there is not
Policy.preset('kr.youthprotection');
const kind: ErrorKind = error.kind;
kind.length;
// @ts-expect-error a kind that there is not
if (error.kind === 'notfound') error.hint.length;
const [finding] = decided.denials;
const code: FindingCode | undefined = finding?.code;
code?.length;
// @ts-expect-error a rule that there is not
if (finding?.code === 'agee') finding.ko.length;
// @ts-expect-error a reason that there is not
if (finding?.reason === 'tooyoung') finding.ko.length;
if (finding?.reason === 'too_young' || finding?.reason === 'age:too_young,foreigner:missing') finding.ko.length;
const texts: Partial<Record<Reason, string>> = { too_young: 'come back later' };
// @ts-expect-error a reason that there is not
const noText: Partial<Record<Reason, string>> = { tooyoung: 'come back later' };
[texts, noText].length;
// @ts-expect-error a provider is text, an attestation is not
if (verification.provider === 'KAKAO' || verification.person.ci.attestation === 'sure') verification.id.length;
// @ts-expect-error V1's LGT is LGU here
if (verification.person.carrier.reveal() === 'LGT') verification.id.length;
// @ts-expect-error the status as PortOne writes it
portone.list({ statuses: ['verified'] });
portone.list({ statuses: ['VERIFIED'], sortBy: 'VERIFIED_AT', sortOrder: 'DESC', carriers: ['SKT_MVNO'], pgProviders: ['KAKAO'] });
// @ts-expect-error a kind of error that there is not
portone.metrics().calls.timedOut;
new PortOneV2({ apiSecret: 'secret', onLog: ({ name }) => name === 'circuit.opened' });
// @ts-expect-error an event that there is not
new PortOneV2({ apiSecret: 'secret', onLog: ({ name }) => name === 'circuit.open' });
(async () => {
  const claim = await registry.tryClaim(verification, 'account-1');
  // @ts-expect-error an outcome that there is not
  if (claim.outcome === 'granted') claim.granted;
  // @ts-expect-error a reason that there is not
  if (claim.reason === 'bannd') claim.granted;
  const { place, use } = await registry.standing(verification, 'session');
  // @ts-expect-error words that there are not
  if (place === 'vacant' || use === 'second') claim.granted;
  // @ts-expect-error a consumed id is known
  if ((await registry.consume('id', 'session')) === 'unknown') claim.granted;
})();

// A decision says more once `allowed` was asked.
(async () => {
  const decision = await verifier.verify('id');
  const any: Decision = decision;
  decision.denials.map(({ ko }) => ko.length + any.findings.length);
  if (decision.allowed) {
    const yes: AllowedDecision = decision;
    // @ts-expect-error there is one only where the policy asks for a new account
    yes.reservation.id.length;
    yes.reservation?.id.length;
  } else {
    const no: DeniedDecision = decision;
    const first: string = no.denials[0].ko + no.shown[0].ko + no.shown[0].until?.toISOString();
    if (no.needsGuardian) no.shown[0].en.length;
    const none: undefined = no.reservation;
    [first, none].length;
    // @ts-expect-error nothing is granted to somebody who is denied
    (await no.commit('account-1')).outcome;
  }
  // @ts-expect-error not awaited, so that it is always true
  if (verifier.verify('id')) decision.at.getTime();
})();

// A flow is of the API of its client.
const flow = new Verifier(new PortOneV1({ impKey: 'key', impSecret: 'secret' }), Policy.preset('kr.work')).begin('session');
const uid: string = flow.request.merchant_uid;
uid.length;
// @ts-expect-error the name in V2
flow.request.identityVerificationId;
// @ts-expect-error a misspelled name
request.identityVerificationID;
declare const either: Verifier;
const begun = either.begin('session');
if (begun.api === 'v2') begun.request.identityVerificationId.length;
else begun.request.merchant_uid.length;
const general: Verifier = verifier;
general.warnings.length;

// Policy documents
new Policy({ name: 'vote', extends: 'kr.vote', election_day: '2026-06-03' });
new Policy({ name: 'a', extends: 'kr.work', rules: [{ account: 'new' }, { single_use: true }] });
new Policy({ name: 'a', rules: [{ age: { at_least: 19, below: 65, by: 'full', on: '2026-07-01' } }] });
new Policy({ name: 'a', rules: [{ age: { between: [14, 18], by: 'year', by_end_of: '2026-07-01' } }] });
new Policy({
  $schema: './policy.schema.json',
  name: 'a',
  description: 'b',
  accept_self_declared: ['gender'],
  rules: [
    { verified: true },
    { fresh: { within: '10m' } },
    { channel: { type: 'live', unmarked: false, providers: ['DANAL'] } },
    { has: ['ci', 'phone'] },
    { attested: 'name' },
    { any_of: [{ not: { gender: { in: ['female'] } } }, { carrier: { not_in: ['KT'] } }] },
    { all_of: [{ mvno: false }, { foreigner: false }, { provider: { in: ['DANAL'] } }] },
    { expect: ['custom_data'] },
    { not_banned: true },
    { rejoin_period_over: true },
  ],
});
new Policy('{"name": "a", "extends": "kr.work"}');
const rule: PolicyRule = { age: { at_least: 19, by: 'year' } };
const document: PolicyDocument = { name: 'a', rules: [rule] };
new Policy(document);
const minutes = 5;
new Policy({ name: 'a', rules: [{ fresh: { within: `${minutes}m` } }] });
declare const imported: { name: string; extends: string; rules: { account: string }[] };
new Policy(imported as PolicyDocument);
// @ts-expect-error its words are any text
new Policy(imported);
// @ts-expect-error as JavaScript would write it
new Policy({ rules: [{ age: { atLeast: 19 } }] });
// @ts-expect-error the name is missing
new Policy({ rules: [rule] });
// @ts-expect-error there is nothing to ask
new Policy({ name: 'a' });
// @ts-expect-error it must be said how age is counted
new Policy({ name: 'a', rules: [{ age: { at_least: 19 } }] });
// @ts-expect-error as JavaScript would write it
new Policy({ name: 'a', rules: [{ age: { atLeast: 19, by: 'year' } }] });
// @ts-expect-error between stands alone
new Policy({ name: 'a', rules: [{ age: { between: [14, 18], below: 19, by: 'year' } }] });
// @ts-expect-error one day
new Policy({ name: 'a', rules: [{ age: { at_least: 19, by: 'year', on: '2026-07-01', by_end_of: '2026-07-01' } }] });
// @ts-expect-error one rule an object
new Policy({ name: 'a', rules: [{ has: 'ci', attested: 'ci' }] });
// @ts-expect-error an attribute that there is not
new Policy({ name: 'a', rules: [{ has: ['birthDate'] }] });
// @ts-expect-error it can be named, not switched off
new Policy({ name: 'a', rules: [{ verified: false }] });
// @ts-expect-error a gender that there is not
new Policy({ name: 'a', rules: [{ gender: { in: ['F'] } }] });
// @ts-expect-error the unit is missing
new Policy({ name: 'a', rules: [{ not: { fresh: { within: '10' } } }] });
new Policy({ name: 'a', rules: [{ fresh: '10m' }, { rejoin_period_over: '30d', text: { ko: 'a' } }] });
new Policy({ name: 'a', extends: [document, 'kr.work', 'kr.vote'], election_day: '2026-06-03' });
new Policy({ name: 'a', extends: document });
// @ts-expect-error a language is missing
new Policy({ name: 'a', rules: [{ has: 'ci', text: 'a' }] });
// @ts-expect-error a language that there is not
new Policy({ name: 'a', rules: [{ has: 'ci', text: { de: 'a' } }] });
// @ts-expect-error a preset that there is not
new Policy({ name: 'a', extends: ['kr.nobody'] });
const period: number | undefined = new Policy(document).rejoinAfterMs;
period?.toFixed();
const phrases: string[] = [...new Policy(document).tree('ko').map(({ phrase }) => phrase), ...Policy.presets.map(({ ko }) => ko)];
phrases.length;
policyDiff(new Policy(document), new Policy(document), { cases: {} }).rules[0]?.change.length;
runPolicyCasesFile('cases.json').passed;
// @ts-expect-error a document is no policy
policyDiff(new Policy(document), document);
// @ts-expect-error it needs an election day
new Policy({ name: 'a', extends: 'kr.vote' });
// @ts-expect-error it takes none
new Policy({ name: 'a', extends: 'kr.work', election_day: '2026-06-03' });

// The sandbox
(async () => {
  const sandbox = await Sandbox.start();
  for (const { name } of sandbox.personas()) sandbox.verify(name, { api: 'v1', merchantUid: 'order-1' });
  const person = { name: 'name', birthDate: '1990-01-01', di: null };
  sandbox.verify(person, { channelType: null, status: 'FAILED', verifiedAtMs: 0, overrides: { certified: 'true' } });
  const vip: string = 'vip';
  sandbox.addPerson(vip, person, { provider: 'KCP_V2' });
  sandbox.verify(vip as Persona);
  // @ts-expect-error a persona that there is not
  sandbox.verify('adlt');
  // @ts-expect-error an API that there is not
  sandbox.verify('adult', { api: 'v3' });
  // @ts-expect-error an option that there is not
  sandbox.verify('adult', { agency: 'DANAL' });
  // @ts-expect-error an attribute that there is not
  sandbox.verify({ nickname: 'name' });
  sandbox.fault('status', { status: 503, headers: { 'Retry-After': '2' }, match: { method: 'GET' }, times: 2, after: 1 });
  sandbox.fault('cut', { bytes: 10 });
  sandbox.fault('cut', { body: { half: true }, status: 200, effect: false });
  sandbox.fault('reset', { effect: true, delayMs: 20 });
  // @ts-expect-error a fault that there is not
  sandbox.fault('statuses');
  // @ts-expect-error an option that there is not
  sandbox.fault('status', { code: 503 });
  // @ts-expect-error nothing is answered
  sandbox.fault('reset', { status: 503 });
  // @ts-expect-error it sends the right answer
  sandbox.fault('delay', { delayMs: 20, effect: false });
  // @ts-expect-error it sends the right answer
  sandbox.fault('drip', { effect: false });
  // @ts-expect-error a misspelled option
  sandbox.fault('respond', { match: { pth: '/' } });
  const impCode: string = sandbox.control('info').impCode;
  impCode.length;
  sandbox.control('fault', { kind: 'status', status: 503 });
  // @ts-expect-error an operation that there is not
  sandbox.control('clearFaults');
  // @ts-expect-error a time in ms
  sandbox.control('advance', { seconds: 5 });
  sandbox.requests().requests[0]?.atMs.toFixed();
})();
new Conflict('the keys lead to two persons').kind.length;
new Conflict().kind.length;
new NotFound('no such account', { cause: new Error('of the database') }).kind.length;
// @ts-expect-error others are bonin's alone to make
new ClaimRefused('refused');

(async () => {
  const judged = await verifier.verifyMany(['id'], { atOnce: 8, perSecond: 5, subject: 7, progress: (done, total) => done < total });
  judged.counts.left.toFixed();
  judged.allowed.subarray(judged.next);
  judged.stopped?.kind.length;
  const answer = judged.at(0);
  // @ts-expect-error it may be an error, or nothing
  answer.allowed;
  if (answer instanceof Decision) answer.denials.length;
  else if (answer?.retryable) answer.kind.length;
  for (const one of judged) if (one instanceof Decision && one.allowed) one.verification.person;
  // @ts-expect-error no list of ids
  verifier.verifyMany([1]);
  // @ts-expect-error many flows were not begun by one subject
  verifier.verifyMany(['id'], { begun: true });
  // @ts-expect-error frozen
  judged.next = 1;
})();
