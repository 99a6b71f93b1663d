'use strict';
// `bonin registry import`: moves the people of a CSV file into a registry.

const { fileOfStore, keepFromReport, openRegistry } = require('./store.js');
const { watched } = require('./watched.js');

async function run(options, file) {
  const { kind, provider, merchant, attests } = options;
  const registry = openRegistry(options.store, options.schema, options.pepper);
  try {
    keepFromReport(options, file, fileOfStore(options.store));
    const more = { kind, provider, merchant, attests, anyValue: options['any-value'] };
    return await watched(options.report, 'line', (watch) => registry.importFile(file, { ...more, ...watch }));
  } finally {
    await registry.close();
  }
}

module.exports = { run };
