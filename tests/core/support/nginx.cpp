#include "support/nginx.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/certificates.hpp"

namespace bonin::test {
namespace {

std::string program() {
  for (const char* place : {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"}) {
    if (access(place, X_OK) == 0) return place;
  }
  return {};
}

sockaddr_in endpoint(const std::string& address, int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, address.c_str(), &where.sin_addr);
  return where;
}

bool answers(const std::string& address, int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto where = endpoint(address, port);
  const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  close(fd);
  return connected;
}

std::string read(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto where = endpoint("127.0.0.1", 0);
  socklen_t size = sizeof where;
  bind(fd, reinterpret_cast<sockaddr*>(&where), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
  close(fd);
  return ntohs(where.sin_port);
}

std::string Nginx::missing() { return program().empty() ? "nginx is not installed (package `nginx`)" : ""; }

Nginx::Nginx(std::vector<Site> sites) : sites_(std::move(sites)) {
  char name[] = "/tmp/bonin-nginx-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = name;
  make_certificates(directory_);
  const auto wanted = sites_;
  for (int attempt = 0; attempt < 5; ++attempt) {  // somebody else may take a port that was free
    sites_ = wanted;
    for (auto& site : sites_) {
      if (site.port == 0) site.port = free_port();
    }
    if (run()) return;
  }
  throw std::runtime_error("nginx did not start: " + read(directory_ + "/error.log"));
}

Nginx::~Nginx() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string Nginx::url(std::size_t site, const std::string& host) const {
  return "https://" + host + ":" + std::to_string(sites_[site].port);
}

std::string Nginx::configuration() const {
  std::ostringstream text;
  text << "daemon off;\nmaster_process off;\npid " << directory_ << "/pid;\nerror_log " << directory_
       << "/error.log info;\nevents { worker_connections 512; }\nhttp {\n"
       << "log_format facts '$connection|$server_port|$server_protocol|$status|$http_authorization|$request_uri';\n"
       << "access_log " << directory_ << "/access.log facts;\n"
       << "default_type application/json;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text << kind << "_temp_path " << directory_ << "/temp;\n";
  }
  for (const auto& site : sites_) {
    text << "server {\nlisten " << site.address << ":" << site.port << " ssl " << site.listen << ";\n"
         << "ssl_certificate " << directory_ << "/" << site.certificate << ".pem;\nssl_certificate_key " << directory_
         << "/" << site.certificate << ".key;\n"
         << site.directives << "\n}\n";
  }
  text << "}\n";
  return text.str();
}

bool Nginx::run() {
  const std::string file = directory_ + "/nginx.conf", log = directory_ + "/error.log";
  const std::string binary = program();
  std::ofstream(file) << configuration();
  process_ = fork();
  if (process_ == 0) {
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, 1);
    dup2(out, 2);
    execl(binary.c_str(), "nginx", "-p", directory_.c_str(), "-c", file.c_str(), "-e", log.c_str(), nullptr);
    _exit(127);
  }
  for (;;) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      return false;
    }
    bool all = true;
    for (const auto& site : sites_) all = all && answers(site.address, site.port);
    if (all) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Nginx::stop() {
  if (process_ < 0) return;
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void Nginx::start() {
  if (!run()) throw std::runtime_error("nginx did not start again: " + read(directory_ + "/error.log"));
}

std::vector<Logged> Nginx::requests() const {
  std::vector<Logged> all;
  std::istringstream lines(read(directory_ + "/access.log"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line);
    Logged one;
    for (auto* part : {&one.connection, &one.port, &one.protocol, &one.status, &one.authorization}) {
      std::getline(parts, *part, '|');
    }
    std::getline(parts, one.target);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace bonin::test
