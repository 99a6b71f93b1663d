// The same objects as require('bonin'): one copy of all state.
import bonin from './index.cjs';

export default bonin;
export const {
  Attribute, Decision, Person, Policy, PolicyFile, PortOne, PortOneV1, PortOneV2, Registry, Reservation,
  Sandbox, Verification, Verifier,
  newId, runPolicyCases, runtimeVersions, version,
  BoninError, Cancelled, ClaimRefused, Closed, Conflict, ConnectionFailed, Denied, Forbidden, InsecureUrl, InternalError,
  InvalidArgument, InvalidId, InvalidPepper, InvalidPolicy, InvalidTimeout, MismatchedAnswer, MissingCredentials,
  NotFound, OutcomeUnknown, Overloaded, ProviderFailed, RedirectRefused, Rejected, StoreBusy, StoreCorrupt, StoreFailed, StoreFull,
  StoreReadOnly, StoreUnavailable, Throttled, TimedOut, TlsFailed, Unauthorized, Unavailable, UnreadableAnswer,
} = bonin;
