// bonin/web: the routes that the browser's script talks to, for whatever speaks Request and Response.
import type { AllowedDecision, BoninError, DeniedDecision, Expect, FlowOptions, OwnId, Verifier } from './index.cjs';
import type { OtpOptions, Refusal, SubjectCookie } from './express.cjs';

export type { OtpOptions, Refusal, RefusalCode, SubjectCookie } from './express.cjs';

/** What these functions throw, or reject with, the handler rejects with. `context` is what the handler was given beside the Request. */
export interface RequireIdentityOptions {
  /** Its PortOne decides the API: V2 `identityVerificationId`, V1 `imp_uid`. */
  verifier: Verifier;
  /** Answers whatever is not allowed; a status of 200 becomes the refusal's. Nothing: JSON, or a page for a redirected browser. */
  onDenied?(request: Request, refusal: Refusal, context: any): Response | undefined | Promise<Response | undefined>;
  /** Told of what becomes a 500 or a 503. Without it: one line on stderr. */
  onError?(error: BoninError): unknown;
  /** Who asks, such as the session's id. Without it: a random id in a cookie. */
  subject?(request: Request, context: any): OwnId | Promise<OwnId>;
  /** Of that cookie. */
  cookie?: SubjectCookie;
  /** Where the button of a refused redirect's page leads: a path, or a whole address. Without it: no button. */
  retryUrl?: string | ((request: Request, context: any) => string | undefined | Promise<string | undefined>);
  /** What the verification must carry; `{}` expects nothing. */
  expect?(request: Request, context: any): Expect | Promise<Expect>;
  /** False accepts ids that were not begun here for this subject. Without it: true. */
  begun?: boolean;
  /** How long in ms a result that PortOne does not have yet is asked for again. Without it: 3,000 with `begun`. */
  settleMs?: number;
}

/** Each option of `begin` as it is, or a function of the request; undefined from the function is as not given. */
type OfRequest<T> = {
  [Name in keyof T]?: T[Name] | ((request: Request, context: any) => T[Name] | undefined | Promise<T[Name] | undefined>);
};

export interface IdentityHandlerOptions extends RequireIdentityOptions, OfRequest<Omit<FlowOptions, 'guardianOf'>> {
  /** Answers whoever is allowed. Nothing: 200 `{"allowed": true}`. */
  onAllowed?(request: Request, decision: AllowedDecision, context: any): Response | undefined | Promise<Response | undefined>;
  /**
   * Answers whoever has signed up with this very verification already, as one who reloads the address of a redirect; the
   * decision denies. Nothing: 200 `{"allowed": true, "again": true}`, or a page.
   */
  onAgain?(request: Request, decision: DeniedDecision, context: any): Response | undefined | Promise<Response | undefined>;
  /** True adds `/send`, `/resend` (V2) and `/confirm`. An object, or a function that answers one: what `sendOtp` takes besides. */
  otp?: boolean | OtpOptions | ((request: Request, context: any) => OtpOptions | Promise<OtpOptions>);
  /** The end user's address, as the proxy that you trust tells it; needed with `otp`. */
  address?(request: Request, context: any): string | Promise<string>;
  /** Origins of pages of other sites that may begin a flow here, such as `https://shop.example`. Without it: none. */
  allowedOrigins?: readonly string[];
}

/**
 * Serves the routes of the verifier's API, wherever it is mounted: V2 `…/identity-verifications`, V1 `…/certifications`, each
 * with `/begin` and `/redirect`. Another path is a 404. Throws `InvalidArgument` for an option that cannot be meant.
 */
export function identityHandler(options: IdentityHandlerOptions): (request: Request, context?: any) => Promise<Response>;

/**
 * The same judgement for a handler of the application's own, in the Node runtime: the decision, with the headers that belong to
 * the application's answer; or the refusal, with the answer to it. The body of `request` must not have been read.
 */
export function requireIdentity(
  request: Request,
  options: RequireIdentityOptions,
): Promise<
  | { decision: AllowedDecision; headers: Headers; refusal?: undefined; response?: undefined }
  | { decision?: undefined; headers?: undefined; refusal: Refusal; response: Response }
>;

/** Why a decision or an error does not let somebody through, in words that may be shown. */
export function refusalOf(told: DeniedDecision | BoninError): Refusal;
