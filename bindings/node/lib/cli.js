#!/usr/bin/env node
'use strict';
// The command `bonin`. docs/cli.md is its contract; cli/ holds a file for each command.

require('./cli/main.js').main(process.argv.slice(2));
