'use strict';
// Tells Nest's log of what becomes a 500, and as a warning of what becomes a 503.

const { Logger } = require('./common.js');
const { masked } = require('../web/print.js');
const { refusalOfError } = require('../web/refusal.js');

const logger = new Logger('Bonin');
const log = (error) => logger[refusalOfError(error).code === 'unavailable' ? 'warn' : 'error'](masked(error));

module.exports = { log };
