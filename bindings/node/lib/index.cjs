'use strict';
// bonin: who is this person, and may they?
//
//   const { PortOneV2, Policy, Verifier } = require('bonin');
//
//   const portone = new PortOneV2({ apiSecret: process.env.BONIN_API_SECRET });
//   const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));
//   const decision = await verifier.verify(id, { subject: session.id, expect: { customData: order } });
//   if (decision.allowed) letIn(decision.verification);

const native = require('./native.js');

/** A fresh identity verification id: 32 lower-case hex characters, which every provider takes. */
const newId = () => native.runtime.newId();

/** The age that somebody born on a day (`YYYY-MM-DD`) has on another, counted as a policy counts it. */
const age = (birth, options) => native.ages.age(birth, options);

/** The exports that are classes. */
const LATER = [
  'Attribute',
  'Decision',
  'Judged',
  'Person',
  'Policy',
  'PolicyFile',
  'PortOne',
  'PortOneV1',
  'PortOneV2',
  'Proofs',
  'Registry',
  'Reservation',
  'Sandbox',
  'Verification',
  'Verifier',
  'BoninError',
  'InvalidArgument',
  'InvalidId',
  'InsecureUrl',
  'MissingCredentials',
  'InvalidTimeout',
  'InvalidPolicy',
  'Closed',
  'Draining',
  'ConnectionFailed',
  'TimedOut',
  'TlsFailed',
  'RedirectRefused',
  'Cancelled',
  'Overloaded',
  'OutcomeUnknown',
  'Unauthorized',
  'Forbidden',
  'NotFound',
  'Conflict',
  'Rejected',
  'ProviderFailed',
  'Throttled',
  'Unavailable',
  'UnreadableAnswer',
  'MismatchedAnswer',
  'InvalidPepper',
  'StoreBusy',
  'StoreFull',
  'StoreReadOnly',
  'StoreCorrupt',
  'StoreUnavailable',
  'StoreFailed',
  'ClaimRefused',
  'InternalError',
  'Denied',
];

/**
 * What is loaded when one of its names is first asked for. All of it at once: where the modules are loaded anew in between, as Jest
 * does, classes of both would be mixed otherwise. Each path is written out for bundlers.
 */
const loadAll = () => ({
  ...require('./errors.js').CLASSES,
  ...require('./person.js'),
  ...require('./verification.js'),
  ...require('./decision.js'),
  ...require('./judged.js'),
  ...require('./policy.js'),
  ...require('./policy-file.js'),
  ...require('./portone.js'),
  ...require('./proofs.js'),
  ...require('./registry.js'),
  ...require('./reservation.js'),
  ...require('./verifier.js'),
  ...require('./sandbox.js'),
});

const bonin = {};

/** Makes it a plain property of an object from now on. */
const settle = (on, name, value) => Object.defineProperty(on, name, { value, configurable: true, enumerable: true, writable: true });

let found;
const getters = {};

/** What was replaced, deleted or frozen since stays so. */
function settleAll() {
  found ??= loadAll();
  for (const name of LATER) {
    const present = Object.getOwnPropertyDescriptor(bonin, name);
    if (present?.get === getters[name] && present.configurable) settle(bonin, name, found[name]);
  }
}

for (const name of LATER) {
  getters[name] = () => {
    settleAll();
    return found[name];
  };
  Object.defineProperty(bonin, name, {
    configurable: true,
    enumerable: true,
    get: getters[name],
    set(value) {
      settle(this, name, value); // of an object that inherits it or got a copy of it: that one's
    },
  });
}

Object.assign(bonin, {
  age,
  doctor: (options) => require('./doctor.js').doctor(options),
  newId,
  policyDiff: (before, after, options) => require('./policy.js').policyDiff(before, after, options),
  /** Runs a cases file (docs/policy.md) whose cases name their policies: `{passed, failures, cases, text}`. */
  runPolicyCases: (cases) => require('./policy.js').runPolicyCases(cases),
  runPolicyCasesFile: (path) => require('./policy.js').runPolicyCasesFile(path),
  version: native.runtime.version(),
  /** Versions of the libraries that bonin runs with: one line. */
  runtimeVersions: () => native.runtime.versions(),
});

// Jest makes mocks of plain properties alone, and loads modules anew for each test file.
if (process.env.JEST_WORKER_ID !== undefined) settleAll();

module.exports = bonin;
