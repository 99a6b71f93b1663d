'use strict';
// From the command line to the file of its command, and from there to the exit code.

const { constants } = require('node:os');
const help = require('./help.js');
const { Refused, didYouMean, parse, refuse } = require('./parse.js');
const { ALLOWED, ERROR, columns, language, print, printable } = require('./terminal.js');
const { COMMANDS, PROGRAM, TABLE, spelled } = require('./words.js');

function shown(page) {
  process.stdout.write(page);
  return ALLOWED;
}

function refusedWith(page) {
  process.stderr.write(page);
  return ERROR;
}

function refuseCommand(name) {
  const names = Object.keys(COMMANDS);
  refuse('NAME_A_COMMAND', { names: names.join(', '), hint: didYouMean(name, names) });
}

async function run(args) {
  const [first, ...rest] = args;
  if (first === undefined) return refusedWith(help.short(language(), columns()));
  if (first === '-h' || first === '--help') return shown(help.whole(language(), columns()));
  if (first === 'help') return run([...rest, '--help']);
  if (first === '--version' || first === 'version') {
    const { runtimeVersions, version } = require('../index.cjs');
    print(`${PROGRAM} ${version} (${runtimeVersions()})`);
    return ALLOWED;
  }
  let name = first;
  if (Object.hasOwn(TABLE.groups, first)) {
    if (rest.length === 0) return refusedWith(help.ofGroup(first, language(), columns()));
    if (rest[0] === '-h' || rest[0] === '--help') return shown(help.ofGroup(first, language(), columns()));
    name = `${first} ${rest.shift()}`;
  }
  // `sandbox` is a command, and so is `sandbox verify`.
  if (rest.length > 0 && Object.hasOwn(COMMANDS, `${name} ${rest[0]}`)) name = `${name} ${rest.shift()}`;
  if (!Object.hasOwn(COMMANDS, name)) refuseCommand(name);
  const { options, argument } = parse(name, rest);
  if (options.help) return shown(help.ofCommand(name, language(options.language), columns()));
  return require(`./${name.replace(' ', '-')}.js`).run(options, argument);
}

/** Errors whose message is enough. Any other error is a bug and keeps its stack. */
const isPlain = (error) =>
  error instanceof Refused || error.message.startsWith('bonin: ') || error instanceof require('../errors.js').CLASSES.BoninError;

/** A reader that has left ends the command as SIGPIPE would; what cannot be written for another reason is an error. */
function endAt(error) {
  if (error.code === 'EPIPE') process.exit(128 + constants.signals.SIGPIPE);
  process.stderr.write(printable(`${PROGRAM}: the output cannot be written (${error.code})\n`));
  process.exit(ERROR);
}

function main(args) {
  process.stdout.on('error', endAt);
  process.stderr.on('error', () => process.exit(ERROR));
  run(args).then(
    (code) => (process.exitCode = code),
    (error) => {
      if (!isPlain(error)) throw error;
      process.stderr.write(printable(`${PROGRAM}: ${spelled(error).replace(/^bonin: /, '')}\n`));
      process.exitCode = ERROR;
    },
  );
}

module.exports = { main };
