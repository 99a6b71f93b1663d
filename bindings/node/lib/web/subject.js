'use strict';
// Who asks, where the application does not say: a random id in a cookie, which ties a flow to the browser that began it.

const { newId } = require('../index.cjs');

const NAME = 'bonin_subject';
const COOKIE = new RegExp(`(?:^|;)[ \\t]*${NAME}=([0-9a-f]{32})[ \\t]*(?:;|$)`);

/**
 * The browser's id. One that has none gets a new one, which no flow was begun for.
 * @param {boolean} keep whether the browser is to remember a new one
 */
function subjectOf(req, res, keep) {
  const known = COOKIE.exec(req.headers.cookie ?? '');
  if (known !== null) return known[1];
  const subject = newId();
  if (keep) {
    const secure = req.secure ?? req.socket?.encrypted === true;
    res.appendHeader('Set-Cookie', `${NAME}=${subject}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`);
  }
  return subject;
}

module.exports = { subjectOf };
