// The clients and the registry, which live as long as the application.
import path from 'node:path';
import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Policy, PortOneV1, PortOneV2, Registry, Verifier } from 'bonin';
import { InjectSettings, type Settings } from './settings.js';

export type Api = 'v1' | 'v2';

/** The APIs that the shop has credentials for. */
export const apisOf = ({ apiSecret, impKey }: Settings): Api[] => [
  ...(apiSecret ? (['v2'] as const) : []),
  ...(impKey ? (['v1'] as const) : []),
];

const POLICIES = path.join(__dirname, '..', '..', 'policies');

@Injectable()
export class PortOne implements OnApplicationShutdown {
  readonly channelKey?: string;
  /** The shop's table of members: who holds which login id. Only keyed hashes of a person are in it. */
  readonly registry: Registry;
  readonly #clients: Partial<Record<Api, PortOneV1 | PortOneV2>> = {};
  readonly #sandbox: Settings['sandbox'];

  constructor(@InjectSettings() settings: Settings) {
    const { apiSecret, storeId, impKey, impSecret, url: baseUrl } = settings;
    if (apiSecret) this.#clients.v2 = new PortOneV2({ apiSecret, storeId, baseUrl });
    if (impKey) this.#clients.v1 = new PortOneV1({ impKey, impSecret: impSecret ?? '', baseUrl });
    this.registry = new Registry(settings.store, { pepper: settings.pepper });
    this.channelKey = settings.channelKey;
    this.#sandbox = settings.sandbox;
  }

  verifier(api: Api, policy: string): Verifier {
    const portone = this.#clients[api];
    if (!portone) throw new Error(`no credentials for ${api}`);
    return new Verifier(portone, Policy.load(path.join(POLICIES, `${policy}.json`)), { registry: this.registry });
  }

  /** By then no request is under way. */
  async onApplicationShutdown() {
    for (const portone of Object.values(this.#clients)) portone.close();
    await this.registry.close();
    await this.#sandbox?.close();
  }
}

@Global()
@Module({ providers: [PortOne], exports: [PortOne] })
export class PortOneModule {}
