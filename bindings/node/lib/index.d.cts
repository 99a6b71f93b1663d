// bonin: who is this person, and may they?
/// <reference lib="esnext.disposable" />

/** V1 (api.iamport.kr) or V2 (api.portone.io). */
export type Api = 'v1' | 'v2';
export type Status = 'unknown' | 'ready' | 'verified' | 'failed';
export type ChannelType = 'missing' | 'unknown' | 'unmarked' | 'live' | 'test';
export type Attestation = 'absent' | 'unreadable' | 'self_declared_possible' | 'attested';
export type Gender = 'male' | 'female' | 'other';
export type Carrier = 'SKT' | 'KT' | 'LGU';

/** One fact about a person and who says so. Prints as `***`; `reveal()` is the way to the value. */
export class Attribute<T extends string | boolean = string> {
  private constructor();
  readonly attestation: Attestation;
  /** Is there a value, whoever says so? */
  readonly present: boolean;
  /** Did the provider check it? */
  readonly attested: boolean;
  /** The value, or undefined. Personal data. */
  reveal(): T | undefined;
  /** Is this the value? Compares in constant time; what is absent matches nothing. */
  matches(value: T): boolean;
  toString(): string;
  toJSON(): string;
  /** The mask as text; throws where a comparison or `+` would take it for the value. */
  [Symbol.toPrimitive](hint: string): string | number;
}

/** The verified person. Printing shows none of the values. */
export class Person {
  private constructor();
  readonly name: Attribute;
  /** `YYYY-MM-DD`: a JavaScript Date is a moment, and would be another day in another time zone. */
  readonly birthDate: Attribute;
  readonly gender: Attribute<Gender>;
  readonly foreigner: Attribute<boolean>;
  readonly phone: Attribute;
  readonly carrier: Attribute<Carrier>;
  readonly mvno: Attribute<boolean>;
  /** 연계정보: one per person in Korea. */
  readonly ci: Attribute;
  /** 중복가입확인정보: one per person and merchant id. */
  readonly di: Attribute;
  /** All nine attributes as plain values, null where there is none. Personal data: the explicit way out. */
  toObject(): PersonValues;
  toJSON(): Record<keyof PersonValues, Attestation>;
}

export interface PersonValues {
  name: string | null;
  birthDate: string | null;
  gender: Gender | null;
  foreigner: boolean | null;
  phone: string | null;
  carrier: Carrier | null;
  mvno: boolean | null;
  ci: string | null;
  di: string | null;
}

export interface Channel {
  type: ChannelType;
  id?: string;
  key?: string;
  name?: string;
  pgMerchantId?: string;
}

export interface Failure {
  reason?: string;
  pgCode?: string;
  pgMessage?: string;
}

/** What PortOne says about an id, in one shape for V1 and V2. */
export class Verification {
  private constructor();
  /** V1 imp_uid or V2 identity verification id: always the one that was asked for. */
  readonly id: string;
  readonly api: Api;
  readonly status: Status;
  /** `DANAL`, `KCP_V2`, `INICIS_UNIFIED`, … */
  readonly provider: string | undefined;
  readonly channel: Channel;
  /** V1. */
  readonly merchantUid: string | undefined;
  /** V2. */
  readonly customData: string | undefined;
  /** V1: URL of the page where it began. */
  readonly origin: string | undefined;
  readonly pgTxId: string | undefined;
  /** V2. */
  readonly requestedAt: Date | undefined;
  readonly verifiedAt: Date | undefined;
  /** V2, when it failed. */
  readonly failure: Failure | undefined;
  readonly person: Person;
  /** The JSON text that PortOne sent. Personal data. A method, because tools that print walk properties. */
  raw(): string;
  /** What a log may show. */
  toJSON(): object;
  toString(): string;
}

export interface Finding {
  /** Stable: `verified`, `fresh`, `channel`, `age`, … */
  readonly code: string;
  /** Anything but `pass` denies. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** Stable, why it did not pass. */
  readonly reason: string | undefined;
  /** JSON pointer of the rule. */
  readonly pointer: string;
  /** For an end user, Korean. */
  readonly ko: string;
  /** For an end user, English. */
  readonly en: string;
}

