'use strict';
// What this distribution calls the packages that the addon is built with.

const fs = require('node:fs');
const path = require('node:path');

const PACKAGING = path.resolve(__dirname, '..', '..', 'packaging');
const MANAGERS = [
  { file: 'apt', families: ['debian', 'ubuntu'], command: 'apt-get install' },
  { file: 'apk', families: ['alpine'], command: 'apk add' },
  { file: 'dnf', families: ['fedora', 'rhel', 'centos'], command: 'dnf install' },
];

/** The names in /etc/os-release: the distribution's own and those it is like. */
function families(release) {
  const values = [...release.matchAll(/^(?:ID|ID_LIKE)=["']?([^"'\n]*)/gm)];
  return values.flatMap(([, names]) => names.split(' '));
}

function readRelease() {
  try {
    return fs.readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** A sentence without its end. */
function installCommand(release = readRelease()) {
  const own = families(release);
  const known = MANAGERS.find((manager) => manager.families.some((family) => own.includes(family)));
  const { file, command } = known ?? MANAGERS[0];
  const lines = fs.readFileSync(path.join(PACKAGING, `${file}-build.txt`), 'utf8').split('\n');
  const packages = lines.filter((line) => line !== '' && !line.startsWith('#')).join(' ');
  return known === undefined ? `Install what Debian calls ${packages}` : `Run: ${command} ${packages}`;
}

module.exports = { installCommand };
