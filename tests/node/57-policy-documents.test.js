'use strict';
// Policy documents: what they extend, what they say to the person, how they look, and what changes between two.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { afterEach, describe, test } = require('node:test');
const { bonin, vectors } = require('./support.js');

const { Policy, PolicyFile, policyDiff, runPolicyCasesFile } = bonin;
const files = vectors('policy_files');

let folder;
afterEach(() => folder !== undefined && fs.rmSync(folder, { recursive: true, force: true }));

/** The files of a case, in a folder of their own. */
function layOut(entry) {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-documents-'));
  const at = (name) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    return path.join(folder, name);
  };
  for (const [name, content] of Object.entries(entry.files)) {
    if (content === null) fs.mkdirSync(at(name));
    else if (typeof content === 'string') fs.writeFileSync(at(name), content);
    else fs.writeFileSync(at(name), content.repeat ? content.repeat[0].repeat(content.repeat[1]) : JSON.stringify(content));
  }
  for (const [name, target] of Object.entries(entry.links ?? {})) fs.symlinkSync(target, at(name));
  return (name) => path.join(folder, name);
}

function refuses(entry, kind, run) {
  assert.throws(run, (error) => {
    assert.equal(error.kind, kind, `${error}`);
    if (entry.pointer !== null) assert.equal(error.parameter ?? '', entry.pointer, `${error}`);
    for (const part of entry.says) assert.ok(error.message.includes(part), `${part}\n${error}`);
    return true;
  });
}

test('the shared trees', () => {
  for (const { name, document, ko, en } of vectors('policy_tree').cases) {
    const policy = new Policy(document);
    assert.deepEqual(JSON.parse(JSON.stringify(policy.tree('ko'))), ko, name);
    assert.deepEqual(JSON.parse(JSON.stringify(policy.tree('en'))), en, name);
    assert.throws(() => policy.tree('de'), bonin.InvalidArgument);
    assert.throws(() => policy.tree(), bonin.InvalidArgument);
  }
});

describe('the shared files', () => {
  for (const entry of files.loads) {
    test(entry.name, () => {
      const at = layOut(entry);
      const policy = Policy.load(at(entry.load));
      assert.deepEqual(JSON.parse(policy.document), entry.document);
      assert.deepEqual(
        policy.rules.map(({ pointer }) => pointer),
        entry.pointers,
      );
      assert.equal(policy.law ?? null, entry.law);
      assert.equal(policy.rejoinAfterMs, entry.rejoin_after_ms);
      assert.deepEqual(policy.warnings, []);
      assert.equal(new Policy(policy.document).hash, policy.hash);
      assert.equal(new PolicyFile(at(entry.load)).policy.hash, policy.hash);
    });
  }
  for (const entry of files.refuses) {
    test(`refused: ${entry.name}`, () => {
      const at = layOut(entry);
      refuses(entry, 'invalid_policy', () => Policy.load(at(entry.load)));
    });
  }
  for (const entry of files.cases) {
    test(`cases: ${entry.name}`, () => {
      const at = layOut(entry);
      if (entry.says) return refuses(entry, entry.kind, () => runPolicyCasesFile(at(entry.cases)));
      const report = runPolicyCasesFile(at(entry.cases));
      assert.ok(report.passed, report.text);
    });
  }
});

test('a file is reloaded with its bases', () => {
  const at = layOut(files.loads[0]);
  const file = new PolicyFile(at('shop.json'));
  const before = file.policy.hash;
  fs.writeFileSync(at('house.json'), '{"name": "house", "rules": [{"has": "ci"}]}');
  const after = file.reload().hash;
  assert.notEqual(after, before);
  fs.rmSync(at('house.json'));
  assert.throws(() => file.reload(), bonin.InvalidPolicy);
  assert.equal(file.policy.hash, after);
});

test('an object has no folder', () => {
  const at = layOut(files.loads[0]);
  for (const name of ['house.json', './house.json', at('house.json')]) {
    assert.throws(() => new Policy({ name: 'shop', extends: name }), { parameter: '/extends', message: /`Policy\.load`/ });
  }
  const base = JSON.parse(fs.readFileSync(at('house.json'), 'utf8'));
  const policy = new Policy({ name: 'shop', extends: [base], rules: [{ has: 'phone' }] });
  assert.equal(policy.document, Policy.load(at('shop.json')).document);
});

test('the shared texts', () => {
  const { given, now, cases } = vectors('policy_texts');
  const own = new Set(cases.flatMap(({ ko, en }) => [...ko, ...en]));
  for (const { name, document, ko, en } of cases) {
    const { cases: changes } = policyDiff(Policy.preset('kr.work'), new Policy(document), {
      cases: { given, cases: [{ name: 'x', now, allowed: true }] },
    });
    const denials = changes[0]?.denials ?? [];
    assert.equal(denials.length, ko.length, name);
    for (const [i, finding] of denials.entries()) {
      assert.ok(ko[i] === null ? !own.has(finding.ko) : finding.ko === ko[i], `${name}: ${finding.ko}`);
      assert.ok(en[i] === null ? !own.has(finding.en) : finding.en === en[i], `${name}: ${finding.en}`);
    }
  }
});

test('the shared differences', () => {
  for (const { name, before, after, rules, cases, changed = [] } of vectors('policy_diff').cases) {
    const [old, now] = [new Policy(before), new Policy(after)];
    const diff = policyDiff(old, now, { cases });
    assert.deepEqual(
      diff.rules.map((rule) => [rule.change, rule.code, rule.before?.pointer ?? null, rule.after?.pointer ?? null]),
      rules,
      name,
    );
    assert.deepEqual(
      diff.cases.map((one) => [one.name, one.before, one.after, one.denials.map(({ code }) => code)]),
      changed,
      name,
    );
    assert.equal(diff.judged, cases?.cases.length ?? 0);
    assert.equal(diff.en.includes('the rules are the same'), rules.length === 0);
    assert.equal(diff.ko.includes('규칙이 같습니다'), rules.length === 0);
    if (cases === undefined) continue;
    const at = layOut({ files: { 'cases.json': cases } });
    assert.deepEqual(policyDiff(old, now, { casesFile: at('cases.json') }), diff);
  }
});

test('a difference refuses what it does not understand', () => {
  const policy = Policy.preset('kr.work');
  for (const [options, parameter] of [
    [{ cases: '{' }, undefined],
    [{ cases: { cases: [] } }, '/cases'],
    [{ casesFile: '/nowhere.json' }, 'path'],
    [{ casesFile: 5 }, 'casesFile'],
    [{ cases: {}, casesFile: 'x' }, 'casesFile'],
    [{ kases: {} }, 'kases'],
  ]) {
    assert.throws(
      () => policyDiff(policy, policy, options),
      (error) => error instanceof bonin.InvalidArgument && error.parameter === parameter,
    );
  }
  assert.throws(() => policyDiff(policy, 'kr.work'), { parameter: 'after' });
});

test('the presets in words', () => {
  assert.deepEqual(
    Policy.presets.map(({ name }) => name),
    Policy.presetNames,
  );
  assert.deepEqual(Policy.presets[0], {
    name: 'kr.youth_protection',
    ko: '연 나이 19세 이상',
    en: 'at least 19 years old by year age (this year minus the year of birth)',
    law: '청소년 보호법 제2조 제1호, 제28조',
    electionDay: false,
  });
});
