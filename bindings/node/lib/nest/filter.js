'use strict';
// Answers what bonin's errors and refusals mean to a browser, in words that may be shown.

const { BoninError } = require('../index.cjs');
const { refusalOf } = require('../web.cjs');
const { prepare, refuse } = require('../web/answer.js');
const { Catch } = require('./common.js');
const { log } = require('./log.js');
const { partsOf } = require('./platform.js');
const { IdentityRefused, logged } = require('./refused.js');

class BoninExceptionFilter {
  #onError;

  /** @param {(error: object) => unknown} [onError] told of what becomes a 500; without it Nest's log */
  constructor(onError = log) {
    this.#onError = onError;
  }

  async catch(exception, host) {
    if (host.getType() !== 'http') throw exception;
    const http = host.switchToHttp();
    const { req, res } = partsOf(http.getRequest(), http.getResponse());
    const refusal = exception instanceof IdentityRefused ? exception.refusal : refusalOf(exception);
    if (res.headersSent) {
      if (res.writableEnded === false) res.destroy(); // half an answer is none
      return;
    }
    prepare(res);
    const onError = logged.has(refusal) ? () => {} : this.#onError;
    await refuse({ onError }, req, res, refusal);
  }
}
Catch(BoninError, IdentityRefused)(BoninExceptionFilter);

module.exports = { BoninExceptionFilter };
