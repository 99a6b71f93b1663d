import { EntitySchema, In } from 'typeorm';
import { people, repeated } from './people.mjs';

const text = (length, more) => ({ type: 'varchar', length, ...more });
const maybe = (name, length, more) => text(length, { name, nullable: true, ...more });

export const User = new EntitySchema({
  name: 'User',
  tableName: 'users',
  columns: { id: text(64, { primary: true }), nickname: text(64) },
});

/** @param {'timestamptz' | 'datetime'} moment PostgreSQL's, or that of MariaDB and MySQL */
export const entitiesOf = (moment) => [
  User,
  new EntitySchema({
    name: 'Person',
    tableName: 'person',
    columns: {
      id: { type: 'int', primary: true, generated: true },
      version: { type: 'int', default: 0 },
      userId: maybe('user_id', 64, { unique: true }),
      rejoinAt: { name: 'rejoin_at', type: moment, precision: 3, nullable: true },
      bannedUntil: { name: 'banned_until', type: moment, precision: 3, nullable: true },
      banReason: maybe('ban_reason', 1000),
      reservation: maybe('reservation', 64, { unique: true }),
      reservedBy: maybe('reserved_by', 64),
      reservedUntil: { name: 'reserved_until', type: moment, precision: 3, nullable: true },
    },
  }),
  new EntitySchema({
    name: 'PersonKey',
    tableName: 'person_key',
    columns: {
      hash: text(64, { primary: true }),
      kind: text(8),
      pepperId: text(64, { name: 'pepper_id' }),
      provider: text(32),
      personId: { name: 'person_id', type: 'int' },
    },
  }),
  new EntitySchema({
    name: 'UsedVerification',
    tableName: 'used_verification',
    columns: {
      idHash: text(64, { name: 'id_hash', primary: true }),
      subjectHash: text(64, { name: 'subject_hash' }),
      usedAt: { name: 'used_at', type: moment, precision: 3, createDate: true },
    },
  }),
];

/**
 * `insert` and not `save`: `save` updates a row that is there.
 * @param {import('typeorm').DataSource} db
 */
export function typeormStore(db, options) {
  const transaction = (work) => repeated(() => db.transaction('READ COMMITTED', work));
  const insert = async (tx, entity, fields) => ({ ...fields, ...(await tx.insert(entity, { ...fields })).identifiers[0] });

  const tables = {
    transaction,
    async persons(tx, { hashes, ...one }) {
      if (hashes) one.id = In((await tx.findBy('PersonKey', { hash: In(hashes) })).map(({ personId }) => personId));
      const found = await tx.findBy('Person', one);
      for (const person of found) person.keys = await tx.findBy('PersonKey', { personId: person.id });
      return found;
    },
    insertPerson: async (tx, fields, keys) => tables.insertKeys(tx, await insert(tx, 'Person', fields), keys),
    insertKeys: (tx, { id }, keys) =>
      tx.insert(
        'PersonKey',
        keys.map((key) => ({ ...key, personId: id })),
      ),
    updatePerson: async (tx, { id, version }, fields) =>
      (await tx.update('Person', { id, version }, { ...fields, version: version + 1 })).affected === 1,
    deletePerson: async (tx, { id, version }) => (await tx.delete('Person', { id, version })).affected === 1,
    insertUse: (use) => db.manager.insert('UsedVerification', { ...use }),
    use: (idHash) => db.manager.findOneBy('UsedVerification', { idHash }),
  };
  const { ownStore, signUp } = people(tables, options);

  return {
    ownStore,
    /** A user and the keys of its person, in one transaction. `reservation`: `decision.reservation?.id`. */
    signUp: (keys, user, reservation) => signUp(keys, (tx) => insert(tx, User, user), reservation),
  };
}
