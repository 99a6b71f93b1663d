#include "registry/mysql_library.hpp"

#include <dlfcn.h>

#include <csignal>
#include <mutex>
#include <string>
#include <utility>

#include "registry/store.hpp"

namespace bonin::registry_detail {
namespace {

constexpr const char* library_names[] = {
#ifdef __APPLE__
    "libmariadb.3.dylib",
    "/opt/homebrew/opt/mariadb-connector-c/lib/mariadb/libmariadb.3.dylib",
    "/usr/local/opt/mariadb-connector-c/lib/mariadb/libmariadb.3.dylib",
#else
    "libmariadb.so.3",
#endif
};

int loading_flags() {
  int flags = RTLD_NOW | RTLD_LOCAL;
#ifdef RTLD_DEEPBIND
  // Node exports the symbols of an OpenSSL of its own, and libmariadb is to find the one that it was built with. Where
  // malloc was replaced that would mix two allocators.
  void* const program = dlopen(nullptr, RTLD_NOW);
  if (program == nullptr) return flags;
  const auto file_of = [program](const char* symbol) -> const void* {
    Dl_info found{};
    void* const at = dlsym(program, symbol);
    return at != nullptr && dladdr(at, &found) != 0 ? found.dli_fbase : nullptr;
  };
  const bool usual_malloc = file_of("malloc") == file_of("gnu_get_libc_version");
  if (file_of("SSL_CTX_new") != nullptr && usual_malloc) flags |= RTLD_DEEPBIND;
  dlclose(program);
#endif
  return flags;
}

class Loaded {
 public:
  Loaded() {
    const int flags = loading_flags();
    for (const char* name : library_names) {
      if ((handle_ = dlopen(name, flags)) != nullptr) break;
    }
    if (handle_ == nullptr) {
      missing_ =
          "MySQL and MariaDB need the library libmariadb (version 3): install it with `apt-get install libmariadb3`, "
          "`apk add mariadb-connector-c`, `dnf install mariadb-connector-c` or `brew install mariadb-connector-c`";
      return;
    }
    find("mysql_init", library_.init);
    find("mysql_options", library_.options);
    find("mysql_real_connect_start", library_.real_connect_start);
    find("mysql_real_connect_cont", library_.real_connect_cont);
    find("mysql_real_query_start", library_.real_query_start);
    find("mysql_real_query_cont", library_.real_query_cont);
    find("mysql_store_result_start", library_.store_result_start);
    find("mysql_store_result_cont", library_.store_result_cont);
    find("mysql_next_result_start", library_.next_result_start);
    find("mysql_next_result_cont", library_.next_result_cont);
    find("mysql_errno", library_.error);
    find("mysql_error", library_.words);
    find("mysql_get_socket", library_.socket);
    find("mysql_num_fields", library_.columns);
    find("mysql_fetch_row", library_.row);
    find("mysql_fetch_lengths", library_.lengths);
    find("mysql_free_result", library_.free_result);
    find("mysql_close", library_.close);
    int (*start)(int, char**, char**) = nullptr;
    find("mysql_server_init", start);
    if (!missing_.empty()) return;
    // It may change what the process does on SIGPIPE, which is the application's to choose.
    struct sigaction before {};
    sigaction(SIGPIPE, nullptr, &before);
    if (start(0, nullptr, nullptr) != 0) missing_ = "the library libmariadb does not start";
    sigaction(SIGPIPE, &before, nullptr);
  }
  // It stays until the process ends: threads may be in it, and it keeps data for each of them.

  const MysqlLibrary& get() const {
    if (!missing_.empty()) fail(ErrorKind::store_failed, missing_);
    return library_;
  }

 private:
  template <class Function>
  void find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    if (function == nullptr) missing_ = "the library libmariadb is too old: it has no `" + std::string(name) + "`";
  }

  void* handle_ = nullptr;
  MysqlLibrary library_{};
  std::string missing_;
};

}  // namespace

const MysqlLibrary& MysqlLibrary::instance() {
  static const Loaded* const loaded = new Loaded;
  return loaded->get();
}

}  // namespace bonin::registry_detail
