'use strict';
// What of an error may be read in a log.

const { BoninError } = require('../index.cjs');

/** The message of an error of bonin, which is masked, and only the name of any other error. */
const masked = (error) => (error instanceof BoninError ? `${error.name}: ${error.message}` : `${error?.name}`);
const print = (error) => console.error(`bonin: ${masked(error)}`);

module.exports = { masked, print };
