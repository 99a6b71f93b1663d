// What type-checks with bonin/testing, and what must not.
import { type AllowedDecision, type DeniedDecision, Policy, type PortOneV1, PortOneV2, Proofs, Registry, Sandbox, Verifier } from 'bonin';
import { allowed, assertAllowed, assertDenied, denied, type Stage, start, verification } from 'bonin/testing';

const sandbox = await Sandbox.start({ host: '0.0.0.0', allowRemote: true, token: 'sixteen-is-enough', publicUrl: 'http://localhost:8180' });
const token: string | undefined = sandbox.token;
const v2: PortOneV2 = sandbox.connect();
const v2Too: PortOneV2 = sandbox.connect({ api: 'v2', auth: 'login', timeoutMs: 1_000 });
const v1: PortOneV1 = sandbox.connect({ api: 'v1', tier: 'abc' });
// @ts-expect-error the address is the sandbox's
sandbox.connect({ baseUrl: 'https://api.portone.io' });
// @ts-expect-error not of V2
sandbox.connect({ tier: 'abc' });
sandbox.advance(90);
sandbox.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, ms: 5 });
// @ts-expect-error no such unit
sandbox.advance({ weeks: 1 });
sandbox.verify('adult', { verifiedAtMs: 1, customData: 'order-1' });

const policy = Policy.preset('kr.youth_protection');
const registry = new Registry('sqlite::memory:', { pepper: 'p'.repeat(32), clock: sandbox });
new Verifier(v2, policy, { registry, clock: sandbox });
new Proofs({ key: 'p'.repeat(32), clock: sandbox });
new PortOneV2({ apiSecret: 's', clock: sandbox, allowInsecureSandbox: true });
// @ts-expect-error a clock is a sandbox
new PortOneV2({ apiSecret: 's', clock: new Date() });

const stage: Stage<'v2'> = await start({ policy, registry: { reservationLifeMs: 1_000 } });
const old: Stage<'v1'> = await start({ api: 'v1' });
const decision: AllowedDecision | DeniedDecision = await stage.flow('minor', 'session-1', { expect: { customData: 'order-1' } });
assertDenied(decision, 'age', 'too_young');
const no: DeniedDecision = decision;
const id: string = stage.finish(stage.begin('session-1', { redirectUrl: 'https://shop.example/back' }), { name: '홍길동' });
const yes = await old.verify(id);
assertAllowed(yes);
const certain: AllowedDecision = yes;
// @ts-expect-error no such persona
stage.flow('adlut');
// @ts-expect-error the flow decides it
stage.flow('adult', 'session-1', { id: 'iv-1' });
stage.advance({ minutes: 11 });

const byHand: AllowedDecision = allowed('adult', { policy, customData: 'order-1', verifiedAt: new Date() });
const denial: DeniedDecision = denied('age', 'too_young', { name: '홍길동', birthDate: '2015-01-01' }, { policy });
// @ts-expect-error no such reason
denied('age', 'too_yuong');
const status = verification('failed', { channel: { type: 'test' } }).status;
export { byHand, certain, denial, no, status, token, v1, v2Too };
