'use strict';
// What is printed, and what a terminal can show of it.

const { printable, printableLine } = require('./printable.js');
const words = require('./words.js');

const ALLOWED = 0;
const DENIED = 1;
const ERROR = 2;

const COLOURS = { good: 32, bad: 31, odd: 33, strong: 1 };

/** Prints a text that may hold words of PortOne or of a file. */
const write = (text) => process.stdout.write(printable(text));
const print = (text) => write(`${text}\n`);

function isColoured(stream = process.stdout) {
  const { env } = process;
  if (env.NO_COLOR) return false;
  if ([env.FORCE_COLOR, env.CLICOLOR_FORCE].some((value) => value && value !== '0')) return true;
  return Boolean(stream.isTTY) && env.TERM !== 'dumb';
}

/** The colour repeats what the text says: where there is none, nothing is lost. */
const painted = (text, colour, stream) => (isColoured(stream) ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text);

/** A warning, in one line. Its first word is coloured. */
function warn(text, stream = process.stdout) {
  const line = printableLine(words.text('WARNING', { text }));
  const end = line.indexOf(':') + 1;
  stream.write(`${painted(line.slice(0, end), 'odd', stream)}${line.slice(end)}\n`);
}

/** The width to write for. A pipe has 80. */
function columns() {
  const asked = /^[1-9]\d{0,5}$/.test(process.env.COLUMNS ?? '') ? Number(process.env.COLUMNS) : undefined;
  return Math.max(30, Math.min(100, asked ?? (process.stdout.columns || 80)));
}

/** The language that was chosen, or the locale's. Node writes UTF-8: a locale of another charset gets English. */
function language(chosen) {
  if (chosen === 'ko' || chosen === 'en') return chosen;
  const charset = words.localeOf(process.env).split('@')[0].split('.')[1] ?? 'utf-8';
  return /^utf-?8$/i.test(charset) ? words.languageOf(process.env) : 'en';
}

module.exports = { ALLOWED, DENIED, ERROR, columns, isColoured, language, painted, print, printable, printableLine, warn, write };
