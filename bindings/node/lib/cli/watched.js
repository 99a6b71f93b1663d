'use strict';
// An import that shows how far it is, writes what it leaves out, and stops after a batch when asked to.

const { closeSync, openSync, writeSync } = require('node:fs');
const { constants } = require('node:os');
const { refuse } = require('./parse.js');
const { ALLOWED, DENIED, print } = require('./terminal.js');
const { PROGRAM, text } = require('./words.js');

/** Somebody asked for an end; what was read is in. */
class Stopped extends Error {}

const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);

function openReport(file) {
  if (file === undefined) return undefined;
  try {
    return openSync(file, 'w');
  } catch {
    return refuse('NO_REPORT');
  }
}

/** Runs an import that shows how far it is, writes what it leaves out, and stops after a batch when asked to. */
async function watched(reportFile, numbered, run) {
  let asked = false;
  const ask = () => (asked = true);
  const terminal = process.stderr.isTTY;
  const clear = '\r\x1b[K';
  // At once: what the batches that are in have left out is there, however it ends.
  const file = openReport(reportFile);
  const line = (row) => file !== undefined && writeSync(file, `${row}\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, ask);
  let report;
  try {
    line(`${numbered},reason`);
    report = await run({
      conflicts: 0,
      onConflict: ({ row, reason }) => line(`${row},${reason}`),
      onBatch: ({ rows, leftOut }) => {
        if (terminal) process.stderr.write(`${clear}${text('PROGRESS', { rows, left_out: sum(leftOut) })}`);
        if (asked) throw new Stopped(text('STOPPED', { rows }));
      },
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    if (terminal) process.stderr.write(clear);
    process.stderr.write(`${PROGRAM}: ${error.message}\n`);
    return 128 + constants.signals.SIGINT;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, ask);
    if (file !== undefined) closeSync(file);
  }
  if (terminal) process.stderr.write(clear);
  const { rows, existing, persons, keys, moved, uses, leftOut } = report;
  for (const [name, count] of Object.entries({ rows, existing, persons, keys, moved, uses, [text('LEFT_OUT')]: sum(leftOut) })) {
    if (count > 0 || name === 'rows') print(`${name.padEnd(14)}${count}`);
  }
  for (const [reason, count] of Object.entries(leftOut)) print(`  ${reason.padEnd(18)}${count}`);
  return sum(leftOut) > 0 ? DENIED : ALLOWED;
}

module.exports = { watched };
