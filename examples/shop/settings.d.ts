import type { Sandbox } from 'bonin';

/** Who the shop is to PortOne. V1, V2 or both have credentials. */
export interface Settings {
  apiSecret?: string;
  storeId?: string;
  impKey?: string;
  impSecret?: string;
  impCode?: string;
  channelKey?: string;
  url?: string;
  scripts: { v1: string; v2: string };
  store: string;
  pepper: string;
  sandbox?: Sandbox;
}

export function readSettings(sandbox: typeof Sandbox, env?: NodeJS.ProcessEnv): Promise<Settings>;
