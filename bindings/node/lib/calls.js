'use strict';
// Calls under way. Each has a slot, and native code delivers the results of many calls at once.

const { refuse } = require('./errors.js');

const slots = [];
const free = [];
const watched = new WeakMap(); // signal -> slots of its calls: one listener for each signal

let cancel; // (slot) => void, of native code
const cancelBy = (by) => (cancel = by);

/** Called by native code: slot, value, slot, value, …; `~slot` says that the value is an error. */
function deliver(...results) {
  let logs; // those of the clients whose calls these are
  for (let i = 0; i < results.length; i += 2) {
    const failed = results[i] < 0;
    const slot = failed ? ~results[i] : results[i];
    const call = release(slot);
    if (call.log !== undefined) (logs ??= new Set()).add(call.log);
    try {
      if (failed) call.reject(results[i + 1]);
      else call.resolve(call.wrap === undefined ? results[i + 1] : call.wrap(results[i + 1]));
    } catch (error) {
      call.reject(error); // the other calls of this delivery settle as well
    }
  }
  logs?.forEach((log) => log.drain());
}

function release(slot) {
  const call = slots[slot];
  slots[slot] = undefined;
  free.push(slot);
  call.siblings?.delete(slot);
  return call;
}

/**
 * The promise of a native call. Whatever goes wrong rejects; nothing is thrown.
 * @param {AbortSignal | undefined} signal cancels the call
 * @param {((value: any) => any) | undefined} wrap makes what the caller gets of what native code gives
 * @param {(slot: number) => void} start begins the call
 * @param {Log | undefined} log what is to be drained when it has ended
 */
async function begin(signal, wrap, start, log) {
  try {
    return await started(signal, wrap, start, log);
  } catch (error) {
    // Native code made the error where no caller was on the stack. Here V8 adds the functions that await this call.
    Error.captureStackTrace(error, begin);
    throw error;
  }
}

function started(signal, wrap, start, log) {
  return new Promise((resolve, reject) => {
    const slot = free.length > 0 ? free.pop() : slots.length;
    const call = { resolve, reject, wrap, siblings: undefined, log };
    slots[slot] = call;
    try {
      if (signal !== undefined) watch(call, slot, signal);
      start(slot);
    } catch (error) {
      release(slot);
      reject(error);
    }
  });
}

function watch(call, slot, signal) {
  if (!(signal instanceof AbortSignal)) {
    throw refuse('invalid_argument', '`signal` must be an AbortSignal', 'signal');
  }
  if (signal.aborted) throw refuse('cancelled', 'the call was cancelled before it began');
  if (!watched.has(signal)) {
    const cancelled = new Set();
    signal.addEventListener('abort', () => cancelled.forEach((one) => cancel(one)), { once: true });
    watched.set(signal, cancelled);
  }
  call.siblings = watched.get(signal).add(slot);
}

module.exports = { begin, cancelBy, deliver };
