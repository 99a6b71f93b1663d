import { char, integer, pgTable, timestamp, varchar } from 'drizzle-orm/pg-core';

const moment = (name) => timestamp(name, { precision: 3, withTimezone: true });

export const users = pgTable('users', {
  id: varchar('id', { length: 64 }).primaryKey(),
  nickname: varchar('nickname', { length: 64 }).notNull(),
});

export const person = pgTable('person', {
  id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
  version: integer('version').notNull().default(0),
  userId: varchar('user_id', { length: 64 })
    .unique()
    .references(() => users.id, { onDelete: 'set null' }),
  rejoinAt: moment('rejoin_at'),
  bannedUntil: moment('banned_until'),
  banReason: varchar('ban_reason', { length: 1000 }),
  reservation: varchar('reservation', { length: 64 }).unique(),
  reservedBy: char('reserved_by', { length: 64 }),
  reservedUntil: moment('reserved_until'),
});

export const personKey = pgTable('person_key', {
  hash: char('hash', { length: 64 }).primaryKey(),
  kind: varchar('kind', { length: 8 }).notNull(),
  pepperId: varchar('pepper_id', { length: 64 }).notNull(),
  provider: varchar('provider', { length: 32 }).notNull(),
  personId: integer('person_id')
    .notNull()
    .references(() => person.id, { onDelete: 'cascade' }),
});

export const usedVerification = pgTable('used_verification', {
  idHash: char('id_hash', { length: 64 }).primaryKey(),
  subjectHash: char('subject_hash', { length: 64 }).notNull(),
  usedAt: moment('used_at')
    .notNull()
    .$defaultFn(() => new Date()),
});
