'use strict';
// The npm packages that hold the headers of Node-API. Who installs bonin does not need them; who builds it does.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { devDependencies } = require('../../package.json');

const ROOT = path.resolve(__dirname, '..', '..');
const NAMES = ['node-addon-api', 'node-api-headers'];
const major = (version) => /\d+/.exec(version)[0];

/** Where a package of the version that we build with is, as Node finds it from one of the places. */
function find(name, places) {
  for (const place of places) {
    try {
      const file = require.resolve(`${name}/package.json`, { paths: [place] });
      const { version } = JSON.parse(fs.readFileSync(file, 'utf8'));
      if (major(version) === major(devDependencies[name])) return path.dirname(file);
    } catch {
      // not from here
    }
  }
  return undefined;
}

/** Name -> folder: of the checkout or the project, else fetched by npm into `folder`. Undefined when npm failed. */
function headers(folder) {
  const places = [ROOT, process.cwd(), folder];
  const wanted = NAMES.filter((name) => find(name, places) === undefined);
  if (wanted.length > 0) {
    fs.mkdirSync(folder, { recursive: true });
    const packages = wanted.map((name) => `${name}@${devDependencies[name]}`);
    const quietly = ['--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    const args = ['install', '--prefix', folder, ...quietly, ...packages];
    const { status, error } = spawnSync('npm', args, { stdio: 'inherit' });
    if (error !== undefined) process.stderr.write(`npm: ${error.message}\n`);
    if (error !== undefined || status !== 0) return undefined;
  }
  return Object.fromEntries(NAMES.map((name) => [name, find(name, places)]));
}

module.exports = { headers };
