#pragma once
// The tables in SQLite. Step i leads from version i to version i + 1 and is never changed once released.

#include <cstdint>

namespace bonin::registry_detail {

/// "boni": says that a file is a registry's.
inline constexpr std::int64_t sqlite_application_id = 0x626f6e69;

inline constexpr const char* sqlite_steps[] = {
    R"(
CREATE TABLE pepper (
  id    TEXT PRIMARY KEY,
  proof TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE person (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account        TEXT,
  rejoin_at      INTEGER NOT NULL,
  banned_until   INTEGER NOT NULL,
  ban_reason     TEXT NOT NULL,
  reservation    TEXT,
  reserved_for   TEXT NOT NULL,
  reserved_until INTEGER NOT NULL,
  kept_until     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX person_account ON person (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX person_reservation ON person (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX person_kept_until ON person (kept_until) WHERE account IS NULL;

CREATE TABLE person_key (
  hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
  kind        INTEGER NOT NULL,
  pepper      TEXT NOT NULL REFERENCES pepper (id),
  person      INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  provider    TEXT NOT NULL,
  received_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX person_key_person ON person_key (person);
CREATE INDEX person_key_pepper ON person_key (pepper);

CREATE TABLE used_verification (
  id_hash      TEXT PRIMARY KEY,
  subject_hash TEXT NOT NULL,
  used_at      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
)",
};

inline constexpr std::int64_t sqlite_version = sizeof sqlite_steps / sizeof *sqlite_steps;

}  // namespace bonin::registry_detail
