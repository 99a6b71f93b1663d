'use strict';
// The client that the environment's credentials make.

const { refuse } = require('./parse.js');

const hasV1 = () => Boolean(process.env.BONIN_IMP_KEY && process.env.BONIN_IMP_SECRET);
const hasV2 = () => Boolean(process.env.BONIN_API_SECRET);

/** The API whose credentials are set, undefined where none are; of both, the one that an id is of. */
function apiOf(id) {
  if (!hasV1() && !hasV2()) return undefined;
  return hasV1() && (!hasV2() || id.startsWith('imp_')) ? 'v1' : 'v2';
}

function client(given, id) {
  const { PortOneV1, PortOneV2 } = require('../index.cjs');
  const { BONIN_IMP_KEY, BONIN_IMP_SECRET, BONIN_API_SECRET, BONIN_STORE_ID, BONIN_BASE_URL } = process.env;
  const api = given ?? apiOf(id) ?? refuse('NO_CREDENTIALS');
  const baseUrl = BONIN_BASE_URL || undefined;
  if (api === 'v1') {
    if (!hasV1()) refuse('NO_V1_CREDENTIALS');
    return new PortOneV1({ impKey: BONIN_IMP_KEY, impSecret: BONIN_IMP_SECRET, baseUrl });
  }
  if (!hasV2()) refuse('NO_V2_CREDENTIALS');
  return new PortOneV2({ apiSecret: BONIN_API_SECRET, storeId: BONIN_STORE_ID || undefined, baseUrl });
}

module.exports = { apiOf, client };
