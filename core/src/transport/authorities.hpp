#pragma once
// The certificates of authorities in a file, each parsed when a server names it.

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace bonin {

/// OpenSSL parses the 150 certificates of a system with their keys to use one of them, which costs far more than a
/// handshake. Here the file is divided, the subjects are read, and a certificate is parsed when it may have issued
/// another. Thread-safety: one thread. Lifetime: a context of TLS that it serves keeps it.
class Authorities : public std::enable_shared_from_this<Authorities> {
 public:
  /// Those of a file. Null where libcurl must read it: it cannot be read, it holds other things than certificates, or
  /// libcurl's OpenSSL is not the one that is linked here. Kept for an hour; then the file is read again.
  static std::shared_ptr<Authorities> in(const std::string& file);

  /// Lets the connections of a context trust them. False: no memory.
  bool serve(SSL_CTX* context);

  ~Authorities();

 private:
  struct Authority {
    X509_NAME* subject;
    std::string der;
    X509* parsed;
  };

  Authorities() = default;
  /// False: it is no certificate.
  bool add(std::string der);
  bool read(const std::string& file);
  /// Puts those of a subject into a store.
  bool bring(X509_STORE* store, const X509_NAME* subject);
  static int issuer_of(X509** issuer, X509_STORE_CTX* context, X509* certificate);
  static STACK_OF(X509) * named(X509_STORE_CTX* context, const X509_NAME* subject);

  std::vector<Authority> all_;
};

}  // namespace bonin
