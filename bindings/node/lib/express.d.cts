// bonin/express: the routes that the browser's script talks to, for Express 4 and 5.
import type { IncomingMessage, ServerResponse } from 'node:http';
// @ts-ignore Express is optional: without its types, a request of the application's own functions is any.
import type { Request, Response } from 'express';
import type { AllowedDecision, BoninError, DeniedDecision, Expect, Finding, FlowOptions, OtpPerson, OwnId, Verifier } from './index.cjs';

declare global {
  namespace Express {
    interface Request {
      /** Set by `requireIdentity`. */
      identity?: AllowedDecision;
    }
  }
}

export type RefusalCode =
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

/** A field of who is to get a code. */
export type OtpField = 'name' | 'phone' | 'identityNumber' | 'carrier' | 'method' | 'otp';

/** Why, or which field; `until`: of a ban or a rejoin period, when it is over, in ISO 8601. */
export interface RefusedFinding extends Pick<Finding, 'ko' | 'en'> {
  /** Of a finding, or the field of who was to get a code. */
  readonly code: Finding['code'] | OtpField | 'provider';
  /** Of a finding, or of what the routes refuse themselves. */
  readonly reason: Finding['reason'] | 'no_cookie' | 'claim_refused' | 'malformed' | 'address_blocked';
  readonly until?: string;
}

/**
 * Why somebody does not pass. Sent or spread as it is, it tells no more than the router's own answer: `decision` and `error`
 * are not enumerable.
 */
export interface Refusal {
  /** Of the answer. */
  readonly status: number;
  /** Stable. */
  readonly code: RefusalCode;
  /** For an end user, Korean. */
  readonly ko: string;
  /** For an end user, English. */
  readonly en: string;
  /** What was denied, or which fields cannot be used; empty for most other codes. */
  readonly findings: readonly RefusedFinding[];
  /** For `denied` and `needs_guardian`, unless the flow is somebody else's: then all but that it is would be about its owner. */
  readonly decision?: DeniedDecision;
  /** What went wrong, where something did. */
  readonly error?: BoninError;
  /** In seconds, at least 1: for `unavailable` and `too_often`. */
  readonly retryAfter?: number;
  /** The method of the route: for `method_not_allowed`. */
  readonly allow?: string;
}

/** How the cookie of a subject is set. */
export interface SubjectCookie {
  /** Without it: `Lax`. `None` lets a page of another site bring it, with `credentials: 'include'`. */
  sameSite?: 'Strict' | 'Lax' | 'None';
  /** Without it: as the request came, and true with `None` and `partitioned`. */
  secure?: boolean;
  /** Kept apart for each site that frames the page (CHIPS). */
  partitioned?: boolean;
  /** Without it: this host alone, and over https the cookie is called `__Host-bonin_subject`. */
  domain?: string;
}

/** What these functions throw, or reject with, goes to `next`. */
export interface RequireIdentityOptions {
  /** Its PortOne decides the API: V2 `identityVerificationId`, V1 `imp_uid`. */
  verifier: Verifier;
  /**
   * Answers whatever is not allowed; the status and the headers are set. Without it: JSON, or a page for a browser that was
   * redirected.
   */
  onDenied?(req: Request, res: Response, refusal: Refusal): unknown;
  /** Told of what becomes a 500 or a 503. Without it: one line on stderr. */
  onError?(error: BoninError): unknown;
  /** Who asks, such as the session's id. Without it: a random id in a cookie. */
  subject?(req: Request): OwnId | Promise<OwnId>;
  /** Of that cookie. */
  cookie?: SubjectCookie;
  /** Where the button of a refused redirect's page leads: a path, or a whole address. Without it: no button. */
  retryUrl?: string | ((req: Request) => string | undefined | Promise<string | undefined>);
  /** What the verification must carry; `{}` expects nothing. */
  expect?(req: Request): Expect | Promise<Expect>;
  /** False accepts ids that were not begun here for this subject. Without it: true. */
  begun?: boolean;
  /** How long in ms a result that PortOne does not have yet is asked for again. Without it: 3,000 with `begun`. */
  settleMs?: number;
}

/** What the routes of an OTP add to what the page says. */
export type OtpOptions = Partial<Pick<OtpPerson, 'channelKey' | 'company' | 'customerId' | 'customData' | 'bypass'>>;

/** Each option of `begin` as it is, or a function of the request; undefined from the function is as not given. */
type OfRequest<T> = { [Name in keyof T]?: T[Name] | ((req: Request) => T[Name] | undefined | Promise<T[Name] | undefined>) };

export interface IdentityRouterOptions extends RequireIdentityOptions, OfRequest<Omit<FlowOptions, 'guardianOf'>> {
  /** Answers whoever is allowed: it must send an answer. Without it: 200 `{"allowed": true}`. */
  onAllowed?(req: Request, res: Response, decision: AllowedDecision): unknown;
  /**
   * Answers whoever has signed up with this very verification already, as one who reloads the address of a redirect; the
   * decision denies. Without it: 200 `{"allowed": true, "again": true}`, or a page.
   */
  onAgain?(req: Request, res: Response, decision: DeniedDecision): unknown;
  /** True adds `/send`, `/resend` (V2) and `/confirm`. An object, or a function that answers one: what `sendOtp` takes besides. */
  otp?: boolean | OtpOptions | ((req: Request) => OtpOptions | Promise<OtpOptions>);
  /** Origins of pages of other sites that may begin a flow here, such as `https://shop.example`. Without it: none. */
  allowedOrigins?: readonly string[];
}

/** A function of (req, res, next), for `app.use` and `app.post`. */
export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: any) => void) => void;

/**
 * Serves `/identity-verifications` (V2) or `/certifications` (V1), with `/begin` and `/redirect`; everything else goes to
 * `next`. Throws `InvalidArgument` for an option that cannot be meant.
 */
export function identityRouter(options: IdentityRouterOptions): Handler;

/** The same judgement before a handler of the application's own: the decision is in `req.identity`. */
export function requireIdentity(options: RequireIdentityOptions): Handler;
