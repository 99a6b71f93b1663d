'use strict';
// Who the shop is to PortOne: as the environment says, or a sandbox in this process.
const { randomBytes } = require('node:crypto');

const PORTONE = { v1: 'https://cdn.iamport.kr/v1/iamport.js', v2: 'https://cdn.portone.io/v2/browser-sdk.js' };
// The same scripts, of a sandbox: their address is all that changes for the page.
const scriptsOf = (url) => ({ v1: `${url}/v1/iamport.js`, v2: `${url}/v2/browser-sdk.js` });

/** `Sandbox` is bonin's: each example has a copy of its own. */
async function readSettings(Sandbox, env = process.env) {
  if (env.BONIN_API_SECRET || env.BONIN_IMP_KEY) {
    const url = env.BONIN_BASE_URL;
    return {
      apiSecret: env.BONIN_API_SECRET,
      storeId: env.BONIN_STORE_ID,
      impKey: env.BONIN_IMP_KEY,
      impSecret: env.BONIN_IMP_SECRET,
      impCode: env.BONIN_IMP_CODE,
      channelKey: env.BONIN_CHANNEL_KEY,
      url,
      scripts: url ? scriptsOf(url) : PORTONE,
      store: env.BONIN_STORE ?? 'sqlite:shop.db',
      pepper: 'env:BONIN_PEPPER', // openssl rand -base64 48
      sandbox: undefined,
    };
  }
  const sandbox = await Sandbox.start();
  return {
    apiSecret: sandbox.apiSecret,
    storeId: sandbox.storeId,
    impKey: sandbox.impKey,
    impSecret: sandbox.impSecret,
    impCode: sandbox.control('info').impCode,
    channelKey: sandbox.channelKey,
    url: sandbox.url,
    scripts: scriptsOf(sandbox.url),
    store: 'sqlite::memory:',
    pepper: randomBytes(32).toString('hex'),
    sandbox,
  };
}

module.exports = { readSettings };
