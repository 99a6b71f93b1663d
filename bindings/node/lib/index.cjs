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
const { CLASSES } = require('./errors.js');
const { Attribute, Person } = require('./person.js');
const { Verification } = require('./verification.js');
const { Decision } = require('./decision.js');
const { Judged } = require('./judged.js');
const { Policy, policyDiff, runPolicyCases, runPolicyCasesFile } = require('./policy.js');
const { doctor } = require('./doctor.js');
const { PolicyFile } = require('./policy-file.js');
const { PortOne, PortOneV1, PortOneV2 } = require('./portone.js');
const { Proofs } = require('./proofs.js');
const { Registry } = require('./registry.js');
const { Reservation } = require('./reservation.js');
const { Verifier } = require('./verifier.js');
const { Sandbox } = require('./sandbox.js');

/** A fresh identity verification id: 32 lower-case hex characters, which every provider takes. */
const newId = () => native.runtime.newId();

/** The age that somebody born on a day (`YYYY-MM-DD`) has on another, counted as a policy counts it. */
const age = (birth, options) => native.ages.age(birth, options);

module.exports = {
  Attribute,
  Decision,
  Judged,
  Person,
  Policy,
  PolicyFile,
  PortOne,
  PortOneV1,
  PortOneV2,
  Proofs,
  Registry,
  Reservation,
  Sandbox,
  Verification,
  Verifier,
  age,
  doctor,
  newId,
  policyDiff,
  /** Runs a cases file (docs/policy.md) whose cases name their policies: `{passed, failures, cases, text}`. */
  runPolicyCases: (cases) => runPolicyCases(cases),
  runPolicyCasesFile,
  version: native.runtime.version(),
  /** Versions of the libraries that bonin runs with: one line. */
  runtimeVersions: () => native.runtime.versions(),
  ...CLASSES,
};
