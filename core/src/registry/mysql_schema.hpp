#pragma once
// The tables in MySQL and MariaDB.

#include <cstdint>
#include <string>
#include <vector>

namespace bonin::registry_detail {

/// The version that this bonin reads and writes.
long mysql_schema_version() noexcept;

/// From a version to this bonin's; 0: there are no tables. The server keeps no step back, so each statement may be run
/// again.
std::vector<std::string> mysql_schema_steps(long from);

/// The names of all tables, as a list in SQL.
inline constexpr const char* mysql_tables =
    "('bonin_schema_version','bonin_pepper','bonin_person','bonin_person_key','bonin_used_verification',"
    "'bonin_writer','bonin_stripe')";

/// Rows that are locked in place of what a transaction is about.
inline constexpr std::uint64_t mysql_stripes = 4'096;

}  // namespace bonin::registry_detail
