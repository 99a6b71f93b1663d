#pragma once
// The tables in PostgreSQL. The statements of bonin name the schema `bonin`; another one takes its place.

#include <string>
#include <string_view>

namespace bonin::registry_detail {

/// Lower-case letters, digits and `_`, at most 63, and none of PostgreSQL's own.
bool good_schema(std::string_view name) noexcept;

/// The statements, with `bonin.` replaced by the schema.
std::string in_schema(std::string_view sql, std::string_view schema);

/// The version that this bonin reads and writes.
long schema_version() noexcept;

/// From a version to this bonin's, in a schema that is there. 0: there are no tables.
std::string schema_steps(long from, std::string_view schema);

/// Everything that is needed before first use, as one transaction.
std::string schema_sql(std::string_view schema);

}  // namespace bonin::registry_detail
