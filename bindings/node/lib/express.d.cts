// bonin/express: the routes that the browser's script talks to, for Express 4 and 5.
import type { IncomingMessage, ServerResponse } from 'node:http';
// @ts-ignore Express is optional: without its types, a request of the application's own functions is any.
import type { Request, Response } from 'express';
import type { AllowedDecision, BoninError, DeniedDecision, Expect, Finding, Verifier } from './index.cjs';

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
  | 'not_finished'
  | 'invalid_id'
  | 'not_found'
  | 'invalid_body'
  | 'unsupported_body'
  | 'body_too_large'
  | 'cross_site'
  | 'method_not_allowed'
  | 'unavailable'
  | 'internal';

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
  /** What was denied; empty for any other code. */
  readonly findings: readonly Pick<Finding, 'code' | 'reason' | 'ko' | 'en'>[];
  /** For `denied`, unless the flow is somebody else's: then all but that it is would be about its owner. */
  readonly decision?: DeniedDecision;
  /** What went wrong, where something did. */
  readonly error?: BoninError;
  /** In seconds, at least 1: for `unavailable`. */
  readonly retryAfter?: number;
  /** The method of the route: for `method_not_allowed`. */
  readonly allow?: string;
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
  /** Told of what becomes a 500. Without it: one line on stderr. */
  onError?(error: BoninError): unknown;
  /** Who asks, such as the session's id. Without it: a random id in the cookie `bonin_subject`. */
  subject?(req: Request): string | Promise<string>;
  /** What the verification must carry; `{}` expects nothing. */
  expect?(req: Request): Expect | Promise<Expect>;
  /** False accepts ids that were not begun here for this subject. Without it: true. */
  begun?: boolean;
}

export interface IdentityRouterOptions extends RequireIdentityOptions {
  /** Answers whoever is allowed: it must send an answer. Without it: 200 `{"allowed": true}`. */
  onAllowed?(req: Request, res: Response, decision: AllowedDecision): unknown;
  /** For the browser's script. */
  channelKey?: string;
  /** Where a phone's browser comes back to: the address of the redirect route, as the browser sees it. */
  redirectUrl?: string;
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
