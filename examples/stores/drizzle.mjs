import { and, eq, inArray } from 'drizzle-orm';
import { people, repeated } from './people.mjs';

/** `db`: the application's database; `schema`: the tables of drizzle-postgresql.mjs or drizzle-mysql.mjs. */
export function drizzleStore(db, { users, person, personKey, usedVerification }, options) {
  const transaction = (work) => repeated(() => db.transaction(work, { isolationLevel: 'read committed' }));
  const read = ({ id, version }) => and(eq(person.id, id), eq(person.version, version));
  const insert = async (tx, table, values) => {
    const query = tx.insert(table).values(values);
    return (await (query.returning?.() ?? query.$returningId()))[0];
  };
  const written = (result) => (result.rowCount ?? result[0]?.affectedRows ?? result.rowsAffected) === 1;

  const tables = {
    transaction,
    async persons(tx, where) {
      const [[name, value]] = Object.entries(where);
      const ids = tx.select({ id: personKey.personId }).from(personKey);
      const found = await tx
        .select()
        .from(person)
        .where(name === 'hashes' ? inArray(person.id, ids.where(inArray(personKey.hash, value))) : eq(person[name], value));
      for (const one of found) one.keys = await tx.select().from(personKey).where(eq(personKey.personId, one.id));
      return found;
    },
    insertPerson: async (tx, fields, keys) => tables.insertKeys(tx, await insert(tx, person, fields), keys),
    insertKeys: async (tx, { id }, keys) => tx.insert(personKey).values(keys.map((key) => ({ ...key, personId: id }))),
    updatePerson: async (tx, one, fields) =>
      written(
        await tx
          .update(person)
          .set({ ...fields, version: one.version + 1 })
          .where(read(one)),
      ),
    deletePerson: async (tx, one) => written(await tx.delete(person).where(read(one))),
    insertUse: async (use) => db.insert(usedVerification).values(use),
    use: async (idHash) => (await db.select().from(usedVerification).where(eq(usedVerification.idHash, idHash)))[0],
  };
  const { ownStore, signUp } = people(tables, options);

  return {
    ownStore,
    /** A user and the keys of its person, in one transaction. `reservation`: `decision.reservation?.id`. */
    signUp: (keys, user, reservation) => signUp(keys, async (tx) => ({ ...user, ...(await insert(tx, users, user)) }), reservation),
  };
}
