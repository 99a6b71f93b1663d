'use strict';
// Who asks, where the application does not say: a random id in a cookie, or in an app's own keeping, which ties a flow to the
// browser or the app that began it.

const { newId } = require('../index.cjs');
const { web } = require('../native.js');

const TOKEN = web.tokenHeader().toLowerCase();

const askerOf = (req) => [req.headers[TOKEN], req.headers.cookie, req.secure ?? req.socket?.encrypted === true];

/** The subject that a request names, or undefined. */
const knownSubject = ({ cookie }, req) => web.subject(...askerOf(req), cookie);

/** A new subject, which no flow was begun for, and which the answer hands over. */
function newSubject({ cookie }, req, res) {
  const subject = newId();
  const [name, value] = web.subjectHeader(subject, ...askerOf(req), cookie);
  res.appendHeader(name, value);
  return subject;
}

module.exports = { knownSubject, newSubject };
