// What bonin does: who may sign up, and who is told a login id.
import type { AllowedDecision } from 'bonin';
import { BoninModule } from 'bonin/nest';
import type { Request, Response } from 'express';
import { type Api, PortOne } from './portone.js';
import { tell, type Visit } from './visits.js';

type Allowed = (visit: Visit, decision: AllowedDecision, portone: PortOne) => object | Promise<object>;

const mask = (loginId: string) => loginId.slice(0, 2) + '*'.repeat(loginId.length - 3) + loginId.slice(-1);

const routes = (api: Api, path: string, home: string, allowed: Allowed) =>
  BoninModule.forRootAsync({
    api,
    path,
    inject: [PortOne],
    useFactory: (portone: PortOne) => ({
      verifier: portone.verifier(api, path),
      channelKey: portone.channelKey,
      subject: (req: Request) => req.visit.id,
      onAllowed: async (req: Request, res: Response, decision) =>
        tell(req, res, home, { allowed: true, ...(await allowed(req.visit, decision, portone)) }),
      onDenied: (req: Request, res: Response, { code, ko, findings }) =>
        tell(req, res, home, { code, ko, findings, again: req.originalUrl }),
    }),
  });

export const identityOf = (api: Api) => [
  routes(api, 'sign-up', '/', (visit, decision) => {
    visit.reservation = decision.reservation;
    return {};
  }),
  routes(api, 'recover', '/#recover', async (_visit, decision, { registry }) => {
    const loginId = await registry.find(decision.verification);
    return { found: loginId === undefined ? null : mask(loginId) };
  }),
];
