'use strict';
// Judges before a route of the application's own.

const { Decision, InternalError } = require('../index.cjs');
const { readSettings } = require('../options.js');
const { passes } = require('../web/flow.js');
const { readGuardOptions, wrong } = require('../web/options.js');
const { refusalOf } = require('../web/refusal.js');
const { createParamDecorator, Inject, Injectable, ModulesContainer, Optional, UseGuards } = require('./common.js');
const { adapt } = require('./options.js');
const { partsOf } = require('./platform.js');
const { IdentityRefused, logged } = require('./refused.js');
const { settingsTokenOf } = require('./tokens.js');

const GIVEN = new Set(['name', 'subject', 'expect', 'begun', 'settleMs', 'cookie', 'retryUrl', 'onDenied', 'onError']);

function readGiven(given = {}) {
  const options = typeof given === 'string' ? { name: given } : readSettings(given, 'options');
  for (const key in options) if (!GIVEN.has(key)) throw wrong(`unknown option \`${key}\` of RequireIdentity`, key);
  return options;
}

const called = (name) => (name === undefined ? '@RequireIdentity()' : `@RequireIdentity('${name}')`);
const missing = (name) =>
  `${called(name)} finds no BoninModule${name === undefined ? '' : ` of this name`}: add BoninModule.forRoot or forRootAsync to the imports of the ` +
  'module of this controller, or give it `isGlobal: true`';
const ambiguous =
  'there are several BoninModules without a name, and @RequireIdentity() cannot know which is meant: give each a `name`, and name it: ' +
  "@RequireIdentity('sign-up')";

/** The refusal that the guard throws in place of an answer. */
const throwing = (_req, _res, refusal, retryUrl) => {
  logged.add(refusal);
  throw new IdentityRefused(refusal, retryUrl);
};

/** A guard of these options. */
function guardOf(given) {
  const { name, ...own } = readGiven(given);
  const token = settingsTokenOf(name);

  class IdentityGuard {
    #settings;

    constructor(found, modules) {
      if (found === undefined) throw wrong(missing(name), 'BoninModule');
      if ([...modules.values()].filter(({ providers }) => providers.has(token)).length > 1) throw wrong(ambiguous, 'name');
      const { common } = found;
      this.#settings = readGuardOptions({ onDenied: throwing, ...common, ...adapt(own) });
    }

    async canActivate(context) {
      if (context.getType() !== 'http') throw new InternalError('internal', `${called(name)} guards routes of HTTP alone`);
      const http = context.switchToHttp();
      const request = http.getRequest();
      const { req, res } = partsOf(request, http.getResponse());
      const decision = await passes(this.#settings, req, res);
      // Answered by the application's own `onDenied`; or the browser has gone.
      if (decision === undefined) throw new IdentityRefused(refusalOf('unavailable', { retryAfter: 1 }));
      request.identity = decision;
      return true;
    }
  }
  Optional()(IdentityGuard, undefined, 0);
  Inject(token)(IdentityGuard, undefined, 0);
  Inject(ModulesContainer)(IdentityGuard, undefined, 1);
  Injectable()(IdentityGuard);
  return IdentityGuard;
}

/** A route of the application's own that only a verified person may call. `given`: a module's name, or options. */
const RequireIdentity = (given) => UseGuards(guardOf(given));

/** The allowed Decision of a route that has `@RequireIdentity()`. */
const Identity = createParamDecorator((_data, context) => {
  const { identity } = context.switchToHttp().getRequest();
  if (identity instanceof Decision && identity.allowed) return identity;
  throw new InternalError('internal', '@Identity() stands in a route without @RequireIdentity()');
});

module.exports = { Identity, IdentityGuard: guardOf(), RequireIdentity };
