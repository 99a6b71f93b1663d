'use strict';
// bonin/nest: the routes, a guard and the verifier for Nest 10 and later, on Express and on Fastify.
//
//   @Module({ imports: [BoninModule.forRootAsync({ inject: [Settings], useFactory: (settings) => ({ verifier, channelKey }) })] })
//
//   @Post('sign-up') @RequireIdentity()
//   signUp(@Identity() decision) {}
//
// Nest is required here alone, as the application has it.

const { BoninExceptionFilter } = require('./nest/filter.js');
const { Identity, IdentityGuard, RequireIdentity } = require('./nest/guard.js');
const { BoninModule, InjectVerifier } = require('./nest/module.js');
const { IdentityRefused } = require('./nest/refused.js');
const { BoninVerifier, getVerifierToken } = require('./nest/tokens.js');

module.exports = {
  BoninExceptionFilter,
  BoninModule,
  BoninVerifier,
  Identity,
  IdentityGuard,
  IdentityRefused,
  InjectVerifier,
  RequireIdentity,
  getVerifierToken,
};
