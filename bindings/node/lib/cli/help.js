'use strict';
// What `--help` prints, made of the table.

const { listed, wrapped } = require('./columns.js');
const { COMMANDS, PROGRAM, TABLE, commandsOf, filled, metavar, optionsOf } = require('./words.js');

function term(name, option) {
  const value = metavar(option);
  return `${option.short ? `-${option.short}, ` : ''}--${name}${value ? ` ${value}` : ''}`;
}

/** The command with what it must be given. */
function usage(command) {
  const options = optionsOf(command);
  const parts = [PROGRAM, command.name];
  if (command.takes) parts.push(command.takes.metavar);
  if (command.one_of) parts.push(`(${command.one_of.map((name) => term(name, options[name])).join(' | ')})`);
  for (const [name, option] of Object.entries(options)) if (option.required) parts.push(term(name, option));
  return [...parts, '[options]'].join(' ');
}

/** Sections, each of lines of at most so many columns. */
class Page {
  #parts = [];

  constructor(language, columns) {
    this.language = language;
    this.columns = columns;
  }

  of(one) {
    return one[this.language];
  }

  word(name) {
    return this.of(TABLE.words[name]);
  }

  usage(text) {
    const lines = wrapped(`${this.word('usage')}: ${text}`, this.columns - 2);
    this.#parts.push(lines.map((line, i) => (i === 0 ? line : `  ${line}`)).join('\n'));
  }

  paragraph(text) {
    this.#parts.push(wrapped(text, this.columns).join('\n'));
  }

  section(name, rows) {
    if (rows.length > 0) this.#parts.push([`${this.word(name)}:`, ...listed(rows, this.columns)].join('\n'));
  }

  /** A line that does not fit goes on after a backslash, as a shell reads it. */
  examples(examples) {
    const lines = examples.flatMap((one) => {
      const broken = wrapped(one, this.columns - 6);
      return broken.map((line, i) => `${i === 0 ? '  ' : '    '}${line}${i < broken.length - 1 ? ' \\' : ''}`);
    });
    if (lines.length > 0) this.#parts.push([`${this.word('examples')}:`, ...lines].join('\n'));
  }

  exitCodes(codes) {
    const every = { ...TABLE.exit, ...codes };
    this.section(
      'exit',
      Object.keys(every)
        .sort((a, b) => a - b)
        .map((code) => [code, this.of(every[code])]),
    );
  }

  environment(names) {
    this.section(
      'environment',
      names.map((name) => [name, this.of(TABLE.environment[name])]),
    );
  }

  commands(names) {
    this.section(
      'commands',
      names.map((name) => [name, this.of(COMMANDS[name])]),
    );
  }

  more(command) {
    this.paragraph(filled(this.word('more'), { command }));
  }

  text() {
    return `${this.#parts.join('\n\n')}\n`;
  }
}

function ofCommand(name, language, columns) {
  const command = COMMANDS[name];
  const page = new Page(language, columns);
  page.usage(usage(command));
  page.paragraph(page.of(command));
  if (command.takes) page.section('arguments', [[command.takes.metavar, page.of(command.takes)]]);
  page.section(
    'options',
    Object.entries(optionsOf(command)).map(([key, option]) => [term(key, option), page.of(option)]),
  );
  page.examples(command.examples);
  page.exitCodes(command.exit ?? {});
  page.environment(command.environment ? TABLE[command.environment] : []);
  return page.text();
}

function ofGroup(group, language, columns) {
  const page = new Page(language, columns);
  page.usage(`${PROGRAM} ${group} COMMAND [options]`);
  page.paragraph(page.of(TABLE.groups[group]));
  page.commands(commandsOf(group));
  page.more(`${PROGRAM} ${group} COMMAND`);
  return page.text();
}

/** What `bonin` alone prints. */
function short(language, columns) {
  const page = new Page(language, columns);
  page.usage(`${PROGRAM} COMMAND [options]`);
  page.paragraph(page.of(TABLE.about));
  page.commands(Object.keys(COMMANDS));
  page.more(`${PROGRAM} COMMAND`);
  return page.text();
}

function whole(language, columns) {
  const page = new Page(language, columns);
  page.section(
    'options',
    ['version', 'help'].map((name) => [term(name, TABLE.options[name]), page.of(TABLE.options[name])]),
  );
  page.examples(TABLE.examples);
  page.exitCodes(TABLE.exits);
  page.environment([...TABLE.credentials, 'NO_COLOR', 'FORCE_COLOR']);
  return `${short(language, columns)}\n${page.text()}`;
}

module.exports = { ofCommand, ofGroup, short, whole };
