#include "model/key_source.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace bonin {
namespace {

constexpr std::size_t least_bytes = 32;
constexpr std::size_t most_bytes = 4096;

Error bad_key(const std::string& parameter, std::string message) {
  return make_error(ErrorKind::invalid_pepper, std::move(message), parameter);
}

/// Does it look like the name of an environment variable, and is it no key? A shell may have put the key itself there.
bool names_variable(std::string_view text) noexcept {
  if (text.empty() || text.size() >= least_bytes || (text.front() >= '0' && text.front() <= '9')) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Does it look like a path?
bool names_file(std::string_view text) noexcept {
  if (text.starts_with('/') || text.starts_with("./") || text.starts_with("../")) return true;
  return text.size() < least_bytes && text.find_first_of("/.") != std::string_view::npos;
}

Result<Secret> read_anywhere(const Secret& source, const std::string& parameter) {
  const std::string_view text = source.reveal();
  const bool elsewhere = text.starts_with("env:") || text.starts_with("file:");
  if (elsewhere && text.find('\0') != std::string_view::npos) {
    // Another name would be read, the one before the NUL.
    return bad_key(parameter, "the name of its variable or file holds a NUL");
  }
  if (text.starts_with("env:")) {
    const std::string name(text.substr(4));
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
      return bad_key(parameter, "the environment variable " +
                                    (names_variable(name) ? "`" + name + "`" : "after `env:`") +
                                    " is not set; set it to the key");
    return Secret(value);
  }
  if (text.starts_with("file:")) {
    const std::string path(text.substr(5));
    std::ifstream file(path, std::ios::binary);
    std::string key(most_bytes + 3, '\0');
    if (file) file.read(key.data(), static_cast<std::streamsize>(key.size()));
    if (!file.is_open() || file.bad())
      return bad_key(parameter, "the file " + (names_file(path) ? "`" + path + "`" : "after `file:`") +
                                    " cannot be read; put the key there, readable for this process alone");
    key.resize(static_cast<std::size_t>(file.gcount()));
    if (key.ends_with('\n')) key.pop_back();
    if (key.ends_with('\r')) key.pop_back();
    return Secret(std::move(key));
  }
  return source;
}

}  // namespace

Result<Secret> read_key(const Secret& source, const std::string& parameter) {
  auto key = read_anywhere(source, parameter);
  if (!key) return key;
  const std::size_t size = key->reveal().size();
  if (size < least_bytes) {
    return bad_key(parameter, "expected at least 32 bytes, got " + std::to_string(size) +
                                  "; make a random key once, such as with `openssl rand -hex 32`, and keep it");
  }
  if (size > most_bytes) return bad_key(parameter, "expected at most 4096 bytes; a random key of 32 is enough");
  return key;
}

}  // namespace bonin
