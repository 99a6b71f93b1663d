import { char, datetime, int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';

const moment = (name) => datetime(name, { fsp: 3 });

export const users = mysqlTable('users', {
  id: varchar('id', { length: 64 }).primaryKey(),
  nickname: varchar('nickname', { length: 64 }).notNull(),
});

export const person = mysqlTable('person', {
  id: int('id').primaryKey().autoincrement(),
  version: int('version').notNull().default(0),
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

export const personKey = mysqlTable('person_key', {
  hash: char('hash', { length: 64 }).primaryKey(),
  kind: varchar('kind', { length: 8 }).notNull(),
  pepperId: varchar('pepper_id', { length: 64 }).notNull(),
  provider: varchar('provider', { length: 32 }).notNull(),
  personId: int('person_id')
    .notNull()
    .references(() => person.id, { onDelete: 'cascade' }),
});

export const usedVerification = mysqlTable('used_verification', {
  idHash: char('id_hash', { length: 64 }).primaryKey(),
  subjectHash: char('subject_hash', { length: 64 }).notNull(),
  usedAt: moment('used_at')
    .notNull()
    .$defaultFn(() => new Date()),
});
