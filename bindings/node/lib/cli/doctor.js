'use strict';
// `bonin doctor`: what this machine has, reaches and believes.

const { width, wrapped } = require('./columns.js');
const { ofEnvironment, pepperOf } = require('./store.js');
const { ALLOWED, DENIED, columns, language, painted, print, printableLine } = require('./terminal.js');
const { TABLE, text } = require('./words.js');

const COLOURS = { ok: 'good', warning: 'odd', failed: 'bad' };

/** A line for each thing that was looked at; below it, what to do. */
function pageOf({ ok, at, checks }, speech, room) {
  const beside = room >= 60;
  const indent = ' '.repeat(beside ? 25 : 2);
  const lines = [text('DOCTOR_HEAD', { at }), ''];
  for (const check of checks) {
    const state = TABLE.words[check.state][speech];
    let head = painted(state, COLOURS[check.state]) + ' '.repeat(9 - width(state)) + printableLine(check.name);
    const below = wrapped(printableLine(check[speech]), room - indent.length);
    const next = check[`next_${speech}`];
    if (next) below.push(...wrapped(printableLine(next), room - indent.length - 3).map((line, i) => `${i === 0 ? '->' : '  '} ${line}`));
    if (beside) head += ' '.repeat(16 - check.name.length) + below.shift();
    lines.push(head, ...below.map((line) => indent + line));
  }
  lines.push('', painted(TABLE.words[ok ? 'all_well' : 'not_well'][speech], ok ? 'good' : 'bad'));
  return `${lines.join('\n')}\n`;
}

async function run(options) {
  const { doctor } = require('../doctor.js');
  const { schema } = options;
  const peppers = options.pepper ?? [];
  peppers.forEach(pepperOf); // refuses a key itself
  const store = options.store === undefined ? undefined : ofEnvironment(options.store);
  const report = await doctor({ store, schema, peppers, timeoutMs: options['timeout-ms'] });
  if (options.json) print(JSON.stringify(report));
  else process.stdout.write(pageOf(report, language(options.language), columns()));
  return report.ok ? ALLOWED : DENIED;
}

module.exports = { run };
