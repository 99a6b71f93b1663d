'use strict';
// Applications of Nest, without a compiler: decorators are functions, applied by hand.

const descriptorOf = ({ prototype }, name) => Object.getOwnPropertyDescriptor(prototype, name);

/**
 * @param {{common: object, core: object, fastify: object}} nest of one version
 * @returns `make`, `boot` and what they are made of
 */
function nestOf({ common, core, fastify }) {
  const PLATFORMS = { Express: () => [], Fastify: (options) => [new fastify.FastifyAdapter(options)] };

  /** Decorates a method, and its parameters. */
  function decorate(Class, method, decorators, parameters = []) {
    for (const [index, decorator] of parameters.entries()) decorator(Class.prototype, method, index);
    for (const decorator of decorators) decorator(Class.prototype, method, descriptorOf(Class, method));
  }

  /** A controller; `handlers`: method -> {run, decorators, parameters}. `inject`: of its constructor. */
  function controller(path, handlers, inject = []) {
    class Own {
      constructor(...parts) {
        this.parts = parts;
      }
    }
    for (const [name, { run, decorators, parameters }] of Object.entries(handlers)) {
      // A function of its own: Nest keeps its notes at the function.
      const value = (...all) => run(...all);
      Object.defineProperty(Own.prototype, name, { value, configurable: true, writable: true });
      decorate(Own, name, decorators, parameters);
    }
    for (const [index, decorator] of inject.entries()) decorator(Own, undefined, index);
    common.Controller(path)(Own);
    return Own;
  }

  /** A module; `configure` is Nest's, of a consumer. */
  function module(metadata, configure) {
    class Own {}
    if (configure !== undefined) Own.prototype.configure = configure;
    common.Module(metadata)(Own);
    return Own;
  }

  /** An application that listens: `url`, `app`, `close`. `before(app)` runs before it does. */
  async function boot(platform, root, { before = () => {}, adapter, ...options } = {}) {
    const app = await core.NestFactory.create(root, ...PLATFORMS[platform](adapter), { logger: false, abortOnError: false, ...options });
    await before(app);
    await app.listen(0, '127.0.0.1');
    const server = app.getHttpServer();
    return {
      app,
      url: `http://127.0.0.1:${server.address().port}`,
      close: () => (server.closeAllConnections(), app.close()),
    };
  }

  return { PLATFORMS: Object.keys(PLATFORMS), boot, controller, module };
}

module.exports = { nestOf };
