// bonin: who is this person, and may they?
/// <reference lib="esnext.disposable" />

/** V1 (api.iamport.kr) or V2 (api.portone.io). */
export type Api = 'v1' | 'v2';
export type Status = 'unknown' | 'ready' | 'verified' | 'failed';
export type ChannelType = 'missing' | 'unknown' | 'unmarked' | 'live' | 'test';
export type Attestation = 'absent' | 'unreadable' | 'self_declared_possible' | 'attested';
export type Gender = 'male' | 'female' | 'other';
export type Carrier = 'SKT' | 'KT' | 'LGU';
/** Providers whose attributes bonin knows to be checked. PortOne has others. */
export type Provider = 'DANAL' | 'KCP_V2' | 'INICIS_UNIFIED' | 'INICIS';
/** The attributes of a person, as policies name them. */
export type AttributeName = 'name' | 'birth_date' | 'gender' | 'foreigner' | 'phone' | 'carrier' | 'mvno' | 'ci' | 'di';
/** A text that may be any; an editor still completes the words beside it. */
type Text = string & NonNullable<unknown>;

/**
 * One fact about a person and who says so. Prints as `***`, in a template literal as well; `reveal()` is the way to the
 * value. An object is always true: `if (person.foreigner)` asks nothing.
 */
export class Attribute<T extends string | boolean = string> {
  private constructor();
  /** Who says so. */
  readonly attestation: Attestation;
  /** Is there a value, whoever says so? */
  readonly present: boolean;
  /** Did the provider check it? */
  readonly attested: boolean;
  /** The value, or undefined. Personal data. */
  reveal(): T | undefined;
  /** Is this the value? Compares in constant time; what is absent matches nothing. Throws `InvalidArgument` for another type. */
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
  /** Digits as PortOne gives them. */
  readonly phone: Attribute;
  /** V1's LGT is `LGU`. */
  readonly carrier: Attribute<Carrier>;
  /** On a budget line (알뜰폰)? */
  readonly mvno: Attribute<boolean>;
  /** 연계정보: one per person in Korea, 88 characters. */
  readonly ci: Attribute;
  /** 중복가입확인정보: one per person and merchant id, 64 characters. */
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

/** The channel a verification went through. */
export interface Channel {
  /** `unmarked`: V1 answers carry no mark. `missing`: a V2 answer without a channel. `unknown`: neither LIVE nor TEST. */
  type: ChannelType;
  /** In PortOne's console. */
  id?: string;
  key?: string;
  /** In PortOne's console. */
  name?: string;
  /** The merchant id at the provider. */
  pgMerchantId?: string;
}

/** Why a V2 verification failed, in the words of PortOne and the provider. */
export interface Failure {
  /** PortOne's words. */
  reason?: string;
  /** The provider's code. */
  pgCode?: string;
  /** The provider's words. */
  pgMessage?: string;
}

/** What PortOne says about an id, in one shape for V1 and V2. */
export class Verification {
  private constructor();
  /** V1 imp_uid or V2 identity verification id: always the one that was asked for. */
  readonly id: string;
  readonly api: Api;
  /** `ready`: not finished yet. */
  readonly status: Status;
  /** In upper case: `DANAL`, `KCP_V2`, `INICIS_UNIFIED`, … */
  readonly provider: Provider | Text | undefined;
  readonly channel: Channel;
  /** V1. */
  readonly merchantUid: string | undefined;
  /** V2. */
  readonly customData: string | undefined;
  /** V2: the application's own id of the person, which its page passed in as `customerId`. */
  readonly customerId: string | undefined;
  /** V1: URL of the page where it began. */
  readonly origin: string | undefined;
  /** The provider's transaction id. */
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

/** The rule that a finding is about. `begun` stands in no document: it comes from `verify(id, { begun: true })`. */
export type FindingCode =
  | 'verified'
  | 'fresh'
  | 'channel'
  | 'age'
  | 'has'
  | 'attested'
  | 'gender'
  | 'carrier'
  | 'mvno'
  | 'provider'
  | 'foreigner'
  | 'expect'
  | 'begun'
  | 'guardian'
  | 'account'
  | 'single_use'
  | 'not_banned'
  | 'rejoin_period_over'
  | 'all_of'
  | 'any_of'
  | 'not';
export type Outcome = 'pass' | 'fail' | 'unknown';
/** Why a rule did not pass. */
export type Reason =
  // fail
  | 'not_finished'
  | 'verification_failed'
  | 'stale'
  | 'in_future'
  | 'test_channel'
  | 'unmarked_channel'
  | 'other_channel'
  | 'other_provider'
  | 'other_merchant'
  | 'too_young'
  | 'too_old'
  | 'absent'
  | 'not_listed'
  | 'excluded'
  | 'foreigner'
  | 'not_foreigner'
  | 'mvno'
  | 'not_mvno'
  | 'mismatch'
  | 'foreign'
  | 'expired'
  | 'has_account'
  | 'signed_up'
  | 'taken'
  | 'no_account'
  | 'other_account'
  | 'being_signed_up'
  | 'used'
  | 'banned'
  | 'too_soon'
  | 'needs_guardian'
  | 'same_person'
  | 'guardian_too_young'
  | 'guardian_not_verified'
  // unknown
  | 'unknown_status'
  | 'missing_channel'
  | 'unknown_channel'
  | 'missing'
  | 'unreadable'
  | 'unattested'
  | 'future_birth_date'
  | 'not_supplied'
  | 'no_standing'
  | 'two_persons'
  | 'no_key'
  | 'page_chosen_di'
  | 'guardian_unknown';
/** Of a rule made of others: the parts that did not pass, such as `age:too_young,foreigner:missing`. */
export type CombinedReason = `${string}:${string}`;

/** What one rule of a policy found. Carries no personal data. */
export interface Finding {
  /** Stable name of the rule. */
  readonly code: FindingCode;
  /** Anything but `pass` denies. */
  readonly outcome: Outcome;
  /** Stable, why it did not pass; undefined on a pass. */
  readonly reason: Reason | CombinedReason | undefined;
  /** JSON pointer of the rule: `/rules/0`, `/baseline/fresh`, `/extends/rules/0`, `/expect/custom_data`. */
  readonly pointer: string;
  /** For an end user, Korean. */
  readonly ko: string;
  /** For an end user, English. */
  readonly en: string;
  /** Of `banned` and `too_soon`: when it is over; not there where that is not known or never is. */
  readonly until?: Date;
}

/**
 * The answer to "may this person?": ask `allowed`. An object is always true, so `if (decision)` lets everybody in.
 * Immutable.
 */
export class Decision {
  private constructor();
  /** Every rule passed. */
  readonly allowed: boolean;
  /** Every rule that was judged. Built when read. */
  readonly findings: readonly Finding[];
  /** The findings that did not pass; empty when allowed. Of a flow that was not begun here, that alone. */
  readonly denials: readonly Finding[];
  /**
   * The denials as the person should read them; empty when allowed. A verification that is not finished or failed, alone;
   * nothing twice that says the same; for what the application did not supply one sentence that the service could not check.
   */
  readonly shown: readonly Finding[];
  /** It denies, and a guardian's consent alone is missing: with one that is accepted it would allow. */
  readonly needsGuardian: boolean;
  readonly verification: Verification;
  /**
   * The place kept for this person: there whenever a verifier's policy asks for `account: new` and lets them in as somebody
   * new. It lapses by itself.
   */
  readonly reservation: Reservation | undefined;
  /**
   * Turns the reservation into an account; saying it again answers `existing`. `timeoutMs`: the registry's (5,000) by default.
   * Rejects with `ClaimRefused` when nothing was granted, with `InvalidArgument` when there is no reservation, and as a call
   * of `Registry` does.
   */
  commit(accountId: OwnId, options?: CallOptions): Promise<Granted>;
  readonly policyName: string;
  /** SHA-256 of the policy that decided, 64 hex characters. */
  readonly policyHash: string;
  /** When it was decided. */
  readonly at: Date;
  /** An audit line for a decision log: JSON text without personal data, the id hashed. */
  record(): string;
  toJSON(): object;
  toString(): string;
  /** Text, as `toString()`; anything but text throws. */
  [Symbol.toPrimitive](hint: string): string;
}

/** Every rule passed. */
export interface AllowedDecision extends Decision {
  readonly allowed: true;
  readonly needsGuardian: false;
}

/** A rule did not pass. */
export interface DeniedDecision extends Decision {
  readonly allowed: false;
  readonly denials: readonly [Finding, ...Finding[]];
  readonly shown: readonly [Finding, ...Finding[]];
  readonly reservation: undefined;
  /** Rejects: nothing was granted to somebody who is denied. */
  commit(accountId: OwnId, options?: CallOptions): Promise<never>;
}

// Of all options only what the object has itself counts, read once. Undefined is as not given, but for what would weaken a
// check (`begun`, `subject`, `expect` and its fields, `guardian`, `reserved`, `caFile`, the options of `admit`): there it is refused.

/**
 * What the verification must carry. A field that is not there expects nothing; one without a value is refused, and so is a
 * name of over 200 bytes or another text of over 1,000.
 */
export interface Expect {
  merchantUid?: string;
  customData?: string;
  customerId?: string;
  name?: string;
  phone?: string;
  /** `YYYY-MM-DD`. */
  birthDate?: string;
}

export type StandingAccount = 'unknown' | 'none' | 'same' | 'other';
export type Use = 'first' | 'same_subject' | 'other_subject';
export type StandingUse = 'unknown' | 'first' | 'same_subject' | 'other_subject';
export type StandingPlace =
  | 'unknown'
  | 'free'
  | 'has_account'
  | 'reserved'
  | 'banned'
  | 'rejoin_period'
  | 'two_persons'
  | 'no_key'
  | 'page_chosen_di'
  | 'signed_up';

/** What a registry knows of the person and of the id. What is not there is unknown, which denies. */
export interface Standing {
  /** Does the person hold an account: none, the subject's own, another's? */
  account?: StandingAccount;
  /** Somebody else is signing the person up right now. */
  reserved?: boolean;
  /** Was the id used before, and by whom? */
  use?: StandingUse;
  banned?: boolean;
  /** When the ban ends; true: never. The sentences say it, and nothing is judged by it. */
  bannedUntil?: Date | true;
  rejoinPeriodOver?: boolean;
  /** When the rejoin period is over. The sentences say it, and nothing is judged by it. */
  rejoinAt?: Date;
  /** Is there a place for a new account of this person, and if not, why? `unknown`: told by the rest. */
  place?: StandingPlace;
}

/** What the bits of `failed` and `unknown` stand for: bit i is rule i. */
export interface RuleName {
  readonly code: FindingCode;
  /** JSON pointer of the rule. */
  readonly pointer: string;
}

/** One entry a verification. */
export interface Decisions {
  /** 1 or 0. */
  allowed: Uint8Array;
  /** Bit i: rule i failed. */
  failed: BigUint64Array;
  /** Bit i: rule i could not be told. */
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

/** How the examples of a cases file went. */
export interface PolicyCaseReport {
  /** All were decided as written. */
  passed: boolean;
  /** How many were not. */
  failures: number;
  /** `difference`: what was expected and what was found, if it did not pass. */
  cases: { name: string; passed: boolean; difference: string | undefined }[];
  /** What `bonin policy test` prints. */
  text: string;
}

export type Language = 'ko' | 'en';
export type PresetName =
  | 'kr.youth_protection'
  | 'kr.game_adult'
  | 'kr.film_adult'
  | 'kr.music_adult'
  | 'kr.lottery'
  | 'kr.civil_adult'
  | 'kr.not_child'
  | 'kr.work'
  | 'kr.adult_work'
  | 'kr.licence'
  | 'kr.moped'
  | 'kr.vote';
/** What an application can expect of a verification. */
export type ExpectField = 'merchant_uid' | 'custom_data' | 'customer_id' | 'name' | 'phone' | 'birth_date';
/** `full`: completed years (만 나이). `year`: this year minus the year of birth (연 나이). */
export type AgeBy = 'full' | 'year';
/** `new`: the person holds no account. `same`: the subject's own. `any`: it is known which. */
export type AccountWanted = 'new' | 'same' | 'any';
type OneOf<T> = { in: readonly T[]; not_in?: never } | { not_in: readonly T[]; in?: never };

/** At least one key. */
export interface ChannelLimit {
  /** `live` unless said otherwise. */
  type?: 'live' | 'live_or_test';
  /** Take V1 answers, which carry no mark; true unless said otherwise. */
  unmarked?: boolean;
  /** Channel keys. */
  keys?: readonly string[];
  /** Such as `DANAL`. */
  providers?: readonly (Provider | Text)[];
  pg_merchant_ids?: readonly string[];
}

/** `by`, and `at_least`, `below`, both of these, or `between`; with them `on` or `by_end_of`. */
export type AgeLimit = { by: AgeBy } & (
  | {
      at_least: number;
      /** Excludes that age. */
      below?: number;
      between?: never;
    }
  | {
      at_least?: never;
      /** Excludes that age. */
      below: number;
      between?: never;
    }
  | {
      at_least?: never;
      below?: never;
      /** Both ages included. */
      between: readonly [number, number];
    }
) &
  (
    | {
        /** Count on this day in Korea, `YYYY-MM-DD`, instead of the day of the decision. */
        on?: string;
        by_end_of?: never;
      }
    | {
        on?: never;
        /** Count as it is when this day ends, `YYYY-MM-DD`. */
        by_end_of: string;
      }
  );

/** A whole number and s, m, h or d, up to `36500d`: `10m`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/** The document's own words for the person, where the rule does not pass; without a language bonin's sentence stands. */
export type RuleText = { ko: string; en?: string } | { ko?: string; en: string };

/** The rules by their names. */
export interface PolicyRules {
  /** The verification is finished. Part of every policy. */
  verified: true;
  /** Verified no longer ago than this (a whole number and s, m, h or d: `10m`), and at most a minute in the future. */
  fresh: Duration | { within: Duration };
  /** The channel is live, and one of those named. */
  channel: ChannelLimit;
  /** Old enough, by the calendar of Korea. */
  age: AgeLimit;
  /** The attributes are given, and checked by the provider or accepted. */
  has: AttributeName | readonly AttributeName[];
  /** The provider checked the attributes. */
  attested: AttributeName | readonly AttributeName[];
  gender: OneOf<Gender>;
  carrier: OneOf<Carrier>;
  /** On a budget line (알뜰폰), or not. */
  mvno: boolean;
  /** In upper case, such as `DANAL`. */
  provider: OneOf<Provider | Text>;
  /** A foreigner, or a Korean national. */
  foreigner: boolean;
  /** The application must say what it expects of these, and it must be equal. */
  expect: ExpectField | readonly ExpectField[];
  /** An adult who is somebody else consents. */
  guardian: true;
  /** Needs a registry. */
  account: AccountWanted;
  /** Nobody else used this id. Needs a registry. */
  single_use: true;
  /** Needs a registry. */
  not_banned: true;
  /** Needs a registry. With the length of the period, which `Policy.rejoinAfterMs` answers. */
  rejoin_period_over: true | Duration;
  all_of: readonly PolicyRule[];
  any_of: readonly PolicyRule[];
  not: PolicyRule;
}

/** An object with one key, the rule; `text` may stand beside it. */
export type PolicyRule = {
  [Name in keyof PolicyRules]: Pick<PolicyRules, Name> & { [Other in Exclude<keyof PolicyRules, Name>]?: never };
}[keyof PolicyRules] & { text?: RuleText };

/** What `new Policy` takes, as policy.schema.json describes it: `name`, and `rules`, `extends` or both. */
export type PolicyDocument = {
  $schema?: string;
  /** Shown in decisions and audit lines. */
  name: string;
  description?: string;
  /**
   * Attributes taken even if nobody checked what the user typed in. Without it, a rule over such an attribute is unknown and
   * denies. It counts for the rules here: what is extended asks as it does alone.
   */
  accept_self_declared?: readonly AttributeName[];
  /** Providers whose DI counts alone for `account: new` although the page chooses its salt. */
  accept_page_chosen_di?: readonly (Provider | Text)[];
} & (
  | { rules: readonly PolicyRule[]; extends?: never; election_day?: never }
  | {
      rules?: readonly PolicyRule[];
      /** A preset, or another document, whose rules are added to those here. */
      extends: Exclude<PresetName, 'kr.vote'> | PolicyDocument;
      election_day?: never;
    }
  | {
      rules?: readonly PolicyRule[];
      extends: 'kr.vote';
      /** `YYYY-MM-DD`. */
      election_day: string;
    }
  | {
      rules?: readonly PolicyRule[];
      /** Several. A document in a file may name files as well. */
      extends: readonly (PresetName | PolicyDocument)[];
      /** With `kr.vote`, and only with it. */
      election_day?: string;
    }
);

/** What a preset asks for. */
export interface PresetInfo {
  name: PresetName;
  ko: string;
  en: string;
  /** Its source in the law. */
  law: string;
  /** It needs `electionDay`. */
  electionDay: boolean;
}

/** A rule in one of two policies that are compared. */
export interface PolicyRuleSide {
  pointer: string;
  /** What it asks for. */
  ko: string;
  en: string;
  rule: PolicyRule | readonly string[];
  text?: RuleText;
}

/** What changes from one policy to another. */
export interface PolicyDiff {
  /** The names of the policies. */
  before: string;
  after: string;
  /** `code`: of the rule, or `accept_self_declared`, `accept_page_chosen_di`. */
  rules: {
    change: 'gone' | 'new' | 'changed';
    code: FindingCode | 'accept_self_declared' | 'accept_page_chosen_di';
    before: PolicyRuleSide | null;
    after: PolicyRuleSide | null;
  }[];
  /** Those who are decided otherwise: allowed before and after, and why the one that denies does. */
  cases: { name: string; before: boolean; after: boolean; denials: Finding[] }[];
  /** How many cases there were. */
  judged: number;
  /** All of it in words. */
  ko: string;
  en: string;
}

/** A rule of a policy in words, with the rules that it is made of. */
export interface PolicyNode {
  /** Stable, as of `Finding`. */
  code: FindingCode;
  /** As of `Finding`. */
  pointer: string;
  /** What the rule asks for, in the language asked for; of a combined rule with all its parts. */
  phrase: string;
  /** The policy's own words for the person, in the language asked for, where the rule does not pass. */
  text: string | undefined;
  /** The name of the preset or the policy that brought the rule. */
  base: string | undefined;
  /** The source of that preset in the law. */
  law: string | undefined;
  parts: PolicyNode[];
}

/** What must hold before somebody is let in. Immutable. */
export class Policy {
  /**
   * @param document a policy document, as an object or as JSON text of at most 64 KiB; an imported JSON file is
   *   `file as PolicyDocument` to TypeScript
   * @throws InvalidPolicy for a document that cannot be understood; `parameter` is a JSON pointer
   */
  constructor(document: PolicyDocument | string);
  /**
   * A policy that bonin brings along, such as `kr.youth_protection`. `kr.vote` needs an election day (`YYYY-MM-DD`), and no
   * other preset takes one.
   * @throws InvalidArgument
   */
  static preset(name: PresetName, options?: { electionDay?: string }): Policy;
  static readonly presetNames: PresetName[];
  /** What each preset asks for beside the baseline, and its source in the law. */
  static readonly presets: PresetInfo[];
  /**
   * Reads a policy document from a file (UTF-8), and the files that it extends.
   * @throws InvalidArgument for a file that cannot be read, InvalidPolicy for one that cannot be understood
   */
  static load(path: string): Policy;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** SHA-256 of the document. */
  readonly hash: string;
  /** The sources in the law of the presets this is or extends, with `; ` between. */
  readonly law: string | undefined;
  /** The whole document with everything implied written out: JSON text. */
  readonly document: string;
  /** Contradictions, and rules that can never pass. */
  readonly warnings: string[];
  /** The rule behind each bit of `failed` and `unknown`, where nothing was expected. */
  readonly rules: readonly RuleName[];
  /** Does a rule ask what a registry knows? Then a Verifier needs one. */
  readonly needsStanding: boolean;
  /**
   * How long somebody who gave up an account may not sign up again, as `rejoin_period_over` of the document says it: for
   * `registry.release`.
   */
  readonly rejoinAfterMs: number | undefined;
  /** In plain words, one line a rule. */
  explain(language: Language): string;
  /** The rules that must all pass, each with its parts: for somebody to draw. */
  tree(language: Language): PolicyNode[];
  /**
   * Decides. Pure: the moment is an argument. Without `standing` every rule about accounts is unknown,
   * which denies.
   * @throws InvalidArgument
   */
  evaluate(
    verification: Verification,
    options: { now: Date; expect?: Expect; standing?: Standing; guardian?: Verification },
  ): AllowedDecision | DeniedDecision;
  /**
   * Decides many before it returns; `expect` holds for all.
   * @throws InvalidArgument
   */
  evaluateMany(records: readonly Verification[], options: { now: Date; expect?: Expect; progress?: Progress }): Decisions;
  /**
   * Decides over columns, no object a row, as `evaluate` does without expectations and standing. Takes its time before it
   * returns: hand large amounts to a worker.
   * @throws InvalidArgument
   */
  evaluateColumns(columns: Columns, options: { now: Date; progress?: Progress }): Decisions;
  /**
   * Runs a cases file (docs/policy.md) on this policy, whatever policies it names.
   * @throws InvalidArgument for cases that cannot be understood; `parameter` is a JSON pointer
   */
  test(cases: object | string): PolicyCaseReport;
}

/** A policy read from a file that may change while the server runs. */
export class PolicyFile {
  /** @throws what `Policy.load` throws */
  constructor(path: string);
  /** The policy in force. One handed out stays as it is. */
  readonly policy: Policy;
  /** Reads the file again. Throws what `Policy.load` throws; then the old policy stays in force. */
  reload(): Policy;
}

export interface CallOptions {
  /** Time limit of the whole call in ms, retries included; the client's (10,000) or the registry's (5,000) by default. */
  timeoutMs?: number;
  /** Cancels the call: it rejects with `Cancelled`. */
  signal?: AbortSignal;
}

export interface ConnectionOptions {
  /** In place of PortOne's own; https, or http to a loopback host. */
  baseUrl?: string;
  /**
   * `baseUrl` may be http to another machine, where a sandbox answers: nothing is sent to any other server, and only a
   * sandbox's credentials are taken.
   */
  allowInsecureSandbox?: boolean;
  /** Whose clock is followed; the machine's by default. */
  clock?: Sandbox;
  /** The whole call in ms, retries and token included; 10,000 by default, 1 to 600,000. */
  timeoutMs?: number;
  /** The same of a call that waits for an identity provider (a code): 60,000 by default. */
  providerTimeoutMs?: number;
  /** One connection in ms, TLS included; looking its name up is not. 2,000 by default. */
  connectTimeoutMs?: number;
  /** Requests for one lookup or token; whatever may take effect is never sent twice. 3 by default, 1 to 10. */
  maxAttempts?: number;
  /** Under way at once; over it a call ends at once as `Overloaded`. 4,096 by default, 1 to 100,000. */
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
  /** The least that `onLog` is told; `info` by default. `debug` has a line for each call. */
  logLevel?: LogLevel;
}

export type LogLevel = 'debug' | 'info' | 'warning';
export type LogEventName =
  | 'call.retry'
  | 'call.failed'
  | 'call.succeeded'
  | 'call.refused'
  | 'token.renewed'
  | 'token.failed'
  | 'circuit.opened'
  | 'circuit.half_open'
  | 'circuit.closed'
  | 'client.full'
  | 'clock.skew'
  | 'provider.unknown'
  | 'records.failed'
  | 'records.recovered';

/** No id, nothing personal, no secret and no word of PortOne's. docs/operations.md lists names and fields. */
export interface LogEvent {
  level: LogLevel;
  name: LogEventName;
  at: Date;
  fields: Record<string, string | number>;
}

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What a client has counted in this process. */
export interface Metrics {
  /** Calls by how they ended: `ok`, or the kind of their error. Kinds that never came up are not there. */
  calls: { ok: number } & { [Kind in ErrorKind]?: number };
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

/** `claim` counts `tryClaim` as well, `commit` `tryCommit`, `export` its pages. */
export type RegistryOperation =
  | 'find'
  | 'match'
  | 'standing'
  | 'admit'
  | 'reserve'
  | 'claim'
  | 'commit'
  | 'cancel'
  | 'consume'
  | 'release'
  | 'forget'
  | 'ban'
  | 'unban'
  | 'count'
  | 'export'
  | 'forgetUses'
  | 'rotate'
  | 'check'
  | 'import';

/** What a registry has counted in this process. */
export interface RegistryMetrics {
  /** By operation, then by `ok` or the kind of the error. What never came up is not there. */
  calls: { [Operation in RegistryOperation]?: { ok?: number } & { [Kind in ErrorKind]?: number } };
  callsUnderWay: number;
  /** Of these, how many wait for a transaction to begin. */
  waiting: number;
  transactions: number;
  /** Calls in them: up to 64 share one. */
  transactionCalls: number;
  /** Transactions that were tried again. */
  retries: number;
  /** Opened; more than three say that some were lost. */
  connections: number;
  /** As `Metrics` has it. */
  latencyMs: { bounds: number[]; counts: number[]; count: number; sum: number };
}

/**
 * What both APIs can do. Errors: a call that gets no answer rejects with `ConnectionFailed`, `TimedOut`, `TlsFailed`,
 * `RedirectRefused`, `Overloaded`, `Draining`, `Closed` or `Cancelled`, a POST that may have taken effect with `OutcomeUnknown`.
 * PortOne's refusals are `Unauthorized`, `Forbidden`, `NotFound`, `Conflict`, `Rejected`, `ProviderFailed`, `Throttled` and
 * `Unavailable`, which is also an open circuit. An answer that is not to be trusted is `UnreadableAnswer` or
 * `MismatchedAnswer`.
 */
export abstract class PortOne {
  /** Looks one verification up. Rejects with `InvalidId` for an id that cannot be one: nothing is sent. */
  lookup(id: string, options?: CallOptions): Promise<Verification>;
  /**
   * Takes no new calls: they reject with `Draining`. Waits for those under way, verifications included, for `timeoutMs` (the
   * client's by default), and answers how many are left: 0 when all have ended. `close()` ends the others.
   */
  drain(options?: CallOptions): Promise<number>;
  /** Settles every call under way with `Closed` and refuses new ones. */
  close(): void;
  /** `open`: PortOne has been failing, calls fail at once. `half_open`: one call is finding out. */
  readonly circuit: CircuitState;
  /** What this client has counted in this process. */
  metrics(): Metrics;
  /** As `close`. */
  [Symbol.dispose](): void;
  toString(): string;
}

export interface PortOneV1Options extends ConnectionOptions {
  /** Undefined, such as of an environment variable that is not set, throws `MissingCredentials`. */
  impKey: string | undefined;
  impSecret: string | undefined;
  /** `Tier` header of a sub-merchant: three letters or digits. */
  tier?: string;
  /** Providers that bonin does not know, in upper case, and you know to check what they give. */
  attests?: readonly string[];
  /** Reads each verification through V2 as well, for the mark that V1 lacks: LIVE or TEST, channel, merchant id. */
  v2?: PortOneV2;
}

export type OtpMethod = 'SMS' | 'APP';

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
  verificationMethod?: OtpMethod;
  /** The end user's. */
  ipAddress?: string;
  bypass?: object | string;
}

/** V1 (api.iamport.kr). */
export class PortOneV1 extends PortOne {
  /**
   * Sends nothing.
   * @throws MissingCredentials, InsecureUrl, InvalidTimeout, InvalidArgument
   */
  constructor(options: PortOneV1Options);
  /** Asks the carrier to send a code. Answers the imp_uid. Never sent twice: `OutcomeUnknown` says that it may have been sent. */
  requestOtp(request: OtpRequest, options?: CallOptions): Promise<string>;
  /** Finishes it with the six digits; without them for the APP method. */
  confirmOtp(impUid: string, otp?: string, options?: CallOptions): Promise<Verification>;
  /** PortOne forgets the person. Never sent twice. */
  erase(impUid: string, options?: CallOptions): Promise<void>;
}

export type Auth = 'secret' | 'login' | 'api_key';

export interface PortOneV2Options extends ConnectionOptions {
  /** For `auth` of `secret` (the default) and `login`. */
  apiSecret?: string;
  /** For `auth` of `api_key`, which it implies when it is the only credential. */
  apiKey?: string;
  /** `secret`: the API secret with each request. `login`: an access token, renewed. `api_key`: the early V2. */
  auth?: Auth;
  /** Of PortOne's console; none by default. `begin` needs it. */
  storeId?: string;
  /** Providers that bonin does not know, in upper case, and you know to check what they give. */
  attests?: readonly string[];
}

/** A carrier as V2's `send` and `list` name it: `_MVNO` marks a budget line. */
export type CarrierOfLine = 'SKT' | 'KT' | 'LGU' | 'SKT_MVNO' | 'KT_MVNO' | 'LGU_MVNO';
/** The status of a verification as PortOne writes it. */
export type RecordStatus = 'READY' | 'VERIFIED' | 'FAILED';
export type TimeField = 'REQUESTED_AT' | 'VERIFIED_AT' | 'FAILED_AT' | 'STATUS_UPDATED_AT';
export type SortOrder = 'ASC' | 'DESC';

export interface SendRequest {
  channelKey: string;
  carrier: CarrierOfLine;
  method: OtpMethod;
  name: string;
  phoneNumber: string;
  ipAddress: string;
  /** First seven digits of the resident registration number. */
  identityNumber?: string;
  customerId?: string;
  customData?: string;
  bypass?: object | string;
}

/**
 * Fields that are not there restrict nothing. Without dates: the last 90 days. The client's `storeId` is a filter; without one
 * the secret of a merchant lists all its stores.
 */
export interface ListQuery {
  /** Inclusive. */
  from?: Date;
  /** Exclusive. */
  until?: Date;
  /** Which time `from` and `until` are about. */
  timeRangeField?: TimeField;
  statuses?: RecordStatus[];
  pgProviders?: (Provider | Text)[];
  pgCompanies?: string[];
  carriers?: CarrierOfLine[];
  isTest?: boolean;
  identityVerificationId?: string;
  identityVerificationTxId?: string;
  pgTxId?: string;
  pgMerchantId?: string;
  version?: 'V1' | 'V2';
  customerName?: string;
  customerPhoneNumber?: string;
  /** `YYYY`. */
  customerBirthYear?: string;
  /** `MM`. */
  customerBirthMonth?: string;
  /** `DD`. */
  customerBirthDay?: string;
  customerGender?: CustomerGender;
  sortBy?: TimeField;
  sortOrder?: SortOrder;
  /** Where to begin, from 0. */
  page?: number;
  /** 100 by default, 1 to 1,000. */
  pageSize?: number;
}

export interface Page {
  items: Verification[];
  /** From 0. */
  number: number;
  /** How many verifications a page has. */
  size: number;
  /** On all pages. */
  totalCount: number;
}

/** V2 (api.portone.io). */
export class PortOneV2 extends PortOne {
  /**
   * Sends nothing.
   * @throws MissingCredentials, InsecureUrl, InvalidTimeout, InvalidArgument
   */
  constructor(options: PortOneV2Options & ({ apiSecret: string | undefined } | { apiKey: string | undefined }));
  /** One page of verifications. */
  listPage(query?: ListQuery, options?: CallOptions): Promise<Page>;
  /** Verifications, page after page, as they are asked for. */
  list(query?: ListQuery, options?: CallOptions): AsyncGenerator<Verification, void, undefined>;
  /** Sends the SMS, or opens the app. Takes effect once, though it may be repeated; `OutcomeUnknown` says to look the id up. */
  send(id: string, request: SendRequest, options?: CallOptions): Promise<void>;
  /** Sends the SMS again. Takes effect once, though it may be repeated. */
  resend(id: string, options?: CallOptions): Promise<void>;
  /** Finishes it with the code; without one for the APP method. */
  confirm(id: string, otp?: string, options?: CallOptions): Promise<Verification>;
}

export interface VerifyOptions extends CallOptions {
  /** Who asks: a session or user id of the application. A policy about accounts, bans or single use needs it. */
  subject?: OwnId;
  /** What the verification must carry; nothing by default. */
  expect?: Expect;
  /** True allows only what `begin` started for the same `subject` within the hour, and needs `subject`. False by default. */
  begun?: boolean;
  /**
   * With `begun`: how long in ms a 404 or an unfinished verification is asked again, for PortOne may not have the result at
   * once; 0 by default, at most 60,000.
   */
  settleMs?: number;
  /** V1: the merchant_uid that the browser brought. An unknown imp_uid is asked again where it was begun here. */
  flowId?: string;
  /** The id of the guardian's verification, for the rule `guardian`. */
  guardian?: string;
}

export type WindowType = 'IFRAME' | 'POPUP' | 'REDIRECTION' | 'UI';
/** A carrier as V1's script and DANAL name it. */
export type FlowCarrier = 'SKT' | 'KTF' | 'LGT' | 'MVNO';
export type CustomerGender = 'MALE' | 'FEMALE' | 'OTHER';
export type InicisAgency =
  | 'PAYCO'
  | 'PASS'
  | 'TOSS'
  | 'KFTC'
  | 'KAKAO'
  | 'NAVER'
  | 'SAMSUNG'
  | 'SHINHAN'
  | 'KB'
  | 'HANA'
  | 'WOORI'
  | 'NH'
  | 'KAKAOBANK'
  | 'SMS';

/** V2: who is to be verified, as far as the application knows. */
export interface Customer {
  /** Comes back as the verification's `customerId`. */
  customerId?: string;
  fullName?: string;
  firstName?: string;
  lastName?: string;
  phoneNumber?: string;
  email?: string;
  address?: { addressLine1: string; addressLine2: string; city?: string; province?: string };
  zipcode?: string;
  gender?: CustomerGender;
  /** `YYYY`. */
  birthYear?: string;
  birthMonth?: string;
  birthDay?: string;
  firstNameKana?: string;
  lastNameKana?: string;
  ipAddress?: string;
}

/** V2: a provider's own parameters; it may take more than these. */
export interface Bypass {
  /** `CPTITLE`: what the text message names as the service. `AGELIMIT`: by full age. `IsCarrier`: such as `SKT;KTF`. */
  danal?: { CPTITLE?: string; AGELIMIT?: number; IsCarrier?: string; [more: string]: unknown };
  /** `flgFixedUser`: `Y` fills in the customer's data. */
  inicisUnified?: {
    flgFixedUser: 'Y' | 'N';
    directAgency?: InicisAgency;
    logoUrl?: string;
    DI_CODE?: string;
    FRGNDInfo?: 'Y' | 'N';
    [more: string]: unknown;
  };
  kcpV2?: { web_siteid?: string; [more: string]: unknown };
}

/** What `begin` takes; docs/providers.md says which provider needs what. */
export interface FlowOptions {
  /** Of PortOne's console. V2 needs it, and the client's `storeId`; V1 it or `pg`. */
  channelKey?: string;
  /** Where a phone's browser comes back to: a whole address. */
  redirectUrl?: string;
  /** V2. */
  customer?: Customer;
  /** V2. */
  bypass?: Bypass;
  /** V2. */
  windowType?: { pc?: WindowType; mobile?: WindowType };
  /** V2. */
  forceRedirect?: boolean;
  /** V2: at most 1,000 bytes; comes back in the verification. */
  customData?: string;
  /** V2. */
  iframe?: { dim?: boolean };
  /** V2: `{ center }`. V1: true or false. */
  popup?: { center?: boolean } | boolean;
  /** V1: deprecated by PortOne. */
  pg?: string;
  /** V1, DANAL. */
  name?: string;
  /** V1, DANAL. */
  phone?: string;
  /** V1, DANAL. */
  carrier?: FlowCarrier;
  /** V1, DANAL: by full age. */
  minAge?: number;
  /** V1: what the text message names as the service. */
  company?: string;
  /** Whose channel it is: what this provider needs is then asked for. */
  provider?: Provider | Text;
  /** What is finished on another channel is denied. */
  bindChannel?: boolean;
  /** The id of the child's verification: this flow is its guardian's consent. */
  guardianOf?: string;
}

/** What `IMP.certification()` takes in the browser. */
export interface FlowRequestV1 {
  readonly merchant_uid: string;
  readonly channelKey?: string;
  readonly pg?: string;
  readonly m_redirect_url?: string;
  readonly popup?: boolean;
  readonly name?: string;
  readonly phone?: string;
  readonly carrier?: FlowCarrier;
  readonly min_age?: number;
  readonly company?: string;
}

/** What `PortOne.requestIdentityVerification()` takes in the browser. */
export interface FlowRequestV2 {
  readonly storeId: string;
  readonly channelKey: string;
  readonly identityVerificationId: string;
  readonly redirectUrl?: string;
  readonly customer?: Customer;
  readonly windowType?: { pc?: WindowType; mobile?: WindowType };
  readonly forceRedirect?: boolean;
  readonly customData?: string;
  readonly bypass?: Bypass;
  readonly popup?: { center?: boolean };
  readonly iframe?: { dim?: boolean };
}

/** Who is to get a code, as they typed it. */
export interface OtpPerson {
  channelKey: string;
  name: string;
  phone: string;
  /** The first seven digits of the resident registration number. */
  identityNumber: string;
  carrier: CarrierOfLine;
  /** The person's own: providers stop an address after some tries. */
  ipAddress: string;
  /** `SMS` by default; `APP` with KCP_V2 alone. */
  method?: OtpMethod;
  /** V1: what the message names as the service. */
  company?: string;
  /** V2. */
  customerId?: string;
  /** V2. */
  customData?: string;
  /** Of the provider; KCP_V2 needs `{ kcpV2: { media_type } }`. */
  bypass?: object | string;
}

/** A code that was sent. */
export interface OtpSent<A extends Api = Api> {
  readonly api: A;
  /** What `confirmOtp` takes: signed for the subject, no secret from them. */
  readonly id: string;
  /** Of the flow; the provider's code lives for some minutes. */
  readonly expiresAt: Date;
}

/** How often within an hour, counted in this process: 5, 5, 25 and 5 by default. */
export interface OtpLimits {
  sendsPerSubject?: number;
  sendsPerPhone?: number;
  sendsPerAddress?: number;
  codesPerId?: number;
}

/**
 * An identity verification that is to happen in a browser, of the API `A`. Nothing of it is stored, or secret from its
 * browser.
 */
export type Flow<A extends Api = Api> = A extends Api
  ? {
      readonly api: A;
      /** V2 the identity verification id, V1 the merchant_uid: 32 lower-case hex characters. */
      readonly id: string;
      /** Whoever finishes later begins again. */
      readonly expiresAt: Date;
      /** What PortOne's script takes in the browser, by the script's own names: send it as JSON. */
      readonly request: A extends 'v1' ? FlowRequestV1 : FlowRequestV2;
      /** What the request asks for and the policy does not. */
      readonly warnings: readonly string[];
    }
  : never;

/** What a person is known by. */
export type KeyKind = 'ci' | 'di';

/** A key of a person as it is stored: never the CI or DI itself. */
export interface PersonKey {
  kind: KeyKind;
  pepperId: string;
  /** 64 lower-case hex characters. */
  hash: string;
  /** Who verified the person, such as DANAL. */
  provider: string | undefined;
}

export type ClaimOutcome = 'created' | 'existing' | 'taken' | 'refused';

/** The answer to `tryClaim` and `tryCommit`: a refusal is an answer, not an error. Ask `granted`. */
export interface Claim {
  outcome: ClaimOutcome;
  /** Stable; undefined when granted. */
  reason: ClaimReason | undefined;
  /** When a refusal ends, if it does. */
  until: Date | undefined;
  /** Is the account this person's now? */
  granted: boolean;
}
/** The answer to `claim` and `commit`, which reject with `ClaimRefused` otherwise. */
export type Granted = Claim & { outcome: 'created' | 'existing'; granted: true };
export type ClaimReason =
  | 'other_account'
  | 'other_person'
  | 'two_persons'
  | 'reserved'
  | 'banned'
  | 'rejoin_period'
  | 'lapsed'
  | 'page_chosen_di';

/** A place kept for a person whose account does not exist yet. It lapses by itself. */
export class Reservation {
  private constructor();
  /** Whoever knows it may commit it: kept out of everything that prints. */
  readonly id: string;
  readonly expiresAt: Date;
  /** Turns it into an account; saying it again answers `existing`. Rejects with `ClaimRefused` when nothing was granted. */
  commit(accountId: OwnId, options?: CallOptions): Promise<Granted>;
  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(accountId: OwnId, options?: CallOptions): Promise<Claim>;
  /** Gives the place back. False: it was not there any more. */
  cancel(options?: CallOptions): Promise<boolean>;
  toJSON(): object;
}

export type ReservedReason = 'has_account' | 'reserved' | 'banned' | 'rejoin_period' | 'two_persons' | 'page_chosen_di';

export interface Reserved {
  reservation: Reservation | undefined;
  /** Why there is none. */
  reason: ReservedReason | undefined;
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

/** An id of the application's: a text, or a safe integer or a BigInt, which is the same as its decimal digits as text. */
export type OwnId = string | number | bigint;

/** A key of a person for an application's own table. */
export interface HashedKey extends PersonKey {
  /** The 32 bytes of `hash`, a Buffer. */
  hashBytes: Uint8Array;
}

/** A key of the registry, at least 32 bytes: the text itself, or where it is, `env:NAME` or `file:PATH`. */
export type Pepper = string | { id?: string; key: string };

type Told<T> = T | Promise<T>;

/**
 * An application that keeps its own table of users. Asked on this thread; nothing waits for it elsewhere. `find` and `claim` are
 * needed; the others make more calls and rules of policies possible (docs/registry-own.md).
 */
export interface OwnStore {
  /** The account of a person with one of these keys, or nothing. Throws `Conflict` when the keys lead to two persons. */
  find(keys: HashedKey[]): Told<OwnId | undefined | null>;
  /** Finds and inserts in one step of the application's own, so that of two at once one wins. */
  claim(keys: HashedKey[], accountId: string): Told<OwnClaim>;
  /**
   * Asked in place of `find` where a standing is wanted, for the rules `not_banned` and `rejoin_period_over`, and before
   * `claim`.
   */
  standing?(keys: HashedKey[]): Told<OwnStanding>;
  /**
   * For the rule `single_use`. Inserts and compares in one step of the application's own. Both hashes are 64 hex characters.
   */
  consume?(idHash: string, subjectHash: string): Told<Use>;
  /**
   * With `commit` and `cancel`: nothing, when the place is kept, or why not. The same subject again takes the place of its own
   * reservation. Without the three, reservations carry themselves.
   */
  reserve?(keys: HashedKey[], reservationId: string, subjectHash: string, until: Date): Told<OwnStoreRefusal | undefined | null | void>;
  /** As `claim`. Of a reservation that is not there any more: `{ outcome: 'refused', reason: 'lapsed' }`. */
  commit?(reservationId: string, accountId: string): Told<OwnClaim>;
  /** False: it was not there any more. */
  cancel?(reservationId: string): Told<boolean>;
  /** With `unban` and `standing`. `until`: null for ever. Throws `NotFound` for an account that there is not. */
  ban?(who: OwnWho, until: Date | null, reason: string): Told<unknown>;
  /** False: there was no ban. */
  unban?(who: OwnWho): Told<boolean>;
  /** The account is given up, and its person may have no new one before the moment. False: there was no such account. */
  release?(accountId: string, rejoinAt: Date | null): Told<boolean>;
  /** Erases the person of the account. False: there was no such account. */
  forget?(accountId: string): Told<boolean>;
}
export type OwnClaim = ClaimOutcome | { outcome: ClaimOutcome; reason?: ClaimReason; until?: Date };
/** What an application's tables say of a person. The first three must be told, and none of them is undefined. */
export interface OwnStanding {
  /** Null: nobody. */
  account: OwnId | null;
  /** Null: no ban. True: for ever. */
  bannedUntil: Date | true | null;
  rejoinAt: Date | null;
  /** Of the reservation that the account came of. */
  reservationId?: string | null;
}
/** Whom an order of the operator is about. */
export type OwnWho = { accountId: string; keys?: undefined } | { keys: HashedKey[]; accountId?: undefined };
/** Why a store keeps no place. */
export type OwnStoreRefusal = 'has_account' | 'reserved' | 'banned' | 'rejoin_period' | 'two_persons';

export interface RegistryOptions {
  pepper?: Pepper;
  /** In place of `pepper`, newest first: the first writes, all read. */
  peppers?: Pepper[];
  /** What counts, in this order; one left out is not stored. Without it: CI, then DI. */
  keys?: KeyKind[];
  /** Providers (KCP_V2, INICIS_UNIFIED) whose DI counts alone for a new account although the page chooses its salt. */
  acceptPageChosenDi?: readonly string[];
  /** 600,000 ms by default, 1,000 to 86,400,000. */
  reservationLifeMs?: number;
  /** How long a call may wait for the store, in ms: 5,000 by default, 1 to 600,000. */
  timeoutMs?: number;
  /** In place of a store. */
  ownStore?: OwnStore;
  /** Of the tables in PostgreSQL, `bonin` by default: lower-case letters, digits and `_`. */
  schema?: string;
  /** To PostgreSQL or MySQL in each process, opened as they are needed: 4 by default, 1 to 64. */
  connections?: number;
  /** Whose clock is followed; the machine's by default. A verifier takes a registry of its own clock alone. */
  clock?: Sandbox;
}

/** Whom an order of the operator is about. */
export type Who = Verification | { accountId: OwnId } | { verification: Verification } | { person: number };

/** Why a row was left out: docs/registry-import.md. */
export type ImportReason =
  | 'other_account'
  | 'other_person'
  | 'two_persons'
  | 'reserved'
  | 'banned'
  | 'rejoin_period'
  | 'other_subject'
  | 'bad_kind'
  | 'unused_kind'
  | 'bad_value'
  | 'unknown_provider'
  | 'bad_merchant'
  | 'bad_account'
  | 'unknown_pepper'
  | 'broken_line';

type ImportText = string | null | undefined;

/** A raw CI or DI, and the account of whoever it is. `merchant`: of a DI, V2's `channel.pgMerchantId`; empty in V1. */
export type ImportRow =
  | readonly [kind: ImportText, value: ImportText, provider: ImportText, merchant: ImportText, account: OwnId | null | undefined]
  | { kind: ImportText; value: ImportText; provider?: ImportText; merchant?: ImportText; account: OwnId | null | undefined };

/** A hashed key, and the account of whoever it is. */
export type ImportKey =
  | readonly [
      kind: ImportText,
      pepperId: ImportText,
      hash: ImportText,
      provider: ImportText,
      account: OwnId | null | undefined,
      receivedAt?: Date | null,
    ]
  | {
      kind: ImportText;
      pepperId: ImportText;
      hash: ImportText;
      hashBytes?: Uint8Array;
      provider?: ImportText;
      account: OwnId | null | undefined;
      receivedAt?: Date | null;
    };

/** A row that was left out. `row`: its number, from 1. */
export interface ImportConflict {
  row: number;
  reason: ImportReason;
}

/** What an import has done. */
export interface ImportReport {
  /** Read. */
  rows: number;
  /** Of these, how many changed nothing. */
  existing: number;
  /** That are new. */
  persons: number;
  keys: number;
  uses: number;
  /** Keys that moved to the newest pepper. */
  moved: number;
  /** How many rows, by the reason. */
  leftOut: Partial<Record<ImportReason, number>>;
  /** The first of them. */
  conflicts: ImportConflict[];
}

export interface ImportOptions extends CallOptions {
  /** As of the clients: providers that bonin does not know and that you know to check what they give. */
  attests?: readonly string[];
  /** Takes values that do not look like a CI or DI. */
  anyValue?: boolean;
  /** How many conflicts the report lists: 1,000 by default. */
  conflicts?: number;
  /** Called with every conflict. */
  onConflict?: (conflict: ImportConflict) => void;
  /** Called after each batch, with the report so far. */
  onBatch?: (report: ImportReport) => void;
}

/**
 * Which person holds which account, which ids were used; docs/registry.md describes it. Every call rejects rather than
 * throws: with `TimedOut` when its own `timeoutMs` is over, with `StoreBusy` when the registry's is, with
 * `StoreUnavailable`, `StoreFull`, `StoreReadOnly`, `StoreCorrupt`, `StoreFailed`, `InvalidPepper`, `OutcomeUnknown`,
 * `Cancelled` or `Closed`, and with `InvalidArgument` for a verification that is not verified or holds no attested CI or DI.
 */
export class Registry implements AsyncDisposable {
  /**
   * Opens nothing.
   * @param store `sqlite:PATH`, `sqlite::memory:`, `postgresql://…` or `mysql://…`; undefined with `ownStore`
   * @throws InvalidArgument, InvalidPepper, InvalidTimeout
   */
  constructor(store: string | undefined, options: RegistryOptions);
  /**
   * The keys of this person as an application's own table stores them: in the order of `keys`, each under every pepper, the
   * newest first. Asks no store.
   * @throws InvalidArgument for a verification that is not verified, holds no attested key, or only a DI whose salt the
   *   page chose; Closed
   */
  keys(verification: Verification): HashedKey[];
  /** The account of this person. Rejects with `Conflict` when CI and DI lead to two persons. */
  find(verification: Verification, options?: CallOptions): Promise<string | undefined>;
  /** Makes the account this person's. Rejects with `ClaimRefused` when nothing was granted. `subject`: who signs up. */
  claim(verification: Verification, accountId: OwnId, options?: CallOptions & { subject?: OwnId }): Promise<Granted>;
  /** As `claim`, and a refusal is an answer: ask `granted`. */
  tryClaim(verification: Verification, accountId: OwnId, options?: CallOptions & { subject?: OwnId }): Promise<Claim>;
  /** Is this the person who holds the account? False for whatever cannot be proved. */
  match(verification: Verification, accountId: OwnId, options?: CallOptions): Promise<boolean>;
  /** The account is given up; its person stays known for `rejoinAfterMs`. False: there was no such account. */
  release(accountId: OwnId, options: CallOptions & { rejoinAfterMs: number }): Promise<boolean>;
  /**
   * Keeps a person out until a moment, or for ever. `reason`: the operator's own text, at most 1,000 bytes; write nothing
   * personal. Rejects with `NotFound` for an account or person there is not.
   */
  ban(who: Who, options?: CallOptions & { until?: Date; reason?: string }): Promise<void>;
  /** Ends a ban. False: there was no ban. */
  unban(who: Who, options?: CallOptions): Promise<boolean>;
  /** Uses an id up for one subject; `other_subject` must be refused. */
  consume(verificationId: string, subject: OwnId, options?: CallOptions): Promise<Use>;
  /** Erases the person of an account with everything, a ban included. False: there was no such account. */
  forget(accountId: OwnId, options?: CallOptions): Promise<boolean>;
  /** What a policy needs to know, as `Policy.evaluate` takes it. Read only. */
  standing(verification: Verification, subject: OwnId, options?: CallOptions): Promise<Standing>;
  /** As `standing`, and does what is asked for in the same transaction. Judge by the standing it answers. */
  admit(
    verification: Verification,
    subject: OwnId,
    options?: CallOptions & { consume?: boolean; reserve?: boolean; acceptPageChosenDi?: boolean },
  ): Promise<{ standing: Standing; reservation: Reservation | undefined }>;
  /** Keeps a place for a person. The same subject again gets the same one, renewed. */
  reserve(verification: Verification, subject: OwnId, options?: CallOptions): Promise<Reserved>;
  /** Turns a reservation (or its id) into an account. Rejects with `ClaimRefused` when nothing was granted. */
  commit(reservation: Reservation | string, accountId: OwnId, options?: CallOptions): Promise<Granted>;
  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(reservation: Reservation | string, accountId: OwnId, options?: CallOptions): Promise<Claim>;
  /** Gives a place back. False: it was not there any more. */
  cancel(reservation: Reservation | string, options?: CallOptions): Promise<boolean>;
  /** How many there are of each. Reads whole tables. */
  count(options?: CallOptions): Promise<{ persons: number; accounts: number; keys: number; uses: number }>;
  /** Persons with a number above `after`, `limit` (1 to 10,000) at a time as they are asked for. */
  export(options?: CallOptions & { after?: number; limit?: number }): AsyncGenerator<PersonRecord, void, undefined>;
  /** Removes what has lapsed and tells how many keys are left under which pepper. Reads whole tables. */
  rotate(options?: CallOptions): Promise<PepperCount[]>;
  /** Forgets ids that were used up before a moment. Answers how many. */
  forgetUses(before: Date, options?: CallOptions): Promise<number>;
  /**
   * Moves people in, a thousand rows a transaction. A row that contradicts what is there, or cannot be, is left out and
   * reported; nothing is overwritten, and run again it changes nothing.
   */
  import(rows: Iterable<ImportRow> | AsyncIterable<ImportRow>, options?: ImportOptions): Promise<ImportReport>;
  /** The same with keys that are hashed already, as `keys` and `export` give them. */
  importKeys(keys: Iterable<ImportKey> | AsyncIterable<ImportKey>, options?: ImportOptions): Promise<ImportReport>;
  /**
   * The same with a file of comma-separated values, whose first line names its columns: `value` and `account`, then `kind`,
   * `provider` and `merchant`. Rows are numbered by their lines. The options `kind`, `provider` and `merchant` are those of
   * lines that say none.
   */
  importFile(path: string, options?: ImportOptions & { kind?: KeyKind; provider?: string; merchant?: string }): Promise<ImportReport>;
  /**
   * Moves everything of another registry with the same peppers in: keys, accounts, bans, rejoin periods, uses of ids; not the
   * reservations that live. Nothing is written there. Rows are numbered as the persons are there.
   */
  importFrom(source: Registry, options?: ImportOptions): Promise<ImportReport>;
  /** What makes the tables in PostgreSQL, for whoever lets no application make any. `schema`: `bonin` by default. */
  static schemaSql(schema?: string): string;
  /** What this registry has counted in this process. */
  metrics(): RegistryMetrics;
  /** Settles what waits with `Closed` and refuses new calls. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** What its operator should know of the options. */
  readonly warnings: string[];
  toString(): string;
}

export interface VerifierOptions {
  /** It must follow the verifier's clock. */
  registry?: Registry;
  otpLimits?: OtpLimits;
  /** Whose clock is followed; the client's by default. */
  clock?: Sandbox;
  /**
   * Gets the `record()` of each decision before the decision is answered: a file, by its path, a line each; or a function.
   * Neither a disk that fails nor a function that throws changes an answer: docs/operations.md.
   */
  records?: string | ((line: string) => unknown);
}

/** What a verifier has concluded in this process. */
export interface VerifierMetrics {
  /** By the name of the provider; `none`: no verification was looked up, or it names none; `other`: the 17th name and later. */
  decisions: Record<string, { allowed: number; denied: number }>;
  /** Rules that did not pass in denied decisions: by rule, then by reason; `other`: the 101st pair and later. */
  denials: Record<string, Record<string, number>>;
  /** Nothing could be decided: by the kind of the error. What never came up is not there. */
  errors: { [Kind in ErrorKind]?: number };
  /** Those of the option `records`. `waiting`: for a file that cannot be written. `lost`: there was no room for them. */
  records: { written: number; waiting: number; lost: number };
}

/** Of `verifyMany`. */
export interface VerifyManyOptions extends CallOptions {
  /** Who asks, of all of them; a policy about accounts needs it. */
  subject?: OwnId;
  /** What each verification must carry. */
  expect?: Expect;
  /** So many are under way at once: 1 to 1,000, 64 by default. */
  atOnce?: number;
  /** So many are begun within a second: 0.01 to 100,000; as fast as it goes by default. */
  perSecond?: number;
  /**
   * Told now and then how many have ended. Answering false stops; what was decided is in the answer. What it throws becomes
   * a warning of the process.
   */
  progress?: (done: number, total: number) => boolean | void;
}

/** How many ids were allowed, denied, failed (nothing could be decided), and left (not begun, or cut off). */
export interface JudgedCounts {
  readonly allowed: number;
  readonly denied: number;
  readonly failed: number;
  readonly left: number;
}

/** What became of the ids of `verifyMany`, in their order. Nothing is made of an answer until it is read. Frozen. */
export class Judged {
  private constructor();
  readonly length: number;
  /** 1 for each id that is allowed, else 0. Built when first read. */
  readonly allowed: Uint8Array;
  readonly counts: JudgedCounts;
  /** Where to go on: `length`, or the first that was left or failed as it stopped. */
  readonly next: number;
  /** Why it stopped before the last id. */
  readonly stopped: BoninError | undefined;
  /**
   * A decision, the error of an id about which nothing could be decided, or undefined for one that was left. -1 is the last.
   * An error has no `allowed`, so nobody is let in by one.
   */
  at(index: number): AllowedDecision | DeniedDecision | BoninError | undefined;
  [Symbol.iterator](): IterableIterator<AllowedDecision | DeniedDecision | BoninError | undefined>;
  toJSON(): object;
}

/** Looks an id up and judges it. Immutable. `P`: the client it asks, which decides what `begin` answers. */
export class Verifier<P extends PortOneV1 | PortOneV2 = PortOneV1 | PortOneV2> {
  /**
   * A policy that asks about accounts, bans or single use needs a registry. Of an own store it may ask what the store has functions for.
   * @throws InvalidArgument
   */
  constructor(portone: P, policy: Policy, options?: VerifierOptions);
  readonly portone: P;
  readonly policy: Policy;
  readonly registry: Registry | undefined;
  /** The policy's warnings, and what it asks that the registry's keys cannot tell. */
  readonly warnings: readonly string[];
  /** What it has concluded in this process. */
  metrics(): VerifierMetrics;
  /**
   * Starts an identity verification that is to happen in a browser. Sends nothing, stores nothing.
   * @param subject who asks: a session or user id, 1 to 1,000 bytes
   * @throws InvalidArgument
   */
  begin(subject: OwnId, options?: FlowOptions): Flow<P extends PortOneV1 ? 'v1' : 'v2'>;
  /**
   * An id in, a decision out: ask `(await verifier.verify(id)).allowed`. A decision that denies is an object as well, so
   * `if (await verifier.verify(id))` lets everybody in.
   *
   * `timeoutMs` is of the whole, PortOne and registry. Rejects when nothing could be decided: as calls of `PortOne` and
   * `Registry` do, with `InvalidId` for an id that cannot be one, with `InvalidArgument` for a missing `subject`. Then nobody
   * may be let in.
   */
  verify(id: string, options?: VerifyOptions): Promise<AllowedDecision | DeniedDecision>;
  /**
   * Judges each id as `verify` does, in one call: for jobs, such as a nightly check of all members; docs/batch.md.
   *
   * An id about which nothing can be decided has its error for an answer, and the others go on. It stops early, and answers
   * what it has, where going on would not help: the credentials are refused, the client is closed or drains, `signal` aborts,
   * or many ids in a row failed for reasons that are not theirs. `timeoutMs` is of each id. Rejects with `InvalidArgument` for
   * ids that are no strings and for options that no id can be judged with, and with `Cancelled` where `signal` had aborted before.
   * @param ids 100,000 at most
   */
  verifyMany(ids: Iterable<string>, options?: VerifyManyOptions): Promise<Judged>;
  /** The verification of somebody who is allowed. Rejects with `Denied` for everybody else, and as `verify` does. */
  require(id: string, options?: VerifyOptions): Promise<Verification>;
  /**
   * Sends a code to a person, without a browser's script; docs/otp.md. Rejects with `Throttled`, without an `httpStatus`, when
   * the subject, the number or the address asked too often, with `ProviderFailed` when the provider refuses.
   * @param subject who asks
   */
  sendOtp(subject: OwnId, person: OtpPerson, options?: CallOptions): Promise<OtpSent<P extends PortOneV1 ? 'v1' : 'v2'>>;
  /** V2: sends the code again. Rejects with `NotFound` for an id that was not sent for this subject. */
  resendOtp(subject: OwnId, id: string, options?: CallOptions): Promise<void>;
  /**
   * Finishes it with the code, or without one for the APP method, and judges as `verify` does with `begun`. Rejects with
   * `ProviderFailed` for a wrong code, with `Throttled` after too many tries.
   */
  confirmOtp(
    id: string,
    otp: string | undefined,
    options: CallOptions & { subject: OwnId; expect?: Expect; guardian?: string },
  ): Promise<AllowedDecision | DeniedDecision>;
  /**
   * Looks at what a verification needs, for boot and readiness: asks PortOne for an id that nobody has, and the registry for a
   * read, at once. A bad state is an answer, and no error. `timeoutMs`: the client's by default.
   */
  check(options?: CallOptions): Promise<CheckReport>;
  /**
   * Takes no new verifications and codes: they reject with `Draining`. Waits for those under way for `timeoutMs`, and answers
   * how many are left. The client goes on for others.
   */
  drain(options?: CallOptions): Promise<number>;
}

/** One thing that `check` looked at. No personal data and no secret is in it. */
export interface Check {
  name: 'calls' | 'certificates' | 'credentials' | 'credentials_v2' | 'clock' | 'store';
  ok: boolean;
  /** Why it is not well. */
  reason: ErrorKind | 'skew' | 'unknown' | undefined;
  /** What is so, in English, and what to do next when it is not well. */
  detail: string;
  durationMs: number;
}

/** `ok` when every check is well. */
export interface CheckReport {
  ok: boolean;
  checks: Check[];
}

export type ProofState = 'valid' | 'expired' | 'other_policy' | 'foreign' | 'unreadable';

/** What a proof is worth: ask `valid`. What is not of a proof that was signed here for the subject is undefined. */
export interface Proof {
  readonly valid: boolean;
  /** `foreign`: no key of these signed it for this subject. */
  readonly state: ProofState;
  /** When the policy was met. */
  readonly at: Date | undefined;
  /** The first moment at which it counts no more. */
  readonly until: Date | undefined;
  readonly policyName: string | undefined;
  readonly policyHash: string | undefined;
  /** SHA-256 of the verification's id, as `Decision.record()` has it. */
  readonly idSha256: string | undefined;
  /** For an end user, Korean. */
  readonly ko: string;
  /** For an end user, English. */
  readonly en: string;
}

/** Signs proofs and checks them: a yes that lasts. Sends nothing, stores nothing. */
export class Proofs {
  /**
   * `key`: of at least 32 bytes, the text itself, `env:NAME` or `file:PATH`; `keys`: several, the newest first, which signs
   * while all are tried. `clock`: whose clock is followed; the machine's by default.
   * @throws InvalidPepper
   */
  constructor(options: ({ key: string; keys?: never } | { keys: readonly string[]; key?: never }) & { clock?: Sandbox });
  /**
   * A proof of a decision that allowed: a text of about 300 characters, nothing of it personal. `subject`: whom the
   * application knows the person as. `days`: 1 to 366, from the decision.
   * @throws InvalidArgument
   */
  issue(decision: AllowedDecision, options: { subject: OwnId; days: number }): string;
  /** What a proof is worth for this subject and this policy. Whatever is not valid is no error. */
  check(proof: string | null | undefined, options: { subject: OwnId; policy: Policy }): Proof;
  toString(): string;
}

export interface SandboxOptions {
  /** `127.0.0.1` by default. */
  host?: string;
  /** Without it any free one. */
  port?: number;
  /** Without it, a host that is not loopback is refused. */
  allowRemote?: boolean;
  /**
   * What a caller who is not on loopback shows to control it, in the header `Sandbox-Token`: 16 to 200 characters. Made up by
   * default.
   */
  token?: string;
  /** Where a browser reaches it, when that is another address: `http://localhost:8180`. */
  publicUrl?: string;
  impKey?: string;
  impSecret?: string;
  apiSecret?: string;
  apiKey?: string;
  storeId?: string;
}

/** The people that the sandbox brings; docs/sandbox.md describes each. */
export type Persona =
  | 'adult'
  | 'minor'
  | 'child'
  | 'born_today_19'
  | 'born_tomorrow_19'
  | 'leap_day'
  | 'foreigner'
  | 'kakao_without_ci'
  | 'naver_self_declared'
  | 'inicis_without_di'
  | 'kcp_without_ci'
  | 'test_channel'
  | 'unfinished'
  | 'failed'
  | 'bare';

/** What is left out is not told by the provider, except `ci` and `di`, which are made up. Null means none. */
export interface SandboxPerson {
  name?: string | null;
  /** `YYYY-MM-DD`. */
  birthDate?: string | null;
  gender?: Gender | null;
  foreigner?: boolean | null;
  phone?: string | null;
  carrier?: Carrier | null;
  mvno?: boolean | null;
  ci?: string | null;
  di?: string | null;
}

/** How somebody is verified; the persona decides what is not said here. */
export interface SandboxWay {
  /** The last of `DANAL`, `KCP_V2` and `INICIS_UNIFIED` tells neither DI nor carrier, as the real one. */
  provider?: Provider | Text;
  /** Null: a V2 answer without a channel. */
  channelType?: 'LIVE' | 'TEST' | Text | null;
  status?: RecordStatus;
}

/** How a persona of your own is described and verified; `DANAL`, `LIVE` and `VERIFIED` by default. */
export interface SandboxPersonOptions extends SandboxWay {
  ko?: string;
  en?: string;
}

export interface SandboxVerifyOptions extends SandboxWay {
  /** `v2` by default. */
  api?: Api;
  /** The id to use; an earlier record of that id is replaced. */
  id?: string;
  /** V1. */
  merchantUid?: string;
  /** V1: URL of the page. */
  origin?: string | null;
  /** V2. */
  customData?: string;
  /** V2. */
  customerId?: string;
  /** In place of the sandbox's own of the provider. */
  channelKey?: string;
  pgMerchantId?: string;
  pgTxId?: string;
  /** ms since 1970; now, on the sandbox's clock, by default. */
  verifiedAtMs?: number;
  /** ms since 1970; a minute before that by default. */
  requestedAtMs?: number;
  /** Raw fields of the answer to replace: by name, or by JSON pointer such as `/verifiedCustomer/birthDate`. */
  overrides?: Record<string, unknown>;
  /** Names of top-level fields to leave out. */
  omit?: readonly string[];
}

/** What every fault takes. */
export interface FaultOptions {
  /** The requests that it can hit; `*` in `path` is any text. Every request by default. */
  match?: { method?: string; path?: string };
  /** Requests that are let through first; 0 by default. */
  after?: number;
  /** Requests that are hit then; 1 by default. */
  times?: number;
  /** How long the answer waits, in ms; 0 by default, 20 for `reset_after_idle`. */
  delayMs?: number;
  /** Carry the request out although its answer is lost? */
  effect?: boolean;
}
interface FaultAnswer {
  /** 503 for `status`, else 200, by default. */
  status?: number;
  headers?: Record<string, string>;
}
/** A text, or anything that JSON can carry. */
type FaultBody = NonNullable<unknown> | null;
/** The right answer is sent, so the request is carried out; unless there is a body in its place. */
type FaultOfAnswer = { effect?: true; body?: never; status?: never; headers?: never } | (FaultAnswer & { body: FaultBody });

export type FaultKind = 'delay' | 'status' | 'respond' | 'reset' | 'cut' | 'garbage' | 'drip' | 'reset_after_idle' | 'ready';

/** The faults of the sandbox, each with its options. */
export interface Faults {
  /** The right answer, `delayMs` later. */
  delay: FaultOptions & { effect?: true };
  /** `status` with a body in the API's shape, or `body`. */
  status: FaultOptions & FaultAnswer & { body?: FaultBody };
  /** Exactly `status`, `headers` and `body`. */
  respond: FaultOptions & FaultAnswer & { body?: FaultBody };
  /** A connection reset. */
  reset: FaultOptions;
  /** The right length announced, half the body (or `bytes` of it), then the end. */
  cut: FaultOptions & { bytes?: number } & FaultOfAnswer;
  /** Bytes that are not HTTP, or `body`. */
  garbage: FaultOptions & { body?: FaultBody };
  /** The right answer, its body in one-byte pieces. */
  drip: FaultOptions & FaultOfAnswer;
  /** The right answer; the idle connection is reset `delayMs` (20) later. */
  reset_after_idle: FaultOptions & { effect?: true };
  /** A lookup tells of a window that is still open. */
  ready: FaultOptions & { effect?: true };
}

/** One entry of `personas()`. Of a persona of your own `name` is another text. */
export interface PersonaEntry {
  name: Persona;
  ko: string;
  en: string;
  provider: string;
  channelType: string | null;
  status: RecordStatus;
  person: Required<SandboxPerson>;
}

/** What was asked of the sandbox: the latest 10,000 requests, oldest first, and counts of all. */
export interface SandboxRequests {
  total: number;
  byRoute: Record<string, number>;
  /** Opened. */
  connections: number;
  requests: {
    method: string;
    /** Without the query. */
    path: string;
    route: string;
    /** 0: nothing was answered. */
    status: number;
    authorization: 'Bearer' | 'PortOne' | 'raw' | null;
    tier: string | null;
    storeId: string | null;
    /** Number of the connection. */
    connection: number;
    /** On the sandbox's clock. */
    atMs: number;
  }[];
}

export interface SandboxInfo {
  url: string;
  v1Url: string;
  v2Url: string;
  v1ScriptUrl: string;
  v2ScriptUrl: string;
  impKey: string;
  impSecret: string;
  apiSecret: string;
  apiKey: string;
  storeId: string;
  impCode: string;
  channelKey: string;
  channels: { key: string; provider: Provider; type: 'LIVE' | 'TEST'; pgMerchantId: string }[];
  nowMs: number;
}

export type SandboxOperation =
  | 'info'
  | 'personas'
  | 'verify'
  | 'add_person'
  | 'open_window'
  | 'close_window'
  | 'otp'
  | 'fault'
  | 'clear_faults'
  | 'advance'
  | 'requests'
  | 'clear_requests'
  | 'reset';

/** How far `advance` goes: the sum of what is given. */
export interface SandboxSpan {
  ms?: number;
  seconds?: number;
  minutes?: number;
  hours?: number;
  days?: number;
}

/** What each operation of `control` takes and answers. */
export interface SandboxOperations {
  info: [takes: Record<string, never>, gives: SandboxInfo];
  personas: [takes: Record<string, never>, gives: { personas: PersonaEntry[] }];
  verify: [takes: SandboxVerifyOptions & { persona?: Persona; person?: SandboxPerson }, gives: { id: string }];
  add_person: [takes: SandboxPersonOptions & { name: string; person: SandboxPerson }, gives: { name: string }];
  /** What the sandbox's own window uses. */
  open_window: [takes: object, gives: any];
  /** What the sandbox's own window uses. */
  close_window: [takes: object, gives: any];
  otp: [takes: { id: string }, gives: { otp: string }];
  fault: [takes: { [Kind in FaultKind]: { kind: Kind } & Faults[Kind] }[FaultKind], gives: { id: number }];
  clear_faults: [takes: Record<string, never>, gives: object];
  advance: [takes: { ms: number }, gives: { nowMs: number }];
  requests: [takes: { limit?: number }, gives: SandboxRequests];
  clear_requests: [takes: Record<string, never>, gives: object];
  reset: [takes: Record<string, never>, gives: object];
}

/**
 * A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults. Every method but
 * `start` and `close` answers at once, and throws `InvalidArgument` for what it does not take.
 */
export class Sandbox implements AsyncDisposable {
  private constructor();
  /** Rejects with `InvalidArgument` when it cannot listen there. */
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
  /** What a caller who is not on loopback must show; undefined where there is none. */
  readonly token: string | undefined;
  /** A client of this sandbox: its address, credentials and clock are set. */
  connect(options: { api: 'v1' } & Omit<Partial<PortOneV1Options>, 'baseUrl' | 'clock'>): PortOneV1;
  connect(options?: { api?: 'v2' } & Omit<PortOneV2Options, 'baseUrl' | 'clock'>): PortOneV2;
  connect(options: { api: Api }): PortOneV1 | PortOneV2;
  /** What `POST /sandbox/{operation}` does, with names in camelCase. */
  control<Operation extends SandboxOperation>(
    operation: Operation,
    args?: SandboxOperations[Operation][0],
  ): SandboxOperations[Operation][1];
  /** Finishes a verification as a persona (`adult` by default), or as a person of your own; answers its id. */
  verify(person?: Persona | SandboxPerson, options?: SandboxVerifyOptions): string;
  personas(): PersonaEntry[];
  /** Makes a persona of your own until `reset()`. `verify` takes its name as a `Persona`: `name as Persona`. */
  addPerson(name: string, person: SandboxPerson, options?: SandboxPersonOptions): void;
  /** The code that the person behind an id was sent; empty for the APP method, which needs none. */
  otp(id: string): string;
  /** Scripts a fault. Faults are tried in the order they were added; one request meets one fault at most. */
  fault<Kind extends FaultKind>(kind: Kind, options?: Faults[Kind]): void;
  /** Forgets every fault that was scripted. */
  clearFaults(): void;
  /**
   * Moves the clock of the sandbox and of all that follows it: `{ minutes: 11 }`, or a number of seconds. It may be negative.
   */
  advance(span: SandboxSpan | number): void;
  /** What was asked of the sandbox. */
  requests(): SandboxRequests;
  /** Forgets the requests, and counts from 0 again. */
  clearRequests(): void;
  /** As freshly started: forgets records, tokens, faults, added personas, requests and the clock's shift. */
  reset(): void;
  /** Stops serving. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * The age that somebody born on a day (`YYYY-MM-DD`) has on another, counted as a policy counts it.
 * `on`: `YYYY-MM-DD`, or a `Date`, whose day is Korea's. `by`: `full` (만 나이, the default) or `year` (연 나이). Throws
 * InvalidArgument for a birth before 1900 or after `on`.
 */
export function age(birth: string, options: { on: string | Date; by?: AgeBy }): number;
/** A fresh identity verification id: 32 lower-case hex characters, which every provider takes. */
export function newId(): string;
/** Runs a cases file (docs/policy.md) whose cases name their policies. */
export function runPolicyCases(cases: object | string): PolicyCaseReport;
/** The same from a file. A path in it is taken from the folder of the file. */
export function runPolicyCasesFile(path: string): PolicyCaseReport;
/** What changes from one policy to another, and who of a cases file is decided otherwise. */
export function policyDiff(before: Policy, after: Policy, options?: { cases?: object | string; casesFile?: string }): PolicyDiff;
export const version: string;

/** One thing that `doctor` looked at. No personal data, no secret and no value of a variable is in it. */
export interface DoctorCheck {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  /** What is so. */
  ko: string;
  en: string;
  /** What to do; empty where there is nothing to do. */
  next_ko: string;
  next_en: string;
}

/** `ok`: nothing has failed. `at`: when it was made. */
export interface DoctorReport {
  ok: boolean;
  at: string;
  checks: DoctorCheck[];
}

export interface DoctorOptions extends CallOptions {
  store?: string;
  schema?: string;
  /** `env:NAME`, `file:PATH` or `ID=env:NAME`. */
  peppers?: readonly string[];
  caFile?: string;
  proxy?: string;
}

/**
 * What this machine has, reaches and believes: looks at everything at once, and ends within `timeoutMs` (5,000) whatever does not
 * answer. Credentials are those of the variables that the command line reads. docs/cli.md lists the checks.
 */
export function doctor(options?: DoctorOptions): Promise<DoctorReport>;

/** Versions of the libraries that bonin runs with: one line. */
export function runtimeVersions(): string;

export type ErrorKind =
  | 'invalid_argument'
  | 'invalid_id'
  | 'insecure_url'
  | 'missing_credentials'
  | 'invalid_timeout'
  | 'invalid_policy'
  | 'closed'
  | 'draining'
  | 'connection_failed'
  | 'timed_out'
  | 'tls_failed'
  | 'redirect_refused'
  | 'cancelled'
  | 'overloaded'
  | 'outcome_unknown'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rejected'
  | 'provider_failed'
  | 'throttled'
  | 'unavailable'
  | 'unreadable_answer'
  | 'mismatched_answer'
  | 'invalid_pepper'
  | 'store_busy'
  | 'store_full'
  | 'store_read_only'
  | 'store_corrupt'
  | 'store_unavailable'
  | 'store_failed'
  | 'claim_refused'
  | 'denied'
  | 'internal';

/** The base of all errors. `message` holds neither personal data nor secrets. */
export class BoninError extends Error {
  protected constructor();
  /** Stable, one for each class. */
  readonly kind: ErrorKind;
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
  /** What ended the attempt before the last, as text; what an own store threw; the reason of the signal that cancelled. */
  readonly cause?: unknown;
  /** In ms: what the server asked for, or what is left of the circuit's pause. */
  readonly retryAfterMs?: number;
  toJSON(): object;
}
/** A parameter has the wrong shape. Nothing was sent. */
export class InvalidArgument extends BoninError {}
/** The id is not one that may be asked for. Nothing was sent. */
export class InvalidId extends InvalidArgument {}
/** http to a host that is not loopback, or no URL at all. */
export class InsecureUrl extends InvalidArgument {}
/** A key or secret is empty, or cannot be one. */
export class MissingCredentials extends InvalidArgument {}
/** A time limit is not 1 to 600,000 ms. */
export class InvalidTimeout extends InvalidArgument {}
/** A policy document that cannot be understood; `parameter` is a JSON pointer. */
export class InvalidPolicy extends InvalidArgument {}
/** The registry's key is missing or too short. */
export class InvalidPepper extends InvalidArgument {}
/** The client was closed, or the process is ending. */
export class Closed extends BoninError {}
/** The client finishes what is under way and takes nothing new: another instance does. */
export class Draining extends BoninError {}
/** DNS, refused, reset: nothing is known to have arrived. */
export class ConnectionFailed extends BoninError {}
/** The time allowed for the call is over. */
export class TimedOut extends BoninError {}
/** Certificate, host name or handshake. Never retried. */
export class TlsFailed extends BoninError {}
/** The server redirects, which PortOne's API never does. */
export class RedirectRefused extends BoninError {}
/** The caller cancelled. */
export class Cancelled extends BoninError {}
/** The client has as many calls under way as it may (`maxCalls`). */
export class Overloaded extends BoninError {}
/** A request that may have taken effect was cut off: look the id up. */
export class OutcomeUnknown extends BoninError {}
/** 401, after one renewal of the token. */
export class Unauthorized extends BoninError {}
/** 403. */
export class Forbidden extends BoninError {}
/** PortOne knows no such verification or channel. */
export class NotFound extends BoninError {
  /** For the `ban` of an own store. */
  constructor(message?: string, options?: { cause?: unknown });
}
/** Already sent, already verified; in a registry, CI and DI lead to two persons. */
export class Conflict extends BoninError {
  /** For `find` and `standing` of an own store. */
  constructor(message?: string, options?: { cause?: unknown });
}
/** Any other refusal of the request as it was. */
export class Rejected extends BoninError {}
/** The identity provider itself refused. Never retried. */
export class ProviderFailed extends BoninError {}
/** 429. */
export class Throttled extends BoninError {}
/** 5xx; or, with no `attempts`, the circuit is open and nothing was sent. */
export class Unavailable extends BoninError {}
/** The answer is not the JSON that was promised. */
export class UnreadableAnswer extends BoninError {}
/** The answer is about another id. */
export class MismatchedAnswer extends BoninError {}
/** The store was locked for too long. */
export class StoreBusy extends BoninError {}
/** No space left. */
export class StoreFull extends BoninError {}
/** The store cannot be written. */
export class StoreReadOnly extends BoninError {}
/** The store is damaged. */
export class StoreCorrupt extends BoninError {}
/** The store cannot be opened or reached. */
export class StoreUnavailable extends BoninError {}
/** Any other failure of the store. */
export class StoreFailed extends BoninError {}
/** A claim or a commit that granted nothing. */
export class ClaimRefused extends BoninError {
  readonly outcome: 'taken' | 'refused';
  readonly reason: ClaimReason | undefined;
  /** When a refusal ends, if it does. */
  readonly until: Date | undefined;
}
/** A bug of bonin. */
export class InternalError extends BoninError {}
/** Raised by `Verifier.require` alone: the question was answered, and the answer is no. */
export class Denied extends BoninError {
  readonly decision: DeniedDecision;
}
