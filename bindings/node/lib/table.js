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

module.exports = { table };
