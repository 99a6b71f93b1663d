// People who are moved into a registry, a batch at a time. lib/import.js drives it.

#include "begin.hpp"
#include "convert.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "options.hpp"
#include "registers.hpp"

template <>
inline constexpr HandleKind handle_kind<bonin::Import>{14, "Import"};
template <>
inline constexpr HandleKind handle_kind<std::shared_ptr<bonin::ImportFile>>{15, "ImportFile"};

// Outside an anonymous namespace, because array_of() finds it by argument-dependent lookup.
static napi_value to_js(napi_env env, const bonin::ImportConflict& conflict) {
  auto out = Napi::Object::New(env);
  out.Set("row", static_cast<double>(conflict.row));
  out.Set("reason", to_js(env, conflict.reason));
  return out;
}

napi_value to_js(napi_env env, const bonin::ImportBatch& batch) {
  auto out = Napi::Object::New(env);
  out.Set("conflicts", array_of(env, batch.conflicts));
  out.Set("more", batch.more);
  return out;
}

namespace import_functions {

using bonin::Import;
using bonin::ImportBatch;

/// registry, options
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  bonin::ImportOptions made;
  Options options(env, info[1], "options");
  options.texts("attests", made.attests);
  options.boolean("anyValue", made.any_value);
  options.integer("conflicts", made.conflicts);
  options.finish();
  return {env, to_handle(env, take(env, self<bonin::Registry>(info).begin_import(made)))};
}

/// path, options
Napi::Value open(const Info& info) {
  const auto env = info.Env();
  bonin::ImportFileOptions made;
  Options options(env, info[1], "options");
  options.text("kind", made.kind);
  options.text("provider", made.provider);
  options.text("merchant", made.merchant);
  options.finish();
  return {env, to_handle(env, take(env, bonin::ImportFile::open(to_text(env, info[0], "path"), std::move(made))))};
}

/// A row as lib/import.js gives it: an array of its fields. What is missing is empty.
class Row {
 public:
  Row(Napi::Env env, Napi::Value row, std::int64_t number)
      : env_(env), row_(row.As<Napi::Array>()), place_("rows/" + std::to_string(number) + "/") {}

  std::string text(std::uint32_t at, const char* name) const {
    const Napi::Value value = row_.Get(at);
    return is_given(env_, value) ? to_text(env_, value, (place_ + name).c_str()) : std::string();
  }
  std::string account(std::uint32_t at) const {
    const Napi::Value value = row_.Get(at);
    return is_given(env_, value) ? to_own_id(env_, value, (place_ + "account").c_str()) : std::string();
  }
  std::optional<bonin::Moment> moment(std::uint32_t at, const char* name) const {
    const Napi::Value value = row_.Get(at);
    if (!is_given(env_, value)) return std::nullopt;
    return to_moment(env_, value, (place_ + name).c_str());
  }

 private:
  Napi::Env env_;
  Napi::Array row_;
  std::string place_;
};

/// import, slot, rows, the number of the first
template <auto add, class Read>
Napi::Value take_rows_in(const Info& info, Read read) {
  const auto array = info[2].As<Napi::Array>();
  auto number = to_integer(info.Env(), info[3], "row");
  std::vector<decltype(read(std::declval<Row>()))> rows;
  for (std::uint32_t i = 0; i < array.Length(); ++i) rows.push_back(read(Row(info.Env(), array.Get(i), number++)));
  return begin<ImportBatch>(
      info, [&](auto done, auto& call) { return (self<Import>(info).*add)(std::move(rows), std::move(done), call); });
}

Napi::Value add(const Info& info) {
  return take_rows_in<&Import::add>(info, [](const Row& row) {
    return bonin::ImportRow{row.text(0, "kind"), row.text(1, "value"), row.text(2, "provider"), row.text(3, "merchant"),
                            row.account(4)};
  });
}

Napi::Value add_keys(const Info& info) {
  return take_rows_in<&Import::add_keys>(info, [](const Row& row) {
    return bonin::ImportKey{row.text(0, "kind"),     row.text(1, "pepperId"), row.text(2, "hash"),
                            row.text(3, "provider"), row.account(4),          row.moment(5, "receivedAt")};
  });
}

/// import, slot, file
Napi::Value add_file(const Info& info) {
  const auto& file = from_handle<std::shared_ptr<bonin::ImportFile>>(info.Env(), info[2]);
  return begin<ImportBatch>(
      info, [&](auto done, auto& call) { return self<Import>(info).add_from(file, std::move(done), call); });
}

/// import, slot, registry
Napi::Value add_registry(const Info& info) {
  const auto& source = from_handle<bonin::Registry>(info.Env(), info[2]);
  return begin<ImportBatch>(
      info, [&](auto done, auto& call) { return self<Import>(info).add_from(source, std::move(done), call); });
}

Napi::Value report(const Info& info) {
  const auto env = info.Env();
  const auto all = self<Import>(info).report();
  auto left_out = Napi::Object::New(env);
  for (std::size_t i = 0; i < all.left_out.size(); ++i) {
    if (all.left_out[i] == 0) continue;
    left_out.Set(std::string(bonin::import_reasons[i]), static_cast<double>(all.left_out[i]));
  }
  auto out = Napi::Object::New(env);
  out.Set("rows", static_cast<double>(all.rows));
  out.Set("existing", static_cast<double>(all.existing));
  out.Set("persons", static_cast<double>(all.persons));
  out.Set("keys", static_cast<double>(all.keys));
  out.Set("moved", static_cast<double>(all.moved));
  out.Set("uses", static_cast<double>(all.uses));
  out.Set("leftOut", left_out);
  out.Set("conflicts", array_of(env, all.conflicts));
  return out;
}

/// How many rows a batch takes.
Napi::Value batch(const Info& info) { return Napi::Number::New(info.Env(), static_cast<double>(Import::batch)); }

/// schema, or undefined
Napi::Value schema_sql(const Info& info) {
  const auto env = info.Env();
  const auto schema = is_given(env, info[0]) ? to_text(env, info[0], "schema") : std::string("bonin");
  return {env, to_js(env, take(env, bonin::Registry::schema_sql(schema)))};
}

}  // namespace import_functions

void register_import(Napi::Env env, Napi::Object exports) {
  using namespace import_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<open>(functions, "open");
  define<add>(functions, "add");
  define<add_keys>(functions, "addKeys");
  define<add_file>(functions, "addFile");
  define<add_registry>(functions, "addRegistry");
  define<report>(functions, "report");
  define<batch>(functions, "batch");
  define<schema_sql>(functions, "schemaSql");
  exports.Set("import", functions);
}
