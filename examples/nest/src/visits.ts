// Who visits. In this process's memory; a shop of several has a session store.
import { randomBytes } from 'node:crypto';
import type { Reservation } from 'bonin';
import type { NextFunction, Request, Response } from 'express';

export interface Visit {
  readonly id: string;
  /** This person's place, for ten minutes. */
  reservation?: Reservation;
  member?: string;
  flash?: object;
}

declare global {
  namespace Express {
    interface Request {
      visit: Visit;
    }
  }
}

const visits = new Map<string, Visit>();

/** Gives each browser a visit of its own. */
export function keepVisit(req: Request, res: Response, next: NextFunction) {
  const known = visits.get(/(?:^|; )visit=([0-9a-f]{32})(?:;|$)/.exec(req.headers.cookie ?? '')?.[1] ?? '');
  req.visit = known ?? { id: randomBytes(16).toString('hex') };
  if (!known) {
    visits.set(req.visit.id, req.visit);
    res.cookie('visit', req.visit.id, { httpOnly: true, sameSite: 'lax', secure: req.secure });
    res.set('Cache-Control', 'no-store'); // nobody else's cookie, out of a cache
  }
  next();
}

/** A script gets the answer; a browser that was redirected goes back to the page, which asks /state. */
export function tell(req: Request, res: Response, home: string, answer: object) {
  if (req.method === 'POST') return answer;
  req.visit.flash = answer;
  res.redirect(303, home);
}