/** The answer to "may this person?". Not a boolean: ask `allowed`. */
export class Decision {
  private constructor();
  readonly allowed: boolean;
  /** Every rule that was judged. Built when read. */
  readonly findings: readonly Finding[];
  /** The findings that did not pass. */
  readonly denials: readonly Finding[];
  readonly verification: Verification;
  /** The place kept for this person: there whenever a verifier's policy lets them in as somebody new. It lapses by itself. */
  readonly reservation: Reservation | undefined;
  /**
   * Turns the reservation into an account. Rejects with `ClaimRefused` when nothing was granted, with `InvalidArgument`
   * when there is no reservation.
   */
  commit(accountId: string, options?: CallOptions): Promise<Granted>;
  readonly policyName: string;
  /** SHA-256 of the policy that decided. */
  readonly policyHash: string;
  /** When it was decided. */
  readonly at: Date;
  /** An audit line for a decision log: JSON text without personal data, the id hashed. */
  record(): string;
  toJSON(): object;
  toString(): string;
  /** Throws: a Decision is no plain value. */
  [Symbol.toPrimitive](hint: string): never;
}

// Of all options only what the object has itself counts, read once. Undefined is as not given, but for what would weaken a
// check (`begun`, `subject`, `expect` and its fields, `reserved`, `caFile`): there it is refused.

/**
 * What the verification must carry. A field that is not there expects nothing; one without a value is refused, and so is a
 * name of over 200 bytes or another text of over 1,000.
 */
export interface Expect {
  merchantUid?: string;
  customData?: string;
  name?: string;
  phone?: string;
  /** `YYYY-MM-DD`. */
  birthDate?: string;
}

/** What a registry knows of the person and of the id. */
export interface Standing {
  account?: 'unknown' | 'none' | 'same' | 'other';
  reserved?: boolean;
  use?: 'unknown' | 'first' | 'same_subject' | 'other_subject';
  banned?: boolean;
  rejoinPeriodOver?: boolean;
  /** Is there a place for a new account of this person, and if not, why? `unknown`: told by the rest. */
  place?: 'unknown' | 'free' | 'has_account' | 'reserved' | 'banned' | 'rejoin_period' | 'two_persons' | 'no_key';
}

/** What the bits of `failed` and `unknown` stand for: bit i is rule i. */
export interface RuleName {
  readonly code: string;
  /** JSON pointer of the rule. */
  readonly pointer: string;
}

/** One entry a verification. */
export interface Decisions {
  /** 1 or 0. */
  allowed: Uint8Array;
  failed: BigUint64Array;
  unknown: BigUint64Array;
  rules: readonly RuleName[];
}

/** Told now and then how many are done. Answering false stops: what was not reached is denied. */
export type Progress = (done: number, rows: number) => boolean | void;

/** Texts that repeat: an index into `names` a row; one outside of it means missing. Or the texts themselves. */
export type TextColumn = readonly (string | null | undefined)[] | { codes: Int32Array; names: readonly string[] };

/**
 * One verification a row. Each column has an entry a row, or one entry that stands for all rows; one that is not there
 * is missing in every row, which denies wherever a rule asks for it.
 */
export interface Columns {
  /** Without it, as many as the longest column has. */
  rows?: number;
  /** 0 unknown, 1 ready, 2 verified, 3 failed. */
  status?: Uint8Array;
  /** Milliseconds since 1970 UTC. Missing: the smallest 64-bit integer, or NaN. */
  verifiedAt?: BigInt64Array | Float64Array;
  /** 0 missing, 1 unknown, 2 unmarked, 3 live, 4 test. */
  channelType?: Uint8Array;
  /** Days since 1970-01-01 (-2147483648 missing, -2147483647 unreadable), or texts `YYYY-MM-DD`. */
  birthDate?: Int32Array | readonly (string | null | undefined)[];
  /** 0 male, 1 female, 2 other, -1 missing. */
  gender?: Int8Array;
  /** 0 no, 1 yes, -1 missing. */
  foreigner?: Int8Array;
  /** 0 SKT, 1 KT, 2 LGU, -1 missing. */
  carrier?: Int8Array;
  /** 0 no, 1 yes, -1 missing. */
  mvno?: Int8Array;
  /** There is a value: the sum of name 1, phone 16, ci 128, di 256. */
  present?: Uint16Array;
  /** Nobody checked it: name 1, birthDate 2, gender 4, foreigner 8, phone 16, carrier 32, mvno 64, ci 128, di 256. */
  selfDeclared?: Uint16Array;
  provider?: TextColumn;
  channelKey?: TextColumn;
  pgMerchantId?: TextColumn;
}

