'use strict';
// Plain text in columns, where a Korean character takes two.

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const width = (text) => [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);
const pad = (text, columns) => text + ' '.repeat(columns - width(text));

/** One line a row. */
function table(rows) {
  const columns = rows[0].map((_, i) => Math.max(...rows.map((row) => width(row[i]))));
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, columns[i]))
      .join('  ')
      .trimEnd(),
  );
}

/** Lines of at most so many columns. A word that is longer is cut. */
function wrapped(text, columns) {
  const lines = [''];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== '' && width(last) + 1 + width(word) <= columns) {
      lines[lines.length - 1] += ` ${word}`;
      continue;
    }
    if (last !== '') lines.push('');
    for (const letter of word) {
      if (width(lines.at(-1)) + width(letter) > columns) lines.push('');
      lines[lines.length - 1] += letter;
    }
  }
  return lines;
}

/** Terms with their explanations: beside each other, or below each other where the terminal is narrow. */
function listed(rows, columns) {
  const term = Math.min(Math.max(0, ...rows.map(([name]) => width(name))), 22);
  const beside = columns >= 60 || term <= 9;
  const indent = ' '.repeat(beside ? term + 4 : 6);
  return rows.flatMap(([name, text]) => {
    const lines = wrapped(text, columns - indent.length);
    if (!beside || width(name) > term) {
      return [...wrapped(name, columns - 2).map((line) => `  ${line}`), ...lines.map((line) => indent + line)];
    }
    return lines.map((line, i) => (i === 0 ? `  ${pad(name, term)}  ${line}` : indent + line).trimEnd());
  });
}

module.exports = { listed, table, width, wrapped };
