#pragma once
// The tables in PostgreSQL. Step i leads from version i to version i + 1 and is never changed once released.

namespace bonin::registry_detail {

inline constexpr const char* postgres_steps[] = {
    R"(
CREATE TABLE bonin.pepper (
  id    text PRIMARY KEY,
  proof text NOT NULL
);

CREATE TABLE bonin.person (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account        text,
  rejoin_at      bigint NOT NULL,
  banned_until   bigint NOT NULL,
  ban_reason     text NOT NULL,
  reservation    text,
  reserved_for   text NOT NULL,
  reserved_until bigint NOT NULL,
  kept_until     bigint NOT NULL
);
CREATE UNIQUE INDEX person_account ON bonin.person (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX person_reservation ON bonin.person (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX person_kept_until ON bonin.person (kept_until) WHERE account IS NULL;

CREATE TABLE bonin.person_key (
  hash        bytea PRIMARY KEY CHECK (length(hash) = 32),
  kind        smallint NOT NULL,
  pepper      text NOT NULL REFERENCES bonin.pepper (id),
  person      bigint NOT NULL REFERENCES bonin.person (id) ON DELETE CASCADE,
  provider    text NOT NULL,
  received_at bigint NOT NULL
);
CREATE INDEX person_key_person ON bonin.person_key (person);
CREATE INDEX person_key_pepper ON bonin.person_key (pepper);

CREATE TABLE bonin.used_verification (
  id_hash      text PRIMARY KEY,
  subject_hash text NOT NULL,
  used_at      bigint NOT NULL
);

CREATE TABLE bonin.writer (
  lane  text PRIMARY KEY,
  token text NOT NULL,
  at    timestamptz NOT NULL
);
)",
};

inline constexpr long postgres_version = sizeof postgres_steps / sizeof *postgres_steps;

}  // namespace bonin::registry_detail
