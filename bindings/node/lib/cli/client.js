'use strict';
// The client that the environment's credentials make.

const { refuse } = require('./parse.js');

function client(api, id) {
  const { PortOneV1, PortOneV2 } = require('../index.cjs');
  const { BONIN_IMP_KEY, BONIN_IMP_SECRET, BONIN_API_SECRET, BONIN_STORE_ID, BONIN_BASE_URL } = process.env;
  const hasV1 = Boolean(BONIN_IMP_KEY && BONIN_IMP_SECRET);
  const hasV2 = Boolean(BONIN_API_SECRET);
  if (api === undefined) {
    if (!hasV1 && !hasV2) refuse('NO_CREDENTIALS');
    api = hasV1 && (!hasV2 || id.startsWith('imp_')) ? 'v1' : 'v2';
  }
  const baseUrl = BONIN_BASE_URL || undefined;
  if (api === 'v1') {
    if (!hasV1) refuse('NO_V1_CREDENTIALS');
    return new PortOneV1({ impKey: BONIN_IMP_KEY, impSecret: BONIN_IMP_SECRET, baseUrl });
  }
  if (!hasV2) refuse('NO_V2_CREDENTIALS');
  return new PortOneV2({ apiSecret: BONIN_API_SECRET, storeId: BONIN_STORE_ID || undefined, baseUrl });
}

module.exports = { client };
