// The shop's settings, as a provider.
import { Global, Inject, Module } from '@nestjs/common';
import type { Settings } from '../../shop/settings.js';

const SETTINGS = 'SETTINGS';

export type { Settings };
export const InjectSettings = () => Inject(SETTINGS);

@Global()
@Module({})
export class SettingsModule {
  static of(settings: Settings) {
    return { module: SettingsModule, providers: [{ provide: SETTINGS, useValue: settings }], exports: [SETTINGS] };
  }
}
