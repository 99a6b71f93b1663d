#!/usr/bin/env bash
# Packs the package, installs the tarball into an empty project as a user would, and runs the main job there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/unchanged.sh
unchanged node && exit 0

checkout=$PWD
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tarball=$(npm pack --silent --ignore-scripts --pack-destination "$place")
cd "$place"
echo '{ "name": "shop", "version": "1.0.0", "private": true }' >package.json
npm install --no-audit --no-fund --loglevel=error "./$tarball"
# Where npm does not run a dependency's install script, the package's own command builds it.
[ -n "$(find node_modules/bonin -name bonin.node -print -quit)" ] || npx --no-install bonin build
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
cd "$checkout"
passed node