export interface PolicyCaseReport {
  passed: boolean;
  failures: number;
  /** `difference`: what was expected and what was found, if it did not pass. */
  cases: { name: string; passed: boolean; difference: string | undefined }[];
  /** What `bonin policy test` prints. */
  text: string;
}

/** What must hold before somebody is let in. Immutable. */
export class Policy {
  /** @param document a policy document, as an object or as JSON text */
  constructor(document: object | string);
  /** A policy that bonin brings along, such as `kr.youth_protection`. `kr.vote` needs an election day (`YYYY-MM-DD`). */
  static preset(name: string, options?: { electionDay?: string }): Policy;
  static readonly presetNames: string[];
  static load(path: string): Policy;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** SHA-256 of the document. */
  readonly hash: string;
  /** The source in the law of the preset this is or extends. */
  readonly law: string | undefined;
  /** The whole document with everything implied written out: JSON text. */
  readonly document: string;
  /** Contradictions, and rules that can never pass. */
  readonly warnings: string[];
  /** The rule behind each bit of `failed` and `unknown`, where nothing was expected. */
  readonly rules: readonly RuleName[];
  readonly needsStanding: boolean;
  /** In plain words, one line a rule. */
  explain(language: 'ko' | 'en'): string;
  /** Decides. Pure: the moment is an argument. */
  evaluate(verification: Verification, options: { now: Date; expect?: Expect; standing?: Standing }): Decision;
  /** Decides many before it returns; `expect` holds for all. */
  evaluateMany(records: readonly Verification[], options: { now: Date; expect?: Expect; progress?: Progress }): Decisions;
  /** Decides over columns, no object a row, as `evaluate` does without expectations and standing. */
  evaluateColumns(columns: Columns, options: { now: Date; progress?: Progress }): Decisions;
  /** Runs a cases file on this policy, whatever policies it names. */
  test(cases: object | string): PolicyCaseReport;
}

/** A policy read from a file that may change while the server runs. */
export class PolicyFile {
  constructor(path: string);
  /** The policy in force. One handed out stays as it is. */
  readonly policy: Policy;
  /** Reads the file again. Throws `InvalidPolicy` for a bad file, and the old policy stays in force. */
  reload(): Policy;
}

export interface CallOptions {
  /** Time limit of the whole call, retries included. */
  timeoutMs?: number;
  /** Cancels the call: it rejects with `Cancelled`. */
  signal?: AbortSignal;
}

export interface ConnectionOptions {
  /** In place of PortOne's own; https, or http to a loopback host. */
  baseUrl?: string;
  /** The whole call, retries and token included. */
  timeoutMs?: number;
  /** One connection, TLS included; looking its name up is not. */
  connectTimeoutMs?: number;
  /** Lookups and token calls only: whatever may take effect is never sent twice. */
  maxAttempts?: number;
  /** Under way at once, 4096 unless said; over it a call ends at once as `Overloaded`. */
  maxCalls?: number;
  /**
   * PEM bundle: the authorities to trust, in place of all others. Without it `SSL_CERT_FILE` and `SSL_CERT_DIR`, then
   * what this machine has, then what Node brings.
   */
  caFile?: string;
  /** Never taken from the environment. */
  proxy?: string;
  /**
   * Told of retries, tokens, the circuit and calls that failed, on this thread, when a call of the client has ended and
   * before its promise settles. What it throws breaks no call.
   */
  onLog?: (event: LogEvent) => void;
  /** The least that `onLog` is told; `info` unless said. `debug` has a line for each call. */
  logLevel?: LogEvent['level'];
}

