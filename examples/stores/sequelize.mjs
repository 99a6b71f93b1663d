import { DataTypes, Transaction } from 'sequelize';
import { people, repeated } from './people.mjs';

const { CHAR, DATE, INTEGER, STRING } = DataTypes;

/** @param {import('sequelize').Sequelize} sequelize */
export function define(sequelize) {
  const model = (name, tableName, columns) => sequelize.define(name, columns, { tableName, timestamps: false, underscored: true });

  const User = model('User', 'users', { id: { type: STRING(64), primaryKey: true }, nickname: STRING(64) });
  const Person = model('Person', 'person', {
    id: { type: INTEGER, primaryKey: true, autoIncrement: true },
    version: { type: INTEGER, allowNull: false, defaultValue: 0 },
    userId: { type: STRING(64), unique: true },
    rejoinAt: DATE(3),
    bannedUntil: DATE(3),
    banReason: STRING(1000),
    reservation: { type: STRING(64), unique: true },
    reservedBy: CHAR(64),
    reservedUntil: DATE(3),
  });
  const PersonKey = model('PersonKey', 'person_key', {
    hash: { type: CHAR(64), primaryKey: true },
    kind: STRING(8),
    pepperId: STRING(64),
    provider: STRING(32),
  });
  Person.hasMany(PersonKey, { as: 'keys', foreignKey: 'personId', onDelete: 'CASCADE' });
  const UsedVerification = model('UsedVerification', 'used_verification', {
    idHash: { type: CHAR(64), primaryKey: true },
    subjectHash: CHAR(64),
    usedAt: { type: DATE(3), defaultValue: DataTypes.NOW },
  });
  return { User, Person, PersonKey, UsedVerification };
}

/**
 * @param {import('sequelize').Sequelize} sequelize
 * @param {ReturnType<typeof define>} models
 */
export function sequelizeStore(sequelize, { User, Person, PersonKey, UsedVerification }, options) {
  const isolationLevel = Transaction.ISOLATION_LEVELS.READ_COMMITTED;
  const work = (run) => repeated(() => sequelize.transaction({ isolationLevel }, run));

  const tables = {
    transaction: work,
    async persons(transaction, { hashes, ...one }) {
      if (hashes) one.id = (await PersonKey.findAll({ where: { hash: hashes }, transaction })).map((key) => key.get('personId'));
      const found = await Person.findAll({ where: one, include: 'keys', transaction });
      return found.map((person) => person.get({ plain: true }));
    },
    insertPerson: async (transaction, fields, keys) =>
      tables.insertKeys(transaction, (await Person.create(fields, { transaction })).get(), keys),
    insertKeys: (transaction, { id }, keys) =>
      PersonKey.bulkCreate(
        keys.map((key) => ({ ...key, personId: id })),
        { transaction },
      ),
    updatePerson: async (transaction, { id, version }, fields) =>
      (await Person.update({ ...fields, version: version + 1 }, { where: { id, version }, transaction }))[0] === 1,
    deletePerson: async (transaction, { id, version }) => (await Person.destroy({ where: { id, version }, transaction })) === 1,
    insertUse: (use) => UsedVerification.create(use),
    use: (idHash) => UsedVerification.findByPk(idHash),
  };
  const { ownStore, signUp } = people(tables, options);

  return {
    ownStore,
    /** A user and the keys of its person, in one transaction. `reservation`: `decision.reservation?.id`. */
    signUp: (keys, user, reservation) => signUp(keys, (transaction) => User.create(user, { transaction }), reservation),
  };
}
