#!/usr/bin/env bash
# Packs the package without addons, installs the tarball into an empty project, builds the addon there from source as a
# user would, and runs the main job.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/unchanged.sh
unchanged node && exit 0

checkout=$PWD
place=$(mktemp -d)
# The same compilations as those of `./dev test`, which ccache may have kept.
export CXXFLAGS=-Werror CCACHE_BASEDIR=$place/node_modules/bonin
trap 'rm -rf "$place"' EXIT
tarball=$(npm pack --silent --ignore-scripts --pack-destination "$place")
cd "$place"
echo '{ "name": "shop", "version": "1.0.0", "private": true }' >package.json
npm install --no-audit --no-fund --loglevel=error "./$tarball"
[ "$(ls node_modules)" = bonin ] || { echo "the package brought others along: $(ls node_modules)"; exit 1; }
npx --no-install bonin build
cat >job.cjs <<'JS'
const { PortOneV2, Policy, Verifier, Sandbox } = require('bonin');
(async () => {
  const sandbox = await Sandbox.start();
  const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));
  if (!(await verifier.verify(sandbox.verify('adult'))).allowed) throw new Error('an adult was denied');
  if ((await verifier.verify(sandbox.verify('minor'))).allowed) throw new Error('a minor passed');
  portone.close();
  await sandbox.close();
  console.log('installed', require('bonin/package.json').version, 'works');
})();
JS
node job.cjs
node -e "import('bonin').then((m) => { if (!m.Verifier) process.exit(1); })"
npx --no-install bonin demo >/dev/null
# The routes, first without Express and then within it: the package itself brings none.
cat >routes.cjs <<'JS'
const assert = require('node:assert');
const http = require('node:http');
const { PortOneV2, Policy, Verifier, Sandbox } = require('bonin');
const { identityRouter } = require('bonin/express');
(async () => {
  const sandbox = await Sandbox.start();
  const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url });
  const router = identityRouter({ channelKey: sandbox.channelKey, verifier: new Verifier(portone, Policy.preset('kr.youth_protection')) });
  const app = process.argv[2] === 'express' ? require('express')().use(router) : (req, res) => router(req, res, () => res.end());
  const server = http.createServer(app).listen(0, '127.0.0.1', async () => {
    const url = `http://127.0.0.1:${server.address().port}/identity-verifications`;
    const begun = await fetch(`${url}/begin`, { method: 'POST' });
    const { identityVerificationId } = await begun.json();
    sandbox.verify('adult', { id: identityVerificationId });
    const headers = { cookie: begun.headers.get('set-cookie').split(';')[0], 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ identityVerificationId }) });
    assert.deepEqual(await answer.json(), { allowed: true });
    server.closeAllConnections();
    server.close();
    portone.close();
    await sandbox.close();
  });
})();
JS
[ ! -e node_modules/express ] || { echo "the package brought Express along"; exit 1; }
node routes.cjs
node -e "import('bonin/express').then((m) => { if (!m.identityRouter) process.exit(1); })"
node -e "import('bonin/testing').then(async (t) => { const s = await t.start(); t.assertDenied(await s.flow('minor'), 'age', 'too_young'); await s.close(); })"
node -e "import('bonin/browser').then((m) => { if (!m.verifyIdentity) process.exit(1); })"
node -e "require.resolve('bonin/browser.js')"
node -e "import('bonin/web').then((m) => { if (!m.identityHandler) process.exit(1); })"
npm install --no-audit --no-fund --loglevel=error --ignore-scripts express
node routes.cjs express
cd "$checkout"
passed node