/** No id, nothing personal, no secret and no word of PortOne's. docs/operations.md lists names and fields. */
export interface LogEvent {
  level: 'debug' | 'info' | 'warning';
  /** `call.retry`, `call.failed`, `token.renewed`, `circuit.opened`, … */
  name: string;
  at: Date;
  fields: Record<string, string | number>;
}

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What a client has counted in this process. */
export interface Metrics {
  /** Calls by how they ended: `ok`, or the kind of their error. Kinds that never came up are not there. */
  calls: { ok: number; [kind: string]: number };
  callsUnderWay: number;
  /** Calls that the open circuit refused; they count as `unavailable` as well. */
  failFast: number;
  /** Requests sent for calls, without those for tokens. */
  attempts: number;
  retries: number;
  /** What is left of 500. */
  retryBudget: number;
  /** Opened. */
  connections: number;
  tokenRenewals: number;
  tokenFailures: number;
  circuit: CircuitState;
  circuitOpenings: number;
  logEventsDropped: number;
  /** PortOne's clock minus this machine's, when last told; exact to a second. */
  clockSkewMs: number;
  /** `counts[i]` calls took at most `bounds[i]` ms and more than the bound before; the last bucket has no bound. */
  latencyMs: { bounds: number[]; counts: number[]; count: number; sum: number };
}

/** What both APIs can do. */
export abstract class PortOne {
  /** Looks one verification up. A malformed id sends nothing. */
  lookup(id: string, options?: CallOptions): Promise<Verification>;
  /** Settles every call under way with `Closed` and refuses new ones. */
  close(): void;
  /** `open`: PortOne has been failing, calls fail at once. `half_open`: one call is finding out. */
  readonly circuit: CircuitState;
  metrics(): Metrics;
  /** As `close`. */
  [Symbol.dispose](): void;
  toString(): string;
}

export interface PortOneV1Options extends ConnectionOptions {
  impKey: string;
  impSecret: string;
  /** `Tier` header of a sub-merchant. */
  tier?: string;
}

export interface OtpRequest {
  name: string;
  phone: string;
  /** `YYMMDD`. */
  birth: string;
  /** Seventh digit of the resident registration number. */
  genderDigit: string;
  carrier: Carrier;
  isMvno?: boolean;
  channelKey: string;
  company?: string;
  merchantUid?: string;
  /** Deprecated by PortOne. */
  pg?: string;
  verificationMethod?: 'SMS' | 'APP';
  bypass?: object | string;
}

/** V1 (api.iamport.kr). */
export class PortOneV1 extends PortOne {
  constructor(options: PortOneV1Options);
  /** Asks the carrier to send a code. Answers the imp_uid. Never sent twice. */
  requestOtp(request: OtpRequest, options?: CallOptions): Promise<string>;
  /** Finishes it with the six digits; without them for the APP method. */
  confirmOtp(impUid: string, otp?: string, options?: CallOptions): Promise<Verification>;
  /** PortOne forgets the person. */
  erase(impUid: string, options?: CallOptions): Promise<void>;
}

export interface PortOneV2Options extends ConnectionOptions {
  /** For `auth` of `secret` (the default) and `login`. */
  apiSecret?: string;
  /** For `auth` of `api_key`, which it implies when it is the only credential. */
  apiKey?: string;
  auth?: 'secret' | 'login' | 'api_key';
  storeId?: string;
}

export interface SendRequest {
  channelKey: string;
  /** `SKT`, `KT`, `LGU`, `SKT_MVNO`, … */
  carrier: string;
  method: 'SMS' | 'APP';
  name: string;
  phoneNumber: string;
  ipAddress: string;
  /** First seven digits of the resident registration number. */
  identityNumber?: string;
  customerId?: string;
  customData?: string;
  bypass?: object | string;
}

