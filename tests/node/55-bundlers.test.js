'use strict';
// bonin in the bundles of esbuild, webpack and Vite: left out it works, taken in it says what to set, and bonin/browser is bundled.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { test } = require('node:test');
const { gzipSync } = require('node:zlib');
const esbuild = require('esbuild');
const { makePackage, temporary } = require('./package-tree.js');
const { ROOT, run } = require('./support.js');

const BUNDLERS = path.join(ROOT, 'tests', 'frameworks', 'bundlers');
const skip = !fs.existsSync(path.join(BUNDLERS, 'node_modules')) && 'npm ci --ignore-scripts in tests/frameworks/bundlers';
const requireBundler = createRequire(path.join(BUNDLERS, 'package.json'));

// ---- the bundlers -----------------------------------------------------------------------------------------------------

function withEsbuild(format) {
  return async (entry, outfile, { leaveOut = false, page = false, loader = {} }) => {
    await esbuild.build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: page ? 'esm' : format,
      platform: page ? 'browser' : 'node',
      minify: page,
      external: leaveOut ? ['bonin'] : [],
      loader,
      logLevel: 'silent',
    });
  };
}

function withWebpack(entry, outfile, { leaveOut = false, page = false, rules = [] }) {
  const webpack = requireBundler('webpack');
  const compiler = webpack({
    context: path.dirname(entry),
    entry,
    mode: 'production',
    target: page ? 'web' : 'node',
    experiments: page ? { outputModule: true } : {},
    output: {
      path: path.dirname(outfile),
      filename: path.basename(outfile),
      ...(page ? { library: { type: 'module' }, module: true } : {}),
    },
    module: { rules },
    ...(leaveOut ? { externalsType: 'commonjs', externals: /^bonin(\/|$)/ } : {}),
  });
  return new Promise((resolve, reject) => {
    compiler.run((failed, stats) => {
      compiler.close(() => {
        if (failed || stats.hasErrors()) reject(failed ?? new Error(stats.toString({ all: false, errors: true })));
        else resolve();
      });
    });
  });
}

async function withVite(entry, outfile, { leaveOut = false, page = false, plugins = [] }) {
  const vite = await import(pathToFileURL(requireBundler.resolve('vite')));
  const output = { entryFileNames: path.basename(outfile), inlineDynamicImports: true };
  await vite.build({
    root: path.dirname(entry),
    configFile: false,
    logLevel: 'silent',
    ssr: page ? undefined : leaveOut ? { external: ['bonin'] } : { noExternal: true },
    plugins,
    build: {
      ssr: !page,
      outDir: path.dirname(outfile),
      emptyOutDir: false,
      minify: page,
      rollupOptions: { input: entry, output, preserveEntrySignatures: 'strict' },
    },
  });
}

/** What each makes of a file that it has no way with, where an application has told it one. */
const ASSET = {
  'esbuild, ES module': { loader: { '.node': 'file' } },
  'esbuild, CommonJS': { loader: { '.node': 'file' } },
  webpack: { rules: [{ test: /\.node$/, type: 'asset/resource' }] },
  Vite: {
    plugins: [{ name: 'asset', enforce: 'pre', load: (id) => (id.endsWith('.node') ? 'export default "/assets/bonin.node"' : undefined) }],
  },
};
const TOOLS = {
  'esbuild, ES module': { build: withEsbuild('esm'), extension: 'mjs' },
  'esbuild, CommonJS': { build: withEsbuild('cjs'), extension: 'cjs' },
  webpack: { build: withWebpack, extension: 'cjs' },
  Vite: { build: withVite, extension: 'mjs' },
};

// ---- what is bundled ---------------------------------------------------------------------------------------------------

const SERVER = `
  import { Policy, PortOneV2, Sandbox, Verifier } from 'bonin';
  import { identityHandler } from 'bonin/web';
  const sandbox = Sandbox.start();
  async function main() {
    const box = await sandbox;
    const portone = new PortOneV2({ apiSecret: box.apiSecret, storeId: box.storeId, baseUrl: box.v2Url });
    const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));
    const handle = identityHandler({ verifier, channelKey: box.channelKey, subject: () => 'me' });
    const begun = await handle(new Request('http://shop/identity-verifications/begin', { method: 'POST' }));
    const minor = await verifier.verify(box.verify('minor'));
    console.log(JSON.stringify([begun.status, minor.denials[0].reason]));
    portone.close();
    await box.close();
  }
  main();`;

