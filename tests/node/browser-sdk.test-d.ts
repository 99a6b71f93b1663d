// What `begin` answers is what PortOne's own V2 script takes, by the types that PortOne publishes.
import type { IdentityVerificationRequest } from '@portone/browser-sdk/v2';
import { Policy, PortOneV2, Verifier } from 'bonin';

const portone = new PortOneV2({ apiSecret: 'secret', storeId: 'store-1' });
const flow = new Verifier(portone, Policy.preset('kr.work')).begin('session', { channelKey: 'channel-1' });
const request: IdentityVerificationRequest = flow.request;

// And back: whatever the script takes, `begin` answers.
const { storeId, channelKey, identityVerificationId, customer, windowType, bypass, popup, iframe } = request;
export const same: typeof flow.request = {
  storeId,
  channelKey: channelKey ?? '',
  identityVerificationId,
  customer: customer as typeof flow.request.customer,
  windowType: windowType as typeof flow.request.windowType,
  bypass: bypass as typeof flow.request.bypass,
  popup: popup as typeof flow.request.popup,
  iframe: iframe as typeof flow.request.iframe,
};
