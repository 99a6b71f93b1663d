'use strict';
// A refusal as an exception of Nest's own, which any filter can answer.

const { HttpException } = require('./common.js');
const { web } = require('../native.js');

/** Refusals whose error is in the log already. */
const logged = new WeakSet();

/** Thrown by the guard, and by an application for a refusal of `refusalOf`. Its response is what may be shown. */
class IdentityRefused extends HttpException {
  #refusal;
  #retryUrl;

  /**
   * @param {object} refusal as `refusalOf` of bonin/web gives it
   * @param {string} [retryUrl] where the button of a page leads
   */
  constructor(refusal, retryUrl) {
    super(JSON.parse(web.answer(refusal, 'POST').body), refusal.status);
    this.#refusal = refusal;
    this.#retryUrl = retryUrl;
  }

  get refusal() {
    return this.#refusal;
  }

  get retryUrl() {
    return this.#retryUrl;
  }
}

module.exports = { IdentityRefused, logged };
