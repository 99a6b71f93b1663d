// The page that PortOne's redirect comes back to.

import { finish, finishOf } from './finish.mjs';

const V1 = ['imp_uid', 'merchant_uid', 'success', 'error_code', 'error_msg'];
const V2 = ['identityVerificationId', 'identityVerificationTxId', 'transactionType', 'code', 'message', 'pgCode', 'pgMessage'];

/** What the address says of a verification, or undefined. The address forgets it: a reload sends nothing. */
function resultInAddress() {
  const address = new URL(location.href);
  const query = address.searchParams;
  // `code` alone may be somebody else's, such as a sign-in's.
  const names = query.has('identityVerificationId') ? V2 : query.has('imp_uid') || query.has('merchant_uid') ? V1 : undefined;
  if (!names) return undefined;
  const result = {};
  for (const name of [...names, 'guardianOf']) {
    if (query.has(name)) result[name] = query.get(name);
    query.delete(name);
  }
  history.replaceState(history.state, '', address);
  return result;
}

let resuming; // while one is under way: an effect that runs twice gets the same answer twice

/**
 * Posts what PortOne's redirect left in this page's address, and cleans the address. Resolves to the server's answer, or to
 * undefined where the address says nothing.
 */
export async function resumeIdentity(options) {
  finishOf(options ?? {});
  const result = resultInAddress();
  if (result) resuming = finish(result, options).finally(() => (resuming = undefined));
  return resuming;
}
