'use strict';
// `bonin registry schema`: the SQL that makes the tables in PostgreSQL.

const { ALLOWED } = require('./terminal.js');

function run({ schema }) {
  process.stdout.write(require('../index.cjs').Registry.schemaSql(schema));
  return ALLOWED;
}

module.exports = { run };
