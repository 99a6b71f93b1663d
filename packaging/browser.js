'use strict';
// Makes the script for a script tag out of bindings/node/lib/browser.mjs, where npm's and pip's packages each have it:
// node packaging/browser.js. A test says when the files are stale.

const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { buildSync } = require('esbuild');

const ROOT = path.resolve(__dirname, '..');
const PLACES = ['bindings/node/lib/browser.js', 'bindings/python/bonin/browser.js'].map((place) => path.join(ROOT, place));
const BANNER = '// bonin/browser: window.bonin = { verifyIdentity, resumeIdentity }. Made by packaging/browser.js. Apache-2.0.';

/** The script's text. */
function script() {
  const contents = "import { resumeIdentity, verifyIdentity } from './browser.mjs'; window.bonin = { resumeIdentity, verifyIdentity };";
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: path.join(ROOT, 'bindings', 'node', 'lib') },
    banner: { js: BANNER },
    bundle: true,
    charset: 'utf8',
    format: 'iife',
    minify: true,
    target: 'es2020',
    write: false,
  });
  return outputFiles[0].text;
}

if (require.main === module) for (const place of PLACES) writeFileSync(place, script());

module.exports = { PLACES, script };
