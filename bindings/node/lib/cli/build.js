'use strict';
// `bonin build`: builds the native addon of this package from source.

const run = ({ clean }) => require('../../build.js').build(clean ? ['--clean'] : []);

module.exports = { run };
