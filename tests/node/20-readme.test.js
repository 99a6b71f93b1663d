'use strict';
// The JavaScript examples of both READMEs run as they stand.
const test = require('node:test');
const assert = require('node:assert');
const { readFileSync, writeFileSync, mkdtempSync, rmSync, mkdirSync, symlinkSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { tmpdir } = require('node:os');

const root = join(__dirname, '..', '..');

for (const readme of ['README.md', 'README.ko.md']) {
  test(`the examples of ${readme} run`, () => {
    const examples = [...readFileSync(join(root, readme), 'utf8').matchAll(/^```js\n(.*?)^```/gms)].map((m) => m[1]);
    assert.ok(examples.length >= 1);
    const place = mkdtempSync(join(tmpdir(), 'bonin-readme-'));
    try {
      mkdirSync(join(place, 'node_modules'));
      symlinkSync(root, join(place, 'node_modules', 'bonin'));
      for (const example of examples) {
        writeFileSync(join(place, 'example.cjs'), example);
        const printed = execFileSync(process.execPath, ['example.cjs'], { cwd: place, encoding: 'utf8' });
        const [, shown] = /^```text\n(.*?)^```/ms.exec(readFileSync(join(root, readme), 'utf8'));
        assert.equal(
          printed,
          shown.replace(/True|False/g, (word) => word.toLowerCase()),
        );
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });
}
