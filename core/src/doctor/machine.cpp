#include "doctor/machine.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#ifdef BONIN_HAS_POSTGRESQL
#include <libpq-fe.h>
#endif

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "bonin/runtime.hpp"
#include "doctor/line.hpp"
#include "transport/names.hpp"

namespace bonin::doctor_detail {
namespace {

std::string reason_of(int code) { return std::generic_category().message(code); }

/// The system's name for people, as `/etc/os-release` has it.
std::string distribution() {
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view key = "PRETTY_NAME=";
    if (!line.starts_with(key)) continue;
    auto name = line.substr(key.size());
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    return name;
  }
  return {};
}

std::size_t certificates_in(const std::string& text) {
  constexpr std::string_view begin = "-----BEGIN ", mark = "CERTIFICATE-----";
  std::size_t count = 0;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + begin.size())) {
    const auto end = text.find('\n', at);
    if (text.substr(at, end == std::string::npos ? end : end - at).find(mark) != std::string::npos) ++count;
  }
  return count;
}

std::size_t certificates_of(const Trust& trust) {
  if (!trust.file.empty()) {
    std::ifstream file(trust.file, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return certificates_in(text.str());
  }
  if (trust.directory.empty()) return certificates_in(trust.certificates);
  std::size_t count = 0;
  std::istringstream directories(trust.directory);
  for (std::string one; std::getline(directories, one, ':');) {
    std::error_code code;
    for (std::filesystem::directory_iterator entry(one, code), end; !code && entry != end; entry.increment(code)) {
      const auto name = entry->path().filename().string();  // such as `4042bcee.0`
      if (name.size() > 9 && name[8] == '.' && name.find_first_not_of("0123456789", 9) == std::string::npos) ++count;
    }
  }
  return count;
}

/// The addresses of the name servers, with commas between.
std::string name_servers() {
  std::ifstream file("/etc/resolv.conf");
  std::string all;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word, address;
    if (!(words >> word >> address) || word != "nameserver") continue;
    all += (all.empty() ? "" : ", ") + address;
  }
  return all;
}

}  // namespace

DoctorLine versions(const std::string& host) {
  std::string text = "bonin " + version();
  if (!host.empty()) text += ", " + host;
  const auto* curl = curl_version_info(CURLVERSION_NOW);
  text += std::string(", libcurl ") + curl->version + ", " + OpenSSL_version(OPENSSL_VERSION);
  if (curl->nghttp2_version != nullptr) text += std::string(", nghttp2 ") + curl->nghttp2_version;
  text += std::string(", SQLite ") + sqlite3_libversion();
#ifdef BONIN_HAS_POSTGRESQL
  text += ", libpq " + std::to_string(PQlibVersion() / 10'000) + "." + std::to_string(PQlibVersion() % 10'000);
#endif
  if (own_openssl()) return fact("versions", text);
  return odd("versions", text + ". 다른 프로그램의 OpenSSL이 먼저 쓰입니다.",
             text + ". Another OpenSSL than bonin's own answers.",
             "대개 그대로 써도 됩니다. TLS 오류가 나면 이 줄을 함께 알려 주세요.",
             "That is usually harmless. Where TLS fails, send this line along.");
}

DoctorLine system() {
  utsname name{};
  uname(&name);
  const auto distribution = doctor_detail::distribution();
  std::string text = distribution.empty() ? "" : distribution + ", ";
  text += std::string(name.sysname) + " " + name.release + " " + name.machine;
#ifdef __GLIBC__
  text += std::string(", glibc ") + gnu_get_libc_version();
#endif
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return fact("system", text);
  text += ", descriptors " + std::to_string(limit.rlim_cur);
  if (limit.rlim_cur >= 512) return fact("system", text);
  return odd("system", text + ". 열 수 있는 파일이 적습니다.", text + ". Few files may be open at once.",
             "`ulimit -n`을 1024 이상으로 올려 주세요.", "Raise `ulimit -n` to 1024 or more.");
}

