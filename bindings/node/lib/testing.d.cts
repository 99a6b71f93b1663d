// bonin/testing: for an application's own tests, with node:test, Jest or Vitest.
import type {
  AllowedDecision,
  Api,
  ChannelType,
  Decision,
  DeniedDecision,
  Expect,
  FindingCode,
  Flow,
  FlowOptions,
  Persona,
  Policy,
  PortOneV1,
  PortOneV2,
  Provider,
  Reason,
  Registry,
  RegistryOptions,
  Sandbox,
  SandboxPerson,
  SandboxSpan,
  SandboxVerifyOptions,
  Status,
  Verification,
  Verifier,
} from './index.cjs';

type Text = string & NonNullable<unknown>;
/** What the flow itself decides. */
type Finish = Omit<SandboxVerifyOptions, 'api' | 'id' | 'merchantUid'>;
type ClientOf<A extends Api> = A extends 'v1' ? PortOneV1 : PortOneV2;

/** A sandbox with a client, a registry and a verifier that follow its clock. */
export class Stage<A extends Api = Api> implements AsyncDisposable {
  constructor(sandbox: Sandbox, portone: ClientOf<A>, registry: Registry, verifier: Verifier<ClientOf<A>>);
  readonly sandbox: Sandbox;
  readonly portone: ClientOf<A>;
  readonly registry: Registry;
  readonly verifier: Verifier<ClientOf<A>>;
  /** Begins a flow, as the application does for its page; the sandbox's channel by default. */
  begin(subject?: string, options?: FlowOptions): Flow<A>;
  /** Finishes a flow, as a person in a browser does: the id that the browser hands to the application. */
  finish(flow: Flow, person?: Persona | SandboxPerson, options?: Finish): string;
  /** Verifies an id that `finish` answered for a flow of this subject. */
  verify(id: string, subject?: string, options?: { expect?: Expect }): Promise<AllowedDecision | DeniedDecision>;
  /** A whole flow: begun, finished by a person and verified. */
  flow(
    person?: Persona | SandboxPerson,
    subject?: string,
    options?: Finish & { expect?: Expect },
  ): Promise<AllowedDecision | DeniedDecision>;
  /** Moves the clock of all of them: `{ minutes: 11 }`, or a number of seconds. */
  advance(span: SandboxSpan | number): void;
  /** Closes the client and the registry, and stops the sandbox. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An empty registry in memory, under a key of its own, that follows the sandbox's clock. `options`: of the Registry; `ownStore` or
 * `store` stands in for the memory.
 */
export function registry(sandbox: Sandbox, options?: RegistryOptions & { store?: string }): Registry;

/**
 * Starts a sandbox, with a client, a registry in memory and a verifier that follow its clock. `policy`: `kr.youth_protection` by
 * default. `registry`: options of the Registry, such as `ownStore`.
 */
export function start<A extends Api = 'v2'>(options?: {
  policy?: Policy;
  api?: A;
  registry?: RegistryOptions & { store?: string };
}): Promise<Stage<A>>;

/** Facts of a verification made by hand; a persona's by default. */
export interface Facts {
  id?: string;
  api?: Api;
  status?: Status;
  provider?: Provider | Text;
  channel?: { type?: ChannelType; key?: string; pgMerchantId?: string };
  merchantUid?: string;
  customData?: string;
  customerId?: string;
  verifiedAt?: Date;
}

/**
 * A Verification made by hand: nothing is started, sent or looked up. `person`: a persona of the sandbox, or attributes, of which
 * CI and DI are made up unless they are given or null.
 */
export function verification(person?: Persona | SandboxPerson, facts?: Facts): Verification;
/** A Decision that allows, made by hand: nothing was judged. It holds no reservation. `policy`: whose decision it is. */
export function allowed(person?: Persona | SandboxPerson, options?: Facts & { policy?: Policy }): AllowedDecision;
/**
 * A Decision that denies by one rule, made by hand: nothing was judged. `policy`: whose rule it is; a policy of this rule alone by
 * default.
 * @throws InvalidArgument for a rule that the policy has not, or that is made of others
 */
export function denied(
  code: FindingCode,
  reason: Reason,
  person?: Persona | SandboxPerson,
  options?: Facts & { policy?: Policy },
): DeniedDecision;

/** Passes for a decision that allows. Otherwise an AssertionError says why it denies, without personal data. */
export function assertAllowed(decision: Decision): asserts decision is AllowedDecision;
/**
 * Passes for a decision that denies: by a rule with this code, for this reason, where they are given. A part of a combined rule
 * counts. Otherwise an AssertionError says what was found, without personal data.
 */
export function assertDenied(decision: Decision, code?: FindingCode, reason?: Reason | Text): asserts decision is DeniedDecision;
