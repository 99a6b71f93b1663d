'use strict';
// The table of commands, options and texts that both packages read. docs/cli.md is the contract.

const TABLE = require('./table.json');

const COMMANDS = Object.fromEntries(TABLE.commands.filter(({ only }) => (only ?? 'node') === 'node').map((one) => [one.name, one]));
const PROGRAM = TABLE.program;

/** As Python's `format` does: a doubled brace is one brace. */
const filled = (template, values) =>
  template.replace(/\{\{|\}\}|\{([a-z_]+)\}/g, (found, name) => (name === undefined ? found[0] : values[name]));

/** A text of the table, with its {places} filled. */
const text = (key, values = {}) => filled(TABLE.texts[key], values);

/** Option -> what the table says of it, in the order of the table. */
const optionsOf = (command) =>
  Object.fromEntries([...command.options, 'help'].map((key) => [TABLE.options[key].name ?? key, TABLE.options[key]]));

/** The text of an error with the options as the command line has them. A name of one word is an option where the error is about it. */
const spelled = ({ message, parameter }) =>
  message.replace(/`(\w+)`/g, (found, name) => {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return Object.hasOwn(TABLE.options, option) && (option.includes('-') || name === parameter) ? `\`--${option}\`` : found;
  });

/** What stands for the value of an option; undefined of a switch. */
const metavar = (option) => (option.choices ? option.choices.join('|') : option.metavar);

/** `a, b or c` */
const choicesOf = (names) => [names.slice(0, -1).join(', '), names.at(-1)].join(text('OR'));

const commandsOf = (group) => Object.keys(COMMANDS).filter((name) => name.startsWith(`${group} `));

/** The locale's name. */
const localeOf = (environment) => ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name]).find(Boolean) ?? '';

/** The language of the locale. Every locale that is not Korean, C's among them, gets English. */
const languageOf = (environment) => (localeOf(environment).toLowerCase().split('.')[0].split('_')[0] === 'ko' ? 'ko' : 'en');

module.exports = { COMMANDS, PROGRAM, TABLE, choicesOf, commandsOf, filled, languageOf, localeOf, metavar, optionsOf, spelled, text };
