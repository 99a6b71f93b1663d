'use strict';
// What differs between the two APIs in what a browser sends.

/** Where the routes are. */
const PATHS = { v1: '/certifications', v2: '/identity-verifications' };

/** The field that holds the id. */
const ID = { v1: 'imp_uid', v2: 'identityVerificationId' };

/** Does the script itself say that nothing was finished? What it says of success counts for nothing. */
const FAILED = {
  v1: ({ success }) => [success].flat().some((value) => value === false || value === 'false'),
  // jQuery sends a field without a value as an empty one.
  v2: ({ code }) => [code].flat().some((value) => value !== undefined && value !== null && value !== ''),
};

module.exports = { FAILED, ID, PATHS };
