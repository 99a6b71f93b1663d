// bonin/express as an application that has Express' types sees it.
import express from 'express';
import type { Request, Response } from 'express';
import { createServer } from 'node:http';
import { type Decision, Policy, PortOneV2, Verifier } from 'bonin';
import { identityRouter, requireIdentity, type Refusal } from 'bonin/express';

const verifier = new Verifier(new PortOneV2({ apiSecret: 'secret' }), Policy.preset('kr.youth_protection'));
const app = express();

app.use(identityRouter({ verifier }));
app.use(
  '/signup',
  identityRouter({
    verifier,
    channelKey: 'channel-key-1',
    redirectUrl: 'https://shop.example/signup/identity-verifications/redirect',
    subject: (req) => req.get('x-session') ?? 'none',
    expect: async (req) => ({ customData: String(req.query.order) }),
    onAllowed: (req, res, decision) => res.json({ method: req.method, id: decision.verification.id }),
    onDenied: (_req, res, { status, code, findings, retryAfter }) =>
      res.status(status).json({ code, first: findings[0]?.ko, retryAfter: retryAfter?.toFixed() }),
    onError: ({ kind }) => console.error(kind),
  }),
);
app.post('/orders', requireIdentity({ verifier, begun: false }), (req, res) => {
  const identity: Decision | undefined = req.identity;
  res.json({ allowed: identity?.allowed });
});
const deny = (_req: Request, res: Response, refusal: Refusal): void => void res.render('denied', refusal);
app.get('/welcome', requireIdentity({ verifier, onDenied: deny }));
createServer((req, res) => identityRouter({ verifier })(req, res, () => res.writeHead(404).end()));

// @ts-expect-error a router without a verifier
identityRouter({});
// @ts-expect-error a misspelled option
identityRouter({ verifier, onAlowed: () => undefined });
// @ts-expect-error the middleware goes on: there is nothing to answer
requireIdentity({ verifier, onAllowed: () => undefined });
// @ts-expect-error nobody asks
identityRouter({ verifier, subject: () => undefined });
// @ts-expect-error what is expected must be known
identityRouter({ verifier, expect: () => ({ order: '1' }) });

identityRouter({ verifier, channelKey: (req) => String(req.headers['x-channel']), customer: { fullName: 'name' }, otp: true, settleMs: 0 });
identityRouter({ verifier, channelKey: 'c', otp: async () => ({ company: 'shop' }), popup: async () => undefined });
// @ts-expect-error
identityRouter({ verifier, channelKey: 'c', otp: { kompany: 'shop' } });
// @ts-expect-error
identityRouter({ verifier, customer: { fullname: 'name' } });
// @ts-expect-error the query says it
identityRouter({ verifier, guardianOf: 'id' });
