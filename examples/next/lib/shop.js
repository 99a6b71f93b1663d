// The clients and the registry, which live as long as the server. Next bundles routes apart from one another: what they share is global.
import { PortOneV1, PortOneV2, Registry, Sandbox } from 'bonin';
import { readSettings } from '../../shop/settings.js';

export async function openShop() {
  const settings = await readSettings(Sandbox);
  const { apiSecret, storeId, impKey, impSecret, url: baseUrl } = settings;
  const clients = {};
  if (apiSecret) clients.v2 = new PortOneV2({ apiSecret, storeId, baseUrl });
  if (impKey) clients.v1 = new PortOneV1({ impKey, impSecret, baseUrl });
  // The shop's table of members: who holds which login id. Only keyed hashes of a person are in it.
  const registry = new Registry(settings.store, { pepper: settings.pepper });
  globalThis.shop = { settings, clients, registry, visits: new Map() };
  if (settings.sandbox) console.log(`PortOne is a sandbox at ${settings.url}`);
}

/** `{settings, clients, registry, visits}`. */
export const shop = () => globalThis.shop;
