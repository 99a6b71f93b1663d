#pragma once
// The tables in SQLite: docs/adr/0022-a-small-sqlite-file.md.

#include <cstdint>

namespace bonin::registry_detail {

/// "boni": says that a file is a registry's.
inline constexpr std::int64_t sqlite_application_id = 0x626f6e69;

/// How many bytes of each of its keys a person's row holds. The keys are found by them when the person goes.
inline constexpr int sqlite_key_head = 4;

// A column of ANY holds a text of lower-case hex as its bytes, and any other text as it is.
inline constexpr const char* sqlite_tables = R"(
CREATE TABLE known_pepper (
  id    TEXT PRIMARY KEY,
  proof TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE person (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account        TEXT,
  rejoin_at      INTEGER NOT NULL,
  banned_until   INTEGER NOT NULL,
  ban_reason     TEXT NOT NULL,
  reservation    ANY,
  reserved_for   ANY NOT NULL,
  reserved_until INTEGER NOT NULL,
  kept_until     INTEGER NOT NULL,
  key_heads      BLOB NOT NULL CHECK (length(key_heads) % 4 = 0)
) STRICT;

CREATE TABLE key_source (
  id       INTEGER PRIMARY KEY,
  kind     INTEGER NOT NULL,
  pepper   TEXT NOT NULL REFERENCES known_pepper (id),
  provider TEXT NOT NULL,
  keys     INTEGER NOT NULL CHECK (keys >= 0),
  UNIQUE (kind, pepper, provider)
) STRICT;

CREATE TABLE hashed_key (
  hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
  person      INTEGER NOT NULL,
  source      INTEGER NOT NULL REFERENCES key_source (id),
  received_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE used_id (
  id_hash      ANY PRIMARY KEY,
  subject_hash ANY NOT NULL,
  used_at      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
)";

inline constexpr const char* sqlite_indexes = R"(
CREATE UNIQUE INDEX person_account ON person (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX person_reservation ON person (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX person_kept_until ON person (kept_until) WHERE account IS NULL;
)";

inline constexpr std::int64_t sqlite_version = 2;

// From version 1, with foreign keys off. No table of the new layout is called `pepper`: every transaction of a process
// that has an older bonin and the file still open begins with that one, and fails. What is dropped early makes room for
// what comes later, so that the file does not grow.
inline constexpr const char* sqlite_before_tables = R"(
DROP INDEX person_key_pepper;
ALTER TABLE person RENAME TO person_1;
)";

inline constexpr const char* sqlite_from_version_1 = R"(
INSERT INTO known_pepper SELECT id, proof FROM pepper;

INSERT INTO used_id SELECT bonin_packed(id_hash), bonin_packed(subject_hash), used_at
  FROM used_verification ORDER BY id_hash;
DROP TABLE used_verification;

INSERT INTO person SELECT p.id, p.account, p.rejoin_at, p.banned_until, p.ban_reason, bonin_packed(p.reservation),
    bonin_packed(p.reserved_for), p.reserved_until, p.kept_until,
    CAST(bonin_packed(coalesce((SELECT group_concat(lower(hex(substr(k.hash, 1, 4))), '')
      FROM person_key k WHERE k.person = p.id), '')) AS BLOB)
  FROM person_1 p ORDER BY p.id;

DROP INDEX person_key_person;
INSERT INTO hashed_key SELECT hash, person, bonin_source(kind, pepper, provider), received_at
  FROM person_key ORDER BY hash;
DROP TABLE person_key;

DELETE FROM sqlite_sequence WHERE name = 'person';
UPDATE sqlite_sequence SET name = 'person' WHERE name = 'person_1';
DROP TABLE person_1;
DROP TABLE pepper;
)";

}  // namespace bonin::registry_detail
