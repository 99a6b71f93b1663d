#pragma once
// A real TLS server on loopback: nginx of the distribution, with a configuration and certificates of its own.

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace bonin::test {

/// One address of the server.
struct Site {
  std::string certificate = "good";  // a name of certificates.hpp
  std::string directives = {};       // further ones of its server block
  std::string address = "127.0.0.1";
  std::string listen = {};  // parameters of `listen`, such as http2
  int port = 0;             // 0: a free one
};

/// One request as the server's access log has it.
struct Logged {
  std::string connection, port, protocol, status, authorization, target;
};

class Nginx {
 public:
  /// Why there is none; empty: it can be started.
  static std::string missing();

  explicit Nginx(std::vector<Site> sites);
  ~Nginx();

  /// https://localhost:PORT of a site.
  std::string url(std::size_t site = 0, const std::string& host = "localhost") const;
  int port(std::size_t site = 0) const { return sites_[site].port; }
  /// The file of the authority that signed the good certificates.
  std::string ca_file() const { return directory_ + "/ca.pem"; }
  std::string certificate(const std::string& name) const { return directory_ + "/" + name; }

  void stop();
  void start();  // again, on the same ports

  /// The access log. The server writes a line when it has answered.
  std::vector<Logged> requests() const;

 private:
  std::string configuration() const;
  bool run();

  std::string directory_;
  std::vector<Site> sites_;
  pid_t process_ = -1;
};

/// A port of 127.0.0.1 where nobody listens.
int free_port();

/// For the first line of a test that needs nginx.
#define BONIN_NEEDS_NGINX() \
  if (const auto why = bonin::test::Nginx::missing(); !why.empty()) GTEST_SKIP() << "a TLS server is left out: " << why

}  // namespace bonin::test
