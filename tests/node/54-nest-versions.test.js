'use strict';
// bonin/nest under older versions of Nest, each in a tree of its own with a copy of the package: it takes the Nest that is there.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { makePackage, temporary } = require('./package-tree.js');
const { ROOT, run } = require('./support.js');

const APPLICATION = path.join(__dirname, 'nest-application.cjs');
const FRAMEWORKS = path.join(ROOT, 'tests', 'frameworks');

for (const version of [10, 11]) {
  const modules = path.join(FRAMEWORKS, `nest${version}`, 'node_modules');
  const skip = !fs.existsSync(modules) && `npm ci --ignore-scripts in tests/frameworks/nest${version}`;
  test(`Nest ${version}: begun, finished, denied, foreign, guarded, on both platforms`, { skip }, async (t) => {
    const folder = temporary(t);
    makePackage(t, { folder });
    for (const name of ['@nestjs', 'rxjs', 'reflect-metadata']) {
      fs.symlinkSync(path.join(modules, name), path.join(folder, 'node_modules', name));
    }
    for (const file of ['nest.js', 'nest-application.cjs']) fs.copyFileSync(path.join(__dirname, file), path.join(folder, file));
    const { code, stdout, stderr } = await run(path.join(folder, path.basename(APPLICATION)), { cwd: folder });
    assert.equal(code, 0, stderr);
    const { nest, ...platforms } = JSON.parse(stdout);
    assert.equal(nest.split('.')[0], String(version));
    const expected = {
      begin: 200,
      finished: [200, { allowed: true }],
      guarded: [201, { provider: true, injected: true }],
      denied: [403, 'denied', ['age:too_young']],
      foreign: [403, 'denied', ['begun:no_cookie']],
      guardedForeign: [403, 'denied', ['begun:no_cookie']],
      thrown: [500, 'internal', []],
      logged: 1,
      second: [200, { allowed: true }],
      everyPath: [200, 404],
      missing: '@RequireIdentity() finds no BoninModule',
    };
    assert.deepEqual(platforms, { Express: expected, Fastify: expected });
  });
}
