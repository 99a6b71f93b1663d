import mongoose from 'mongoose';
import { people, repeated } from './people.mjs';

const { Schema } = mongoose;

/**
 * The application's own models, `User` among them, stay as they are.
 * @param {mongoose.Connection} connection
 */
export function define(connection) {
  const key = new Schema({ hash: String, kind: String, pepperId: String, provider: String }, { _id: false });
  const person = new Schema(
    {
      version: { type: Number, default: 0 },
      userId: String,
      rejoinAt: Date,
      bannedUntil: Date,
      banReason: String,
      reservation: String,
      reservedBy: String,
      reservedUntil: Date,
      keys: [key],
    },
    { versionKey: false },
  );
  // Each of them at most once, in whichever document; what is null does not count.
  const text = (field) => ({ unique: true, partialFilterExpression: { [field]: { $type: 'string' } } });
  person.index({ 'keys.hash': 1 }, { unique: true });
  person.index({ userId: 1 }, text('userId'));
  person.index({ reservation: 1 }, text('reservation'));
  const used = new Schema({ _id: String, subjectHash: String, usedAt: { type: Date, default: Date.now } }, { versionKey: false });
  return { Person: connection.model('Person', person), UsedVerification: connection.model('UsedVerification', used) };
}

/**
 * A replica set is needed: a single server has no transactions. Call `init()` of both models first: it makes the indexes.
 * @param {mongoose.Connection} connection
 * @param {ReturnType<typeof define>} models
 */
export function mongooseStore(connection, { Person, UsedVerification }, options) {
  const transaction = (work) => repeated(() => connection.transaction(work, { readConcern: 'snapshot', writeConcern: { w: 'majority' } }));
  const plain = ({ _id: id, ...person }) => ({ id, ...person });

  const tables = {
    transaction,
    persons: async (session, { hashes, ...one }) =>
      (await Person.find(hashes ? { 'keys.hash': { $in: hashes } } : one, null, { session }).lean()).map(plain),
    insertPerson: (session, fields, keys) => Person.create([{ ...fields, keys }], { session }),
    insertKeys: (session, { id: _id }, keys) => Person.updateOne({ _id }, { $push: { keys: { $each: keys } } }, { session }),
    updatePerson: async (session, { id: _id, version }, fields) =>
      (await Person.updateOne({ _id, version }, { $set: { ...fields, version: version + 1 } }, { session })).modifiedCount === 1,
    deletePerson: async (session, { id: _id, version }) => (await Person.deleteOne({ _id, version }, { session })).deletedCount === 1,
    insertUse: ({ idHash, subjectHash }) => UsedVerification.create({ _id: idHash, subjectHash }),
    use: (idHash) => UsedVerification.findById(idHash).lean(),
  };
  const { ownStore, signUp } = people(tables, options);

  return {
    ownStore,
    /** `insert(session)` makes the user and answers it with its `id`. `reservation`: `decision.reservation?.id`. */
    signUp,
  };
}
