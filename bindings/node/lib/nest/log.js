'use strict';
// Tells Nest's log of what becomes a 500.

const { Logger } = require('./common.js');
const { masked } = require('../web/print.js');

const logger = new Logger('Bonin');
const log = (error) => logger.error(masked(error));

module.exports = { log };
