'use strict';
// The application's own copy of Nest.

const REASONS = {
  MODULE_NOT_FOUND: 'it is not installed where bonin is',
  ERR_REQUIRE_ESM: 'it is made of ES modules, which this Node cannot require; Node 20.19, 22.12 or a later one can',
};

function load(name) {
  try {
    return require(name);
  } catch (error) {
    const why = REASONS[error?.code];
    if (why === undefined) throw error;
    throw new Error(`bonin/nest: ${name} cannot be loaded: ${why}`, { cause: error });
  }
}

module.exports = {
  ...load('@nestjs/common'),
  ModulesContainer: load('@nestjs/core').ModulesContainer,
  APP_FILTER: load('@nestjs/core').APP_FILTER,
  throwError: load('rxjs').throwError,
};
