// Makes a Registry and checks its options.

#include <unistd.h>

#include <filesystem>

#include "model/invalid_argument.hpp"
#include "model/provider.hpp"
#include "registry/impl.hpp"
#include "registry/mysql_address.hpp"
#include "registry/mysql_schema.hpp"
#include "registry/mysql_store.hpp"
#include "registry/own_store.hpp"
#include "registry/sqlite_store.hpp"
#ifdef BONIN_HAS_POSTGRESQL
#include "registry/postgres_address.hpp"
#include "registry/postgres_schema.hpp"
#include "registry/postgres_store.hpp"
#endif

namespace bonin {
namespace {

using namespace registry_detail;

#ifdef BONIN_HAS_POSTGRESQL
std::optional<Error> check_schema(std::string_view schema) {
  if (good_schema(schema)) return std::nullopt;
  return expected("schema",
                  "1 to 63 lower-case letters, digits and `_`, no digit first, and no schema of "
                  "PostgreSQL's own (`pg_`)");
}
#endif

/// Refuses options that a store of this kind does not have.
std::optional<Error> check_kind(const Registry::Options& options, bool on_a_server, bool has_schemas) {
  if (!options.schema.empty() && !has_schemas) return invalid_argument("schema", "only PostgreSQL has schemas");
  if (!options.connections || on_a_server) return std::nullopt;
  return invalid_argument("connections", "only a store on a server takes a number of connections");
}

void keep_connections(Engine::Options& engine, const Registry::Options& options) {
  engine.connections = options.connections.value_or(4);
  engine.takes_locks = true;
}

Result<Done> choose_store(Registry::Impl& impl, const Registry::Options& options) {
  const auto& store = options.store;
  const auto timeout = options.timeout;
  constexpr std::string_view sqlite = "sqlite:";
  if (store.find('\0') != std::string::npos) return expected("store", "no zero byte");
  const bool postgresql = store.starts_with("postgresql://") || store.starts_with("postgres://");
  const bool mysql = MysqlAddress::is_one(store);
  if (auto error = check_kind(options, postgresql || mysql, postgresql)) return std::move(*error);
  if (store.starts_with(sqlite)) {
    std::string path = store.substr(sqlite.size());
    if (path.empty()) return expected("store", "the path of a file after `sqlite:`");
    impl.kind = "sqlite";
    impl.engine_options.one_writer = path != ":memory:";
    impl.engine_options.connections = impl.engine_options.one_writer ? 3 : 1;
    if (path != ":memory:") {
      if (path.starts_with("//")) {  // which leads to the root, where nobody wants it
        return expected("store",
                        "`sqlite:PATH`, such as `sqlite:accounts.db` or "
                        "`sqlite:/srv/accounts.db`, and not the three slashes of other libraries");
      }
      // A later change of the working directory must not lead to another, empty file.
      std::error_code code;
      path = std::filesystem::absolute(path, code).string();
      if (code) return invalid_argument("store", "the path of the store cannot be made absolute");
      const auto folder = std::filesystem::path(path).parent_path();
      if (!std::filesystem::is_directory(folder, code)) {
        return invalid_argument("store", "there is no folder `" + folder.string() + "` for the store");
      }
    }
    impl.engine_options.make = [path, timeout, home = getpid(), known = std::make_shared<KnownFile>()] {
      return std::make_unique<SqliteStore>(path, timeout, home, known);
    };
    return Done{};
  }
  if (postgresql) {
#ifdef BONIN_HAS_POSTGRESQL
    impl.kind = "postgresql";
    const auto address = PostgresAddress::read(Secret(store));
    if (!address)
      return invalid_argument("store",
                              "libpq cannot read the address: an option that it does not know, or bad escapes; write "
                              "`@`, `:`, `/` and `?` of a password as %40, %3A, %2F and %3F, and a schema as the "
                              "option `schema` of the registry");
    if (address->in_the_clear()) {
      if (!address->asked_for_no_tls()) {
        return invalid_argument("store",
                                "the connection to PostgreSQL may cross the network unencrypted: add "
                                "`sslmode=verify-full&sslrootcert=PATH` to its address, or `sslmode=disable` to a "
                                "network that nobody else reads");
      }
      impl.warnings.emplace_back(
          "the connection to PostgreSQL crosses the network unencrypted: replace `sslmode=disable` by "
          "`sslmode=verify-full&sslrootcert=PATH` in its address");
    }
    const std::string schema = options.schema.empty() ? "bonin" : options.schema;
    if (auto error = check_schema(schema)) return std::move(*error);
    keep_connections(impl.engine_options, options);
    impl.engine_options.make = [url = Secret(store), schema, timeout, known = std::make_shared<KnownState>()] {
      return std::make_unique<PostgresStore>(url, schema, timeout, known);
    };
    return Done{};
#else
    return invalid_argument("store", "this bonin was built without PostgreSQL");
#endif
  }
  if (mysql) {
    auto address = MysqlAddress::read(Secret(store));
    if (!address) return address.error();
    if (address->in_the_clear()) {
      if (address->tls != MysqlAddress::Tls::disabled) {
        return invalid_argument("store",
                                "the connection to MySQL may cross the network unencrypted: add "
                                "`ssl-mode=VERIFY_IDENTITY&ssl-ca=PATH` to its address, or `ssl-mode=DISABLED` to a "
                                "network that nobody else reads");
      }
      impl.warnings.emplace_back(
          "the connection to MySQL crosses the network unencrypted: replace `ssl-mode=DISABLED` by "
          "`ssl-mode=VERIFY_IDENTITY&ssl-ca=PATH` in its address");
    }
    impl.kind = "mysql";
    keep_connections(impl.engine_options, options);
    impl.engine_options.lock_slots = mysql_stripes;
    impl.engine_options.make = [address = std::move(address.value()), timeout] {
      return std::make_unique<MysqlStore>(address, timeout);
    };
    return Done{};
  }
  return invalid_argument(
      "store",
      "expected `sqlite:PATH`, `postgresql://...` or `mysql://...`; a program reaches accounts that "
      "are kept elsewhere through `own_store`");
}

}  // namespace

Result<Registry> Registry::create(Options options) {
  using namespace std::chrono_literals;
  if (options.timeout < 1ms || options.timeout > 10min) {
    Error error = expected("timeout_ms", "1 ms to 10 minutes");
    error.kind = ErrorKind::invalid_timeout;
    return error;
  }
  if (options.reservation_life < 1s || options.reservation_life > 24h) {
    return expected("reservation_life_ms", "1 s to 1 day");
  }
  if (options.connections && (*options.connections < 1 || *options.connections > 64)) {
    return expected("connections", "1 to 64");
  }
  if (options.keys.empty() || options.keys.size() > 2 ||
      (options.keys.size() == 2 && options.keys[0] == options.keys[1])) {
    return expected("keys", "`ci`, `di` or both, each once");
  }
  auto impl = std::make_shared<Impl>();
  impl->reservation_life = options.reservation_life;
  impl->engine_options.clock = options.clock ? options.clock : Clock::system();
  impl->engine_options.database_time = impl->engine_options.clock->is_the_machines();
  impl->engine_options.timeout = options.timeout;
  const auto& own = options.own_store;
  if (own.find || own.claim) {
    if (auto error = check_own_store(own)) return std::move(*error);
    if (auto error = check_kind(options, false, false)) return std::move(*error);
    if (!options.store.empty()) return expected("store", "either a store or one of the application's own");
    impl->own = std::move(options.own_store);
    impl->kind = "own";
    impl->engine_options.make = [] { return std::unique_ptr<Store>(); };
  } else {
    auto chosen = choose_store(*impl, options);
    if (!chosen) return chosen.error();
  }
  std::vector<std::string> page_chosen;
  for (const auto& name : options.accept_page_chosen_di) page_chosen.push_back(provider_name(name));
  for (const auto& name : page_chosen) {
    const Provider* known = find_provider(name);
    if (known == nullptr || known->page_chooses_di) continue;
    return invalid_argument("accept_page_chosen_di", "`" + name + "` needs no acceptance: no page chooses its DI");
  }
  auto ring = Keyring::create(options.peppers, std::move(options.keys), std::move(page_chosen));
  if (!ring) return ring.error();
  impl->ring = impl->engine_options.ring = ring.value();
  return Registry(std::move(impl));
}

Result<std::string> Registry::schema_sql(std::string_view schema) {
#ifdef BONIN_HAS_POSTGRESQL
  if (auto error = check_schema(schema)) return std::move(*error);
  return registry_detail::schema_sql(schema);
#else
  return invalid_argument("schema", "this bonin was built without PostgreSQL");
#endif
}

const std::vector<std::string>& Registry::warnings() const noexcept {
  static const std::vector<std::string> none;
  return impl_ ? impl_->warnings : none;
}

std::string Registry::describe() const {
  if (!impl_) return "Registry()";
  std::string text = "Registry(" + impl_->kind + ", peppers=[";
  for (std::size_t i = 0; i < impl_->ring->size(); ++i) {
    if (i > 0) text += ", ";
    text += impl_->ring->id(i);
  }
  return text + (impl_->closed ? "], closed)" : "])");
}

void Registry::close() const {
  if (!impl_) return;
  // Sequentially consistent, as in running(): either this call sees the engine, or its maker sees the flag.
  impl_->closed.exchange(true);
  if (const auto engine = impl_->engine.peek()) engine->stop();
}

void shutdown_registries() noexcept { registry_detail::Engine::stop_all(); }

}  // namespace bonin
