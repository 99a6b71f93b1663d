'use strict';
// JSON text of an object of settings. JSON.stringify leaves out undefined values and calls `toJSON`: a policy would lose a rule
// whose value is undefined, and become weaker. This writer refuses such values.

const DEEPEST = 100;

const step = (key) => `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;

/**
 * @param {(value: any) => boolean} isPlain
 * @param {(pointer: string, what: string) => Error} wrong makes the error of a value that JSON does not have
 */
function writeJson(value, isPlain, wrong) {
  const above = new Set(); // the objects on the way to the value

  function write(value, pointer) {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'boolean':
        return String(value);
      case 'number':
        if (!Number.isFinite(value)) throw wrong(pointer, String(value));
        return String(value);
      case 'object':
        return value === null ? 'null' : within(value, pointer);
      default:
        throw wrong(pointer, typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`);
    }
  }

  function within(value, pointer) {
    if (above.has(value)) throw wrong(pointer, 'a cycle');
    if (above.size === DEEPEST) throw wrong(pointer, `more than ${DEEPEST} deep`);
    above.add(value);
    const text = Array.isArray(value) ? list(value, pointer) : record(value, pointer);
    above.delete(value);
    return text;
  }

  /** The array's own element. A hole is undefined, even when Array.prototype has that index. */
  function list(array, pointer) {
    const texts = [];
    const { length } = array;
    for (let i = 0; i < length; i++) texts.push(write(Object.hasOwn(array, i) ? array[i] : undefined, pointer + step(i)));
    return `[${texts.join(',')}]`;
  }

  function record(object, pointer) {
    if (!isPlain(object)) throw wrong(pointer, 'no plain object');
    const texts = [];
    for (const key of Reflect.ownKeys(object)) {
      if (typeof key === 'symbol') throw wrong(pointer, 'an object with a symbol for a key');
      texts.push(`${JSON.stringify(key)}:${write(object[key], pointer + step(key))}`);
    }
    return `{${texts.join(',')}}`;
  }

  return write(value, '');
}

module.exports = { writeJson };
