'use strict';
// bonin/testing: for an application's own tests, with node:test, Jest or Vitest. docs/testing.md describes it.
//
//   const stage = await start({ policy });
//   assertDenied(await stage.flow('minor'), 'age', 'too_young');
//   await stage.close();

const { AssertionError } = require('node:assert');
const { createHash, randomBytes } = require('node:crypto');
const native = require('./native.js');
const { Decision } = require('./decision.js');
const decisions = require('./decision.js');
const { refuseType } = require('./errors.js');
const { readOptions, readSettings } = require('./options.js');
const { Policy } = require('./policy.js');
const policies = require('./policy.js');
const { Registry } = require('./registry.js');
const { Sandbox, toSnake } = require('./sandbox.js');
const { Verification, recordOf } = require('./verification.js');
const { Verifier } = require('./verifier.js');

const SUBJECT = 'subject-1';
const START = new Set(['policy', 'api', 'registry']);

/** A sandbox with a client, a registry and a verifier that follow its clock. */
class Stage {
  constructor(sandbox, portone, registry, verifier) {
    this.sandbox = sandbox;
    this.portone = portone;
    this.registry = registry;
    this.verifier = verifier;
    Object.freeze(this);
  }

  /** Begins a flow, as the application does for its page; the sandbox's channel by default. */
  begin(subject = SUBJECT, options = {}) {
    const channel = 'channelKey' in options || 'pg' in options ? {} : { channelKey: this.sandbox.channelKey };
    return this.verifier.begin(subject, { ...channel, ...options });
  }

  /** Finishes a flow, as a person in a browser does: the id that the browser hands to the application. */
  finish(flow, person = 'adult', options = {}) {
    const own = flow.api === 'v1' ? { merchantUid: flow.id } : { id: flow.id };
    return this.sandbox.verify(person, { ...options, ...own, api: flow.api });
  }

  /** Verifies an id that `finish` answered for a flow of this subject. @returns {Promise<Decision>} */
  verify(id, subject = SUBJECT, options = {}) {
    return this.verifier.verify(id, { ...options, subject, begun: true });
  }

  /** A whole flow: begun, finished by a person and verified. `options`: of `sandbox.verify`, and `expect`. */
  async flow(person = 'adult', subject = SUBJECT, { expect, ...options } = {}) {
    return this.verify(this.finish(this.begin(subject), person, options), subject, expect === undefined ? {} : { expect });
  }

  /** Moves the clock of all of them: `{ minutes: 11 }`, or a number of seconds. */
  advance(span) {
    this.sandbox.advance(span);
  }

  /** Closes the client and the registry, and stops the sandbox. Idempotent. */
  async close() {
    this.portone.close();
    await this.registry.close();
    await this.sandbox.close();
  }

  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
  }
}

/** An empty registry in memory, under a key of its own, that follows the sandbox's clock. */
function registry(sandbox, given = {}) {
  const { store = given.ownStore === undefined ? 'sqlite::memory:' : undefined, ...options } = readSettings(given, 'registry');
  if (options.pepper === undefined && options.peppers === undefined) options.pepper = randomBytes(32).toString('hex');
  return new Registry(store, { clock: sandbox, ...options });
}

/** Starts a sandbox, with a client, a registry in memory and a verifier that follow its clock. */
async function start(given) {
  const { policy = Policy.preset('kr.youth_protection'), api = 'v2', registry: options } = readOptions(given, START, 'options', START);
  const sandbox = await Sandbox.start();
  try {
    const portone = sandbox.connect({ api });
    const people = registry(sandbox, options);
    return new Stage(sandbox, portone, people, new Verifier(portone, policy, { registry: people }));
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

// ---- decisions made by hand -------------------------------------------------------------------------------------------

const snake = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [toSnake(name), value]));

/** CI and DI are made up of the rest, so that the same object is the same person. */
function withKeys(person) {
  const seed = JSON.stringify(Object.entries(person).sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = (name) => createHash(name).update(seed).digest('base64');
  return { ci: digest('sha512'), di: digest('sha384'), ...person };
}

/** A Verification made by hand: nothing is started, sent or looked up. */
function verification(person = 'adult', facts = {}) {
  const known = JSON.parse(native.made.personaFacts(typeof person === 'string' ? person : 'adult'));
  if (typeof person !== 'string') known.person = withKeys(snake(readSettings(person, 'person')));
  const { channel, ...rest } = snake(readSettings(facts, 'facts'));
  if (channel !== undefined) rest.channel = snake(readSettings(channel, 'channel'));
  return new Verification(native.made.verification(JSON.stringify({ ...known, ...rest })));
}

function readMade(options) {
  const { policy, ...facts } = readSettings(options, 'options');
  const rules = policies.handleOf(policy);
  if (policy !== undefined && rules === undefined) throw refuseType(policy, 'a Policy', 'policy');
  return [rules, facts];
}

/** A Decision that allows, made by hand: nothing was judged. It holds no reservation. */
function allowed(person = 'adult', options = {}) {
  const [rules, facts] = readMade(options);
  return new Decision(native.made.allowed(recordOf(verification(person, facts)), rules));
}

/** A Decision that denies by one rule, made by hand: nothing was judged. */
function denied(code, reason, person = 'adult', options = {}) {
  const [rules, facts] = readMade(options);
  return new Decision(native.made.denied(recordOf(verification(person, facts)), rules, code, reason));
}

// ---- assertions -------------------------------------------------------------------------------------------------------

const why = ({ denials }) =>
  denials.map(({ code, reason, pointer, en }) => `\n  ${code}${reason ? ` (${reason})` : ''} at ${pointer}: ${en}`).join('');

function fail(message, caller) {
  throw new AssertionError({ message, stackStartFn: caller });
}

function check(decision, caller) {
  if (decisions.handleOf(decision) === undefined) fail('a Decision was expected: was a promise not awaited?', caller);
}

/** Passes for a decision that allows. Otherwise an AssertionError says why it denies, without personal data. */
function assertAllowed(decision) {
  check(decision, assertAllowed);
  if (!decision.allowed) fail(`expected to be allowed, was denied by policy \`${decision.policyName}\`:${why(decision)}`, assertAllowed);
}

/** Passes for a decision that denies: by a rule with this code, for this reason, where they are given. */
function assertDenied(decision, code, reason) {
  check(decision, assertDenied);
  const asked = [code, reason && `(${reason})`].filter(Boolean).join(' ');
  const wanted = asked && ` by ${asked}`;
  if (decision.allowed) fail(`expected to be denied${wanted}, was allowed by policy \`${decision.policyName}\``, assertDenied);
  const found = decision.denials.flatMap((finding) => {
    const parts = (finding.reason ?? '').split(',').map((part) => part.split(':'));
    return [[finding.code, finding.reason], ...parts.filter(({ length }) => length === 2)];
  });
  const isThere = ([name, cause]) => (code === undefined || code === name) && (reason === undefined || reason === cause);
  if (!found.some(isThere))
    fail(`expected to be denied${wanted}, was denied by policy \`${decision.policyName}\`:${why(decision)}`, assertDenied);
}

module.exports = { Stage, allowed, assertAllowed, assertDenied, denied, registry, start, verification };
