// The tables of a SQLite store: made, or brought from the layout of an earlier bonin to this one's.

#include <sqlite3.h>

#include "registry/sqlite_schema.hpp"
#include "registry/sqlite_statement.hpp"

namespace bonin::registry_detail {
namespace {

/// SQL function `bonin_packed`: a text as a column of ANY holds it.
void packed(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  if (data == nullptr) return sqlite3_result_null(context);
  const std::string_view text(data, static_cast<std::size_t>(sqlite3_value_bytes(values[0])));
  if (!is_hex(text)) return sqlite3_result_value(context, values[0]);
  const auto bytes = bytes_of_hex(text);
  sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

}  // namespace

/// SQL function `bonin_source`: the number of a kind, pepper and provider, of which there is a key more.
void SqliteStore::count_source(sqlite3_context* context, int, sqlite3_value** values) noexcept {
  const auto text = [](sqlite3_value* value) {
    const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return std::string_view(data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  try {
    auto& store = *static_cast<SqliteStore*>(sqlite3_user_data(context));
    const auto kind = static_cast<KeyKind>(sqlite3_value_int(values[0]));
    auto& source = store.source_of(kind, text(values[1]), text(values[2]));
    ++source.added;
    sqlite3_result_int64(context, source.id);
  } catch (...) {
    const int code = sqlite3_errcode(sqlite3_context_db_handle(context));
    sqlite3_result_error_code(context, code == SQLITE_OK ? SQLITE_ERROR : code);
  }
}

int SqliteStore::give_way(void* self) noexcept {
  auto& store = *static_cast<SqliteStore*>(self);
  store.gave_way_ = store.parking();
  return store.gave_way_ || store.stopping() ? 1 : 0;
}

void SqliteStore::migrate() {
  const auto version = [this] { return pragma("PRAGMA user_version"); };
  const auto ours = [this] { return pragma("PRAGMA application_id") == sqlite_application_id; };
  if (version() == sqlite_version && ours()) return;
  execute("BEGIN IMMEDIATE");
  const auto from = version();
  if (!ours() && (from != 0 || pragma("SELECT count(*) FROM sqlite_schema") != 0)) {
    fail(ErrorKind::store_failed, "the file is the database of something else: give the registry a file of its own");
  }
  if (from > sqlite_version) fail(ErrorKind::store_failed, "the store was made by a newer version of bonin");
  if (from == 1) {
    sqlite3_create_function(db_, "bonin_packed", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                            packed, nullptr, nullptr);
    sqlite3_create_function(db_, "bonin_source", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY, this, count_source, nullptr,
                            nullptr);
    // A great file takes a minute. Neither a fork nor the end of the registry waits for it: nothing has happened then.
    sqlite3_progress_handler(db_, 10'000, give_way, this);
    execute("PRAGMA cache_size = -65536");
    execute(sqlite_before_tables);
  }
  if (from < sqlite_version) execute(sqlite_tables);
  if (from == 1) {
    execute(sqlite_from_version_1);
    store_counts();
  }
  if (from < sqlite_version) execute(sqlite_indexes);
  execute(("PRAGMA application_id = " + std::to_string(sqlite_application_id)).c_str());
  execute(("PRAGMA user_version = " + std::to_string(sqlite_version)).c_str());
  execute("COMMIT");
  sqlite3_progress_handler(db_, 0, nullptr, nullptr);
  execute("PRAGMA cache_size = -2000");
}

}  // namespace bonin::registry_detail
