'use strict';
// Under which tokens a module's parts are found. A second BoninModule has a name.

const DEFAULT = '';
const tokenOf =
  (noun) =>
  (name = DEFAULT) =>
    name === DEFAULT ? noun : `${noun}:${name}`;

/** The verifier of the module without a name. */
const BoninVerifier = 'BoninVerifier';

module.exports = { BoninVerifier, getVerifierToken: tokenOf(BoninVerifier), settingsTokenOf: tokenOf('BoninSettings') };
