'use strict';
// `bonin doctor`: what this machine has, reaches and believes.

const { begin } = require('../calls.js');
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
  const native = require('../native.js');
  const peppers = options.pepper ?? [];
  peppers.forEach(pepperOf); // refuses a key itself
  const asked = {
    host: `Node ${process.versions.node}`,
    store: options.store === undefined ? undefined : ofEnvironment(options.store),
    schema: options.schema,
    peppers,
  };
  const report = await begin(undefined, undefined, (slot) => native.runtime.doctor(undefined, slot, asked, options['timeout-ms']));
  const found = JSON.parse(report);
  if (options.json) print(report);
  else process.stdout.write(pageOf(found, language(options.language), columns()));
  return found.ok ? ALLOWED : DENIED;
}

module.exports = { run };
