'use strict';
// What differs between the two APIs in what a browser sends.

/** Where the routes are. */
const PATHS = { v1: '/certifications', v2: '/identity-verifications' };

/** The field that holds the id. */
const ID = { v1: 'imp_uid', v2: 'identityVerificationId' };

/** Does the script itself say that nothing was finished? What it says of success counts for nothing. */
const FAILED = {
  v1: ({ success = [] }) => success.flat().some((value) => value === false || value === 'false'),
  // jQuery sends a field without a value as an empty one.
  v2: ({ code = [] }) => code.flat().some((value) => value !== undefined && value !== null && value !== ''),
};

/** `{id}`, or the code of a refusal where the fields of a request hold none, or hold it twice. */
function idOf(api, fields) {
  if (FAILED[api](fields)) return { code: 'not_finished' };
  const values = fields[ID[api]] ?? [];
  return values.length === 1 && typeof values[0] === 'string' ? { id: values[0] } : { code: 'invalid_id' };
}

module.exports = { PATHS, idOf };
