'use strict';
// The errors of bonin. Native code makes them through `fromNative` alone, so that every error has a class, a kind and a
// masked text. `portoneMessage` and `pgMessage` are PortOne's own words: they are kept out of every printed text.

const native = require('./native.js');

/** Kind -> {className, base, retryable, hint}: the native table. */
const KINDS = Object.create(null);
for (const row of native.errorKinds()) KINDS[row.name] = row;

class BoninError extends Error {
  #portoneMessage;
  #pgMessage;

  constructor(kind, message, fields = {}) {
    super(message);
    const row = KINDS[kind];
    this.kind = kind;
    this.retryable = row.retryable;
    this.hint = row.hint;
    for (const key of SHOWN) if (Object.hasOwn(fields, key) && fields[key] !== undefined) this[key] = fields[key];
    if (fields.thrown !== undefined) {
      // Not enumerable, like the cause of `new Error(text, { cause })`: tools that print errors show it, and toJSON() does not.
      Object.defineProperty(this, 'cause', { value: fields.thrown, configurable: true, writable: true });
    }
    this.#portoneMessage = fields.portoneMessage;
    this.#pgMessage = fields.pgMessage;
  }

  get portoneMessage() {
    return this.#portoneMessage;
  }

  get pgMessage() {
    return this.#pgMessage;
  }

  toJSON() {
    const out = { name: this.name, kind: this.kind, message: this.message, retryable: this.retryable };
    for (const key of Object.keys(this)) if (SHOWN.includes(key)) out[key] = this[key];
    return out;
  }
}

const SHOWN = [
  'httpStatus',
  'portoneCode',
  'pgCode',
  'parameter',
  'attempts',
  'request',
  'cause',
  'retryAfterMs',
  'outcome',
  'reason',
  'until',
];

class InvalidArgument extends BoninError {}
class InvalidId extends InvalidArgument {}
class InsecureUrl extends InvalidArgument {}
class MissingCredentials extends InvalidArgument {}
class InvalidTimeout extends InvalidArgument {}
class InvalidPolicy extends InvalidArgument {}
class Closed extends BoninError {}
class Draining extends BoninError {}
class ConnectionFailed extends BoninError {}
class TimedOut extends BoninError {}
class TlsFailed extends BoninError {}
class RedirectRefused extends BoninError {}
class Cancelled extends BoninError {}
class Overloaded extends BoninError {}
class OutcomeUnknown extends BoninError {}
class Unauthorized extends BoninError {}
class Forbidden extends BoninError {}

/** What an application gives, `(message, { cause })`, as kind, message and fields. `fromNative` gives those three. */
function ofApplication(given, kind, ordinary) {
  if (given.length === 3) return given;
  const [message = ordinary, options] = given;
  return [kind, message, { thrown: options?.cause }];
}

// An application's own store throws these two.
class NotFound extends BoninError {
  constructor(...given) {
    super(...ofApplication(given, 'not_found', 'there is no such account'));
  }
}
class Conflict extends BoninError {
  constructor(...given) {
    super(...ofApplication(given, 'conflict', 'the keys lead to two persons'));
  }
}
class Rejected extends BoninError {}
class ProviderFailed extends BoninError {}
class Throttled extends BoninError {}
class Unavailable extends BoninError {}
class UnreadableAnswer extends BoninError {}
class MismatchedAnswer extends BoninError {}
class InvalidPepper extends InvalidArgument {}
class StoreBusy extends BoninError {}
class StoreFull extends BoninError {}
class StoreReadOnly extends BoninError {}
class StoreCorrupt extends BoninError {}
class StoreUnavailable extends BoninError {}
class StoreFailed extends BoninError {}
class InternalError extends BoninError {}

/** A claim or a commit that granted nothing: `outcome` (`taken` or `refused`), `reason`, and `until`, when it ends. */
class ClaimRefused extends BoninError {}

/** Raised by `Verifier.require` alone: the question was answered, and the answer is no. See `decision`. */
class Denied extends BoninError {
  #decision;

  constructor(kind, message, fields = {}) {
    super(kind, message, fields);
    this.#decision = fields.decision;
  }

  get decision() {
    return this.#decision;
  }
}

const CLASSES = {
  BoninError,
  InvalidArgument,
  InvalidId,
  InsecureUrl,
  MissingCredentials,
  InvalidTimeout,
  InvalidPolicy,
  Closed,
  Draining,
  ConnectionFailed,
  TimedOut,
  TlsFailed,
  RedirectRefused,
  Cancelled,
  Overloaded,
  OutcomeUnknown,
  Unauthorized,
  Forbidden,
  NotFound,
  Conflict,
  Rejected,
  ProviderFailed,
  Throttled,
  Unavailable,
  UnreadableAnswer,
  MismatchedAnswer,
  InvalidPepper,
  StoreBusy,
  StoreFull,
  StoreReadOnly,
  StoreCorrupt,
  StoreUnavailable,
  StoreFailed,
  ClaimRefused,
  InternalError,
  Denied,
};

// The name stands on the prototype, because it is the same for every error of a class.
for (const [name, type] of Object.entries(CLASSES)) {
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}

const toCamel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/**
 * Makes every error: an instance of the class of its kind. The core names parameters in snake_case, and the message gets them
 * in camelCase. `isOurs`: the binding found the mistake, and the parameter is already spelled as the caller wrote it.
 */
function fromNative(kind, message, fields, isOurs) {
  const parameter = fields.parameter;
  if (!isOurs && parameter?.includes('_') && !parameter.startsWith('/')) {
    fields.parameter = toCamel(parameter);
    message = message.replaceAll(parameter, fields.parameter);
  }
  // The sandbox lists the fields that it knows.
  if (!isOurs && message.startsWith('unknown field')) message = message.replace(/`[a-z_]+`/g, toCamel);
  return new CLASSES[KINDS[kind].className](kind, message, fields);
}

/** The error of a mistake that JavaScript found, in the form of the native ones. `thrown`: the cause, where there is one. */
function refuse(kind, message, parameter, thrown) {
  const { hint } = KINDS[kind];
  const fields = { ...(parameter !== undefined && { parameter }), ...(thrown !== undefined && { thrown }) };
  return fromNative(kind, hint ? `${message}; ${hint}` : message, fields, true);
}

/** Is it an instance of a class of that name of another copy of the package? */
function isOfAnotherCopy(value, what) {
  try {
    return what.split(' ').includes(value.constructor.name);
  } catch {
    return false;
  }
}

/** What is said of a value that is not `what`, such as `a Policy`. */
function mistyped(value, what, parameter) {
  const text = `\`${parameter}\` must be ${what}`;
  if (!isOfAnotherCopy(value, what)) return text;
  return `${text} of this copy of bonin, and is of another (\`npm ls bonin\` shows them)`;
}

const refuseType = (value, what, parameter) => refuse('invalid_argument', mistyped(value, what, parameter), parameter);

native.makeErrorsBy(fromNative);

module.exports = { CLASSES, fromNative, mistyped, refuse, refuseType, toCamel };
