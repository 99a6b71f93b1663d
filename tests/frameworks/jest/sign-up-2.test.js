'use strict';
// The same in a second file, so that a second worker loads the addon.

require('./sign-up-1.test.js');
