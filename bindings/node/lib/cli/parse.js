'use strict';
// A command line, read by util.parseArgs and held to the table. No error shows the value that was refused: it may be a key.

const { parseArgs } = require('node:util');
const words = require('./words.js');

/** A mistake in the command line or in the environment. */
class Refused extends Error {}

const refuse = (key, values) => {
  throw new Refused(words.text(key, values));
};

/** `; did you mean `a`?`, or nothing. */
function didYouMean(written, known) {
  try {
    return require('../native.js').runtime.didYouMean(written, known);
  } catch {
    return ''; // `bonin build` runs before there is native code
  }
}

const typeOf = (option) => ({
  type: words.metavar(option) === undefined ? 'boolean' : 'string',
  multiple: option.many ?? false,
  ...(option.short ? { short: option.short } : {}),
});

/** Of an option that is not there, the name alone: what stands after it is a value. */
function read(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const name = /^Unknown option '(--[a-z][a-z-]*)'/.exec(error.message)?.[1];
      if (name === undefined) return refuse('UNKNOWN_ARGUMENTS');
      const known = Object.keys(options).map((one) => `--${one}`);
      return refuse('UNKNOWN_OPTIONS', { names: name, hint: didYouMean(name, known) });
    }
    const option = /^Option '(?:-[a-z], )?--([a-z][a-z-]*)/.exec(error.message)?.[1];
    if (option === undefined) return refuse('UNKNOWN_ARGUMENTS');
    return refuse(error.message.includes('does not take') ? 'TAKES_NO_VALUE' : 'TAKES_VALUE', { option });
  }
}

function checked(name, option, given) {
  if (given === undefined) {
    if (option.required) {
      refuse(option.required === true ? 'MISSING' : option.required, { option: name, metavar: words.metavar(option) });
    }
    return undefined;
  }
  if (option.choices && !option.choices.includes(given)) {
    refuse('TAKES_CHOICE', { option: name, choices: words.choicesOf(option.choices) });
  }
  if (!option.number) return given;
  return /^-?\d{1,18}$/.test(given) ? Number(given) : refuse('TAKES_NUMBER', { option: name });
}

/**
 * The options by the table's names, and what the command takes: one argument, or an array where the table has a `count`. With
 * `help`, nothing is checked.
 */
function parse(name, args) {
  const command = words.COMMANDS[name];
  const options = words.optionsOf(command);
  const types = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, typeOf(option)]));
  const { values, positionals } = read(args, types);
  if (values.help) return { options: values };
  const { takes } = command;
  if (positionals.length !== (takes ? (takes.count ?? 1) : 0)) {
    const one = takes?.count ? 'TAKES_SEVERAL' : 'TAKES_ONE';
    refuse(takes ? one : 'TAKES_OPTIONS', { command: name, metavar: takes?.metavar });
  }
  if (takes?.choices && !takes.choices.includes(positionals[0])) {
    refuse('TAKES_ONE_OF', { command: name, choices: words.choicesOf(takes.choices) });
  }
  const all = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, checked(key, option, values[key])]));
  return { options: all, argument: takes?.count ? positionals : positionals[0] };
}

module.exports = { Refused, didYouMean, parse, refuse };
