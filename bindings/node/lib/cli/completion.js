'use strict';
// `bonin completion`: a script with which a shell completes what is typed. Its rows are made of the table.

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { ALLOWED, language } = require('./terminal.js');
const { COMMANDS, TABLE, metavar, optionsOf } = require('./words.js');

// A row is where, what, name, text. Where: `.` after `bonin` alone. What: `c` a command, `o` an option, `v` a value of an option, `f` an option that takes a
// file, `a` one that takes anything else, `F` a command that takes a file, `w` a word that a command takes.

const wordsOf = (name) => require('../native.js').runtime.wordLists()[name];

function valuesOf(where, name, option) {
  if (option.choices) return option.choices.map((one) => [where, 'v', name, one]);
  if (option.complete === 'file') return [[where, 'f', name, '']];
  if (option.complete) return wordsOf(option.complete).map((one) => [where, 'v', name, one]);
  return metavar(option) === undefined ? [] : [[where, 'a', name, '']];
}

function taken(where, { choices, complete } = {}) {
  if (complete === 'file') return [[where, 'F', '', '']];
  return (choices ?? (complete ? wordsOf(complete) : [])).map((one) => [where, 'w', one, '']);
}

function rowsIn(speech) {
  const option = (where, name) => [where, 'o', `--${name}`, TABLE.options[name][speech]];
  const rows = [option('.', 'version'), option('.', 'help')];
  for (const [group, about] of Object.entries(TABLE.groups)) rows.push(['.', 'c', group, about[speech]], option(group, 'help'));
  for (const [name, command] of Object.entries(COMMANDS)) {
    const last = name.split(' ').at(-1);
    rows.push([name.slice(0, -last.length).trimEnd() || '.', 'c', last, command[speech]]);
    for (const [key, about] of Object.entries(optionsOf(command))) {
      rows.push([name, 'o', `--${key}`, about[speech]], ...valuesOf(name, `--${key}`, about));
    }
    rows.push(...taken(name, command.takes));
  }
  return rows;
}

function run(_, shell) {
  const script = readFileSync(path.join(__dirname, `completion.${shell}`), 'utf8');
  // Within single quotes; a tab and a line end stand between cells and rows.
  const lines = rowsIn(language())
    .map((row) => row.join('\t'))
    .join('\n')
    .replaceAll("'", '’');
  process.stdout.write(script.replace('@ROWS@', () => lines));
  return ALLOWED;
}

module.exports = { run };