/** Fields that are not there restrict nothing. */
export interface ListQuery {
  /** Inclusive. */
  from?: Date;
  /** Exclusive. */
  until?: Date;
  timeRangeField?: string;
  statuses?: string[];
  pgProviders?: string[];
  carriers?: string[];
  isTest?: boolean;
  identityVerificationId?: string;
  pgTxId?: string;
  pgMerchantId?: string;
  version?: 'V1' | 'V2';
  customerName?: string;
  customerPhoneNumber?: string;
  sortBy?: string;
  sortOrder?: 'ASC' | 'DESC';
  /** Where to begin, from 0. */
  page?: number;
  /** 1 to 1000. */
  pageSize?: number;
}

export interface Page {
  items: Verification[];
  number: number;
  size: number;
  totalCount: number;
}

/** V2 (api.portone.io). */
export class PortOneV2 extends PortOne {
  constructor(options: PortOneV2Options);
  listPage(query?: ListQuery, options?: CallOptions): Promise<Page>;
  /** Verifications, page after page, as they are asked for. */
  list(query?: ListQuery, options?: CallOptions): AsyncGenerator<Verification, void, undefined>;
  /** Sends the SMS, or opens the app. Never sent twice: `OutcomeUnknown` says to look the id up. */
  send(id: string, request: SendRequest, options?: CallOptions): Promise<void>;
  /** Sends the SMS again. */
  resend(id: string, options?: CallOptions): Promise<void>;
  /** Finishes it with the code; without one for the APP method. */
  confirm(id: string, otp?: string, options?: CallOptions): Promise<Verification>;
}

export interface VerifyOptions extends CallOptions {
  /** Who asks: a session or user id of the application. A policy about accounts or single use needs it. */
  subject?: string;
  expect?: Expect;
  /** Allows only what `begin` started for the same `subject` within the hour. */
  begun?: boolean;
}

export interface FlowOptions {
  /** Goes into the request as it is, as does `redirectUrl`. */
  channelKey?: string;
  redirectUrl?: string;
}

/** An identity verification that is to happen in a browser. Nothing of it is stored, or secret from its browser. */
export interface Flow {
  readonly api: 'v1' | 'v2';
  /** V2 the identity verification id, V1 the merchant_uid: 32 lower-case hex characters. */
  readonly id: string;
  /** Whoever finishes later begins again. */
  readonly expiresAt: Date;
  /** What PortOne's script takes in the browser, by the script's own names: send it as JSON. */
  readonly request: { readonly [name: string]: string };
}

/** A key of a person as it is stored: never the CI or DI itself. */
export interface PersonKey {
  kind: 'ci' | 'di';
  pepperId: string;
  /** 64 lower-case hex characters. */
  hash: string;
  /** Who verified the person, such as DANAL. */
  provider: string | undefined;
}

/** The answer to `tryClaim` and `tryCommit`: a refusal is an answer, not an error. */
export interface Claim {
  outcome: 'created' | 'existing' | 'taken' | 'refused';
  /** Stable; undefined when granted. */
  reason: ClaimReason | undefined;
  /** When a refusal ends, if it does. */
  until: Date | undefined;
  /** Is the account this person's now? */
  granted: boolean;
}
/** The answer to `claim` and `commit`, which reject with `ClaimRefused` otherwise. */
export type Granted = Claim & { outcome: 'created' | 'existing'; granted: true };
export type ClaimReason = 'other_account' | 'other_person' | 'two_persons' | 'reserved' | 'banned' | 'rejoin_period' | 'lapsed';

/** A place kept for a person whose account does not exist yet. It lapses by itself. */
export class Reservation {
  private constructor();
  /** Whoever knows it may commit it: kept out of everything that prints. Empty in an application's own store. */
  readonly id: string;
  readonly expiresAt: Date;
  /** Turns it into an account; saying it again answers `existing`. Rejects with `ClaimRefused` when nothing was granted. */
  commit(accountId: string, options?: CallOptions): Promise<Granted>;
  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(accountId: string, options?: CallOptions): Promise<Claim>;
  /** False: it was not there any more. */
  cancel(options?: CallOptions): Promise<boolean>;
  toJSON(): object;
}

export interface Reserved {
  reservation: Reservation | undefined;
  /** Why there is none. */
  reason: 'has_account' | 'reserved' | 'banned' | 'rejoin_period' | 'two_persons' | undefined;
}

