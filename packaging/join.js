'use strict';
// Joins the files that naming a class of bonin's loads into one, for a package: to find, read and compile each for itself is most of
// what loading them costs (docs/adr/0034-joined.md). Each file stays, as a line that answers its part.
//
//   node packaging/join.js FOLDER    FOLDER: the lib/ of a package that is being made

const fs = require('node:fs');
const path = require('node:path');

const ENTRIES = ['./policy-file.js', './proofs.js', './sandbox.js', './verifier.js'];
const NAME = './joined.js';
const INDEX = './index.cjs'; // it asks for the parts themselves
const APART = ['./native.js']; // `require('bonin')` has loaded it
// What lies beside it. Node's own modules are required by their names, as before.
const REQUIRE = /\brequire\('(\.\/[\w-]+\.js)'\)/g;
// Where it stands in no function.
const AT_ONCE = /^\S.*\brequire\('(\.\/[\w-]+\.js)'\)/gm;

const HEAD = `'use strict';
// Made by packaging/join.js of the files that it names. Each runs when it is first asked for, as a file does.

const files = Object.create(null);
const loaded = Object.create(null);

function joinedFile(name) {
  if (loaded[name] === undefined) {
    const module = { exports: {} };
    loaded[name] = module;
    try {
      files[name](module, module.exports);
    } catch (error) {
      delete loaded[name]; // the next one tries again
      throw error;
    }
  }
  return loaded[name].exports;
}

module.exports = joinedFile;
`;

/** The files that the entries load at once, themselves included, and their texts. */
function textsIn(folder) {
  const texts = new Map();
  const add = (name) => {
    if (texts.has(name) || APART.includes(name)) return;
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    texts.set(name, text);
    for (const [, next] of text.matchAll(AT_ONCE)) add(next);
  };
  ENTRIES.forEach(add);
  return texts;
}

function join(folder) {
  const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  const texts = textsIn(folder);
  const parts = [...texts].map(([name, text]) => {
    const moved = text.replace(REQUIRE, (as, other) => (texts.has(other) ? `joinedFile('${other}')` : as));
    // All of them run. In brackets V8 compiles a function at once; otherwise it would read it twice.
    return `\nfiles['${name}'] = (function (module, exports) {\n${moved}});\n`;
  });
  write(NAME, HEAD + parts.join(''));
  for (const name of texts.keys()) write(name, `'use strict';\nmodule.exports = require('${NAME}')('${name}');\n`);

  const index = fs.readFileSync(path.join(folder, INDEX), 'utf8');
  write(
    INDEX,
    index.replace(REQUIRE, (as, other) => (texts.has(other) ? `require('${NAME}')('${other}')` : as)),
  );
}

module.exports = { join };
if (require.main === module) join(process.argv[2]);