namespace {

std::string place_in_korean(const Trust& trust) {
  if (!trust.named_by.empty()) return "`" + trust.named_by + "`가 가리키는 파일";
  const auto& place = trust.file.empty() ? trust.directory : trust.file;
  return place.empty() ? "언어가 가져온 인증서" : "`" + place + "`";
}

}  // namespace

DoctorLine certificates(const ConnectionOptions& connection) {
  constexpr std::string_view name = "certificates";
  const Trust trust = find_trust(connection);
  auto trouble = trust.problem ? trust.problem : trouble_of(trust);
  const auto count = trouble ? 0 : certificates_of(trust);
  if (!trouble && count > 0) {
    const auto number = std::to_string(count);
    return well(name, place_in_korean(trust) + "에서 인증 기관의 인증서 " + number + "개를 찾았습니다.",
                number + " certificates of authorities, " + place_of(trust));
  }
  const auto what = trouble ? trouble->what() : "no certificate is found " + place_of(trust);
  return bad(name, "인증 기관 인증서를 쓸 수 없습니다: " + what, what,
             "`ca-certificates` 패키지를 설치하거나 `SSL_CERT_FILE`을 바로잡아 주세요.",
             "Install the package `ca-certificates`, or correct `SSL_CERT_FILE`.");
}

DoctorLine names(const std::string& host) {
  constexpr std::string_view name = "names";
  const auto servers = name_servers();
  const std::string ko = servers.empty() ? "네임 서버가 없습니다" : "네임 서버 " + servers;
  const std::string en = servers.empty() ? "no name server is set" : "name servers " + servers;
  if (needs_no_look_up(host))
    return well(name, ko + ". 이 주소는 찾을 필요가 없습니다.", en + "; the address needs no look-up");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &all);
  std::size_t count = 0;
  for (const auto* one = all; one != nullptr; one = one->ai_next) ++count;
  if (all != nullptr) freeaddrinfo(all);
  if (failed == 0) {
    const auto number = std::to_string(count);
    return well(name, "`" + host + "`의 주소 " + number + "개, " + ko,
                "`" + host + "` has " + number + " addresses; " + en);
  }
  const std::string why = gai_strerror(failed);
  return bad(name, "`" + host + "`의 주소를 찾지 못했습니다(" + why + "). " + ko + ".",
             "the host name `" + host + "` could not be resolved (" + why + "); " + en,
             "`/etc/resolv.conf`와 네트워크(컨테이너의 DNS 설정)를 확인해 주세요.",
             "Check `/etc/resolv.conf` and the network (in a container, its DNS settings).");
}

DoctorLine proxies(const ConnectionOptions& connection) {
  constexpr std::string_view name = "proxy";
  std::string set;
  for (const char* one : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY"}) {
    if (!variable(one).empty()) set += (set.empty() ? "`" : ", `") + std::string(one) + "`";
  }
  if (!connection.proxy.empty()) return well(name, "`proxy` 옵션의 프록시로 나갑니다.", "requests go through `proxy`");
  if (set.empty()) return well(name, "설정된 프록시가 없습니다.", "none is set");
  return odd(name, set + ": 설정되어 있지만 bonin은 읽지 않습니다. 포트원에 바로 연결합니다.",
             set + ": set, and not read by bonin, which connects to PortOne directly",
             "프록시로만 나갈 수 있으면 클라이언트에 `proxy`를 넘겨 주세요.",
             "Where a proxy is the only way out, pass `proxy` to the client.");
}

DoctorLine loopback() {
  constexpr std::string_view name = "sandbox";
  int code = 0;
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0) {
    code = errno;
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(socket, 1) != 0)
      code = errno;
    close(socket);
  }
  if (code == 0) return well(name, "샌드박스를 띄울 수 있습니다(127.0.0.1).", "it can listen on 127.0.0.1");
  return bad(name, "127.0.0.1에서 연결을 받을 수 없습니다: " + reason_of(code),
             "nothing can listen on 127.0.0.1: " + reason_of(code),
             "`lo` 인터페이스와 컨테이너의 제한을 확인해 주세요.",
             "Check the interface `lo` and the limits of the container.");
}

}  // namespace bonin::doctor_detail
