'use strict';
// Foreign text in a terminal. Characters that move the cursor, change colours or turn the direction of writing are shown as
// `\u001b`, as JSON writes them.

// C0 but for the line feed, DEL and C1; marks and embeddings of direction; separators of lines and paragraphs.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text of several lines. */
const printable = (text) => String(text).replace(CONTROLS, escaped);

/** A value within a line. */
const printableLine = (text) => printable(text).replaceAll('\n', '\\u000a');

module.exports = { printable, printableLine };
