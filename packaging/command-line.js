'use strict';
// The command line's table and its completion scripts lie in bindings/node/lib/cli, and pip's package carries copies:
// node packaging/command-line.js. A test says when the copies are stale.

const { copyFileSync, readdirSync } = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const FROM = path.join(ROOT, 'bindings', 'node', 'lib', 'cli');
const TO = path.join(ROOT, 'bindings', 'python', 'bonin', 'cli');

/** What no program text of either language is. */
const shared = () => readdirSync(FROM).filter((name) => !name.endsWith('.js'));

if (require.main === module) for (const name of shared()) copyFileSync(path.join(FROM, name), path.join(TO, name));

module.exports = { FROM, TO, shared };
