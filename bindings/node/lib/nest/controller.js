'use strict';
// The routes, as a controller: with Nest's prefixes, versions, global guards and interceptors.

const { routesOf } = require('../web/routes.js');
const { web } = require('../native.js');
const { All, Controller, Inject, NotFoundException, Req, Res } = require('./common.js');
const { partsOf } = require('./platform.js');
const { settingsTokenOf } = require('./tokens.js');

const STEPS = { begin: '/begin', finish: '', redirect: '/redirect', send: '/send', resend: '/resend', confirm: '/confirm' };

/** A controller of one BoninModule: a class of its own, because the path of a controller stands at its class. */
function controllerOf({ name, path = '', version, decorators = [] }, api) {
  class BoninController {
    #routes;

    constructor({ router }) {
      this.#routes = routesOf(router);
    }

    async run(place, request, response) {
      const route = this.#routes.get(place);
      if (route === undefined) throw new NotFoundException(`Cannot ${request.method} ${request.originalUrl}`); // codes are off
      const { req, res } = partsOf(request, response);
      await route(req, res);
      if (!res.headersSent && res.closed) res.destroy(); // the browser has gone
    }
  }
  const { prototype } = BoninController;
  for (const [step, end] of Object.entries(STEPS)) {
    const place = web.path(api) + end;
    const value = function (request, response) {
      return this.run(place, request, response);
    };
    Object.defineProperty(prototype, step, { value, configurable: true, writable: true });
    Req()(prototype, step, 0);
    Res()(prototype, step, 1);
    All(place)(prototype, step, Object.getOwnPropertyDescriptor(prototype, step));
  }
  Inject(settingsTokenOf(name))(BoninController, undefined, 0);
  Controller({ path, ...(version !== undefined && { version }) })(BoninController);
  for (const decorate of decorators) decorate(BoninController);
  return BoninController;
}

module.exports = { controllerOf };