/** A project with bonin in its node_modules, and the file to bundle. */
function project(t, source, options) {
  const folder = temporary(t);
  makePackage(t, { folder, ...options });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "shop", "private": true }');
  const entry = path.join(folder, 'entry.mjs');
  fs.writeFileSync(entry, source);
  return { entry, out: (extension) => path.join(folder, 'out', `bundle.${extension}`) };
}

for (const [name, { build, extension }] of Object.entries(TOOLS)) {
  const options = { skip: name.startsWith('esbuild') ? false : skip };

  test(`${name}: left out, bonin works`, options, async (t) => {
    const { entry, out } = project(t, SERVER);
    await build(entry, out(extension), { leaveOut: true });
    const { code, stdout, stderr } = await run(out(extension));
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), [200, 'too_young']);
  });

  test(`${name}: taken in, with the addon as an asset, it says what to set`, options, async (t) => {
    const { entry, out } = project(t, SERVER);
    await build(entry, out(extension), ASSET[name]);
    const { code, stderr } = await run(out(extension));
    assert.equal(code, 1);
    const [said] = /Error: bonin: it was bundled[^\n]*/.exec(stderr) ?? assert.fail(stderr.slice(-600));
    for (const setting of ['serverExternalPackages', '--external:bonin', 'externals: /^bonin', 'ssr: { external']) {
      assert.ok(said.includes(setting), setting);
    }
  });

  test(`${name}: what is bundled for a page, or an edge runtime, says where bonin runs`, options, async (t) => {
    for (const source of [
      "import { Verifier } from 'bonin';\nconsole.log(Verifier);",
      "import { identityHandler } from 'bonin/web';\nconsole.log(identityHandler);",
    ]) {
      const { entry, out } = project(t, source);
      await build(entry, out('mjs'), { page: true });
      const { code, stderr } = await run(out('mjs'));
      assert.equal(code, 1);
      assert.match(stderr, /Error: bonin is native code: it runs in the Node runtime only/);
    }
  });

  test(`${name}: bonin/browser is bundled, and stays under 3 kB`, options, async (t) => {
    const { entry, out } = project(t, "export { resumeIdentity, verifyIdentity } from 'bonin/browser';");
    await build(entry, out('mjs'), { page: true });
    const bundled = fs.readFileSync(out('mjs'));
    assert.ok(gzipSync(bundled, { level: 9 }).length < 3000, `${gzipSync(bundled, { level: 9 }).length} bytes`);
    const module = await import(pathToFileURL(out('mjs')));
    assert.deepEqual(
      ['resumeIdentity', 'verifyIdentity'].map((one) => typeof module[one]),
      ['function', 'function'],
    );
  });
}

test('esbuild: a loader that copies addons takes bonin in', async (t) => {
  const { entry, out } = project(t, SERVER);
  await withEsbuild('cjs')(entry, out('cjs'), { loader: { '.node': 'copy' } });
  const { code, stdout, stderr } = await run(out('cjs'));
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), [200, 'too_young']);
});

test('an edge runtime gets the same sentence from every module but bonin/browser', async () => {
  const { exports: places } = require('bonin/package.json');
  for (const condition of ['edge-light', 'workerd', 'browser']) {
    for (const place of Object.keys(places).filter((one) => !/browser|json$/.test(one))) {
      const { stderr } = await run(`require('bonin${place.slice(1)}') // here`, {
        args: [],
        env: { NODE_OPTIONS: `--conditions=${condition}` },
      });
      assert.match(
        stderr,
        /Error: bonin is native code: it runs in the Node runtime only\. In a route of Next\.js, set `export const runtime = 'nodejs'`/,
      );
    }
    const { code } = await run(`import('bonin/browser').then(({ verifyIdentity }) => process.exit(verifyIdentity ? 0 : 1))`, {
      env: { NODE_OPTIONS: `--conditions=${condition}` },
    });
    assert.equal(code, 0);
  }
});
