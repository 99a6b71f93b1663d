// The declarations of bonin/nest, as an application meets them.
import { Body, Controller, Injectable, Module, Post, UseFilters, UseGuards } from '@nestjs/common';
import { type AllowedDecision, type DeniedDecision, Policy, PortOneV2, Verifier } from 'bonin';
import {
  BoninExceptionFilter,
  BoninModule,
  type BoninOptions,
  type BoninOptionsFactory,
  BoninVerifier,
  getVerifierToken,
  Identity,
  IdentityGuard,
  IdentityRefused,
  InjectVerifier,
  RequireIdentity,
} from 'bonin/nest';
import { refusalOf } from 'bonin/web';
import type { Request, Response } from 'express';

const verifier = new Verifier(new PortOneV2({ apiSecret: 'secret' }), Policy.preset('kr.youth_protection'));

@Injectable()
class Settings implements BoninOptionsFactory {
  readonly channelKey = 'channel-1';
  createBoninOptions(): BoninOptions {
    return { verifier, channelKey: this.channelKey };
  }
}

@Controller('members')
class Members {
  constructor(@InjectVerifier() private readonly own: Verifier) {}

  @Post()
  @RequireIdentity()
  signUp(@Body() body: { id: string }, @Identity() decision: AllowedDecision) {
    return { id: body.id, provider: decision.verification.provider };
  }

  @Post('recover')
  @UseGuards(IdentityGuard)
  @UseFilters(new BoninExceptionFilter((error) => error.kind))
  async recover() {
    const decision = await this.own.verify('id');
    if (!decision.allowed) throw new IdentityRefused(refusalOf(decision as DeniedDecision));
    return {};
  }
}

@Module({
  imports: [
    BoninModule.forRoot({
      verifier,
      isGlobal: true,
      path: 'sign-up',
      version: '1',
      redirectUrl: (req: Request) => `https://${req.host}/sign-up/identity-verifications/redirect`,
      subject: (req: Request) => req.ip ?? 'nobody',
      onAllowed: (_req: Request, _res: Response, decision) => ({ id: decision.verification.id }),
      onDenied: (_req, res: Response, refusal) => void res.json({ code: refusal.code }),
    }),
    BoninModule.forRootAsync({
      name: 'recover',
      api: 'v1',
      routes: false,
      inject: [Settings],
      useFactory: async ({ channelKey }: Settings) => ({ verifier, channelKey }),
    }),
    BoninModule.forRootAsync({ name: 'class', useClass: Settings }),
  ],
  controllers: [Members],
})
export class App {}

export const tokens: string[] = [BoninVerifier, getVerifierToken('recover')];

// @ts-expect-error no such option
BoninModule.forRoot({ verifier, chanelKey: 'x' });
// @ts-expect-error the verifier is missing
BoninModule.forRoot({ channelKey: 'x' });
// @ts-expect-error the factory answers options
BoninModule.forRootAsync({ useFactory: () => ({ verify: true }) });
// @ts-expect-error a guard begins nothing
RequireIdentity({ channelKey: 'x' });
// @ts-expect-error not an error, but a refusal
new IdentityRefused(new Error('x'));
