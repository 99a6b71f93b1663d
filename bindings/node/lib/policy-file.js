'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { fromHandle } = require('./policy.js');

/**
 * A policy read from a file that may change while the server runs. A bad file is refused and leaves the policy in
 * force, so that a server is never without one.
 */
class PolicyFile {
  #file;
  #policy;

  /** @param {string} path */
  constructor(path) {
    this.#file = native.policyFile.open(path);
  }

  /** The policy in force. One handed out stays as it is. @returns {Policy} */
  get policy() {
    return (this.#policy ??= fromHandle(native.policyFile.policy(this.#file)));
  }

  /** Reads the file again; answers the policy that is now in force. Throws `InvalidPolicy` and keeps the old one. */
  reload() {
    native.policyFile.reload(this.#file);
    this.#policy = undefined;
    return this.policy;
  }

  toJSON() {
    return { policy: this.policy.toJSON() };
  }

  [inspect.custom](_depth, options) {
    return `PolicyFile ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { PolicyFile };
