// The same objects as require('bonin/nest').
import nest from './nest.cjs';

export default nest;
export const {
  BoninExceptionFilter,
  BoninModule,
  BoninVerifier,
  Identity,
  IdentityGuard,
  IdentityRefused,
  InjectVerifier,
  RequireIdentity,
  getVerifierToken,
} = nest;
