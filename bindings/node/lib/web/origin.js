'use strict';
// Which page sends a request. A page of another site could begin a flow in somebody's browser: the answer's cookie would
// replace the one that ties the person's own flow to that browser.

const NEAR = new Set(['same-origin', 'same-site', 'none']);

/** `host:port` as a URL of this scheme writes it, or undefined when it is none. */
function hostOf(scheme, host) {
  try {
    return new URL(`${scheme}//${host}`).host;
  } catch {
    return undefined;
  }
}

/** Is it an origin, written as browsers write it? */
function isOrigin(text) {
  return typeof text === 'string' && /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/**
 * What the browser says itself counts most; an older one has an Origin, to be compared with the Host; what sends neither is
 * no browser that could be abused.
 * @param {string[]} allowed further origins that may
 */
function isCrossSite({ headers }, allowed) {
  const { origin, 'sec-fetch-site': site, host } = headers;
  if (origin !== undefined && allowed.includes(origin)) return false;
  if (site !== undefined) return !NEAR.has(site);
  if (origin === undefined) return false;
  if (!isOrigin(origin)) return true;
  const { protocol, host: own } = new URL(origin);
  return hostOf(protocol, host) !== own;
}

module.exports = { isCrossSite, isOrigin };
