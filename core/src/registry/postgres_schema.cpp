#include "registry/postgres_schema.hpp"

#include <algorithm>
#include <iterator>

namespace bonin::registry_detail {
namespace {

/// Step i leads from version i to version i + 1 and is never changed once released.
constexpr const char* steps[] = {
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
    // Publications of all tables let no table without a key be updated.
    "ALTER TABLE bonin.schema_version ADD PRIMARY KEY (version)",
};

}  // namespace

bool good_schema(std::string_view name) noexcept {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && name.size() <= 63 && name.find_first_not_of(letters) == std::string_view::npos &&
         !(name[0] >= '0' && name[0] <= '9') && !name.starts_with("pg_") && name != "information_schema";
}

std::string in_schema(std::string_view sql, std::string_view schema) {
  constexpr std::string_view own = "bonin.";
  std::string text;
  for (auto at = sql.find(own); at != std::string_view::npos; at = sql.find(own)) {
    text.append(sql.substr(0, at)).append("\"").append(schema).append("\".");
    sql.remove_prefix(at + own.size());
  }
  return text.append(sql);
}

long schema_version() noexcept { return std::size(steps); }

std::string schema_steps(long from, std::string_view schema) {
  std::string sql;
  if (from == 0) {
    sql =
        "CREATE TABLE bonin.schema_version (version integer NOT NULL);\nINSERT INTO bonin.schema_version VALUES (0);\n";
  }
  for (auto step = from; step < schema_version(); ++step) {
    sql += steps[step];
    if (!sql.ends_with('\n')) sql += ";\n";
  }
  sql += "UPDATE bonin.schema_version SET version = " + std::to_string(schema_version()) + ";\n";
  return in_schema(sql, schema);
}

std::string schema_sql(std::string_view schema) {
  return "BEGIN;\nCREATE SCHEMA IF NOT EXISTS \"" + std::string(schema) + "\";\n" + schema_steps(0, schema) +
         "COMMIT;\n";
}

}  // namespace bonin::registry_detail
