'use strict';
// Who asks, where the application does not say: a random id in a cookie, which ties a flow to the browser that began it.

const { newId } = require('../index.cjs');
const { web } = require('../native.js');

/**
 * The browser's id. One that has none gets a new one, which no flow was begun for.
 * @param {boolean} keep whether the browser is to remember a new one
 */
function subjectOf(req, res, keep) {
  const known = web.subject(req.headers.cookie);
  if (known !== undefined) return known;
  const subject = newId();
  if (keep) res.appendHeader('Set-Cookie', web.subjectCookie(subject, req.secure ?? req.socket?.encrypted === true));
  return subject;
}

module.exports = { subjectOf };