/** One person, for an operator. No personal data but the hashes. */
export interface PersonRecord {
  person: number;
  accountId: string | undefined;
  rejoinAt: Date | undefined;
  banned: boolean;
  /** Undefined with `banned`: for ever. */
  bannedUntil: Date | undefined;
  banReason: string | undefined;
  reservedUntil: Date | undefined;
  keys: (PersonKey & { receivedAt: Date })[];
}

/** How many keys are left under a pepper. `writing`: the one new rows get. `given`: this registry holds it. */
export interface PepperCount {
  pepperId: string;
  keys: number;
  writing: boolean;
  given: boolean;
}

/** A key of the registry, at least 32 bytes: the text itself, or where it is, `env:NAME` or `file:PATH`. */
export type Pepper = string | { id?: string; key: string };

/** An application that keeps its own table of users. Asked on this thread; nothing waits for it elsewhere. */
export interface OwnStore {
  /** The account of a person with one of these keys, or nothing. */
  find(keys: PersonKey[]): string | undefined | null | Promise<string | undefined | null>;
  /** Finds and inserts in one step of the application's own, so that of two at once one wins. */
  claim(keys: PersonKey[], accountId: string): OwnClaim | Promise<OwnClaim>;
}
export type OwnClaim = Claim['outcome'] | { outcome: Claim['outcome']; reason?: ClaimReason; until?: Date };

export interface RegistryOptions {
  pepper?: Pepper;
  /** In place of `pepper`, newest first: the first writes, all read. */
  peppers?: Pepper[];
  /** What counts, in this order; one left out is not stored. Without it: CI, then DI. */
  keys?: ('ci' | 'di')[];
  /** 1 second to 1 day. */
  reservationLifeMs?: number;
  /** How long a call may wait for the store: 1 ms to 10 minutes. */
  timeoutMs?: number;
  /** In place of a store. */
  ownStore?: OwnStore;
}

/** Whom an order of the operator is about. */
export type Who = Verification | { accountId: string } | { verification: Verification } | { person: number };

/** Which person holds which account, which ids were used. Every call rejects rather than throws. */
export class Registry implements AsyncDisposable {
  /** @param store `sqlite:PATH` or `postgresql://…`; undefined with `ownStore` */
  constructor(store: string | undefined, options: RegistryOptions);
  /** The account of this person. Rejects with `Conflict` when CI and DI lead to two persons. */
  find(verification: Verification, options?: CallOptions): Promise<string | undefined>;
  /** Makes the account this person's. Rejects with `ClaimRefused` when nothing was granted. `subject`: who signs up. */
  claim(verification: Verification, accountId: string, options?: CallOptions & { subject?: string }): Promise<Granted>;
  /** As `claim`, and a refusal is an answer: ask `granted`. */
  tryClaim(verification: Verification, accountId: string, options?: CallOptions & { subject?: string }): Promise<Claim>;
  /** Is this the person who holds the account? False for whatever cannot be proved. */
  match(verification: Verification, accountId: string, options?: CallOptions): Promise<boolean>;
  /** The account is given up; its person stays known for `rejoinAfterMs`. False: there was no such account. */
  release(accountId: string, options: CallOptions & { rejoinAfterMs: number }): Promise<boolean>;
  /** Keeps a person out until a moment, or for ever. Write nothing personal into `reason`. */
  ban(who: Who, options?: CallOptions & { until?: Date; reason?: string }): Promise<void>;
  /** False: there was no ban. */
  unban(who: Who, options?: CallOptions): Promise<boolean>;
  /** Uses an id up for one subject; `other_subject` must be refused. */
  consume(verificationId: string, subject: string, options?: CallOptions): Promise<'first' | 'same_subject' | 'other_subject'>;
  /** Erases the person of an account with everything, a ban included. False: there was no such account. */
  forget(accountId: string, options?: CallOptions): Promise<boolean>;
  /** What a policy needs to know, as `Policy.evaluate` takes it. Read only. */
  standing(verification: Verification, subject: string, options?: CallOptions): Promise<Standing>;
  /** As `standing`, and does what is asked for in the same transaction. Judge by the standing it answers. */
  admit(
    verification: Verification,
    subject: string,
    options?: CallOptions & { consume?: boolean; reserve?: boolean },
  ): Promise<{ standing: Standing; reservation: Reservation | undefined }>;
  /** Keeps a place for a person. The same subject again gets the same one, renewed. */
  reserve(verification: Verification, subject: string, options?: CallOptions): Promise<Reserved>;
  /** Turns a reservation (or its id) into an account. Rejects with `ClaimRefused` when nothing was granted. */
  commit(reservation: Reservation | string, accountId: string, options?: CallOptions): Promise<Granted>;
  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(reservation: Reservation | string, accountId: string, options?: CallOptions): Promise<Claim>;
  /** False: it was not there any more. */
  cancel(reservation: Reservation | string, options?: CallOptions): Promise<boolean>;
  /** Reads whole tables. */
  count(options?: CallOptions): Promise<{ persons: number; accounts: number; keys: number; uses: number }>;
  /** Persons with a number above `after`, `limit` (1 to 10,000) at a time as they are asked for. */
  export(options?: CallOptions & { after?: number; limit?: number }): AsyncGenerator<PersonRecord, void, undefined>;
  /** Removes what has lapsed and tells how many keys are left under which pepper. Reads whole tables. */
  rotate(options?: CallOptions): Promise<PepperCount[]>;
  /** Forgets ids that were used up before a moment. Answers how many. */
  forgetUses(before: Date, options?: CallOptions): Promise<number>;
  /** Settles what waits with `Closed` and refuses new calls. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** What its operator should know of the options. */
  readonly warnings: string[];
  toString(): string;
}

