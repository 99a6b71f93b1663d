'use strict';
// `bonin lookup`: what PortOne says about an id, masked.

const { client } = require('./client.js');
const { ALLOWED, print, printableLine } = require('./terminal.js');

/** Attribute, in the words of docs/cli.md -> attestation. */
const attestations = (person) =>
  Object.fromEntries(
    Object.entries(person.toJSON()).map(([name, attestation]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      attestation,
    ]),
  );

/** The names of the attributes that are there. */
function who(person) {
  const marks = { attested: '', self_declared_possible: '?' };
  return Object.entries(attestations(person))
    .filter(([, attestation]) => attestation in marks)
    .map(([name, attestation]) => name + marks[attestation])
    .join(', ');
}

async function run(options, id) {
  const v = await client(options.api, id).lookup(id, { timeoutMs: options['timeout-ms'] });
  const facts = {
    id: v.id,
    api: v.api,
    status: v.status,
    provider: v.provider,
    channel: v.channel.type,
    merchant_uid: v.merchantUid,
    verified_at: v.verifiedAt?.toISOString(),
  };
  if (options.json) {
    print(JSON.stringify({ ...facts, person: attestations(v.person) }));
  } else {
    for (const [name, value] of Object.entries({ ...facts, person: who(v.person) })) {
      if (value) print(name.padEnd(14) + printableLine(value));
    }
  }
  return ALLOWED;
}

module.exports = { run };
