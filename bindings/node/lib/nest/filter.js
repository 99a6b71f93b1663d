'use strict';
// Answers what bonin's errors and refusals mean to a browser, in words that may be shown.

const { BoninError } = require('../index.cjs');
const { refusalOf } = require('../web.cjs');
const { contained, prepare, refuse } = require('../web/answer.js');
const { Catch, throwError } = require('./common.js');
const { log } = require('./log.js');
const { partsOf } = require('./platform.js');
const { IdentityRefused, logged } = require('./refused.js');

class BoninExceptionFilter {
  #onError;

  /** @param {(error: object) => unknown} [onError] told of what becomes a 500 or a 503; without it Nest's log */
  constructor(onError = log) {
    this.#onError = onError;
  }

  catch(exception, host) {
    const type = host.getType();
    if (type === 'http') return this.#answer(exception, host.switchToHttp());
    if (type === 'rpc') return throwError(() => exception); // a microservice hears of an Observable alone
    throw exception;
  }

  async #answer(exception, http) {
    const { req, res } = partsOf(http.getRequest(), http.getResponse());
    const refusal = exception instanceof IdentityRefused ? exception.refusal : refusalOf(exception);
    if (res.headersSent) {
      if (res.writableEnded === false) res.destroy(); // half an answer is none
      return;
    }
    prepare(res);
    const onError = logged.has(refusal) ? () => {} : contained(this.#onError);
    await refuse({ onError, retryUrl: exception.retryUrl }, req, res, refusal);
  }
}
Catch(BoninError, IdentityRefused)(BoninExceptionFilter);

module.exports = { BoninExceptionFilter };
