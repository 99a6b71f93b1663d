'use strict';
// `bonin registry move`: moves everything of one registry into another with the same peppers.

const { existsSync } = require('node:fs');
const { refuse } = require('./parse.js');
const { fileOfStore, keepFromReport, openRegistry } = require('./store.js');
const { watched } = require('./watched.js');

async function run(options) {
  const source = openRegistry(options.from, options['from-schema'], options.pepper);
  const target = openRegistry(options.to, options['to-schema'], options.pepper);
  try {
    const sourceFile = fileOfStore(options.from);
    if (sourceFile !== undefined && !existsSync(sourceFile)) refuse('NO_SOURCE'); // the first call would make it
    keepFromReport(options, sourceFile, fileOfStore(options.to));
    return await watched(options.report, 'person', (watch) => target.importFrom(source, watch));
  } finally {
    await target.close();
    await source.close();
  }
}

module.exports = { run };
