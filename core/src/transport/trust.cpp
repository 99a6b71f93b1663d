#include "transport/trust.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

#include "bonin/runtime.hpp"

namespace bonin {
namespace {

constexpr const char* known_files[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // RHEL, Amazon Linux
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/ssl/cert.pem",                                  // Alpine, macOS
};
constexpr const char* known_directories[] = {"/etc/ssl/certs", "/etc/pki/tls/certs"};

std::string& certificate_root() {
  static auto* const root = new std::string;  // never destroyed
  return *root;
}

/// A variable of the environment. Empty in a program that has more rights than its user.
std::string variable(const char* name) {
#ifdef __linux__
  const char* value = secure_getenv(name);
#else
  const char* value = issetugid() != 0 ? nullptr : std::getenv(name);
#endif
  return value == nullptr ? std::string() : std::string(value);
}

/// The end of the line that every certificate in PEM begins with, whatever it is called there.
constexpr std::string_view certificate_mark = "CERTIFICATE-----";

bool holds_certificate(int file) {
  std::string text;
  std::array<char, 1 << 16> piece;
  for (;;) {
    const ssize_t size = read(file, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.append(piece.data(), static_cast<std::size_t>(size));
    if (text.find(certificate_mark) != std::string::npos) return true;
    text.erase(0, text.size() - std::min(text.size(), certificate_mark.size()));
  }
}

/// What is wrong with a file of certificates; empty: nothing.
std::string trouble_of_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // O_NONBLOCK: a pipe must not block the call
  if (file < 0) return "cannot be read (" + std::generic_category().message(errno) + ")";
  struct stat about {};
  std::string trouble;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    trouble = "is no file";
  } else if (!holds_certificate(file)) {
    trouble = "holds no certificate in PEM";
  }
  close(file);
  return trouble;
}

/// Is it a name such as `4042bcee.0`?
bool is_hashed_name(std::string_view name) {
  const auto all = [](std::string_view text, auto is) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is);
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() > 9 && name[8] == '.' && all(name.substr(9), is_digit) &&
         all(name.substr(0, 8), [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool has_hashed_certificates(const std::string& directory) {
  DIR* const open = opendir(directory.c_str());
  if (open == nullptr) return false;
  bool found = false;
  for (const dirent* entry = readdir(open); entry != nullptr && !found; entry = readdir(open)) {
    // A link to nowhere does not count.
    found = is_hashed_name(entry->d_name) && faccessat(dirfd(open), entry->d_name, R_OK, 0) == 0;
  }
  closedir(open);
  return found;
}

bool any_has_hashed_certificates(std::string_view directories) {
  while (!directories.empty()) {
    const auto one = directories.substr(0, directories.find(':'));
    if (!one.empty() && has_hashed_certificates(std::string(one))) return true;
    directories.remove_prefix(std::min(directories.size(), one.size() + 1));
  }
  return false;
}

Error distrust(std::string message, const char* parameter = "") {
  auto error = make_error(ErrorKind::tls_failed, std::move(message), parameter);
  error.of_this_machine = true;
  return error;
}

Trust named_by_environment(std::string file, std::string directories) {
  Trust trust;
  if (!file.empty()) {
    if (const auto trouble = trouble_of_file(file); !trouble.empty()) {
      trust.problem = distrust("`SSL_CERT_FILE` is `" + file + "`, which " + trouble + ": correct it or unset it");
      return trust;
    }
    trust.named_by = "SSL_CERT_FILE";
  } else if (!any_has_hashed_certificates(directories)) {
    trust.problem = distrust("`SSL_CERT_DIR` is `" + directories +
                             "`, where no certificate is found as `openssl rehash` names it: correct it or unset it");
    return trust;
  }
  trust.file = std::move(file);
  trust.directory = std::move(directories);
  return trust;
}

/// Empty where nothing is found.
Trust at_known_places() {
  Trust trust;
  for (const char* place : known_files) {
    trust.file = certificate_root() + place;
    if (trouble_of_file(trust.file).empty()) return trust;
  }
  trust.file.clear();
  for (const char* place : known_directories) {
    trust.directory = certificate_root() + place;
    if (has_hashed_certificates(trust.directory)) return trust;
  }
  return {};
}

}  // namespace

Trust find_trust(const ConnectionOptions& connection) {
  Trust trust;
  if (!connection.ca_file.empty()) {
    trust.file = connection.ca_file;
    trust.named_by = "ca_file";
    return trust;
  }
  auto file = variable("SSL_CERT_FILE");
  auto directories = variable("SSL_CERT_DIR");
  if (!file.empty() || !directories.empty()) return named_by_environment(std::move(file), std::move(directories));
  trust = at_known_places();
  if (!trust.file.empty() || !trust.directory.empty()) return trust;
  if (connection.brought_certificates) trust.certificates = connection.brought_certificates();
  if (trust.certificates.find(certificate_mark) != std::string::npos) return trust;
  trust.problem = distrust(
      "this machine has no certificates of authorities: install the package `ca-certificates` (on SUSE "
      "`ca-certificates-mozilla`), or pass `ca_file`",
      "ca_file");
  return trust;
}

std::optional<Error> trouble_of(const Trust& trust) {
  if (!trust.file.empty() && !trouble_of_file(trust.file).empty()) return unreadable_certificates(trust);
  if (!trust.directory.empty() && trust.file.empty() && !any_has_hashed_certificates(trust.directory)) {
    return distrust("the directory of certificates `" + trust.directory + "` holds none any more");
  }
  return std::nullopt;
}

std::string place_of(const Trust& trust) {
  if (!trust.named_by.empty()) return "in the file that `" + trust.named_by + "` names";
  if (!trust.file.empty()) return "in `" + trust.file + "`";
  return trust.directory.empty() ? "among those that the language brings" : "in `" + trust.directory + "`";
}

Error unreadable_certificates(const Trust& trust) {
  const std::string what = "the certificates in the file that ";
  if (trust.named_by == "ca_file") return distrust(what + "`ca_file` names cannot be read", "ca_file");
  if (!trust.named_by.empty()) return distrust(what + "`" + trust.named_by + "` names cannot be read");
  if (trust.file.empty()) return distrust("the certificates that the language brings cannot be read");
  return distrust("the certificates in `" + trust.file + "` cannot be read");
}

void set_certificate_root(std::string root) { certificate_root() = std::move(root); }

}  // namespace bonin
