#include "registry/mysql_schema.hpp"

#include <iterator>

namespace bonin::registry_detail {
namespace {

// Texts are bytes: no collation takes `Kim` for `kim`, or a space at the end for none. An index of MySQL takes 1000 of
// them in this row format only.
#define BONIN_MYSQL_TABLE " ENGINE=InnoDB ROW_FORMAT=DYNAMIC"

/// Step i leads from version i to version i + 1 and is never changed once released.
constexpr const char* mysql_first_step[] = {
    "CREATE TABLE IF NOT EXISTS bonin_pepper ("
    "id VARBINARY(64) NOT NULL PRIMARY KEY, "
    "proof VARBINARY(64) NOT NULL)" BONIN_MYSQL_TABLE,

    // A unique index lets NULL in any number of times. `kept_until` is NULL while there is an account.
    "CREATE TABLE IF NOT EXISTS bonin_person ("
    "id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, "
    "account VARBINARY(255) NULL, "
    "rejoin_at BIGINT NOT NULL, "
    "banned_until BIGINT NOT NULL, "
    "ban_reason VARBINARY(1000) NOT NULL, "
    "reservation VARBINARY(64) NULL, "
    "reserved_for VARBINARY(128) NOT NULL, "
    "reserved_until BIGINT NOT NULL, "
    "kept_until BIGINT NULL, "
    "UNIQUE KEY account (account), "
    "UNIQUE KEY reservation (reservation), "
    "KEY kept_until (kept_until))" BONIN_MYSQL_TABLE,

    "CREATE TABLE IF NOT EXISTS bonin_person_key ("
    "hash BINARY(32) NOT NULL PRIMARY KEY, "
    "kind TINYINT NOT NULL, "
    "pepper VARBINARY(64) NOT NULL, "
    "person BIGINT NOT NULL, "
    "provider VARBINARY(1000) NOT NULL, "
    "received_at BIGINT NOT NULL, "
    "KEY person (person), "
    "KEY pepper (pepper), "
    "CONSTRAINT bonin_key_of_person FOREIGN KEY (person) REFERENCES bonin_person (id) ON DELETE CASCADE, "
    "CONSTRAINT bonin_key_under_pepper FOREIGN KEY (pepper) REFERENCES bonin_pepper (id))" BONIN_MYSQL_TABLE,

    "CREATE TABLE IF NOT EXISTS bonin_used_verification ("
    "id_hash BINARY(32) NOT NULL PRIMARY KEY, "
    "subject_hash BINARY(32) NOT NULL, "
    "used_at BIGINT NOT NULL)" BONIN_MYSQL_TABLE,

    "CREATE TABLE IF NOT EXISTS bonin_writer ("
    "lane VARBINARY(64) NOT NULL PRIMARY KEY, "
    "token VARBINARY(64) NOT NULL, "
    "at DATETIME NOT NULL, "
    "KEY at (at))" BONIN_MYSQL_TABLE,

    ("CREATE TABLE IF NOT EXISTS bonin_stripe (id INT NOT NULL PRIMARY KEY)" BONIN_MYSQL_TABLE),
};

/// All stripes that are not there, out of products of eight.
std::string fill_stripes() {
  constexpr const char* eight =
      "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 "
      "UNION ALL SELECT 6 UNION ALL SELECT 7) AS d";
  std::string sum, from;
  int digit = 0;
  for (std::uint64_t place = 1; place < mysql_stripes; place *= 8, ++digit) {
    const auto name = std::to_string(digit);
    sum += (digit == 0 ? "d" : " + d") + name + ".n * " + std::to_string(place);
    from += (digit == 0 ? "" : ", ") + std::string(eight) + name;
  }
  return "INSERT INTO bonin_stripe (id) SELECT " + sum + " FROM " + from +
         " WHERE NOT EXISTS (SELECT 1 FROM bonin_stripe)";
}
static_assert(mysql_stripes == 8 * 8 * 8 * 8);

}  // namespace

long mysql_schema_version() noexcept { return 1; }

std::vector<std::string> mysql_schema_steps(long from) {
  std::vector<std::string> steps;
  if (from < 1) {
    steps.emplace_back(
        "CREATE TABLE IF NOT EXISTS bonin_schema_version (version INT NOT NULL PRIMARY KEY)" BONIN_MYSQL_TABLE);
    steps.insert(steps.end(), std::begin(mysql_first_step), std::end(mysql_first_step));
    steps.push_back(fill_stripes());
    steps.emplace_back("INSERT INTO bonin_schema_version (version) VALUES (1)");
  }
  return steps;
}

}  // namespace bonin::registry_detail
