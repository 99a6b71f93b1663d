'use strict';
// Plain text in columns, where a Korean character takes two.

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const width = (text) => [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);
const pad = (text, columns) => text + ' '.repeat(columns - width(text));

/** Rows of cells, a cell being its lines. */
function table(rows) {
  const columns = rows[0].map((_, i) => Math.max(...rows.flatMap((row) => row[i].map(width)), 0));
  const lines = [];
  for (const row of rows) {
    const height = Math.max(1, ...row.map((cell) => cell.length));
    for (let n = 0; n < height; ++n) {
      lines.push(row.map((cell, i) => pad(cell[n] ?? '', columns[i])).join('  ').trimEnd());
    }
  }
  return lines.join('\n');
}

module.exports = { table };
