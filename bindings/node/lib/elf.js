'use strict';
// Reads an ELF file: 64 bits, little-endian, as on every platform of bonin.

const fs = require('node:fs');

const MAGIC = '\x7fELF\x02\x01';
const HEADER = 64;
const SYMBOL = 24;
const MACHINES = { 62: 'x64', 183: 'arm64' };

const number = (bytes, offset) => Number(bytes.readBigUInt64LE(offset));
const isElf = (bytes) => bytes.length >= HEADER && bytes.latin1Slice(0, MAGIC.length) === MAGIC;

/** Does the file end before its table of sections does? Mapping such a file kills the process (SIGBUS). */
function endsEarly(file) {
  const descriptor = fs.openSync(file);
  try {
    const header = Buffer.alloc(HEADER);
    if (fs.readSync(descriptor, header) < HEADER) return true;
    const end = number(header, 40) + header.readUInt16LE(60) * header.readUInt16LE(58);
    if (!isElf(header) || end === 0) return false;
    return !Number.isSafeInteger(end) || fs.readSync(descriptor, header, 0, 1, end - 1) === 0; // its last byte
  } finally {
    fs.closeSync(descriptor);
  }
}

class Elf {
  static #DYNAMIC = 6;
  static #DYNSYM = 11;
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Undefined for what is no ELF file. */
  static read(file) {
    const bytes = fs.readFileSync(file);
    return isElf(bytes) ? new Elf(bytes) : undefined;
  }

  /** As Node names it; undefined for one that bonin does not run on. */
  get arch() {
    return MACHINES[this.#bytes.readUInt16LE(18)];
  }

  /** The libraries that it asks for. */
  get needed() {
    const { entries, names } = this.#table(Elf.#DYNAMIC, 16);
    return entries
      .filter((entry) => number(this.#bytes, entry) === 1)
      .map((entry) => names + number(this.#bytes, entry + 8))
      .map((name) => this.#bytes.toString('latin1', name, this.#bytes.indexOf(0, name)));
  }

  /** Does it define a symbol for others? */
  defines(symbol) {
    const { entries, names } = this.#table(Elf.#DYNSYM, SYMBOL);
    const wanted = Buffer.from(`${symbol}\0`);
    return entries.some((entry) => {
      const name = names + this.#bytes.readUInt32LE(entry);
      const isDefined = this.#bytes.readUInt16LE(entry + 6) !== 0;
      return isDefined && this.#bytes.subarray(name, name + wanted.length).equals(wanted);
    });
  }

  /** Where the entries of the section of a type are, and the names that they refer to. */
  #table(type, size) {
    const bytes = this.#bytes;
    const [start, each] = [number(bytes, 40), bytes.readUInt16LE(58)];
    const sections = Array.from({ length: bytes.readUInt16LE(60) }, (_, i) => start + i * each);
    const section = sections.find((one) => bytes.readUInt32LE(one + 4) === type);
    if (section === undefined) return { entries: [], names: 0 };
    const length = Math.floor(number(bytes, section + 32) / size);
    const first = number(bytes, section + 24);
    const names = number(bytes, sections[bytes.readUInt32LE(section + 40)] + 24);
    return { entries: Array.from({ length }, (_, i) => first + i * size), names };
  }
}

module.exports = { Elf, endsEarly };