/** Looks an id up and judges it. */
export class Verifier {
  /**
   * A policy that asks about accounts, bans or single use needs a registry; with an own store it may ask about accounts
   * alone.
   */
  constructor(portone: PortOneV1 | PortOneV2, policy: Policy, options?: { registry?: Registry });
  readonly portone: PortOneV1 | PortOneV2;
  readonly policy: Policy;
  readonly registry: Registry | undefined;
  /** The policy's warnings, and what it asks that the registry's keys cannot tell. */
  readonly warnings: readonly string[];
  /**
   * Starts an identity verification that is to happen in a browser. Sends nothing, stores nothing.
   * `subject` is who asks: a session or user id, 1 to 1,000 bytes.
   */
  begin(subject: string, options?: FlowOptions): Flow;
  /** A decision, allowed or not; rejects only when nothing could be decided. */
  verify(id: string, options?: VerifyOptions): Promise<Decision>;
  /** The verification of somebody who is allowed; rejects with `Denied` otherwise. */
  require(id: string, options?: VerifyOptions): Promise<Verification>;
}

export interface SandboxOptions {
  host?: string;
  /** Without it any free one. */
  port?: number;
  /** Without it, a host that is not loopback is refused. */
  allowRemote?: boolean;
  impKey?: string;
  impSecret?: string;
  apiSecret?: string;
  apiKey?: string;
  storeId?: string;
}

export interface SandboxPerson {
  name?: string | null;
  birthDate?: string | null;
  gender?: Gender | null;
  foreigner?: boolean | null;
  phone?: string | null;
  carrier?: string | null;
  mvno?: boolean | null;
  ci?: string | null;
  di?: string | null;
}

