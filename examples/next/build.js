// Builds the shop into .next/standalone: node examples/next/build.js
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const EXAMPLES = path.join(HERE, '..');
const BINDING = path.join(EXAMPLES, '..', 'bindings', 'node');
const PACKAGE = path.join(HERE, 'node_modules', 'bonin');
const BUILT = path.join(HERE, '.next');
const require = createRequire(import.meta.url);

/** In a checkout of bonin: a copy of it. Next leaves out of its bundles what lies in node_modules, not what a link there leads to. */
function installFromCheckout() {
  if (!existsSync(BINDING)) return;
  const { platformOf } = require(path.join(BINDING, 'lib', 'platform.js'));
  const prebuilt = path.join(PACKAGE, 'bindings', 'node', 'prebuilt', platformOf(process));
  rmSync(PACKAGE, { recursive: true, force: true });
  mkdirSync(prebuilt, { recursive: true });
  copyFileSync(path.join(BINDING, 'bonin.node'), path.join(prebuilt, 'bonin.node'));
  copyFileSync(path.join(BINDING, '..', '..', 'package.json'), path.join(PACKAGE, 'package.json'));
  cpSync(path.join(BINDING, 'lib'), path.join(PACKAGE, 'bindings', 'node', 'lib'), { recursive: true });
}

/** The page of every example, and bonin's script for it. */
function collectPublic() {
  const place = path.join(HERE, 'public');
  rmSync(place, { recursive: true, force: true });
  cpSync(path.join(EXAMPLES, 'page'), place, { recursive: true });
  copyFileSync(require.resolve('bonin/browser.js'), path.join(place, 'bonin.js'));
}

/** Next leaves these two to a CDN; without one they stand beside the server. */
function addStatic() {
  const server = path.join(BUILT, 'standalone', 'next');
  cpSync(path.join(HERE, 'public'), path.join(server, 'public'), { recursive: true });
  cpSync(path.join(BUILT, 'static'), path.join(server, '.next', 'static'), { recursive: true });
}

function filesOf(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Of everything that the build reads. */
function inputs() {
  const hash = createHash('sha256').update(process.version);
  const own = ['app', 'lib', 'build.js', 'instrumentation.js', 'next.config.js', 'package-lock.json'].map((name) => path.join(HERE, name));
  const shared = ['page', 'policies', 'shop/settings.js'].map((name) => path.join(EXAMPLES, name));
  for (const file of [...own, ...shared, PACKAGE].flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

installFromCheckout();
const stamp = path.join(BUILT, 'standalone', 'inputs');
const now = inputs();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  collectPublic();
  const next = path.join(HERE, 'node_modules', 'next', 'dist', 'bin', 'next');
  execFileSync(process.execPath, [next, 'build'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] });
  addStatic();
  writeFileSync(stamp, now);
}
