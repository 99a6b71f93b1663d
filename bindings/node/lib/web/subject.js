'use strict';
// Who asks, where the application does not say: a random id in a cookie, which ties a flow to the browser that began it.

const { newId } = require('../index.cjs');

const NAME = 'bonin_subject';
const COOKIES = new RegExp(`(?:^|;)[ \\t]*${NAME}=([^;]*)`, 'g');
const SUBJECT = /^[0-9a-f]{32}$/;

/** A second, other one was put there by a neighbour of the domain; which of the two is ours, nothing tells. */
function knownSubject(header) {
  const said = new Set([...header.matchAll(COOKIES)].map(([, value]) => value.trim()));
  const [subject] = said;
  return said.size === 1 && SUBJECT.test(subject) ? subject : undefined;
}

/**
 * The browser's id. One that has none gets a new one, which no flow was begun for.
 * @param {boolean} keep whether the browser is to remember a new one
 */
function subjectOf(req, res, keep) {
  const known = knownSubject(req.headers.cookie ?? '');
  if (known !== undefined) return known;
  const subject = newId();
  if (keep) {
    const secure = req.secure ?? req.socket?.encrypted === true;
    res.appendHeader('Set-Cookie', `${NAME}=${subject}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`);
  }
  return subject;
}

module.exports = { knownSubject, subjectOf };
