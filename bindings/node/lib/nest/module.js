'use strict';
// BoninModule: the verifier, its routes and its guard in an application of Nest's.

const { wrong } = require('../web/options.js');
const { APP_FILTER, Inject, Module } = require('./common.js');
const { controllerOf } = require('./controller.js');
const { BoninExceptionFilter } = require('./filter.js');
const { readPlace, readRoutes } = require('./options.js');
const { getVerifierToken, settingsTokenOf } = require('./tokens.js');

const API = { v1: 'V1', v2: 'V2' };
const OPTIONS = 'BoninOptions';

let made = 0;

/** The dynamic module. `providers` give the options under `OPTIONS`. */
function moduleOf(place, api, { imports = [], providers }) {
  const { name, isGlobal = false, routes = true, filter = true } = place;
  const settings = settingsTokenOf(name);
  const verifier = getVerifierToken(name);
  const read = (options) => {
    const settings = readRoutes(options);
    const { api: found } = settings.router;
    if (routes && found !== api) {
      throw wrong(`the verifier's PortOne is ${API[found]}: write \`api: '${found}'\` beside \`useFactory\``, 'api');
    }
    return settings;
  };
  return {
    module: BoninModule,
    global: isGlobal,
    imports,
    providers: [
      ...providers,
      { provide: settings, useFactory: read, inject: [OPTIONS] },
      { provide: verifier, useFactory: (found) => found.verifier, inject: [settings] },
      ...(filter ? [{ provide: APP_FILTER, useFactory: ({ onError }) => new BoninExceptionFilter(onError), inject: [settings] }] : []),
      { provide: `BoninModule:${(made += 1)}`, useValue: true }, // Nest 10 takes two modules of like-looking functions for one
    ],
    controllers: routes ? [controllerOf(place, api)] : [],
    exports: [settings, verifier],
  };
}

const ASYNC = new Set(['api', 'imports', 'inject', 'useFactory', 'useClass', 'useExisting']);

/** How the options are made: by a function, or by a class with `createBoninOptions`. */
function providersOf({ inject = [], useFactory, useClass, useExisting }) {
  const ways = { useFactory, useClass, useExisting };
  const [[way, maker] = [], another] = Object.entries(ways).filter(([, one]) => one !== undefined);
  if (way === undefined || another !== undefined)
    throw wrong('one of `useFactory`, `useClass` and `useExisting` must be given', 'useFactory');
  if (typeof maker !== 'function' && way !== 'useExisting')
    throw wrong(`\`${way}\` must be a ${way === 'useClass' ? 'class' : 'function'}`, way);
  if (way === 'useFactory') return [{ provide: OPTIONS, useFactory, inject }];
  const ofMaker = { provide: OPTIONS, useFactory: (one) => one.createBoninOptions(), inject: [maker] };
  return way === 'useClass' ? [{ provide: useClass, useClass }, ofMaker] : [ofMaker];
}

class BoninModule {
  /**
   * @param {object} given the options of `identityRouter`, whose functions take the platform's request and response; and `name`,
   *   `isGlobal`, `routes`, `path`, `version`, `decorators`, `filter`
   */
  static forRoot(given) {
    const { place, rest } = readPlace(given);
    const { api } = readRoutes(rest).router; // a mistake is found here
    return moduleOf(place, api, { providers: [{ provide: OPTIONS, useValue: rest }] });
  }

  /**
   * @param {object} given `imports`, `inject` and `useFactory`, `useClass` or `useExisting`, which make the options; `api`
   *   where it is V1; and `name`, `isGlobal`, `routes`, `path`, `version`, `decorators`, `filter`
   */
  static forRootAsync(given) {
    const { place, rest } = readPlace(given);
    for (const key in rest) {
      if (!ASYNC.has(key)) throw wrong(`unknown option \`${key}\` of forRootAsync: \`useFactory\` answers the options of the routes`, key);
    }
    const { api = 'v2', imports } = rest;
    if (!Object.hasOwn(API, api)) throw wrong("`api` must be 'v1' or 'v2'", 'api');
    return moduleOf(place, api, { imports, providers: providersOf(rest) });
  }
}
Module({})(BoninModule);

/** The verifier of a module, in a constructor. */
const InjectVerifier = (name) => Inject(getVerifierToken(name));

module.exports = { BoninModule, InjectVerifier };
