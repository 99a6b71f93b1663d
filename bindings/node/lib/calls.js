'use strict';
// Calls under way. Each has a slot, and native code delivers the results of many calls at once.

const { AsyncResource } = require('node:async_hooks');
const { refuse } = require('./errors.js');
const native = require('./native.js');

const slots = [];
const free = [];
const watched = new WeakMap(); // signal -> slots of its calls: one listener for each signal

// The callers' contexts (AsyncLocalStorage), by the numbers of their calls: of those calls alone that have somebody to
// run in them, because making one costs more than all else that a call does here.
const contexts = new Map();
let numbers = 0;

/** Runs a function in the context of the call of a number, where that is kept. */
function runFor(number, run) {
  const context = contexts.get(number);
  return context === undefined ? run() : context.runInAsyncScope(run);
}

/** Called by native code: slot, value, slot, value, …; `~slot` says that the value is an error. */
function deliver(...results) {
  let logs; // those of the clients whose calls these are
  let ended; // the numbers of those that have a context
  for (let i = 0; i < results.length; i += 2) {
    const failed = results[i] < 0;
    const slot = failed ? ~results[i] : results[i];
    const call = release(slot);
    if (call.logs !== undefined) for (const log of call.logs) (logs ??= new Set()).add(log);
    if (call.number !== 0) (ended ??= []).push(call.number);
    try {
      if (failed) call.reject(withReason(results[i + 1], call.signal));
      else call.resolve(call.wrap === undefined ? results[i + 1] : call.wrap(results[i + 1]));
    } catch (error) {
      call.reject(error); // the other calls of this delivery settle as well
    }
  }
  logs?.forEach((log) => log.drain());
  ended?.forEach((number) => contexts.delete(number));
}

/** A cancelled call's error has the reason of its signal as its cause. */
function withReason(error, signal) {
  if (error.kind === 'cancelled' && signal?.aborted && error.cause === undefined) {
    Object.defineProperty(error, 'cause', { value: signal.reason, configurable: true, writable: true });
  }
  return error;
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
 * @param {Log[] | undefined} logs what is to be drained when it has ended
 * @param {boolean} asks an own store of the application may be asked for it
 */
async function begin(signal, wrap, start, logs, asks = false) {
  try {
    return await started(signal, wrap, start, logs, asks);
  } catch (error) {
    // Native code made the error where no caller was on the stack. Here V8 adds the functions that await this call.
    Error.captureStackTrace(error, begin);
    throw error;
  }
}

function started(signal, wrap, start, logs, asks) {
  return new Promise((resolve, reject) => {
    const slot = free.length > 0 ? free.pop() : slots.length;
    const call = { resolve, reject, wrap, signal, siblings: undefined, logs, number: 0 };
    slots[slot] = call;
    try {
      if (signal !== undefined) watch(call, slot, signal);
      if (logs === undefined && !asks) start(slot);
      else startFor(call, slot, start);
    } catch (error) {
      release(slot);
      contexts.delete(call.number);
      reject(error);
    }
  });
}

/** Starts a call whose context is kept until it has ended. */
function startFor(call, slot, start) {
  call.number = ++numbers;
  contexts.set(call.number, new AsyncResource('bonin.call'));
  native.callFor(call.number);
  try {
    start(slot);
  } finally {
    native.callFor(0);
  }
}

function watch(call, slot, signal) {
  if (!(signal instanceof AbortSignal)) {
    throw refuse('invalid_argument', '`signal` must be an AbortSignal', 'signal');
  }
  if (signal.aborted) throw refuse('cancelled', 'the call was cancelled before it began', undefined, signal.reason);
  if (!watched.has(signal)) {
    const cancelled = new Set();
    signal.addEventListener('abort', () => cancelled.forEach((one) => native.cancel(one)), { once: true });
    watched.set(signal, cancelled);
  }
  call.siblings = watched.get(signal).add(slot);
}

native.deliverTo(deliver);

module.exports = { begin, deliver, runFor };