/** A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults. */
export class Sandbox implements AsyncDisposable {
  private constructor();
  static start(options?: SandboxOptions): Promise<Sandbox>;
  readonly url: string;
  readonly v1Url: string;
  readonly v2Url: string;
  /** What a page puts in place of PortOne's V1 script. */
  readonly v1ScriptUrl: string;
  /** What a page puts in place of PortOne's V2 script. */
  readonly v2ScriptUrl: string;
  readonly impKey: string;
  readonly impSecret: string;
  readonly apiSecret: string;
  readonly apiKey: string;
  readonly storeId: string;
  /** A channel for the calls that want one. */
  readonly channelKey: string;
  /** What `POST /sandbox/{operation}` does. */
  control(operation: string, args?: object): any;
  /** Finishes a verification as a persona, or as a person of your own; answers its id. */
  verify(person?: string | SandboxPerson, options?: { api?: Api; [field: string]: unknown }): string;
  personas(): { name: string; ko: string; en: string; [field: string]: unknown }[];
  addPerson(name: string, person: SandboxPerson, options?: object): void;
  /** The code that the person behind an id was sent. */
  otp(id: string): string;
  fault(kind: 'delay' | 'status' | 'respond' | 'reset' | 'cut' | 'garbage' | 'drip' | 'reset_after_idle', options?: object): void;
  clearFaults(): void;
  /** Moves the sandbox's clock. */
  advance(seconds: number): void;
  requests(): {
    total: number;
    byRoute: Record<string, number>;
    connections: number;
    requests: { method: string; path: string; route: string; status: number; [field: string]: unknown }[];
  };
  clearRequests(): void;
  /** As freshly started. */
  reset(): void;
  /** Stops serving. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A fresh identity verification id: 32 lower-case hex characters, which every provider takes. */
export function newId(): string;
/** Runs a cases file (docs/policy.md) whose cases name their policies. */
export function runPolicyCases(cases: object | string): PolicyCaseReport;
export const version: string;
/** Versions of the libraries that bonin runs with: one line. */
export function runtimeVersions(): string;

/** The base of all errors. `message` holds neither personal data nor secrets. */
export class BoninError extends Error {
  protected constructor();
  /** Stable: `not_found`, `timed_out`, … */
  readonly kind: string;
  /** The same call may well succeed a little later. */
  readonly retryable: boolean;
  /** What to do next. */
  readonly hint: string;
  /** Of the last answer. */
  readonly httpStatus?: number;
  readonly portoneCode?: string;
  /** PortOne's own words: not printed, may hold personal data. */
  readonly portoneMessage?: string;
  readonly pgCode?: string;
  /** The provider's own words: not printed, may hold personal data. */
  readonly pgMessage?: string;
  /** The parameter or JSON pointer at fault. */
  readonly parameter?: string;
  /** Requests sent for this call. */
  readonly attempts?: number;
  /** Without id, query or secret. */
  readonly request?: string;
  /** What ended the attempt before the last. */
  readonly cause?: string;
  /** What the server asked for, or what is left of the circuit's pause. */
  readonly retryAfterMs?: number;
  toJSON(): object;
}
export class InvalidArgument extends BoninError {}
export class InvalidId extends InvalidArgument {}
export class InsecureUrl extends InvalidArgument {}
export class MissingCredentials extends InvalidArgument {}
export class InvalidTimeout extends InvalidArgument {}
export class InvalidPolicy extends InvalidArgument {}
export class InvalidPepper extends InvalidArgument {}
export class Closed extends BoninError {}
export class ConnectionFailed extends BoninError {}
export class TimedOut extends BoninError {}
export class TlsFailed extends BoninError {}
export class RedirectRefused extends BoninError {}
export class Cancelled extends BoninError {}
/** The client has as many calls under way as it may (`maxCalls`). */
export class Overloaded extends BoninError {}
export class OutcomeUnknown extends BoninError {}
export class Unauthorized extends BoninError {}
export class Forbidden extends BoninError {}
export class NotFound extends BoninError {}
export class Conflict extends BoninError {}
export class Rejected extends BoninError {}
export class ProviderFailed extends BoninError {}
export class Throttled extends BoninError {}
export class Unavailable extends BoninError {}
export class UnreadableAnswer extends BoninError {}
export class MismatchedAnswer extends BoninError {}
export class StoreBusy extends BoninError {}
export class StoreFull extends BoninError {}
export class StoreReadOnly extends BoninError {}
export class StoreCorrupt extends BoninError {}
export class StoreUnavailable extends BoninError {}
export class StoreFailed extends BoninError {}
/** A claim or a commit that granted nothing. */
export class ClaimRefused extends BoninError {
  readonly outcome: 'taken' | 'refused';
  readonly reason: ClaimReason | undefined;
  /** When a refusal ends, if it does. */
  readonly until: Date | undefined;
}
export class InternalError extends BoninError {}
/** Raised by `Verifier.require` alone: the question was answered, and the answer is no. */
export class Denied extends BoninError {
  readonly decision: Decision;
}
