import { people, repeated } from './people.mjs';

/** `prisma`: the application's PrismaClient. */
export function prismaStore(prisma, options) {
  // Prisma's own limits are 2 s for a free connection and 5 s for the transaction.
  const limits = { isolationLevel: 'ReadCommitted', maxWait: 10_000, timeout: 10_000 };
  const transaction = (work) => repeated(() => prisma.$transaction(work, limits));

  const tables = {
    transaction,
    persons: (tx, { hashes, ...one }) =>
      tx.person.findMany({ where: hashes ? { keys: { some: { hash: { in: hashes } } } } : one, include: { keys: true } }),
    insertPerson: (tx, fields, keys) => tx.person.create({ data: { ...fields, keys: { create: keys } } }),
    insertKeys: (tx, { id }, keys) => tx.personKey.createMany({ data: keys.map((key) => ({ ...key, personId: id })) }),
    updatePerson: async (tx, { id, version }, fields) =>
      (await tx.person.updateMany({ where: { id, version }, data: { ...fields, version: version + 1 } })).count === 1,
    deletePerson: async (tx, { id, version }) => (await tx.person.deleteMany({ where: { id, version } })).count === 1,
    insertUse: (use) => prisma.usedVerification.create({ data: use }),
    use: (idHash) => prisma.usedVerification.findUnique({ where: { idHash } }),
  };
  const { ownStore, signUp } = people(tables, options);

  return {
    ownStore,
    /** A user and the keys of its person, in one transaction. `reservation`: `decision.reservation?.id`. */
    signUp: (keys, user, reservation) => signUp(keys, (tx) => tx.user.create({ data: user }), reservation),
  };
}
