#include "bonin/runtime.hpp"

#include <curl/curl.h>
#include <dlfcn.h>
#include <openssl/crypto.h>

#include "bonin/registry.hpp"
#include "platform/program.hpp"
#include "record_file.hpp"
#include "transport/engine.hpp"

namespace bonin {

void shutdown() noexcept {
  Engine::end_all();
  shutdown_registries();
  RecordFile::end_all();
}

std::string version() { return BONIN_VERSION; }

std::string runtime_versions() {
  return std::string("bonin/") + BONIN_VERSION + " " + curl_version() + " (" + OpenSSL_version(OPENSSL_VERSION) + ")";
}

bool own_openssl() noexcept {
  // A host that exports OpenSSL's symbols binds them to itself: ours, libcurl's or both.
  Dl_info found{};
  if (dladdr(reinterpret_cast<void*>(&OpenSSL_version), &found) == 0 || found.dli_fname == nullptr) return false;
  const auto program = platform::path_of_program();
  if (program.empty() || found.dli_fname == program) return false;
  const std::string seen_by_curl = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return seen_by_curl.find(OpenSSL_version(OPENSSL_VERSION_STRING)) != std::string::npos;
}

}  // namespace bonin
