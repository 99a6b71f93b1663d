// The shop's own.
import { BadRequestException, Body, ConflictException, Controller, Get, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { apisOf, PortOne } from './portone.js';
import { InjectSettings, type Settings } from './settings.js';

const LOGIN_ID = /^[a-z][a-z0-9]{3,15}$/;

@Controller()
export class ShopController {
  constructor(
    @Inject(PortOne) private readonly portone: PortOne,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  @Post('account')
  @HttpCode(200)
  async account(@Req() { visit }: Request, @Body() body: { loginId?: unknown } | undefined) {
    if (visit.member) return { member: visit.member }; // pressed twice
    if (!visit.reservation) throw new ConflictException({ code: 'not_verified' });
    const loginId = body?.loginId;
    if (typeof loginId !== 'string' || !LOGIN_ID.test(loginId)) throw new BadRequestException({ code: 'invalid_login_id' });
    const claim = await visit.reservation.tryCommit(loginId);
    if (claim.reason === 'other_person') throw new ConflictException({ code: claim.reason }); // somebody else's: choose another
    delete visit.reservation;
    if (!claim.granted) throw new ConflictException({ member: visit.member, code: claim.reason });
    visit.member = loginId;
    return { member: visit.member };
  }

  @Post('leave')
  @HttpCode(200)
  async leave(@Req() { visit }: Request) {
    const { member } = visit;
    delete visit.member; // first: pressed twice, the second must not release what is somebody else's by then
    try {
      if (member) await this.portone.registry.release(member, { rejoinAfterMs: 0 });
    } catch (error) {
      visit.member = member;
      throw error;
    }
    return {};
  }

  @Get('state')
  @Header('Cache-Control', 'no-store')
  state(@Req() { visit }: Request) {
    const { member, reservation, flash } = visit;
    delete visit.flash;
    const until = reservation?.expiresAt.getTime();
    const { scripts, impCode, sandbox } = this.settings;
    const portone = Object.fromEntries(apisOf(this.settings).map((api) => [api, { script: scripts[api], impCode }]));
    return { sandbox: sandbox !== undefined, portone, member, verified: until !== undefined && until > Date.now(), until, flash };
  }
}
