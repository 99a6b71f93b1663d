// bonin/browser: for pages. It needs nothing of Node, and no declarations of the server's half.

/** Who is not allowed, told by the server. */
export type ServerCode =
  | 'denied'
  | 'needs_guardian'
  | 'not_finished'
  | 'invalid_id'
  | 'not_found'
  | 'invalid_body'
  | 'unsupported_body'
  | 'body_too_large'
  | 'cross_site'
  | 'method_not_allowed'
  | 'invalid_person'
  | 'provider_refused'
  | 'too_often'
  | 'unavailable'
  | 'internal';

/**
 * Told by the page itself. `offline`: the server cannot be reached. `unexpected`: it answered what no route of bonin answers;
 * `status` tells. `no_script`: PortOne's script is not on the page; `hint` says which. `busy`: another verification of this page
 * is under way. `aborted`: by `signal`.
 */
export type PageCode = 'offline' | 'unexpected' | 'no_script' | 'busy' | 'aborted';

export interface RefusedFinding {
  code: string;
  reason: string;
  ko: string;
  en: string;
  /** Of a ban or a rejoin period: when it is over, in ISO 8601. */
  until?: string;
}

/** The server's refusal, or the page's own of the same shape. `ko` and `en` may be shown to the person. */
export interface RefusedAnswer {
  allowed: false;
  code: ServerCode | PageCode | (string & {});
  ko: string;
  en: string;
  findings: RefusedFinding[];
  /** Of the server's answer, where there was one. */
  status?: number;
  /** Seconds, from the header Retry-After. A server of another origin must expose the header. */
  retryAfter?: number;
  /** Of the verification that was judged: `guardianOf` of a guardian's. */
  id?: string;
  /** Of `not_finished`: the person closed the window or came back from it, or something else failed. */
  reason?: 'closed' | 'failed';
  /** Of `not_finished`: the words of PortOne or the provider. */
  message?: string;
  /** Of `not_finished`: the code of PortOne or the provider. */
  providerCode?: string;
  /** Of `no_script`: what to add to the page, for its developer. */
  hint?: string;
  /** Posts the same result once more, where the server could not decide: nobody verifies twice. */
  retry?: () => Promise<IdentityAnswer>;
  [field: string]: unknown;
}

/** What `onAllowed` answered; `{allowed: true}` without it. */
export type AllowedAnswer<Fields = { [field: string]: unknown }> = { allowed: true } & Fields;

export type IdentityAnswer<Fields = { [field: string]: unknown }> = AllowedAnswer<Fields> | RefusedAnswer;

export type RequestHeaders = Headers | Record<string, string> | [string, string][];

/** Which routes are asked, and how. */
export interface ServerOptions {
  /** The address of the route that begins, such as `/identity-verifications/begin`. */
  begin?: string | URL;
  /** Where the result is posted. Without it: `begin` without its `/begin`. */
  finish?: string | URL;
  /** Sent with each request, such as `Authorization`. A function is called for each. */
  headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
  /** Of `fetch`: `include` for a server of another origin that keeps cookies. */
  credentials?: 'omit' | 'same-origin' | 'include';
  /** True where the page keeps no cookies: the server's `Bonin-Subject` is kept in sessionStorage and sent back. */
  token?: boolean;
  /** How long one request may take in ms. Without it: 30,000. */
  timeoutMs?: number;
  /** Ends the wait; the answer is `aborted`. An open window of PortOne's stays open. */
  signal?: AbortSignal;
  /** Told what begins: `begin`, `window`, `finish`. */
  onStep?: (step: 'begin' | 'window' | 'finish') => void;
}

export interface VerifyIdentityOptions extends ServerOptions {
  begin: string | URL;
  /** Merged over what `begin` answered, such as `{ windowType: { pc: 'POPUP' } }`. */
  request?: object;
  /** V1's customer code, for `IMP.init`. Without it the page calls `IMP.init` itself. */
  impCode?: string;
  /** The child's id, whose guardian verifies now. */
  guardianOf?: string;
  /** V2's script where it is not `window.PortOne`, such as `@portone/browser-sdk/v2`. */
  portone?: { requestIdentityVerification(request: any): Promise<unknown> };
}

/**
 * Begins at the server, opens PortOne's window (V1 or V2, told apart by what `begin` answered), and posts what came of it. One at
 * a time: a second call joins the first. Resolves to the server's answer or a refusal; rejects with a TypeError for a mistake in
 * the options, and with what a function of theirs throws. Does not settle while the page is left for a redirect.
 *
 * @example
 * const answer = await verifyIdentity({ begin: '/identity-verifications/begin' });
 * if (answer.allowed) location.assign('/welcome');
 * else show(answer.findings[0]?.ko ?? answer.ko);
 */
export function verifyIdentity<Fields = { [field: string]: unknown }>(options: VerifyIdentityOptions): Promise<IdentityAnswer<Fields>>;

/**
 * For the page that `redirectUrl` names, when it is a page of the application: posts what PortOne left in the address, and takes
 * it out of the address. Resolves to undefined where there is nothing.
 */
export function resumeIdentity<Fields = { [field: string]: unknown }>(options: ServerOptions): Promise<IdentityAnswer<Fields> | undefined>;
